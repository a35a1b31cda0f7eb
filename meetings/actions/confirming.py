"""The end of a meeting: its minutes are confirmed, and stay as they are."""

from django.db import transaction
from django.utils.translation import gettext as _

from meetings import mail
from meetings.actions._rows import lock_agendas, locked_open
from meetings.actions.collecting import compose_next
from meetings.models import Meeting
from office import clock
from office.actions import ActionRefused
from office.models import User
from outbox import actions as outbox


@transaction.atomic
def confirm_minutes(*, meeting: Meeting, by: User) -> Meeting:
    """Confirm the minutes. Members of the team who were not there get them by mail; what was not reached, and what was
    decided and comes due, goes onto the next agenda.

    Refused where they are confirmed already, or the meeting has not begun.
    """
    lock_agendas()
    meeting = locked_open(meeting)
    if not meeting.has_begun:
        raise ActionRefused(_("This meeting has not begun yet."))
    meeting.confirmed_at, meeting.confirmed_by = clock.now(), by
    meeting.save(update_fields=["confirmed_at", "confirmed_by"])
    there = meeting.attendance.filter(present=True).values("user")
    absent = list(User.objects.team().exclude(pk__in=there))
    outbox.send(key=f"{meeting.label}:minutes", about="", mails=mail.minutes(meeting, absent))
    compose_next()
    return meeting
