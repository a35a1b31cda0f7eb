"""What comes after a meeting, or after its minutes are confirmed, changes nothing in them."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from consultations import actions
from consultations.models import EntryKind
from consultations.models.entry import Requester
from meetings import actions as meetings
from meetings.actions import (
    collect,
    confirm_minutes,
    decide,
    drop_item,
    finish_item,
    plan_meeting,
    say,
)
from office import clock
from tests.factories import make_case
from tests.meetings.conftest import TOKYO, TUESDAY
from tests.meetings.minutes import archive, at, places, sheet, told

# --- at the next meeting


def test_they_still_say_what_was_carried_over_once_the_next_meeting_has_settled_it(desk, held, item, suzuki):
    confirm_minutes(meeting=held, by=suzuki)
    with clock.at(datetime(2026, 12, 1, 10, 30, tzinfo=TOKYO)):
        later = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
        finish_item(item=later.items.get(ask=item.ask), by=suzuki, summary="翌週の結論。")
        minutes = desk.get(reverse("meeting_minutes", args=[held.pk])).content.decode()
        archive = desk.get(reverse("meeting_archive")).content.decode()
        assert "次回に持ち越し" not in desk.get(reverse("meeting_minutes", args=[later.pk])).content.decode()
    for page in (minutes, archive):
        assert page.count("次回に持ち越し") == 1
        assert "翌週の結論。" not in page


def test_they_do_not_tell_the_advice_of_another_meeting_as_their_own(desk, tuesday, item, suzuki):
    confirm_minutes(meeting=item.meeting, by=suzuki)
    with clock.at(datetime(2026, 12, 1, 10, 30, tzinfo=TOKYO)):
        later = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
        finish_item(item=later.items.get(ask=item.ask), by=suzuki, summary="翌週の結論。")
        page = desk.get(reverse("meeting_minutes", args=[item.meeting_id])).content.decode()
    assert "次回に持ち越し" in page
    assert "翌週の結論。" not in page


@pytest.mark.parametrize("act", ["say", "decide"])
def test_they_have_what_was_written_to_an_item_dropped_meanwhile(desk, tuesday, item, suzuki, sato, act):
    drop_item(item=item, by=sato)
    if act == "say":
        say(item=item, by=suzuki, kind="technical", text="外した後の言葉")
    else:
        about = {"text": "外した後の言葉", "due_on": date(2026, 12, 1), "owner": sato}
        decide(meeting=item.meeting, item=item, by=suzuki, **about)
    item.refresh_from_db()
    assert (item.dropped_at, item.dropped_by) == (None, None)
    confirm_minutes(meeting=item.meeting, by=suzuki)
    assert "外した後の言葉" in desk.get(reverse("meeting_minutes", args=[item.meeting_id])).content.decode()


# --- what was decided stays as it was decided


def change_decision(decision, by, **changes):
    told = {"text": decision.text, "due_on": decision.due_on, "owner": decision.owner} | changes
    actions.change_step(step=decision.step, by=by, **told)


def test_they_say_of_a_decision_struck_out_in_the_meeting_that_it_is(desk, held, suzuki):
    decision = held.decisions.get()
    actions.drop_step(step=decision.step, by=suzuki)
    assert "<s>件数を数える (佐藤 花子 12月1日まで)</s> 不要になった" in sheet(desk, held)
    confirm_minutes(meeting=held, by=suzuki)
    for page in (sheet(desk, held), archive(desk)):
        assert "<s>件数を数える (佐藤 花子 12月1日まで)</s> 不要になった" in page
    assert "→ 件数を数える (佐藤 花子 12月1日まで) [不要になった]" in told(held, "minutes")[0].body


def test_they_strike_nothing_out_that_was_dropped_after_they_were_confirmed(desk, held, suzuki):
    confirm_minutes(meeting=held, by=suzuki)
    with clock.at(datetime(2026, 11, 30, 9, 0, tzinfo=TOKYO)):
        actions.drop_step(step=held.decisions.get().step, by=suzuki)
    assert "不要になった" not in sheet(desk, held)


def test_they_have_a_decision_as_it_was_corrected_in_the_meeting(desk, held, suzuki, sato, ito):
    change_decision(held.decisions.get(), sato, text="件数と時間を計る", owner=ito, due_on=date(2026, 12, 8))
    corrected = "件数と時間を計る (伊藤 健 12月8日まで)"
    assert corrected in sheet(desk, held)
    confirm_minutes(meeting=held, by=suzuki)
    for text in (sheet(desk, held), archive(desk), told(held, "minutes")[0].body):
        assert corrected in text
        assert "件数を数える" not in text


def test_what_is_done_with_a_decision_afterwards_stands_beside_it_on_the_screen(desk, held, suzuki, sato, ito):
    confirm_minutes(meeting=held, by=suzuki)
    change_decision(held.decisions.get(), sato, owner=ito, due_on=date(2027, 2, 8))
    for page in (sheet(desk, held), archive(desk)):
        assert "件数を数える (佐藤 花子 12月1日まで)" in page
        assert "伊藤 健 2月8日" not in page
    room = " ".join(desk.get(reverse("meeting_room", args=[held.pk])).content.decode().split())
    assert "佐藤 花子 12月1日まで" in room
    assert "現在：伊藤 健 2月8日まで" in room


def test_they_call_everything_as_it_was_called_then(desk, held, item, asahi, suzuki, sato, ito, procedures):
    decide(meeting=held, by=suzuki, text="会議室を替える", due_on=date(2026, 12, 1), owner=ito)
    confirm_minutes(meeting=held, by=suzuki)
    before = {name: text(desk) for name, text in {"sheet": lambda d: sheet(d, held), "archive": archive}.items()}
    case = item.case
    actions.describe(case=case, by=suzuki, title="別の題名", topic=procedures, level=4, sensitive=False)
    actions.correct_origin(case=case, by=suzuki, department=asahi, section=None, other_section="税務課")
    suzuki.rank = "manager"
    for person, name in ((suzuki, "高橋 一郎"), (sato, "山口 花子"), (ito, "渡辺 健")):
        person.name = name
        person.save()
    assert {"sheet": sheet(desk, held), "archive": archive(desk)} == before
    assert "進行：鈴木係長" in before["sheet"]
    assert "港北区地域振興課 / 鈴木係長・佐藤" in before["sheet"]
    for words in ("：伊藤 健</span>", "佐藤 花子</span> 表計算", "(佐藤 花子 12月1日まで)", "(伊藤 健 12月1日まで)"):
        assert words in before["sheet"]


def test_a_case_handled_with_care_since_shows_nothing_of_what_they_kept(desk, held, item, suzuki, procedures):
    title = item.case.title
    confirm_minutes(meeting=held, by=suzuki)
    assert title in sheet(desk, held)
    actions.describe(case=item.case, by=suzuki, title=title, topic=procedures, level=2, sensitive=True)
    for page in (sheet(desk, held), archive(desk)):
        for secret in (title, "件数を数える", "表計算で足りる。"):
            assert secret not in page
        assert "（取扱注意）" in page


# --- what comes after the day of the meeting, or after they are confirmed


@pytest.fixture
def held_back(item, meeting, asahi, suzuki):
    """A case whose follow-up day is the meeting's: it stands on the agenda."""
    with clock.at(datetime(2026, 11, 2, 9, 0, tzinfo=TOKYO)):
        case = make_case(asahi, title="様子見の案件")
        actions.hold(case=case, by=suzuki, follow_up_on=TUESDAY)
    with at(9):
        collect(meeting=meeting)
    return meeting.items.get(case=case)


