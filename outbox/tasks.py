from celery import shared_task

from office import clock
from outbox import sending
from outbox.models import Heartbeat


@shared_task
def send_queued() -> int:
    """Send what is due; running twice, or beside itself, sends nothing twice. Returns how many went out."""
    return sending.send_due()


@shared_task
def heartbeat() -> None:
    """Leave a sign of life that /healthz reads."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.now()})
