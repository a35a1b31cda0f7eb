"""When the meeting is held, where, and who leads it."""

from datetime import date, time, timedelta
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from meetings.actions._rows import lock_agendas, locked_open, refuse_past
from meetings.actions.collecting import compose_next, gather
from meetings.models import Meeting
from office import era
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
    """Set a meeting on a day and put onto its agenda what waits for it, from those of later meetings too. Refused where
    the day has one.
    """
    if ends_at <= starts_at:
        raise ActionRefused(_("The meeting must end after it begins."))
    lock_agendas()
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
    gather(meeting)
    return meeting


@transaction.atomic
def plan_series(
    *,
    by: User,
    held_on: date,
    weeks: int,
    starts_at: time = time(10, 0),
    ends_at: time = time(11, 0),
    place: str = "",
    facilitator: User | None = None,
    recorder: User | None = None,
) -> list[Meeting]:
    """Plan a meeting a week, `weeks` in a row from `held_on` on. Returns those that were planned.

    Where the office is closed on the day, the meeting moves to the next open day of that week; a week without one is
    left out, and so is a week that has a meeting already. Refused where that leaves none.
    """
    planned = []
    for week in range(weeks):
        usual = held_on + timedelta(weeks=week)
        day = era.add_business_days(usual, 0)
        monday = usual - timedelta(days=usual.weekday())
        its_week = monday, monday + timedelta(days=6)
        if day > its_week[1] or Meeting.objects.filter(held_on__range=its_week).exists():
            continue
        planned.append(
            plan_meeting(
                by=by,
                held_on=day,
                starts_at=starts_at,
                ends_at=ends_at,
                place=place,
                facilitator=facilitator,
                recorder=recorder,
            )
        )
    if not planned:
        raise ActionRefused(_("Each of these weeks has a meeting already, or no open day."))
    return planned


class Changes(TypedDict, total=False):
    """What of a meeting may change."""

    held_on: date
    starts_at: time
    ends_at: time
    place: str
    facilitator: User | None
    recorder: User | None


@transaction.atomic
def change_meeting(*, meeting: Meeting, by: User, **changes: Unpack[Changes]) -> Meeting:
    """Change day, time, place or seats of a meeting; any member of the team may take the facilitator's seat.

    What is not given stays; another day moves what nobody has touched to the agenda of whichever is the next by then.
    Refused where the new day has a meeting, or this one's day has passed, where it would end before it begins, and once
    the minutes are confirmed.
    """
    lock_agendas()
    meeting = locked_open(meeting)
    before = meeting.held_on, meeting.ends_at
    if changes.get("held_on", meeting.held_on) != meeting.held_on:
        refuse_past(meeting)
    for name, value in changes.items():
        setattr(meeting, name, value)
    if meeting.ends_at <= meeting.starts_at:
        raise ActionRefused(_("The meeting must end after it begins."))
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError:
        raise ActionRefused(_("There is already a meeting on this day. Choose another day.")) from None
    if (meeting.held_on, meeting.ends_at) != before:
        # The next may be another one by now.
        compose_next()
        if not meeting.is_over:
            gather(meeting)
    return meeting
