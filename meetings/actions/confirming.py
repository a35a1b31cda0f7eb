"""The end of a meeting: its minutes are confirmed, and stay as they are."""

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from meetings import mail, readers
from meetings.actions._rows import lock_agendas, locked_open
from meetings.actions.collecting import compose_next
from meetings.models import Advice, AgendaItem, Decision, Meeting
from office import clock
from office.actions import ActionRefused
from office.models import User
from outbox import actions as outbox


@transaction.atomic
def confirm_minutes(*, meeting: Meeting, by: User) -> Meeting:
    """Confirm the minutes: they keep how all stands by now, and what it is called. Whom they concern and who was not
    there gets them by mail; what was not reached, and what was decided and comes due, goes onto the next agenda.

    Refused where they are confirmed already, or the meeting has not begun.
    """
    lock_agendas()
    meeting = locked_open(meeting)
    if not meeting.has_begun:
        raise ActionRefused(_("This meeting has not begun yet."))
    meeting.confirmed_at, meeting.confirmed_by = clock.now(), by
    _fix(meeting)
    meeting.save(update_fields=["confirmed_at", "confirmed_by", "facilitator_called", "recorder_called", "names"])
    outbox.send(key=f"{meeting.label}:minutes", about="", mails=mail.minutes(meeting, readers.of_the_minutes(meeting)))
    compose_next()
    return meeting


def _fix(meeting: Meeting) -> None:
    """Keep what the minutes print: of the items and decisions in the database, of the meeting unsaved."""
    with translation.override(settings.LANGUAGE_CODE):
        meeting.facilitator_called = meeting.facilitator.called if meeting.facilitator else ""
        meeting.recorder_called = meeting.recorder.called if meeting.recorder else ""
        items = list(meeting.items.standing().for_the_agenda())
        for item in items:
            item.kept = item.facts
    AgendaItem.objects.bulk_update(items, ["kept"])
    decisions = list(meeting.decisions.with_people())
    of_cases = [decision for decision in decisions if decision.step]
    for decision in of_cases:
        decision.fix()
    Decision.objects.bulk_update(of_cases, ["text", "owner", "owner_name", "due_on"])
    spoke = Advice.objects.filter(item__meeting=meeting).values("by")
    named = User.objects.filter(Q(pk__in=spoke) | Q(pk__in=meeting.attendance.values("user")))
    people = [meeting.confirmed_by, *(decision.owner for decision in decisions), *named]
    meeting.names = {str(person.pk): person.name for person in people if person}
