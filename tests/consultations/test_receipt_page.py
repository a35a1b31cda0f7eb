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
from menus.models import SupportMenu
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


@pytest.fixture
def menu(db: None) -> SupportMenu:
    return SupportMenu.objects.create(key="rpa", kind="existing_tool", name="RPA", summary="くり返し作業の自動化")


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
    assert "Next 鈴木 (Chief) and 佐藤 will be in touch by 27 Nov 2026 (Fri)." in page


def test_it_owns_up_when_the_day_has_passed(requester, case):
    page = page_of(requester, case, TUESDAY + timedelta(days=6))
    assert "You should have heard from 鈴木 (Chief) and 佐藤 by 27 Nov 2026 (Fri). We are sorry for the delay." in page


def standing(requester: Client, case: Case, at: datetime = TUESDAY) -> str:
    """What the page says of how the case stands."""
    return page_of(requester, case, at).partition("How it stands")[2].partition("What has happened so far")[0]


def test_it_says_of_each_step_what_happens_what_comes_next_and_who_does_it(requester, case, suzuki, procedures, menu):
    with clock.at(TUESDAY):
        assert "Now We have received it. The whole office reads it. Next 鈴木" in standing(requester, case)
        actions.take_up(case=case, by=suzuki)
        assert "Now We are finding out what lies behind the trouble." in standing(requester, case)
        assert "Next 鈴木 (Chief) and 佐藤 answers you, or arranges a talk to hear more." in standing(requester, case)
        actions.need_no_hearing(case=case, by=suzuki)
        assert "Now We know the trouble, and are choosing what helps best." in standing(requester, case)
        assert "Next 鈴木 (Chief) and 佐藤 proposes a way to go" in standing(requester, case)
        actions.choose_support(case=case, by=suzuki, menu=menu, reason="件数が多いため")
        assert "Now What was chosen is being tried and put to use" in standing(requester, case)
        assert "Next 鈴木 (Chief) and 佐藤 stays at your side until it works." in standing(requester, case)
        actions.hold(case=case, by=suzuki, follow_up_on=TUESDAY.date() + timedelta(days=20))
        assert "Now We are waiting for now, until 14 Dec 2026 (Mon)." in standing(requester, case)
        assert "Next 鈴木 (Chief) and 佐藤 will ask how things are around 14 Dec 2026 (Mon)." in standing(
            requester, case
        )
        actions.complete(case=case, by=suzuki)
        assert "Now Our part is done. What was learned is being kept for others." in standing(requester, case)
        assert "Next Until 31 Mar 2027 (Wed) it stays open" in standing(requester, case)
        actions.close(case=case, by=suzuki, result=Result.ANSWERED, level=1, topic=procedures)
    assert "Now It is settled and was closed on 24 Nov 2026 (Tue). Next Nothing has to be done." in standing(
        requester, case
    )
    assert "This consultation is closed. Choose “Ask again”" in page_of(requester, case)


def test_it_says_when_and_where_the_hearing_is(requester, case, suzuki):
    with clock.at(TUESDAY):
        actions.prepare_hearing(
            case=case, by=suzuki, starts_at=TUESDAY + timedelta(days=2), place="第3会議室", questions=["誰が困るか"]
        )
    page = standing(requester, case)
    assert "Next 鈴木 (Chief) and 佐藤 will hear you on 26 Nov 2026 (Thu) 10:05." in page
    assert "Hearing 26 Nov 2026 (Thu) 10:05 (60 minutes) 第3会議室" in page
    assert "誰が困るか" not in page
    over = standing(requester, case, TUESDAY + timedelta(days=2, hours=2))
    assert "26 Nov" not in over.replace("by 27 Nov", "")


def test_a_hearing_whose_hour_is_open_is_not_promised(requester, case, suzuki):
    with clock.at(TUESDAY):
        actions.prepare_hearing(case=case, by=suzuki)
    assert "will hear you on" not in standing(requester, case)


def test_it_says_that_a_technical_question_is_out_but_not_which(requester, started_case, suzuki):
    actions.ask_check(case=started_case, by=suzuki, question="外部のクラウドにつないでよいか")
    page = standing(requester, started_case, clock.now())
    assert "A technical question is with ICT operations." in page
    assert "As soon as ICT operations have answered, 鈴木 (Chief) and 佐藤 will tell you." in page
    assert "外部のクラウド" not in page


def test_promises_among_the_office_stay_inside(requester, case, suzuki):
    with clock.at(TUESDAY):
        actions.promise_step(
            case=case, by=suzuki, text="手引きの改訂案を書く", owner=suzuki, due_on=TUESDAY.date() + timedelta(days=3)
        )
    assert "手引きの改訂案" not in page_of(requester, case)


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
    assert "Next Digital Design Office will be in touch by" in page


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
