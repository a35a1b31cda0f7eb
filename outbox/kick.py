"""The kick that tells a worker to look now instead of at the next sweep: into the outbox, or at whatever a task is for.

Never on the caller's thread: a broker that is down, or swallows packets, would hold up the person who just sent the
form. One thread a process does it; while it waits for a dead broker further kicks fold into one. A lost kick costs
the few seconds until the sweep.
"""

import logging
import os
import threading

from celery import current_app
from django.conf import settings

logger = logging.getLogger(__name__)


class _Kicker:
    def __init__(self) -> None:
        self.pid = os.getpid()
        self.tasks: set[str] = set()
        self.wanted = threading.Event()
        threading.Thread(target=self._run, name="outbox-kick", daemon=True).start()

    def _run(self) -> None:
        while self.wanted.wait():
            self.wanted.clear()
            while self.tasks:
                try:
                    current_app.send_task(self.tasks.pop(), expires=settings.SWEEP_SECONDS)
                except Exception as problem:  # whatever the broker's client raises, the sweep will do it
                    logger.warning("The broker cannot be reached; mail goes out with the next sweep. (%s)", problem)


_kicker: _Kicker | None = None
_making = threading.Lock()


def worker(task: str = "outbox.tasks.send_queued") -> None:
    """Ask for `task` to be run soon; unless another is named, the outbox is emptied. Returns at once, never raises."""
    global _kicker
    with _making:
        if _kicker is None or _kicker.pid != os.getpid():  # threads do not survive the web server's fork
            _kicker = _Kicker()
    _kicker.tasks.add(task)
    _kicker.wanted.set()
