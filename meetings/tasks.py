from celery import shared_task

from meetings import actions


@shared_task
def compose_next() -> int:
    """Bring the agenda of the next meeting up to date. Returns how many items came."""
    return actions.compose_next()


@shared_task
def mail_agenda() -> int:
    """Queue the agenda of today's meeting where that is still to be done. Returns how many mails."""
    return actions.mail_agenda()
