from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import actions
from consultations.models import EntryKind
from consultations.states import AskKind
from meetings.actions import collect, drop_item, plan_meeting
from meetings.models import Meeting
from office import clock
from office.actions import ActionRefused
from tests.cast import signed_in
from tests.factories import make_case
from tests.meetings.conftest import TOKYO


def ask_about(case, by, question="ほかの区の例を知りたい。"):
    return actions.ask_meeting(case=case, by=by, kind=AskKind.ALTERNATIVES, question=question)


@pytest.fixture
def url(meeting):
    return reverse("meeting_detail", args=[meeting.pk])


@pytest.fixture
def advice_url(meeting):
    return reverse("meeting_advice", args=[meeting.pk, meeting.items.get().pk])


# --- the page


def test_it_shows_each_question_with_its_case_and_pair(desk, url, started_case):
    page = desk.get(url).content.decode()
    assert "方向性に自信がない" in page
    assert "表計算で足りるか、自信がない。" in page
    assert f'href="{started_case.get_absolute_url()}"' in page
    assert "鈴木係長・佐藤" in page
    assert "第3会議室" in page


def test_it_lists_every_open_case_as_of_today(desk, url, started_case, closed_case_elsewhere):
    page = desk.get(url).content.decode()
    assert "未クローズの案件（1件、令和8年11月16日（月）現在）" in page
    assert closed_case_elsewhere.number not in page


@pytest.fixture
def closed_case_elsewhere(asahi, suzuki, procedures):
    case = make_case(asahi, title="クローズ済みの相談")
    return actions.answer_and_close(case=case, by=suzuki, text="回答", level=1, topic=procedures)


def test_it_says_404_for_a_meeting_that_does_not_exist(desk, db):
    for pk in (999, 10**30):
        assert desk.get(f"/desk/meetings/{pk}/").status_code == 404


# --- collecting


def test_it_collects_questions_raised_since(desk, meeting, url, asahi, suzuki):
    late = ask_about(make_case(asahi), suzuki)
    assert "次第に載っていない議題：1件" in desk.get(url).content.decode()
    response = desk.post(reverse("meeting_collect", args=[meeting.pk]), follow=True)
    assert "1件を次第に追加しました" in response.content.decode()
    assert [item.order for item in meeting.items.all()] == [1, 2]
    assert meeting.items.last().ask == late


def test_it_says_so_where_no_question_is_new(desk, meeting):
    response = desk.post(reverse("meeting_collect", args=[meeting.pk]), follow=True)
    assert "新しい議題はありません" in response.content.decode()
    assert meeting.items.count() == 1


def test_it_leaves_a_question_to_the_meeting_that_comes_first(meeting, suzuki):
    later = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
    assert not later.items.exists()


def test_it_carries_over_what_a_meeting_did_not_reach(desk, meeting, url, ask, suzuki):
    with clock.at(datetime(2026, 11, 24, 11, 0, tzinfo=TOKYO)):  # the meeting has just ended
        later = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
    assert later.items.get().ask == ask
    with clock.at(datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO)):
        page = desk.get(url).content.decode()
    assert "令和8年12月1日（火）の定例会に引き継ぎ" in page
    assert reverse("meeting_detail", args=[later.pk]) in page


def test_it_takes_no_settled_question(meeting, ask, suzuki):
    actions.withdraw_ask(ask=ask, by=suzuki)
    assert collect(meeting=plan_meeting(by=suzuki, held_on=date(2026, 12, 1))) == 0


def test_it_keeps_the_agenda_of_a_past_meeting_as_it_was(desk, meeting, asahi, suzuki):
    with clock.at(datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO)):
        ask_about(make_case(asahi), suzuki)
        response = desk.post(reverse("meeting_collect", args=[meeting.pk]))
    assert response.status_code == 409
    assert "次第は変えられません" in response.content.decode()
    assert meeting.items.count() == 1


# --- advice


def test_it_writes_the_advice_onto_the_case(desk, meeting, advice_url, ask, suzuki):
    with clock.at(datetime(2026, 11, 24, 10, 40, tzinfo=TOKYO)):
        response = desk.post(advice_url, {"summary": "表計算で足りる。\r\n総務局の例を見る。"}, follow=True)
    assert "助言を記録しました" in response.content.decode()
    ask.refresh_from_db()
    assert ask.advice == "表計算で足りる。\n総務局の例を見る。"
    entry = ask.case.entries.newest_first().first()
    assert (entry.kind, entry.user, entry.shared) == (EntryKind.MEETING_ADVICE, suzuki, False)
    assert entry.data["held_on"] == "2026-11-24"


def test_it_shows_the_advice_in_place_of_the_form(desk, url, advice_url):
    assert "助言を記録する" in desk.get(url).content.decode()
    desk.post(advice_url, {"summary": "表計算で足りる。"})
    page = desk.get(url).content.decode()
    assert "表計算で足りる。" in page
    assert "助言を記録する" not in page


def test_it_asks_for_the_advice_where_none_was_typed(desk, advice_url, ask):
    response = desk.post(advice_url, {"summary": " \r\n "})
    assert response.status_code == 422
    assert "定例会での助言を入力してください" in response.content.decode()
    ask.refresh_from_db()
    assert not ask.settled_at


