import gc
import logging
import os
import signal
import threading
import time

from celery import Celery
from celery.signals import setup_logging, task_received, worker_init, worker_ready

logger = logging.getLogger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("desk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_djangos_logging(**_: object) -> None:
    """Celery would else replace the LOGGING of the settings with its own."""


@worker_init.connect
def load_before_parting(**_: object) -> None:
    """The children share the encoder of the search extra: each would else load its own, of 130 MB."""
    from knowledge import rerank

    rerank.load()
    gc.freeze()


@worker_ready.connect
def end_when_nothing_comes(**_: object) -> None:
    """End this worker when the timetable's messages stop arriving.

    A consumer can lose its broker and wait for ever without noticing. Whatever supervises the worker starts a new one.
    """
    from django.conf import settings

    last = {"received": time.monotonic()}

    def note(**_: object) -> None:
        last["received"] = time.monotonic()

    def watch() -> None:
        while time.monotonic() - last["received"] < settings.HEARTBEAT_STALE_SECONDS:
            time.sleep(5)
        logger.critical("No message for %s s: the worker ends itself.", settings.HEARTBEAT_STALE_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(15)
        os._exit(1)  # it did not go by asking

    task_received.connect(note, weak=False)
    threading.Thread(target=watch, name="watchdog", daemon=True).start()
