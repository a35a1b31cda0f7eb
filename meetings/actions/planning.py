"""When the meeting is held, where, and who leads it."""

from copy import copy
from datetime import date, time, timedelta
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from meetings import mail, readers
from meetings.actions._rows import lock_agendas, locked_open, refuse_begun, refuse_past
from meetings.actions.collecting import compose_next, gather
from meetings.models import Meeting
from office import clock, era
from office.actions import ActionRefused, hold_members
from office.models import User
from outbox import actions as outbox


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
    the day has one, and where a seat would be that of somebody who has left.
    """
    if ends_at <= starts_at:
        raise ActionRefused(_("The meeting must end after it begins."))
    lock_agendas()
    hold_members(facilitator=facilitator, recorder=recorder)
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
    left out, and so is a week that has a meeting already, called off or not. Refused where that leaves none.
    """
    lock_agendas()
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

    What is not given stays; another day moves what nobody has touched to the agenda of whichever is the next by then,
    and what was written beforehand moves along. Whoever got the agenda is told of another day, time or place. Refused
    where the new day has a meeting, or this one's has passed; where another day or a later hour is given to one that
    has begun; where it would end before it begins, or somebody who has left would take a seat; and once the minutes are
    confirmed, or it was called off.
    """
    lock_agendas()
    meeting = locked_open(meeting)
    before = copy(meeting)
    is_moved = changes.get("held_on", meeting.held_on) != meeting.held_on
    if is_moved:
        refuse_past(meeting)
    if is_moved or changes.get("starts_at", meeting.starts_at) > meeting.starts_at:
        refuse_begun(meeting)
    # Whoever sits there already may stay.
    hold_members(
        facilitator=changes.get("facilitator") if changes.get("facilitator") != meeting.facilitator else None,
        recorder=changes.get("recorder") if changes.get("recorder") != meeting.recorder else None,
    )
    for name, value in changes.items():
        setattr(meeting, name, value)
    if meeting.ends_at <= meeting.starts_at:
        raise ActionRefused(_("The meeting must end after it begins."))
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError:
        raise ActionRefused(_("There is already a meeting on this day. Choose another day.")) from None
    if meeting.agenda_mailed_on and not meeting.is_over and _when_and_where(meeting) != _when_and_where(before):
        outbox.send(
            key=f"{meeting.label}:changed:{clock.now().isoformat()}",
            about="",
            mails=mail.changed(meeting, before, readers.of_the_agenda(meeting)),
        )
    if (meeting.held_on, meeting.ends_at) != (before.held_on, before.ends_at):
        # The next may be another one by now.
        compose_next()
        if not meeting.is_over:
            gather(meeting)
    return meeting


@transaction.atomic
def call_off(*, meeting: Meeting, by: User, reason: str = "") -> Meeting:
    """Call a meeting off. It stays in the list; what stood on its agenda comes to the next one as if this one had never
    been planned, and to what was written beforehand this one stays the place. Whoever got the agenda is told.

    Refused once it has begun, its minutes are confirmed, or it was called off already.
    """
    lock_agendas()
    meeting = locked_open(meeting)
    refuse_begun(meeting)
    told = readers.of_the_agenda(meeting) if meeting.agenda_mailed_on and not meeting.is_over else User.objects.none()
    meeting.called_off_at, meeting.called_off_by, meeting.called_off_because = clock.now(), by, reason
    outbox.send(key=f"{meeting.label}:called_off", about="", mails=mail.called_off(meeting, told))
    meeting.focus = None
    meeting.save(update_fields=["called_off_at", "called_off_by", "called_off_because", "focus"])
    meeting.items.exclude(pk__in=meeting.items.spoken_to().values("pk")).delete()
    compose_next()
    return meeting


def _when_and_where(meeting: Meeting) -> tuple[date, time, time, str]:
    return meeting.held_on, meeting.starts_at, meeting.ends_at, meeting.place
