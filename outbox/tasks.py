from datetime import timedelta

from celery import shared_task

from office import clock
from outbox import posting, sending
from outbox.models import Heartbeat

# After an outage thousands of mails wait. A worker that is busy with them all hears no heartbeat, counts as dead, and
# would be ended in mid-batch: so it sends for a while, and the next sweep goes on.
AT_A_STRETCH = timedelta(seconds=30)


@shared_task
def send_queued() -> int:
    """Mail what is due; running twice, or beside itself, sends nothing twice. Returns how many went out."""
    return sending.send_due(within=AT_A_STRETCH)


@shared_task
def post_queued() -> int:
    """Post what is due to chat channels. A task of its own, so that a channel that hangs holds up no mail."""
    return posting.post_due(within=AT_A_STRETCH)


@shared_task
def heartbeat() -> None:
    """Leave a sign of life that /healthz reads."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.now()})
