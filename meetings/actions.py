"""The weekly meeting: planned, its questions collected, its advice recorded."""

from datetime import date, time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from consultations import actions as consultations
from meetings.models import AgendaItem, Meeting
from office.actions import ActionRefused
from office.models import User


@transaction.atomic
def plan_meeting(
    *,
    by: User,
    held_on: date,
    starts_at: time = time(10, 0),
    ends_at: time = time(11, 0),
    place: str = "",
    facilitator: User | None = None,
    recorder: User | None = None,
) -> Meeting:
    """Set a meeting on a day and collect the open questions onto its agenda. Refused where the day has one."""
    if ends_at <= starts_at:
        raise ActionRefused(_("The meeting ends before it begins. Check the times."))
    try:
        with transaction.atomic():
            meeting = Meeting.objects.create(
                held_on=held_on,
                starts_at=starts_at,
                ends_at=ends_at,
                place=place,
                facilitator=facilitator,
                recorder=recorder,
            )
    except IntegrityError:
        raise ActionRefused(_("There is already a meeting on this day. Choose another day.")) from None
    _collect(meeting)
    return meeting


@transaction.atomic
def collect_asks(*, meeting: Meeting) -> int:
    """Put the open questions that wait for no other meeting at the end of the agenda, oldest first.

    One that an earlier meeting did not reach is carried over thereby. Returns how many came. Refused where the day
    of the meeting has passed.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if meeting.is_past:
        raise ActionRefused(_("This meeting is over, its agenda stays as it was. Plan the next one."))
    return _collect(meeting)


def _collect(meeting: Meeting) -> int:
    last = meeting.items.order_by("-order").values_list("order", flat=True).first() or 0
    new = meeting.uncollected().order_by("asked_at", "pk")
    items = [AgendaItem(meeting=meeting, ask=ask, order=last + place) for place, ask in enumerate(new, start=1)]
    AgendaItem.objects.bulk_create(items)
    return len(items)


@transaction.atomic
def record_advice(*, item: AgendaItem, by: User, advice: str) -> AgendaItem:
    """Write what the meeting advised onto the case of an agenda item. Refused where its question is settled."""
    consultations.record_meeting_advice(ask=item.ask, by=by, advice=advice, held_on=item.meeting.held_on.isoformat())
    return item


@transaction.atomic
def change_meeting(
    *,
    meeting: Meeting,
    by: User,
    starts_at: time,
    ends_at: time,
    place: str,
    facilitator: User | None,
    recorder: User | None,
    held_on: date | None = None,
) -> Meeting:
    """Change day, time, place or seats of a meeting; any member of the team may take the facilitator's seat.

    Without `held_on` the day stays. Refused where the new day has a meeting, or this one's day has passed.
    """
    if ends_at <= starts_at:
        raise ActionRefused(_("The meeting ends before it begins. Check the times."))
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if held_on and held_on != meeting.held_on:
        if meeting.is_past:
            raise ActionRefused(_("This meeting is over, its agenda stays as it was. Plan the next one."))
        meeting.held_on = held_on
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place
    meeting.facilitator, meeting.recorder = facilitator, recorder
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError:
        raise ActionRefused(_("There is already a meeting on this day. Choose another day.")) from None
    return meeting
