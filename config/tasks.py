from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_sessions() -> None:
    """Delete the sessions that have run out; whoever opened the form once left one."""
    call_command("clearsessions")
