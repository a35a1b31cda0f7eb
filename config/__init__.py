import os

# Before anything imports numpy, which the search extra brings: its pool of threads would not outlive a fork.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from .celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
