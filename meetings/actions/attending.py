"""Who is there, and who leads."""

from collections.abc import Mapping

from django.db import transaction

from meetings.actions._rows import locked_open
from meetings.models import Attendance, Meeting
from office import clock
from office.actions import hold_members
from office.models import User


@transaction.atomic
def take_seat(*, meeting: Meeting, by: User) -> Meeting:
    """Take the facilitator's seat, whoever sits there: one who is away cannot give it. Refused once the minutes are
    confirmed, and for those who do not work in the office.
    """
    meeting = locked_open(meeting)
    hold_members(facilitator=by)
    meeting.facilitator = by
    meeting.save(update_fields=["facilitator"])
    return meeting


@transaction.atomic
def note_attendance(
    *, meeting: Meeting, by: User, present: Mapping[User, bool], unless_noted: Mapping[User, bool] | None = None
) -> Meeting:
    """Note of the people given whether they are there; of the others nothing changes. `unless_noted` holds only where
    nobody has noted anything of the person yet. Refused once the minutes are confirmed.
    """
    meeting = locked_open(meeting)
    now = clock.now()
    known = {row.user_id: row for row in meeting.attendance.all()}
    new = {person: there for person, there in (unless_noted or {}).items() if person.pk not in known}
    for person, is_there in {**new, **present}.items():
        row = known.get(person.pk)
        if row is None:
            Attendance.objects.create(meeting=meeting, user=person, present=is_there, noted_at=now, noted_by=by)
        elif row.present != is_there:
            row.present, row.noted_at, row.noted_by = is_there, now, by
            row.save(update_fields=["present", "noted_at", "noted_by"])
    return meeting
