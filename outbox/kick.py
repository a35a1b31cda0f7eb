"""The kick that tells a worker to look into the outbox now instead of at the next sweep.

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
        self.wanted = threading.Event()
        threading.Thread(target=self._run, name="outbox-kick", daemon=True).start()

    def _run(self) -> None:
        while self.wanted.wait():
            self.wanted.clear()
            try:
                current_app.send_task("outbox.tasks.send_queued", expires=settings.SWEEP_SECONDS)
            except Exception as problem:  # whatever the broker's client raises, the sweep will send the rows
                logger.warning("The broker cannot be reached; mail goes out with the next sweep. (%s)", problem)


_kicker: _Kicker | None = None
_making = threading.Lock()


def worker() -> None:
    """Ask for the outbox to be emptied soon. Returns at once and never raises."""
    global _kicker
    with _making:
        if _kicker is None or _kicker.pid != os.getpid():  # threads do not survive the web server's fork
            _kicker = _Kicker()
    _kicker.wanted.set()
