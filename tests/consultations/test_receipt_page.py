"""What the requester sees by the link of the receipt: where it stands, who answers, what comes next and by when."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client

from config.logs import KeylessFormatter
from consultations import actions
from consultations.models import Case
from consultations.states import Result
from office import clock
from tests.cast import signed_in
from tests.consultations.requester import new_browser, text
from tests.factories import make_case, make_pair

TUESDAY = datetime(2026, 11, 24, 10, 5, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def requester() -> Client:
    return new_browser()


@pytest.fixture
def case(kohoku, chiiki, pair) -> Case:
    with clock.at(TUESDAY):
        return make_case(kohoku, section=chiiki, expectation="例を知りたい", folder=r"\\fs01\x", cc=["a@x.example.jp"])


def page_of(requester: Client, case: Case, at: datetime = TUESDAY) -> str:
    with clock.at(at):
        page = requester.get(f"/receipts/{case.token}/")
    assert page.status_code == 200
    return text(page)


def test_it_shows_number_state_pair_and_what_was_sent(requester, case):
    page = page_of(requester, case)
    for words in (
        f"Receipt {case.number}",
        case.title,
        "Not started",
        "鈴木 一郎 Chief 内線 2101",
        "佐藤 花子",
        case.problem,
        "I want to know the procedure",
        "例を知りたい",
        r"\\fs01\x",
        "港北区 地域振興課",
        "tanaka@kohoku.example.jp",
        "a@x.example.jp",
        "Your consultation came in",
    ):
        assert words in page


def test_it_promises_a_day_in_office_days(requester, case):
    """From Tuesday, three office days on is Friday."""
    page = page_of(requester, case)
    assert "Next, 鈴木 (Chief)・佐藤 will be in touch by 27 Nov 2026 (Fri)" in page


def test_it_owns_up_when_the_day_has_passed(requester, case):
    page = page_of(requester, case, TUESDAY + timedelta(days=6))
    assert "You should have heard from 鈴木 (Chief)・佐藤 by 27 Nov 2026 (Fri). We are sorry for the delay." in page


def test_it_says_how_each_state_goes_on(requester, case, suzuki, procedures):
    with clock.at(TUESDAY):
        actions.take_up(case=case, by=suzuki)
        assert "鈴木 (Chief)・佐藤 is working on it" in page_of(requester, case)
        actions.hold(case=case, by=suzuki, follow_up_on=TUESDAY.date() + timedelta(days=20))
        assert "ask how things are around 14 Dec 2026 (Mon)" in page_of(requester, case)
        actions.complete(case=case, by=suzuki)
        assert "Until 31 Mar 2027 (Wed) it stays open" in page_of(requester, case)
        actions.close(case=case, by=suzuki, result=Result.ANSWERED, level=1, topic=procedures)
    page = page_of(requester, case)
    assert "was closed on 24 Nov 2026 (Tue)" in page
    assert "This consultation is closed. Choose “Ask again”" in page


def test_it_shows_answers_and_keeps_internal_notes_inside(requester, case, suzuki):
    actions.add_note(case=case, by=suzuki, text="内部だけの話")
    actions.reply(case=case, by=suzuki, text="様式は手引きの3ページです")
    page = page_of(requester, case)
    assert "様式は手引きの3ページです" in page
    assert "Answer from the office 鈴木 一郎" in page
    assert "内部だけの話" not in page


def test_a_lesson_stays_inside(requester, case, suzuki, procedures):
    actions.close(case=case, by=suzuki, result=Result.ADVISED, level=3, topic=procedures, lesson="次はもっと早く聞く")
    assert "次はもっと早く聞く" not in page_of(requester, case)


def test_without_a_pair_the_office_answers(requester, asahi):
    case = make_case(asahi)
    page = page_of(requester, case, clock.now())
    assert "Nobody is named yet; the office answers." in page
    assert "Next, Digital Design Office will be in touch by" in page


def test_a_seat_that_is_vacant_is_said(requester, asahi, ito):
    make_pair(asahi, ito, None)
    assert "Vacant 伊藤 健 answers for now" in page_of(requester, make_case(asahi), clock.now())


def test_it_opens_for_whoever_has_the_link(case, suzuki, yamada, ict_member):
    for browser in (Client(), signed_in(suzuki), signed_in(yamada), signed_in(ict_member)):
        assert browser.get(f"/receipts/{case.token}/").status_code == 200


def test_nothing_of_it_stays_in_a_cache_and_nobody_learns_where_one_came_from(requester, case):
    page = requester.get(f"/receipts/{case.token}/")
    assert "no-store" in page["Cache-Control"]
    assert "private" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"


def test_the_key_in_its_link_is_kept_out_of_the_log(requester, case, caplog):
    requester.post(f"/receipts/{case.token}/message/", {"text": ""})
    formatter = KeylessFormatter("{levelname} {name}: {message}", style="{")
    assert [formatter.format(record) for record in caplog.records if record.name == "django.request"] == [
        "WARNING django.request: Unprocessable Entity: /receipts/…/message/"
    ]
    assert settings.LOGGING["formatters"]["line"]["class"] == "config.logs.KeylessFormatter"


def test_a_wrong_link_helps_on(requester, case):
    other = case.token[:-1] + ("A" if case.token[-1] != "A" else "B")
    for token in (
        other,
        "1-x",
        "nonsense",
        f"{case.pk}",
        "9" * 400,
        "%00",
        f"{case.pk}-" + "あ" * 32,
        f" {case.token}",
    ):
        page = requester.get(f"/receipts/{token}/")
        assert page.status_code == 404
        assert case.title not in text(page)
        assert "This receipt cannot be opened" in text(page)
        assert 'href="/departments/"' in page.content.decode()
        assert 'href="/consult/"' in page.content.decode()


def test_a_link_that_was_replaced_no_longer_opens(requester, case, suzuki):
    old = case.token
    case = actions.correct_contact(case=case, by=suzuki, name="後任", email="next@kohoku.example.jp")
    assert requester.get(f"/receipts/{old}/").status_code == 404
    assert requester.get(f"/receipts/{case.token}/").status_code == 200


def test_it_opens_until_a_year_after_closing(requester, closed_case):
    url = f"/receipts/{closed_case.token}/"
    with clock.at(closed_case.closed_at + timedelta(days=364)):
        assert requester.get(url).status_code == 200
    with clock.at(closed_case.closed_at + timedelta(days=366)):
        assert requester.get(url).status_code == 404


def test_its_queries_do_not_grow_with_what_happened(requester, case, suzuki, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        requester.get(f"/receipts/{case.token}/")
    for n in range(8):
        actions.reply(case=case, by=suzuki, text=f"{n}")
    with django_assert_max_num_queries(12):
        requester.get(f"/receipts/{case.token}/")
