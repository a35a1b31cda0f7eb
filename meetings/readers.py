"""Whom a meeting concerns: who is told of it, and who may be noted as present."""

from django.db.models import Q

from meetings.models import Meeting
from office.models import User, UserQuerySet


def of_the_agenda(meeting: Meeting) -> UserQuerySet:
    """The team and the guests. 1 SQL, and 1 for the rows."""
    return _team_and(_guests(meeting))


def of_the_minutes(meeting: Meeting) -> UserQuerySet:
    """The team, the guests, the pairs of what was talked about, and whoever is to carry something out, unless noted as
    present.
    """
    others = {decision.now.owner.pk for decision in meeting.decisions.with_people() if decision.now.owner}
    pairs = meeting.items.spoken_to().values_list("case__pair__lead", "case__pair__partner")
    others |= {person for pair in pairs for person in pair}
    there = meeting.attendance.filter(present=True).values("user")
    return _team_and(_guests(meeting) | others).exclude(pk__in=there)


def who_may_attend(meeting: Meeting) -> UserQuerySet:
    """The team, the guests, and whoever is noted already."""
    return _team_and(_guests(meeting) | set(meeting.attendance.values_list("user", flat=True)))


def _guests(meeting: Meeting) -> set[int | None]:
    """Those who need not be of the team: who has a seat; who asked what is talked about, and the pairs of the cases."""
    questions = meeting.items.standing().filter(ask__isnull=False).select_related("ask", "case__pair")
    people = {meeting.facilitator_id, meeting.recorder_id}
    for item in questions:
        if item.ask and item.case and not item.is_moot:
            pair = item.case.pair
            people |= {item.ask.asked_by_id} | ({pair.lead_id, pair.partner_id} if pair else set())
    return people


def _team_and(others: set[int | None]) -> UserQuerySet:
    return User.objects.office().filter(Q(on_team=True) | Q(pk__in=others - {None}))