def test_it_refuses_advice_on_a_settled_question_and_keeps_what_was_typed(desk, advice_url, sato):
    signed_in(sato).post(advice_url, {"summary": "総務局の例を見る。"})
    response = desk.post(advice_url, {"summary": "表計算で足りる。"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "処理済みです" in page
    assert "総務局の例を見る。" in page  # what stands there now
    assert "表計算で足りる。</textarea>" in page


def test_it_takes_a_double_click_for_one(desk, advice_url, ask):
    typed = {"summary": "表計算で足りる。", "once": "a" * 32}
    assert [desk.post(advice_url, typed).status_code for _ in range(2)] == [302, 302]
    assert ask.case.entries.filter(kind=EntryKind.MEETING_ADVICE).count() == 1


def test_it_keeps_what_was_typed_on_a_question_that_somebody_dropped(desk, meeting, advice_url, suzuki):
    drop_item(item=meeting.items.get(), by=suzuki)
    response = desk.post(advice_url, {"summary": "残る言葉"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "入力した内容は記録されていません" in page
    assert "残る言葉" in page


@pytest.mark.parametrize("text", ["\x00", "あ\x1bい", "あ" * 10_001])
def test_it_refuses_what_cannot_be_stored(desk, advice_url, ask, text):
    assert desk.post(advice_url, {"summary": text}).status_code == 422
    ask.refresh_from_db()
    assert not ask.settled_at


def test_it_knows_no_item_of_another_meeting(desk, meeting, suzuki):
    other = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
    stray = reverse("meeting_advice", args=[other.pk, meeting.items.get().pk])
    assert desk.post(stray, {"summary": "どこに?"}).status_code == 404


def test_it_shows_a_withdrawn_question_as_withdrawn(desk, url, ask, suzuki):
    actions.withdraw_ask(ask=ask, by=suzuki)
    assert "11月16日に取下げ" in desk.get(url).content.decode()


def test_it_leads_back_to_the_page_and_changes_nothing_by_a_look(desk, url, meeting, advice_url, ask):
    """Where the session ended while someone wrote, signing in leads to the address of the form that was sent."""
    for stray in (advice_url, reverse("meeting_collect", args=[meeting.pk])):
        assert desk.get(stray)["Location"].partition("#")[0] == url
    ask.refresh_from_db()
    assert not ask.settled_at


def test_it_is_shut_to_people_outside_the_office(client, meeting, advice_url, yamada, ask):
    urls = [reverse(name, args=[meeting.pk]) for name in ("meeting_detail", "meeting_agenda", "meeting_collect")]
    for url in [reverse("meeting_list"), advice_url, *urls]:
        assert client.post(url).status_code == 302
        assert signed_in(yamada).get(url).status_code in (404, 405)
        assert signed_in(yamada).post(url, {"summary": "x"}).status_code == 404
    ask.refresh_from_db()
    assert not ask.settled_at


# --- the list


def test_it_lists_the_next_meeting_first_and_past_ones_by_year(desk, suzuki):
    for day in (date(2026, 3, 24), date(2026, 11, 10), date(2026, 11, 17), date(2026, 11, 24)):
        with clock.at(datetime(2026, 3, 1, 9, 0, tzinfo=TOKYO)):
            plan_meeting(by=suzuki, held_on=day)
    page = desk.get(reverse("meeting_list")).content.decode()
    assert page.index("令和8年11月17日") < page.index("令和8年11月24日") < page.index("令和8年11月10日")
    assert "令和8年度の定例会" in page
    assert "令和8年3月24日" not in page
    for year in ("2025", "２０２５", "x", "9" * 5000):
        assert desk.get(reverse("meeting_list"), {"year": year}).status_code == 200
    assert "令和8年3月24日" in desk.get(reverse("meeting_list"), {"year": "2025"}).content.decode()


def test_it_says_that_no_meeting_is_planned_and_what_waits(desk, ask):
    page = desk.get(reverse("meeting_list")).content.decode()
    assert "次回の定例会は未登録です" in page
    assert "次の定例会を待っている相談：1件" in page


def test_it_says_which_past_questions_wait_for_advice(desk, meeting):
    with clock.at(datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO)):
        page = desk.get(reverse("meeting_list")).content.decode()
    assert "うち1件は助言が未記録" in page


# --- how many queries


@pytest.fixture
def many(meeting, kohoku, asahi, pair, suzuki):
    def add(count):
        for number in range(count):
            case = make_case(asahi if number % 2 else kohoku)
            ask_about(case, suzuki, f"質問{number}")
        with clock.at(datetime(2026, 11, 20, 9, 0, tzinfo=TOKYO)):
            collect(meeting=meeting)

    return add


@pytest.mark.parametrize("name", ["meeting_detail", "meeting_agenda"])
def test_it_asks_the_database_as_often_for_40_items_as_for_10(desk, meeting, many, name):
    many(9)
    address = reverse(name, args=[meeting.pk])
    with CaptureQueriesContext(connection) as ten:
        desk.get(address)
    many(30)
    assert meeting.items.count() == 40
    with CaptureQueriesContext(connection) as forty:
        desk.get(address)
    assert len(ten) == len(forty) <= 12


def test_it_asks_the_database_as_often_for_a_year_of_meetings(desk, suzuki, django_assert_max_num_queries):
    with clock.at(datetime(2026, 4, 1, 9, 0, tzinfo=TOKYO)):
        for week in range(40):
            plan_meeting(by=suzuki, held_on=date.fromordinal(date(2026, 4, 7).toordinal() + 7 * week))
    assert Meeting.objects.past().count() > 30
    with django_assert_max_num_queries(8):
        desk.get(reverse("meeting_list"))


def test_it_refuses_to_collect_for_a_past_meeting_whoever_asks(meeting):
    with clock.at(datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO)), pytest.raises(ActionRefused):
        collect(meeting=meeting)
