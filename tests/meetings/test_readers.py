"""Who hears of a meeting: the team, and whoever else it concerns."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from consultations import actions
from consultations.states import AskKind
from meetings import readers
from meetings.actions import (
    change_meeting,
    collect,
    confirm_minutes,
    decide,
    finish_item,
    mail_agenda,
    note_attendance,
    take_seat,
)
from office import clock
from outbox.models import Delivery
from tests.factories import make_case, make_member, make_pair
from tests.meetings.conftest import TOKYO

pytestmark = pytest.mark.django_db


@pytest.fixture
def oki():
    """Of the office, not of the team."""
    return make_member("oki", "沖 花", on_team=False)


@pytest.fixture
def hara():
    """Of the office, not of the team."""
    return make_member("hara", "原 望", on_team=False)


@pytest.fixture
def question(meeting, asahi, oki, hara):
    """Asked by oki, of a case that hara answers for."""
    make_pair(asahi, hara, None)
    ask = actions.ask_meeting(case=make_case(asahi), by=oki, kind=AskKind.NO_IDEA, question="どうする")
    collect(meeting=meeting)
    return ask


@pytest.fixture
def in_the_meeting(meeting):
    with clock.at(datetime(2026, 11, 24, 10, 30, tzinfo=TOKYO)):
        yield


def addresses(event: str) -> set[str]:
    return set(Delivery.objects.filter(key__contains=f":{event}").values_list("address", flat=True))


def agenda_mailed() -> set[str]:
    with clock.at(datetime(2026, 11, 24, 8, 40, tzinfo=TOKYO)):
        mail_agenda()
    return addresses("agenda")


def test_the_agenda_goes_to_whoever_asked_and_to_the_pair(question, oki, hara, suzuki, sato):
    assert agenda_mailed() == {oki.email, hara.email, suzuki.email, sato.email}


def test_the_agenda_goes_to_nobody_for_a_question_that_was_withdrawn(question, oki, hara):
    actions.withdraw_ask(ask=question, by=oki)
    assert not {oki.email, hara.email} & agenda_mailed()


def test_the_minutes_go_to_whoever_asked_and_the_pair_unless_they_were_there(
    meeting, question, in_the_meeting, oki, hara, suzuki, sato
):
    note_attendance(meeting=meeting, by=suzuki, present={oki: True, suzuki: True, sato: False})
    confirm_minutes(meeting=meeting, by=suzuki)
    assert addresses("minutes") == {hara.email, sato.email}


def test_the_minutes_go_to_whoever_is_to_carry_something_out(desk, meeting, in_the_meeting, oki, hara, suzuki):
    decide(meeting=meeting, by=suzuki, text="要綱を直す", due_on=date(2026, 12, 1), owner=oki)
    item = meeting.items.first()
    decide(meeting=meeting, item=item, by=suzuki, text="件数を数える", due_on=date(2026, 12, 1), owner=hara)
    page = desk.get(reverse("meeting_confirm", args=[meeting.pk])).content.decode()
    assert oki.name in page
    assert hara.name in page
    confirm_minutes(meeting=meeting, by=suzuki)
    assert {oki.email, hara.email} <= addresses("minutes")


def test_the_minutes_go_to_the_pair_of_a_case_that_was_talked_about_without_a_question(
    meeting, asahi, in_the_meeting, oki, hara, suzuki
):
    make_pair(asahi, hara, oki)
    case = make_case(asahi)
    collect(meeting=meeting)
    finish_item(item=meeting.items.get(case=case), by=suzuki)
    confirm_minutes(meeting=meeting, by=suzuki)
    assert {hara.email, oki.email} <= addresses("minutes")


def test_whoever_asked_and_the_pair_can_be_noted_as_present(desk, meeting, question, in_the_meeting, oki, hara):
    form = desk.get(reverse("meeting_room", args=[meeting.pk])).context["forms"]["attendance"]
    boxes = {field.label: field.initial for field in form}
    assert (boxes[oki.name], boxes[hara.name]) == (False, False)
    ticked = {f"person_{person.pk}": "on" for person in [*form.people, oki] if person.on_team or person == oki}
    initial = {f"initial-person_{person.pk}": "True" for person in form.people if person.on_team}
    assert desk.post(reverse("meeting_attendance", args=[meeting.pk]), {**ticked, **initial}).status_code == 302
    noted = dict(meeting.attendance.values_list("user__username", "present"))
    assert noted == {"oki": True, "suzuki": True, "sato": True}


def test_who_has_a_seat_gets_the_minutes_and_can_be_noted_as_present(desk, meeting, in_the_meeting, oki, hara, suzuki):
    take_seat(meeting=meeting, by=oki)
    change_meeting(meeting=meeting, by=suzuki, recorder=hara)
    meeting.refresh_from_db()
    assert {oki, hara} <= set(readers.of_the_minutes(meeting))
    form = desk.get(reverse("meeting_room", args=[meeting.pk])).context["forms"]["attendance"]
    assert {oki.name, hara.name} <= {field.label for field in form}
    note_attendance(meeting=meeting, by=suzuki, present={oki: True})
    confirm_minutes(meeting=meeting, by=suzuki)
    assert hara.email in addresses("minutes")
    assert oki.email not in addresses("minutes")


def test_mailing_asks_the_database_the_same_for_many_questions(
    meeting, asahi, question, in_the_meeting, suzuki, django_assert_max_num_queries
):
    def minutes(count):
        for number in range(count):
            by = make_member(f"more{count}{number}", f"員 {number}", on_team=False)
            case = make_case(asahi)
            actions.ask_meeting(case=case, by=by, kind=AskKind.NO_IDEA, question="どうする")
        collect(meeting=meeting)
        with django_assert_max_num_queries(8) as asked:
            desk_page = list(readers.of_the_agenda(meeting)), list(readers.of_the_minutes(meeting))
        return len(asked), len(desk_page[0])

    few, people = minutes(1)
    assert minutes(6) == (few, people + 6)
