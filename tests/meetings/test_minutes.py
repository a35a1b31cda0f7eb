"""After the meeting: minutes are confirmed once, and then stay as they are."""

import re
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import actions
from consultations.models import EntryKind
from consultations.models.entry import Requester
from consultations.states import AskKind
from meetings import actions as meetings
from meetings.actions import (
    collect,
    confirm_minutes,
    decide,
    drop_item,
    finish_item,
    note_attendance,
    plan_meeting,
    say,
)
from office import clock
from office.actions import ActionRefused
from outbox.models import Delivery
from tests.factories import make_case
from tests.meetings.conftest import TOKYO, TUESDAY


@pytest.fixture
def item(meeting):
    return meeting.items.get()


@pytest.fixture
def tuesday(item):
    """The end of the meeting."""
    with clock.at(datetime(2026, 11, 24, 11, 5, tzinfo=TOKYO)):
        yield


@pytest.fixture
def held(tuesday, item, suzuki, sato, ito):
    """A meeting at which ito was absent, with advice and a decision."""
    meeting = item.meeting
    note_attendance(meeting=meeting, by=suzuki, present={suzuki: True, sato: True, ito: False})
    say(item=item, by=sato, kind="technical", text="表計算で足りる。")
    decide(meeting=meeting, item=item, by=suzuki, text="件数を数える", due_on=date(2026, 12, 1), owner=sato)
    return meeting


def told(meeting, event):
    return list(Delivery.objects.filter(key__startswith=f"meeting:{meeting.pk}:{event}").order_by("address"))


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


# --- the agenda by mail


def at(hour, minute=0, day=TUESDAY):
    return clock.at(datetime(day.year, day.month, day.day, hour, minute, tzinfo=TOKYO))


def test_the_team_gets_the_agenda_on_the_morning_once(meeting, ask, suzuki, sato, ito, administrator):
    from meetings.tasks import mail_agenda

    with at(8, 29):
        assert mail_agenda() == 0
    with at(8, 30):
        assert mail_agenda() == 3
    with at(8, 35):
        assert mail_agenda() == 0
    mails = told(meeting, "agenda")
    assert {mail.address for mail in mails} == {suzuki.email, sato.email, ito.email}  # administrator: not on the team
    assert mails[0].subject == "【DX相談・定例会】次第（令和8年11月24日（火））"
    for words in (ask.question, ask.case.number, "第3会議室", f"/desk/meetings/{meeting.pk}/room/"):
        assert words in mails[0].body


def test_the_agenda_is_brought_up_to_date_before_it_is_mailed(meeting, asahi, suzuki):
    with clock.at(datetime(2026, 11, 20, 17, 0, tzinfo=TOKYO)):
        late = make_case(asahi, title="前日の夕方に来た案件")
    with at(8, 30):
        meetings.mail_agenda()
    assert late.title in told(meeting, "agenda")[0].body


def test_a_worker_that_comes_up_late_mails_it_while_the_meeting_lasts(meeting):
    with at(11, 0):
        assert meetings.mail_agenda() == 0
    with at(10, 59):
        assert meetings.mail_agenda() > 0


def test_nothing_is_mailed_on_a_day_without_a_meeting_or_on_a_holiday(meeting, suzuki):
    with at(9, 0, date(2026, 11, 25)):
        assert meetings.mail_agenda() == 0
    holiday = plan_meeting(by=suzuki, held_on=date(2026, 11, 23))
    with at(9, 0, holiday.held_on):
        assert meetings.mail_agenda() == 0


def test_a_meeting_that_was_moved_is_told_anew(meeting, suzuki):
    with at(8, 30):
        meetings.mail_agenda()
        meetings.change_meeting(
            meeting=meeting,
            by=suzuki,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            place="",
            facilitator=None,
            recorder=None,
            held_on=date(2026, 11, 25),
        )
    with at(8, 30, date(2026, 11, 25)):
        assert meetings.mail_agenda() > 0


def test_the_timetable_asks_every_few_minutes(settings):
    for name, task in (("mail-agenda", "mail_agenda"), ("compose-agenda", "compose_next")):
        assert settings.CELERY_BEAT_SCHEDULE[name]["task"] == f"meetings.tasks.{task}"


# --- what comes after


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


def sheet(desk, meeting):
    return " ".join(desk.get(reverse("meeting_minutes", args=[meeting.pk])).content.decode().split())


def archive(desk):
    with clock.at(datetime(2026, 12, 28, 9, 0, tzinfo=TOKYO)):
        return " ".join(desk.get(reverse("meeting_archive")).content.decode().split())


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


# --- the same places everywhere


def places(text, *titles):
    """The number before each title."""
    found = [re.search(rf"(\d+)\. (?:\[[^]]*\] )?{re.escape(title)}", text) for title in titles]
    return [match and match[1] for match in found]


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
