"""What the rooms below ask of somebody who leaves: seats of meetings to come, and decisions about no case. One on a
case is a next step, which they know.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from consultations.elsewhere import Keeper, Matter
from meetings.actions._rows import lock_agendas
from meetings.actions.deciding import change_decision
from meetings.models import Decision, Meeting
from meetings.models.decision import DecisionQuerySet
from meetings.models.meeting import MeetingQuerySet
from office.listing import listed
from office.models import User
from office.wording import era_date

SEATS = ("facilitator", "recorder")


def still_held(*, user: User, **_signal: Any) -> list[str]:
    """What `user` is to do, in words; asked for by `office.actions.leaving`."""
    held = []
    if decisions := _decisions_of(user):
        held.append(_("decisions of the weekly meeting (%(texts)s)") % {"texts": listed(map(str, decisions))})
    if meetings := _seated(user):
        days = listed(era_date(meeting.held_on) for meeting in meetings)
        held.append(_("seats of the weekly meeting (%(days)s)") % {"days": days})
    return held


def _decisions_of(person: User) -> DecisionQuerySet:
    return Decision.objects.open().about_no_case().of(person).with_people()


def _seated(person: User) -> MeetingQuerySet:
    return Meeting.objects.coming().filter(Q(facilitator=person) | Q(recorder=person))


def _held_by(person: User) -> list[Matter]:
    seats = [matter for meeting in _seated(person) for matter in _as_seats(meeting, person)]
    return [*seats, *map(_as_matter, _decisions_of(person))]


def _overdue(today: date) -> list[Matter]:
    due = Decision.objects.due(today - timedelta(days=1)).about_no_case().with_people()
    return [_as_matter(decision) for decision in due]


def _hand_on(*, person: User, heir: User, by: User) -> None:
    for meeting in _seated(person):
        for seat in _seats(meeting, person):
            setattr(meeting, seat, heir)
        meeting.save(update_fields=SEATS)
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Handed on by %(name)s") % {"name": person.name}
    held = _decisions_of(person).values("pk")
    for decision in list(Decision.objects.filter(pk__in=held).order_by("pk").select_for_update(no_key=True)):
        if decision.is_open:  # by now: the others were carried out this very moment
            change_decision(decision=decision, by=by, owner=heir, due_on=decision.now.due_on, reason=reason)


def _seats(meeting: Meeting, person: User) -> list[str]:
    return [seat for seat in SEATS if getattr(meeting, f"{seat}_id") == person.pk]


def _as_seats(meeting: Meeting, person: User) -> list[Matter]:
    words = {"facilitator": _("Lead the weekly meeting"), "recorder": _("Write the minutes of the weekly meeting")}
    return [
        Matter(
            text=words[seat],
            due_on=meeting.held_on,
            who=person.name,
            reminded=person,
            path=reverse("meeting_detail", args=[meeting.pk]),
            list_path=reverse("meeting_list"),
        )
        for seat in _seats(meeting, person)
    ]


def _as_matter(decision: Decision) -> Matter:
    now = decision.now
    return Matter(
        text=now.text,
        due_on=now.due_on,
        who=now.who,
        # Of what somebody outside does, whoever wrote it down keeps an eye on it.
        reminded=now.owner or decision.decided_by,
        path=reverse("meeting_decision", args=[decision.pk]),
        list_path=reverse("meeting_list"),
    )


KEEPER = Keeper(held_by=_held_by, overdue=_overdue, lock=lock_agendas, hand_on=_hand_on)
