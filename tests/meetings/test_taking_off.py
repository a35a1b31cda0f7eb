"""What was dealt with before the meeting goes off its agenda again, until people sit at it."""

from datetime import date

import pytest

from consultations import actions
from meetings.actions import (
    change_decision,
    compose_next,
    decide,
    drop_item,
    finish_item,
    focus,
    plan_meeting,
    say,
)
from tests.factories import make_case
from tests.meetings.conftest import NEXT_TUESDAY, TUESDAY, mailed, on


@pytest.fixture
def deal_with_all(everything, suzuki):
    """Takes away the reasons for which the quiet, the held and the checked case stand there."""

    def deal():
        actions.add_note(case=everything["quiet"], by=suzuki, text="電話で話した。")
        actions.resume(case=everything["held"], by=suzuki)
        check = everything["checked"].checks.get()
        actions.answer_check(check=check, by=suzuki, ruling="allowed", answer="使ってよい。")

    return deal


def kinds(meeting):
    return [item.kind for item in meeting.items.standing()]


def test_it_takes_off_what_was_dealt_with_before_the_meeting(everything, deal_with_all, meeting, suzuki):
    assert kinds(meeting) == ["ask", "new", "follow_up", "quiet", "check"]
    with on(TUESDAY, 8, 20):
        focus(item=meeting.items.get(case=everything["held"]), by=suzuki)
        deal_with_all()
        body = mailed()
    assert kinds(meeting) == ["ask", "new"]
    for title in ("静かな案件", "様子見の案件", "確認中の案件"):
        assert title not in body
    meeting.refresh_from_db()
    assert meeting.focus is None


def test_it_stands_there_for_the_reason_that_holds_by_now(meeting, asahi, suzuki):
    with on(date(2026, 10, 26)):
        case = actions.take_up(case=make_case(asahi), by=suzuki)
        actions.ask_check(case=case, by=suzuki, question="庁外で使ってよいか。")

    def stands():
        compose_next()
        return [item.kind for item in meeting.items.filter(case=case)]

    assert stands() == ["quiet"]
    actions.add_note(case=case, by=suzuki, text="電話で話した。")
    assert stands() == ["check"]
    actions.withdraw_check(check=case.checks.get(), by=suzuki)
    assert stands() == []
    actions.hold(case=case, by=suzuki, follow_up_on=date(2026, 11, 20))
    assert stands() == []
    with on(date(2026, 11, 20)):
        assert stands() == ["follow_up"]


def test_what_somebody_touched_stays_though_its_reason_is_gone(everything, deal_with_all, meeting, suzuki):
    with on(TUESDAY, 8, 20):
        drop_item(item=meeting.items.get(case=everything["quiet"]), by=suzuki)
        say(item=meeting.items.get(case=everything["held"]), by=suzuki, kind="technical", text="先に読んだ。")
        finish_item(item=meeting.items.get(case=everything["checked"]), by=suzuki)
        deal_with_all()
        compose_next()
    assert meeting.items.filter(case__in=everything.values()).count() == 3


def test_it_takes_nothing_off_an_agenda_that_people_sit_at(deal_with_all, meeting):
    with on(TUESDAY, 10, 1):
        deal_with_all()
        compose_next()
    assert kinds(meeting) == ["ask", "new", "follow_up", "quiet", "check"]


def test_it_takes_off_a_decision_that_was_put_off_beyond_the_meeting(meeting, suzuki, sato):
    with on(TUESDAY, 10, 30):
        item = meeting.items.get()
        of_a_case = decide(meeting=meeting, item=item, by=suzuki, text="数える", due_on=NEXT_TUESDAY, owner=sato)
        of_none = decide(meeting=meeting, by=suzuki, text="案内文を作る", due_on=NEXT_TUESDAY, owner=sato)
    with on(TUESDAY, 11, 1):
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
        assert kinds(later) == ["decision", "decision", "ask"]
        off = {"by": sato, "owner": sato, "due_on": date(2027, 3, 1)}
        actions.change_step(step=of_a_case.step, text="数える", **off)
        change_decision(decision=of_none, reason="来年度に回す", **off)
        compose_next()
        assert kinds(later) == ["ask"]
