"""How gunicorn serves the site: `gunicorn -c config/gunicorn.py config.wsgi`."""

import gc
import os
from typing import Any

bind = f"{os.environ.get('BIND') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = 8
worker_class = "gthread"
# The workers share what is loaded before they part.
preload_app = True
# An upload of 5 × 20 MB over a slow line goes on in its thread; this is for a worker that answers nothing at all.
timeout = 60
# What is searched for stands in the address, where a Japanese letter takes nine bytes: the most that gunicorn allows
# is 900 letters, its usual 4,094 bytes are 450.
limit_request_line = 8190
# A stop is over within 10 s, also for the one who waits for an answer.
graceful_timeout = 5
# No access log: the link of a receipt is a key, and a log is read by many. No control socket: it would lie in the home
# folder, and all checkouts of one account would share it.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Before the workers part: they share the encoder of the search extra, and nobody's question waits for it."""
    from knowledge import rerank

    rerank.load()
    gc.freeze()  # or else the collector writes to every object, and each worker gets its own copy
