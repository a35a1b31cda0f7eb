"""A lost link is mailed again by number and e-mail, and nobody learns from the answer what there is."""

import time
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from consultations import actions
from consultations.models import Case, Entry
from consultations.views import lost_link
from office import clock
from outbox.models import Delivery
from tests.consultations.case_page import kinds, look
from tests.consultations.desk_pages import english
from tests.consultations.requester import new_browser, shown, text
from tests.factories import make_case

pytestmark = pytest.mark.usefixtures("in_reiwa_8")


@pytest.fixture
def requester() -> Client:
    return new_browser()


@pytest.fixture
def case(kohoku, chiiki, pair) -> Case:
    return make_case(kohoku, section=chiiki, cc=["Kacho@kohoku.example.jp"])


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lost_link, "TAKES", 0.0)


def ask(requester: Client, number: str, email: str) -> HttpResponse:
    fields = shown(requester.get("/consult/lost/"), "number")
    return requester.post("/consult/lost/", {**fields, "number": number, "email": email})


def mailed() -> list[tuple[str, str]]:
    return list(Delivery.objects.filter(key__contains=":link:").order_by("pk").values_list("address", "body"))


def test_it_mails_the_link_of_today_to_the_contact(requester, case, desk):
    answer = ask(requester, case.number, case.email)
    assert answer["Location"] == "/consult/lost/asked/"
    ((address, body),) = mailed()
    assert address == case.email
    assert case.receipt_url in body
    assert kinds(case)[-1] == "link_mailed"
    assert not Entry.objects.get(kind="link_mailed").shared
    assert f"Asked for on the page “Lost your link?”, and mailed to {case.email}." in text(look(english(desk), case))


@pytest.mark.parametrize("number", ["Ｒ８－０００１", "r8-1", " R8ー0001 "])
def test_it_reads_the_number_as_people_type_it(requester, case, number):
    ask(requester, number, "ＴＡＮＡＫＡ＠kohoku.example.jp")
    assert [address for address, _body in mailed()] == [case.email]


def test_who_gets_copies_gets_the_link_at_the_address_we_know(requester, case):
    ask(requester, case.number, "kacho@kohoku.example.jp")
    assert [address for address, _body in mailed()] == ["Kacho@kohoku.example.jp"]


@pytest.mark.parametrize(
    ("number", "email"),
    [
        ("R8-0001", "stranger@kohoku.example.jp"),
        ("R8-0999", "tanaka@kohoku.example.jp"),
        ("R7-0001", "tanaka@kohoku.example.jp"),
    ],
)
def test_the_answer_is_the_same_whatever_there_is(requester, case, number, email):
    right, wrong = ask(requester, case.number, case.email), ask(new_browser(), number, email)
    assert (wrong.status_code, wrong["Location"]) == (right.status_code, right["Location"])
    pages = [browser.get(right["Location"]) for browser in (requester, new_browser())]
    assert text(pages[0]) == text(pages[1])
    assert pages[0].status_code == 200
    assert len(mailed()) == 1


@pytest.mark.parametrize("email", ["tanaka@kohoku.example.jp", "stranger@kohoku.example.jp"])
def test_what_is_left_of_its_time_is_waited_whatever_there_is(requester, case, monkeypatch, email):
    monkeypatch.setattr(lost_link, "TAKES", 60.0)
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    began = time.monotonic()
    ask(requester, case.number, email)
    assert len(waited) == 1
    assert began + 60 <= time.monotonic() + waited[0]
    assert waited[0] < 60, "what was already spent counts"
    assert len(mailed()) == (email == case.email)


def test_a_link_that_has_expired_is_not_mailed(requester, closed_case):
    with clock.at(closed_case.closed_at + timedelta(days=366)):
        answer = ask(requester, closed_case.number, closed_case.email)
    assert answer["Location"] == "/consult/lost/asked/"
    assert mailed() == []


def test_an_address_that_is_no_longer_the_cases_gets_nothing(requester, case, suzuki):
    old = case.email
    actions.correct_contact(case=case, by=suzuki, name="後任", email="next@kohoku.example.jp")
    ask(requester, case.number, old)
    assert mailed() == []


def test_a_sensitive_case_tells_no_text(requester, kohoku, pair):
    case = make_case(kohoku, sensitive=True, problem="秘密の話")
    ask(requester, case.number, case.email)
    delivery = Delivery.objects.get(key__contains=":link:")
    assert "秘密" not in delivery.subject + delivery.body


def test_a_case_without_an_address_is_no_match_for_an_empty_one(requester, kohoku, pair):
    case = make_case(kohoku, email="")
    page = ask(requester, case.number, "")
    assert page.status_code == 422
    assert mailed() == []


@pytest.mark.parametrize(
    ("number", "email", "why"),
    [
        ("", "tanaka@kohoku.example.jp", "Write the number of the consultation."),
        ("12", "tanaka@kohoku.example.jp", "Write the number as it stands in our mails, such as R8-0012."),
        ("R8-0001\x00", "tanaka@kohoku.example.jp", "There are characters in it that cannot be stored."),
        ("R8-0001", "tanaka", "Write the e-mail address in full"),
    ],
    ids=range(4),
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(requester, case, number, email, why):
    page = ask(requester, number, email)
    assert page.status_code == 422
    assert why in text(page)
    assert shown(page, "number")["email"] == [email]
    assert mailed() == []


def test_a_double_click_mails_it_once(requester, case):
    fields = {**shown(requester.get("/consult/lost/"), "number"), "number": case.number, "email": case.email}
    for _click in range(2):
        assert requester.post("/consult/lost/", fields)["Location"] == "/consult/lost/asked/"
    assert len(mailed()) == 1


def test_one_case_is_not_flooded_and_nobody_sees_why(requester, case):
    answers = [ask(new_browser(), case.number, case.email) for _time in range(5)]
    assert {answer["Location"] for answer in answers} == {"/consult/lost/asked/"}
    assert len(mailed()) == 3
    ask(requester, case.number, "kacho@kohoku.example.jp")
    assert len(mailed()) == 4


def test_one_network_has_to_wait(requester, case, settings):
    settings.ACCOUNT_RATE_LIMITS = {"lost_link": "1/h/ip"}
    ask(requester, "R8-0999", case.email)
    for number in (case.number, "R8-0999"):
        page = ask(requester, number, case.email)
        assert page.status_code == 429
        assert "too many requests from your network" in text(page)
        assert shown(page, "number")["number"] == [number]
    assert mailed() == []


@pytest.mark.parametrize("path", ["/receipts/1-wrong/", "/consult/", "/"])
def test_the_way_to_it_is_shown_where_people_look(requester, case, path):
    assert 'href="/consult/lost/"' in requester.get(path).content.decode()
