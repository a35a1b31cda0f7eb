"""Whether the parts that a request does not see are alive: the broker, and the worker behind it."""

import threading

from django.conf import settings

from config.celery import app
from office import clock
from outbox.models import Delivery, Heartbeat

PATIENCE = 2.0


def broker() -> str:
    """`ok`, or what is the matter; within about two seconds in any case.

    A broker that takes the connection and says nothing would hold its client up for much longer, and so may the name
    server: they get a thread of their own, which gives up by itself a little later.
    """
    outcome = ["no answer"]

    def ask() -> None:
        quick = {"socket_connect_timeout": PATIENCE / 2, "socket_timeout": PATIENCE / 2}
        try:
            with app.connection_for_write(transport_options=quick) as connection:
                connection.ensure_connection(max_retries=1, timeout=PATIENCE, reraise_as_library_errors=False)
        except Exception as problem:  # each transport raises its own
            outcome[0] = type(problem).__name__
        else:
            outcome[0] = "ok"

    thread = threading.Thread(target=ask, name="health-broker", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return outcome[0]


def worker() -> str:
    """`ok` while heartbeats come from the worker, or for how long none did."""
    beat = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    if beat is None:
        return "no sign of life yet"
    age = (clock.now() - beat).total_seconds()
    return "ok" if age <= settings.HEARTBEAT_STALE_SECONDS else f"no sign of life for {age:.0f} s"


def oldest_undelivered_seconds() -> int:
    """How long the oldest mail in the outbox has been waiting; 0 where none is."""
    oldest = Delivery.objects.mails().queued().order_by("created_at").values_list("created_at", flat=True).first()
    return round((clock.now() - oldest).total_seconds()) if oldest else 0
