"""Two people in one meeting at the same moment: on both engines nothing is lost or done twice."""

import threading
from datetime import datetime, time, timedelta

import pytest
from django.db import transaction

from consultations import actions
from consultations.models import EntryKind
from consultations.states import AskKind
from meetings.actions import (
    call_off,
    change_decision,
    change_meeting,
    collect,
    compose_next,
    confirm_minutes,
    decide,
    finish_item,
    mail_agenda,
    move_item,
    note_attendance,
    plan_meeting,
    plan_series,
    say,
    take_seat,
)
from meetings.models import Advice, AgendaItem, Decision, Meeting
from office import clock
from office.actions import ActionRefused
from outbox.models import Delivery
from tests.consultations.test_races import at_once, procedures  # noqa: F401
from tests.factories import make_case
from tests.meetings.conftest import TOKYO, TUESDAY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def monday():
    """These run by the real clock, which threads share."""


@pytest.fixture
def items(kohoku, pair, suzuki):
    """Of today's meeting, with three questions."""
    for number in range(3):
        case = make_case(kohoku, title=f"案件{number}")
        actions.ask_meeting(case=case, by=suzuki, kind=AskKind.NO_IDEA, question=f"質問{number}")
    meeting = plan_meeting(by=suzuki, held_on=clock.today() - timedelta(days=0))
    Meeting.objects.filter(pk=meeting.pk).update(starts_at="00:00", ends_at="23:59")
    meeting.refresh_from_db()
    return list(meeting.items.select_related("meeting", "case"))


def refused(outcomes):
    assert all(not isinstance(each, Exception) or isinstance(each, ActionRefused) for each in outcomes), outcomes
    return sum(isinstance(each, ActionRefused) for each in outcomes)


def test_a_decision_is_given_to_the_heir_while_its_owner_leaves(items, suzuki, sato, ito):
    meeting = items[0].meeting
    change_meeting(meeting=meeting, by=suzuki, facilitator=ito)
    decision = decide(meeting=meeting, by=suzuki, text="要綱を見直す", due_on=meeting.held_on, owner=ito)
    given = {"owner": sato, "due_on": meeting.held_on, "reason": "引継ぎ"}
    refused(
        at_once(
            lambda: actions.hand_on(person=ito, seats={}, heir=sato, by=suzuki),
            lambda: change_decision(decision=decision, by=suzuki, **given),
            lambda: take_seat(meeting=meeting, by=sato),
        )
    )
    meeting.refresh_from_db()
    assert (Decision.objects.with_people().get().now.owner, meeting.facilitator) == (sato, sato)


def test_everything_that_is_said_at_once_is_there(items, suzuki, sato):
    outcomes = at_once(
        *[
            lambda by=by, n=n: say(item=items[0], by=by, kind="technical", text=f"助言{n}")
            for n in range(4)
            for by in (suzuki, sato)
        ]
    )
    assert refused(outcomes) == 0
    assert Advice.objects.count() == 8
    assert items[0].case.entries.filter(kind=EntryKind.MEETING_ADVICE).count() == 8


def test_minutes_confirmed_at_once_are_confirmed_once(items, suzuki, sato):
    meeting = items[0].meeting
    assert refused(at_once(*[lambda by=by: confirm_minutes(meeting=meeting, by=by) for by in (suzuki, sato)])) == 1
    addresses = list(Delivery.objects.filter(key=f"meeting:{meeting.pk}:minutes").values_list("address", flat=True))
    assert len(addresses) == len(set(addresses)) == 2


def test_what_is_said_while_the_minutes_are_confirmed_is_in_them_or_refused(items, suzuki, sato):
    meeting = items[0].meeting
    outcomes = at_once(
        lambda: confirm_minutes(meeting=meeting, by=suzuki),
        lambda: say(item=items[0], by=sato, kind="technical", text="滑り込み"),
    )
    assert not isinstance(outcomes[0], Exception)
    assert refused(outcomes) == 1 - Advice.objects.count()
    if Advice.objects.exists():
        assert "滑り込み" in Delivery.objects.filter(key=f"meeting:{meeting.pk}:minutes").first().body


def test_items_moved_at_once_keep_places_of_their_own(items, suzuki):
    outcomes = at_once(
        *[
            lambda item=item, way=way: move_item(item=item, by=suzuki, by_places=way)
            for item in items
            for way in (1, -1)
        ]
    )
    assert refused(outcomes) == 0
    assert sorted(items[0].meeting.items.values_list("order", flat=True)) == [1, 2, 3]


