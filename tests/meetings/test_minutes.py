"""After the meeting: minutes are confirmed once, and then stay as they are."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import actions
from consultations.states import AskKind
from meetings import actions as meetings
from meetings.actions import (
    collect,
    confirm_minutes,
    decide,
    finish_item,
    plan_meeting,
    say,
)
from office import clock
from office.actions import ActionRefused
from tests.factories import make_case
from tests.meetings.conftest import TOKYO
from tests.meetings.minutes import archive, at, places, sheet, told


def confirm(browser, meeting):
    return browser.post(reverse("meeting_confirm", args=[meeting.pk]), follow=True)


def test_it_says_beforehand_what_is_carried_over_and_who_gets_the_mail(desk, held, item):
    page = desk.get(reverse("meeting_confirm", args=[held.pk])).content.decode()
    assert item.case.title in page
    assert "伊藤 健" in page
    assert "佐藤 花子" not in page


def test_it_confirms_the_minutes_and_mails_them_to_those_who_were_not_there(desk, held, ito, suzuki):
    assert "議事録を確定しました" in confirm(desk, held).content.decode()
    held.refresh_from_db()
    assert held.confirmed_by == suzuki
    [mail] = told(held, "minutes")
    assert mail.address == ito.email
    for words in (
        "表計算で足りる。",
        "件数を数える",
        "次回に持ち越し",
        "技術（佐藤）",
        f"/desk/meetings/{held.pk}/minutes/",
    ):
        assert words in mail.body
    assert mail.subject == "【DX相談・定例会】議事録（令和8年11月24日（火））"


def test_it_is_refused_in_words_to_confirm_twice_and_has_no_double_effect(desk, held):
    confirm(desk, held)
    held.refresh_from_db()
    first = held.confirmed_at
    again = confirm(desk, held)
    assert again.status_code == 409
    assert "鈴木 一郎が議事録を確定しました" in again.content.decode()
    held.refresh_from_db()
    assert held.confirmed_at == first
    assert len(told(held, "minutes")) == 1


def test_it_is_refused_before_the_meeting_has_begun(desk, meeting):
    response = confirm(desk, meeting)
    assert response.status_code == 409
    assert "まだ始まっていません" in response.content.decode()


def test_it_mails_the_whole_team_where_attendance_was_not_noted(tuesday, item, suzuki, sato, ito):
    confirm_minutes(meeting=item.meeting, by=suzuki)
    assert {mail.address for mail in told(item.meeting, "minutes")} == {suzuki.email, sato.email, ito.email}


def test_what_is_confirmed_is_fixed_and_what_was_typed_is_kept(desk, held, item, suzuki):
    confirm(desk, held)
    calls = {
        "say": {"kind": "technical", "text": "残る言葉"},
        "decide": {"text": "残る言葉", "owner": suzuki.pk, "owner_name": "", "due_on": "2026-12-01"},
        "finish": {"summary": "残る言葉"},
        "level": {"level": "4"},
        "focus": {},
        "advice": {"summary": "残る言葉"},
    }
    for act, typed in calls.items():
        response = desk.post(reverse(f"meeting_{act}", args=[held.pk, item.pk]), typed)
        page = response.content.decode()
        assert response.status_code == 409, act
        assert "議事録を確定しました" in page, act
        if "残る言葉" in typed.values():
            assert "残る言葉" in page, act
    for act, typed in {
        "seat": {},
        "arrange": {"act": f"drop-{item.pk}"},
        "attendance": {},
        "resolve": {"text": "残る言葉", "owner": suzuki.pk, "owner_name": "", "due_on": "2026-12-01"},
        "collect": {},
        "change": {"starts_at": "10:00", "ends_at": "11:00", "place": "", "facilitator": "", "recorder": ""}
        | {"held_on": "2026-11-24"},
    }.items():
        response = desk.post(reverse(f"meeting_{act}", args=[held.pk]), typed)
        assert response.status_code == 409, act
    assert item.advice.count() == item.decisions.count() == 1


@pytest.mark.parametrize("name", ["collect", "bring_back_item", "drop_item", "focus", "take_seat", "note_attendance"])
def test_no_action_changes_a_confirmed_meeting(held, item, suzuki, name):
    confirm_minutes(meeting=held, by=suzuki)
    about = {
        "collect": {"meeting": held},
        "take_seat": {"meeting": held, "by": suzuki},
        "note_attendance": {"meeting": held, "by": suzuki, "present": {suzuki: False}},
    }
    with pytest.raises(ActionRefused, match="確定しました|confirmed"):
        getattr(meetings, name)(**about.get(name, {"item": item, "by": suzuki}))


def test_it_goes_on_at_the_next_meeting(held, item, suzuki):
    later = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
    assert [(row.kind, row.case) for row in later.items.all()] == [("decision", item.case), ("ask", item.case)]
    assert later.items.first().decision.text == "件数を数える"


def test_a_decision_is_carried_out_after_its_minutes_are_confirmed(held, suzuki):
    confirm_minutes(meeting=held, by=suzuki)
    decision = held.decisions.get()
    meetings.settle_decision(decision=decision, by=suzuki)
    decision.refresh_from_db()
    assert not decision.is_open


# --- on paper, and by year


def test_it_prints_the_minutes(desk, held):
    url = reverse("meeting_minutes", args=[held.pk])
    assert "議事録は未確定です" in desk.get(url).content.decode()
    confirm(desk, held)
    page = desk.get(url).content.decode()
    for words in (
        "議事録",
        "出席：鈴木 一郎、佐藤 花子",
        "欠席：伊藤 健",
        "表計算で足りる。",
        "件数を数える",
        "次回に持ち越し",
    ):
        assert words in page
    desk.cookies["language"] = "en"
    assert "Confirmed by 鈴木 一郎, 24 Nov 2026 (Tue) 11:05" in desk.get(url).content.decode()


def test_the_archive_of_a_year_is_printed(desk, held, suzuki):
    with clock.at(datetime(2026, 3, 3, 9, 0, tzinfo=TOKYO)):
        plan_meeting(by=suzuki, held_on=date(2026, 3, 3))
    with clock.at(datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO)):
        page = desk.get(reverse("meeting_archive"), {"year": "2026"}).content.decode()
        for words in ("令和8年度", "表計算で足りる。", "件数を数える"):
            assert words in page
        assert "令和8年3月3日" not in page
        assert "令和8年3月3日" in desk.get(reverse("meeting_archive"), {"year": "2025"}).content.decode()
        for odd in ("x", "9" * 5000, ""):
            assert desk.get(reverse("meeting_archive"), {"year": odd}).status_code == 200
    assert "令和8年度の記録を印刷する" in desk.get(reverse("meeting_list")).content.decode()


def test_the_archive_of_no_meeting_says_so(desk, db):
    assert "開催した定例会はありません" in desk.get(reverse("meeting_archive")).content.decode()


def test_nothing_of_a_case_handled_with_care_stands_in_mail_or_on_paper(desk, held, item, suzuki, procedures):
    actions.describe(case=item.case, by=suzuki, title="処分の相談", topic=procedures, level=2, sensitive=True)
    confirm(desk, held)
    later = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
    with clock.at(datetime(2026, 12, 1, 8, 40, tzinfo=TOKYO)):
        meetings.mail_agenda()
        pages = [
            desk.get(reverse("meeting_minutes", args=[held.pk])).content.decode(),
            desk.get(reverse("meeting_archive")).content.decode(),
            desk.get(reverse("meeting_agenda", args=[later.pk])).content.decode(),
        ]
    texts = [*pages, *(mail.body for mail in [*told(held, "minutes"), *told(later, "agenda")])]
    assert len(texts) >= 5
    for text in texts:
        assert item.case.number in text
        for secret in ("処分の相談", "表計算で足りる", "件数を数える", "自信がない。"):
            assert secret not in text


def test_the_archive_asks_the_database_as_often_for_40_items_as_for_10(desk, tuesday, meeting, kohoku, pair, suzuki):
    def add(count):
        for number in range(count):
            case = make_case(kohoku)
            actions.ask_meeting(case=case, by=suzuki, kind=AskKind.NO_IDEA, question=f"質問{number}")
        with clock.at(datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO)):
            collect(meeting=meeting)
        for item in meeting.items.to_do()[:count]:
            say(item=item, by=suzuki, kind="technical", text="助言")
            decide(meeting=meeting, item=item, by=suzuki, text="決定", due_on=date(2026, 12, 1), owner=suzuki)

    url = reverse("meeting_archive")
    add(9)
    with CaptureQueriesContext(connection) as ten:
        desk.get(url)
    add(30)
    with CaptureQueriesContext(connection) as forty:
        desk.get(url)
    assert len(ten) == len(forty) <= 12


# --- the same places everywhere


def test_sheet_archive_and_mail_give_an_item_the_same_number(desk, meeting, item, asahi, suzuki, sato):
    second = make_case(asahi, title="二番目の案件")
    actions.ask_meeting(case=second, by=suzuki, kind=AskKind.NO_IDEA, question="どうする。")
    collect(meeting=meeting)
    actions.withdraw_ask(ask=item.ask, by=suzuki)
    with at(9):
        meetings.mail_agenda()
    with at(11, 5):
        finish_item(item=meeting.items.get(case=second), by=suzuki, summary="様子を見る。")
        confirm_minutes(meeting=meeting, by=suzuki)
        texts = [sheet(desk, meeting), *(told(meeting, event)[0].body for event in ("minutes", "agenda"))]
    for text in [*texts, archive(desk)]:
        assert places(text, second.title) == ["1"]
        assert item.ask.question not in text
        assert f". {item.case.title}" not in text  # nobody talked about it


def test_the_archive_says_which_minutes_are_a_draft(desk, held, suzuki):
    assert "議事録は未確定です" in archive(desk)
    confirm_minutes(meeting=held, by=suzuki)
    assert "議事録は未確定です" not in archive(desk)
    assert "確定：鈴木 一郎" in archive(desk)


# --- what was done without a word


def test_they_say_what_else_was_gone_through_and_how_it_stood(desk, meeting, asahi, suzuki, sato):
    with clock.at(datetime(2026, 11, 20, 9, 0, tzinfo=TOKYO)):
        new, left = make_case(asahi, title="新着の案件"), make_case(asahi, title="届かなかった案件")
    with at(9):
        collect(meeting=meeting)
    with at(10, 30):
        meetings.set_level(item=meeting.items.get(case=new), by=suzuki, level=3)
        finish_item(item=meeting.items.get(case=new), by=suzuki)
    with at(11, 5):
        confirm_minutes(meeting=meeting, by=suzuki)
        actions.take_up(case=new, by=suzuki)
        texts = [sheet(desk, meeting), archive(desk), " ".join(told(meeting, "minutes")[0].body.split())]
    for text in texts:
        also, _, carried = text.partition("そのほか確認した案件")[2].partition("次回に持ち越し")
        assert new.title in also
        assert "未着手 / レベル 3" in also
        assert left.title in carried
        assert left.title not in also


def test_they_do_not_claim_what_was_settled_between_the_meeting_and_their_being_confirmed(desk, meeting, asahi, suzuki):
    with clock.at(datetime(2026, 11, 20, 9, 0, tzinfo=TOKYO)):
        case = make_case(asahi, title="翌日に片付いた案件")
    with at(9):
        collect(meeting=meeting)
    with clock.at(datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO)):
        actions.close(case=case, by=suzuki, result="mistaken", level=None, topic=None)
        confirm_minutes(meeting=meeting, by=suzuki)
    assert case.title not in sheet(desk, meeting)


def test_they_say_what_became_of_the_decisions_of_last_time(desk, held, suzuki, sato):
    decide(meeting=held, by=suzuki, text="案内文を作る", due_on=date(2026, 12, 1), owner=sato)
    confirm_minutes(meeting=held, by=suzuki)
    with clock.at(datetime(2026, 12, 1, 10, 30, tzinfo=TOKYO)):
        later = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
        own = later.items.get(decision__text="案内文を作る")
        meetings.settle_decision(decision=own.decision, by=sato)
        finish_item(item=later.items.get(decision__text="件数を数える"), by=suzuki)
    with clock.at(datetime(2026, 12, 1, 11, 5, tzinfo=TOKYO)):
        confirm_minutes(meeting=later, by=suzuki)
    with clock.at(datetime(2026, 12, 2, 11, 5, tzinfo=TOKYO)):
        meetings.settle_decision(decision=held.decisions.get(text="件数を数える"), by=sato)
        for text in (sheet(desk, later), told(later, "minutes")[0].body):
            also = text.partition("そのほか確認した案件")[2]
            first, second = also.index("件数を数える"), also.index("案内文を作る")
            assert also[first:].index("未実施") < also[first:].index("実施済み")
            assert "実施済み" in also[second:]


def test_they_say_where_nothing_was_recorded(desk, suzuki, tuesday, item):
    actions.withdraw_ask(ask=item.ask, by=suzuki)
    empty = plan_meeting(by=suzuki, held_on=date(2026, 11, 25))
    with clock.at(datetime(2026, 11, 25, 11, 5, tzinfo=TOKYO)):
        confirm_minutes(meeting=empty, by=suzuki)
        for text in (sheet(desk, empty), told(empty, "minutes")[0].body):
            assert "発言や決定の記録はありません。" in text