def reopen(case):
    with at(9, day=date(2026, 11, 25)):
        case.refresh_from_db()
        actions.receive_message(case=case, by=Requester(case), kind=EntryKind.ASKED_AGAIN, text="もう一度相談したい。")


def test_they_keep_what_was_closed_in_the_meeting_though_it_is_taken_up_again(desk, meeting, held_back, suzuki):
    with at(10, 20):
        actions.close(case=held_back.case, by=suzuki, result="mistaken", level=None, topic=None)
    with at(11, 5):
        confirm_minutes(meeting=meeting, by=suzuki)
    before = sheet(desk, meeting), archive(desk)
    assert held_back.case.title in before[0].partition("そのほか確認した案件")[2]
    reopen(held_back.case)
    assert (sheet(desk, meeting), archive(desk)) == before


def test_their_numbers_stay_though_what_was_moot_is_taken_up_again(desk, meeting, held_back, item, suzuki):
    meetings.place_items(meeting=meeting, by=suzuki, places={held_back: 1})
    with at(9, 30):
        actions.close(case=held_back.case, by=suzuki, result="mistaken", level=None, topic=None)
    with at(11, 5):
        finish_item(item=item, by=suzuki, summary="足りる。")
        confirm_minutes(meeting=meeting, by=suzuki)
    reopen(held_back.case)
    assert places(sheet(desk, meeting), item.case.title) == ["1"]
    with at(9, day=date(2026, 11, 25)):
        agenda = desk.get(reverse("meeting_agenda", args=[meeting.pk])).content.decode().partition("協議不要")[2]
    assert held_back.case.number in agenda
    assert "クローズ" in agenda


def test_they_still_say_what_was_carried_over_to_their_meeting_though_the_one_before_is_called_off(
    desk, meeting, item, suzuki
):
    with at(12):
        later = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
    with at(11, 5, date(2026, 12, 1)):
        confirm_minutes(meeting=later, by=suzuki)
        assert "持ち越し" in sheet(desk, later).partition("次回に持ち越し")[0]
        meetings.call_off(meeting=meeting, by=suzuki)
        assert "持ち越し" in sheet(desk, later).partition("次回に持ち越し")[0]


@pytest.mark.parametrize("confirmed", [True, False])
def test_they_say_what_was_carried_over_though_the_next_meeting_is_through_with_it(
    desk, meeting, item, asahi, suzuki, confirmed
):
    """Where nobody confirms them for a week: what counts is the day of the meeting."""
    with at(9, day=date(2026, 11, 20)):
        new = make_case(asahi, title="新着の案件")
        collect(meeting=meeting)
    with at(12):
        later = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
        actions.take_up(case=new, by=suzuki)
    with at(10, 30, date(2026, 12, 1)):
        finish_item(item=later.items.get(ask=item.ask), by=suzuki, summary="翌週の結論。")
        check = desk.get(reverse("meeting_confirm", args=[meeting.pk])).content.decode()
        if confirmed:
            confirm_minutes(meeting=meeting, by=suzuki)
    assert item.case.title in check
    assert new.title in check
    question, _, in_short = sheet(desk, meeting).partition("<caption>次回に持ち越し")
    assert "次回に持ち越し" in question
    assert new.title in in_short


def test_they_say_of_a_question_withdrawn_after_the_meeting_that_it_was_carried_over(desk, meeting, item, suzuki):
    with at(9, day=date(2026, 11, 26)):
        actions.withdraw_ask(ask=item.ask, by=suzuki)
        confirm_minutes(meeting=meeting, by=suzuki)
    assert "次回に持ち越し" in sheet(desk, meeting)
    assert "取下げ" not in sheet(desk, meeting)