def test_an_item_moved_while_somebody_writes_keeps_what_is_written(items, suzuki, sato):
    outcomes = at_once(
        lambda: move_item(item=items[0], by=suzuki, by_places=2),
        lambda: say(item=items[0], by=sato, kind="technical", text="動いても残る"),
        lambda: decide(
            meeting=items[0].meeting, item=items[0], by=suzuki, text="決めた", due_on=clock.today(), owner=sato
        ),
    )
    assert refused(outcomes) == 0
    items[0].refresh_from_db()
    assert (items[0].order, items[0].advice.count(), items[0].decisions.count()) == (3, 1, 1)


def test_a_question_finished_at_once_is_settled_once(items, suzuki, sato):
    outcomes = at_once(*[lambda by=by: finish_item(item=items[0], by=by, summary=by.name) for by in (suzuki, sato)])
    assert refused(outcomes) == 1
    assert items[0].case.entries.filter(kind=EntryKind.MEETING_ADVICE).count() == 1


def test_a_case_closed_at_once_with_a_decision_has_the_step_or_refuses_it(
    kohoku,
    items,
    suzuki,
    procedures,  # noqa: F811
):
    case = make_case(kohoku)
    meeting = items[0].meeting
    collect(meeting=meeting)
    item = meeting.items.select_related("meeting", "case").get(case=case)
    outcomes = at_once(
        lambda: actions.answer_and_close(case=case, by=suzuki, text="回答", level=1, topic=procedures),
        lambda: decide(meeting=meeting, item=item, by=suzuki, text="数える", due_on=clock.today(), owner=suzuki),
    )
    assert refused(outcomes) <= 1
    assert case.next_steps.count() == Decision.objects.count() == (0 if isinstance(outcomes[1], Exception) else 1)


def test_the_agenda_collected_at_once_has_everything_once(items, kohoku, suzuki):
    for number in range(3):
        case = make_case(kohoku)
        actions.ask_meeting(case=case, by=suzuki, kind=AskKind.SHARING, question=f"あとから{number}")
    meeting = items[0].meeting
    outcomes = at_once(*[lambda: collect(meeting=meeting)] * 3)
    assert sorted(outcomes) == [0, 0, 3]
    assert meeting.items.count() == 6


def test_the_seat_taken_at_once_is_one_person_s(items, suzuki, sato):
    assert refused(at_once(*[lambda by=by: take_seat(meeting=items[0].meeting, by=by) for by in (suzuki, sato)])) == 0
    assert Meeting.objects.get().facilitator in (suzuki, sato)


def test_two_workers_mail_the_agenda_once(items):
    Meeting.objects.update(held_on=TUESDAY)

    def on_the_morning():
        # A thread has a clock of its own.
        with clock.at(datetime.combine(TUESDAY, time(8, 40), tzinfo=TOKYO)):
            return mail_agenda()

    assert sorted(at_once(on_the_morning, on_the_morning)) == [0, 2]
    addresses = list(Delivery.objects.filter(key__contains=":agenda:").values_list("address", flat=True))
    assert len(addresses) == len(set(addresses))


def test_a_meeting_that_is_being_moved_is_not_mailed_on_its_old_morning(items, suzuki):
    Meeting.objects.update(held_on=TUESDAY)
    meeting, moved = Meeting.objects.get(), threading.Event()
    morning = datetime.combine(TUESDAY, time(8, 40), tzinfo=TOKYO)

    def move():
        with clock.at(morning), transaction.atomic():
            change_meeting(meeting=meeting, by=suzuki, held_on=TUESDAY + timedelta(days=7))
            moved.set()
            threading.Event().wait(0.5)

    def mail():
        moved.wait()
        with clock.at(morning):
            return mail_agenda()

    assert at_once(move, mail) == [None, 0]
    assert not Delivery.objects.filter(key__contains=":agenda:").exists()


