"""The sheet to take along, and the file for a calendar."""

import icalendar
import pytest
from django.urls import reverse

from consultations import actions
from office import clock
from tests.consultations.hearings import QUESTIONS, TREE, at, held, prepared
from tests.factories import make_case

SECRETS = ["保育士の勤務シフト", "懲戒の件", "匿名にしてほしい", "田中", "第3会議室", TREE[1][1], QUESTIONS[0]]


@pytest.fixture
def told(kohoku, pair):
    """What a hearing can be prepared with, of a case to be handled with care or not."""

    def make(sensitive):
        return make_case(kohoku, title="懲戒の件", expectation="匿名にしてほしい。", sensitive=sensitive)

    return make


def page_of(desk, hearing, what):
    return desk.get(reverse(f"case_hearing_{what}", args=[hearing.case.number, hearing.pk]))


def test_it_has_what_is_known_and_room_to_write(desk, told, suzuki):
    page = page_of(desk, prepared(told(False), suzuki, place="第3会議室"), "sheet").content.decode()
    for words in SECRETS:
        assert words in page
    assert page.count("□") == 3 * (len(TREE) + 2)
    assert page.count('class="write') >= len(QUESTIONS) + 4


def test_it_has_the_cases_that_were_like_it_unless_to_be_handled_with_care(desk, told, asahi, suzuki):
    make_case(asahi, title="勤務表づくり", problem="保育士の勤務シフトの作成に時間がかかる。自動で作成したい。")
    for title in ("会議室の予約", "広報紙の写真", "番号札の機械"):
        make_case(asahi, title=title, problem=f"{title}に手間取る。")
    sheet = page_of(desk, prepared(told(False), suzuki), "sheet").content.decode()
    assert "勤務表づくり (旭区" in sheet
    assert "番号札の機械" not in sheet
    assert "勤務表づくり" not in page_of(desk, prepared(told(True), suzuki), "sheet").content.decode()


def test_of_one_that_was_held_it_is_the_record(desk, started_case, suzuki):
    hearing = held(started_case, suzuki, facts="月に1回作る。", steps=[actions.Promise("様式", clock.today(), suzuki)])
    page = page_of(desk, hearing, "sheet").content.decode()
    for words in ("月に1回作る。", "条件が一か所にまとまっていない。", "様式"):
        assert words in page
    assert 'class="write' not in page


@pytest.mark.parametrize("is_held", [False, True])
def test_of_a_case_to_be_handled_with_care_it_has_no_text(desk, told, suzuki, is_held):
    hearing = (held if is_held else prepared)(told(True), suzuki)
    page = page_of(desk, hearing, "sheet").content.decode()
    assert hearing.case.number in page
    assert "港北区" in page
    for words in (*SECRETS, "条件が一か所にまとまっていない。"):
        assert words not in page


def event_of(response):
    [event] = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    return event


def test_it_goes_into_a_calendar(desk, told, suzuki, settings):
    hearing = prepared(told(False), suzuki, place="第3会議室, 7階", starts_at=at("2026-11-24 10:00"), minutes=90)
    response = page_of(desk, hearing, "calendar")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    event = event_of(response)
    assert event["uid"].startswith(f"hearing-{hearing.pk}@")
    assert str(event["dtstart"].dt) == "2026-11-24 10:00:00+09:00"
    assert event["dtstart"].params["TZID"] == "Asia/Tokyo"
    assert str(event["dtend"].dt) == "2026-11-24 11:30:00+09:00"
    assert (event["sequence"], event["status"], event["location"]) == (1, "CONFIRMED", "第3会議室, 7階")
    assert "懲戒の件" in event["summary"]
    assert b"BEGIN:VTIMEZONE" in response.content


def test_it_replaces_itself_in_the_calendar(desk, told, suzuki):
    hearing = prepared(told(False), suzuki, starts_at=at("2026-11-24 10:00"))
    before = event_of(page_of(desk, hearing, "calendar"))
    plan = {"minutes": 60, "place": "", "hypotheses": TREE, "questions": QUESTIONS}
    actions.change_hearing(hearing=hearing, by=suzuki, starts_at=at("2026-11-25 10:00"), **plan)
    moved = event_of(page_of(desk, hearing, "calendar"))
    actions.call_off_hearing(hearing=hearing, by=suzuki)
    gone = event_of(page_of(desk, hearing, "calendar"))
    assert before["uid"] == moved["uid"] == gone["uid"]
    assert before["sequence"] < moved["sequence"] < gone["sequence"]
    assert gone["status"] == "CANCELLED"


def test_of_a_case_to_be_handled_with_care_the_calendar_tells_number_and_department(desk, told, suzuki):
    hearing = prepared(told(True), suzuki, starts_at=at("2026-11-24 10:00"), place="第3会議室")
    content = page_of(desk, hearing, "calendar").content.decode().replace("\r\n ", "")
    assert hearing.case.number in content
    assert "港北区" in content
    assert not [words for words in SECRETS if words in content]


def test_without_a_time_there_is_nothing_for_a_calendar(desk, started_case, suzuki):
    hearing = prepared(started_case, suzuki)
    response = page_of(desk, hearing, "calendar")
    assert response["Location"] == reverse("case_hearing_change", args=[started_case.number, hearing.pk])