def test_a_question_stands_once_where_two_meetings_are_planned_at_once(kohoku, pair, suzuki):
    today = clock.today()
    plan_meeting(by=suzuki, held_on=today - timedelta(days=7))  # its day has passed
    case = make_case(kohoku)
    ask = actions.ask_meeting(case=case, by=suzuki, kind=AskKind.NO_IDEA, question="一度だけ")
    days = [today + timedelta(days=number) for number in (9, 2, 7, 4)]
    outcomes = at_once(*[lambda day=day: plan_meeting(by=suzuki, held_on=day) for day in days])
    assert refused(outcomes) == 0
    stands = AgendaItem.objects.filter(ask=ask, meeting__held_on__gt=today)
    assert [item.meeting.held_on for item in stands.select_related("meeting")] == [min(days)]
    assert AgendaItem.objects.filter(case=case, meeting__held_on__gt=today).count() == 1


def test_a_series_planned_at_once_has_each_week_once(kohoku, pair, suzuki, sato):
    plan_meeting(by=suzuki, held_on=clock.today() - timedelta(days=7))  # its day has passed
    monday = clock.today() + timedelta(days=14 - clock.today().weekday())
    days = [monday, monday + timedelta(days=1)]
    outcomes = at_once(*[lambda day=day: plan_series(by=suzuki, held_on=day, weeks=2) for day in days])
    assert refused(outcomes) <= 1
    weeks = [meeting.held_on.isocalendar()[:2] for meeting in Meeting.objects.filter(held_on__gt=clock.today())]
    assert len(weeks) == len(set(weeks)) >= 1


def test_a_question_stands_once_where_agendas_are_collected_while_a_meeting_is_moved(items, kohoku, suzuki, sato):
    first = items[0].meeting
    planned = [plan_meeting(by=suzuki, held_on=first.held_on + timedelta(days=days)) for days in (7, 14)]
    case = make_case(kohoku)
    ask = actions.ask_meeting(case=case, by=suzuki, kind=AskKind.NO_IDEA, question="一度だけ")
    kept = {"starts_at": time(0), "ends_at": time(23, 59), "place": "", "facilitator": None, "recorder": None}
    outcomes = at_once(
        lambda: change_meeting(meeting=first, by=suzuki, held_on=first.held_on + timedelta(days=21), **kept),
        *[lambda meeting=meeting: collect(meeting=meeting) for meeting in (*planned[::-1], *planned)],
        lambda: confirm_minutes(meeting=first, by=sato),
    )
    assert refused(outcomes) <= 1
    compose_next()
    assert AgendaItem.objects.filter(ask=ask).count() == 1


def test_of_attendance_noted_at_once_what_each_ticked_holds(items, suzuki, sato, ito):
    meeting = items[0].meeting
    outcomes = at_once(
        lambda: note_attendance(meeting=meeting, by=suzuki, present={ito: False}, unless_noted={sato: True}),
        lambda: note_attendance(meeting=meeting, by=sato, present={sato: False}, unless_noted={ito: True}),
    )
    assert refused(outcomes) == 0
    assert dict(meeting.attendance.values_list("user__username", "present")) == {
        ito.username: False,
        sato.username: False,
    }


def test_a_meeting_called_off_at_once_is_called_off_once(items, suzuki, sato):
    meeting = items[0].meeting
    Meeting.objects.update(agenda_mailed_on=meeting.held_on)
    assert refused(at_once(*[lambda by=by: call_off(meeting=meeting, by=by) for by in (suzuki, sato)])) == 1
    addresses = list(Delivery.objects.filter(key__endswith=":called_off").values_list("address", flat=True))
    assert len(addresses) == len(set(addresses)) == 2


def test_what_is_said_while_a_meeting_is_called_off_stands_or_is_refused(items, suzuki, sato):
    meeting = items[0].meeting
    outcomes = at_once(
        lambda: call_off(meeting=meeting, by=suzuki),
        lambda: say(item=items[0], by=sato, kind="technical", text="滑り込み"),
    )
    assert refused(outcomes) == 1
    meeting.refresh_from_db()
    assert Advice.objects.exists() is (meeting.called_off_at is None)


def test_a_decision_handed_on_at_once_is_changed_once(items, suzuki, sato):
    decision = decide(meeting=items[0].meeting, by=suzuki, text="決めた", due_on=clock.today(), owner=suzuki)
    outcomes = at_once(
        *[
            lambda by=by: change_decision(
                decision=decision, by=by, owner=by, due_on=clock.today(), reason=by.name, seen=0
            )
            for by in (suzuki, sato)
        ]
    )
    assert refused(outcomes) == 1
    assert decision.changes.count() == 1
