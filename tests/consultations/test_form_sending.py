"""Checking and sending: however often it is pressed, reloaded or gone back, it is one case."""

import uuid

import pytest
from django.test import Client

from consultations.models import Case
from consultations.models.intake import KEPT_FOR
from office import clock
from office.models import Department, Pair, Section
from outbox.models import Delivery
from tests.consultations.requester import ANSWERS, fill_in, new_browser, shown, text


@pytest.fixture
def requester(kohoku: Department, chiiki: Section, pair: Pair) -> Client:
    return new_browser()


@pytest.fixture
def check(requester: Client):
    """The check page of a form that was filled in."""
    return requester.get(fill_in(requester, wants=["procedure", "together"], cc="a@x.example.jp")["Location"])


def test_it_shows_every_answer_with_a_way_back_to_it(check):
    html, words = check.content.decode(), text(check)
    for name in ("problem", "expectation", "files", "folder", "department", "section", "name", "email", "phone", "cc"):
        assert f'href="/consult/#id_{name}"' in html
    assert 'href="/consult/#id_wants_0"' in html
    for answer in (ANSWERS["problem"], "I want to know the procedure", "港北区", "地域振興課", "a@x.example.jp"):
        assert answer in words
    assert "It is not sent yet" in words
    assert "鈴木 (Chief) and 佐藤, in charge of 港北区, will be in touch by" in words
    assert Case.objects.count() == 0


def test_going_back_finds_everything_as_it_was(requester, check):
    fields = shown(requester.get("/consult/"))
    assert fields["problem"] == [ANSWERS["problem"]]
    assert fields["wants"] == ["procedure", "together"]


def test_sending_leads_to_the_receipt(requester, check):
    answer = requester.post("/consult/check/", shown(check))
    case = Case.objects.get()
    assert answer["Location"] == f"/receipts/{case.token}/"
    receipt = text(requester.get(answer["Location"]))
    assert f"We have received your consultation. Its number is {case.number}." in receipt
    assert "Step 3 of 3" in receipt


def test_a_second_click_makes_no_second_case(requester, check):
    answers = [requester.post("/consult/check/", shown(check)) for _ in range(3)]
    case = Case.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/receipts/{case.token}/"}
    assert Delivery.objects.filter(key=f"case:{case.pk}:received", address=case.email).count() == 1


def test_going_back_to_the_check_after_sending_shows_the_receipt(requester, check):
    requester.post("/consult/check/", shown(check))
    assert requester.get("/consult/check/")["Location"] == f"/receipts/{Case.objects.get().token}/"


def test_the_check_without_a_form_leads_to_the_form(requester):
    assert requester.get("/consult/check/")["Location"] == "/consult/"


def test_the_check_of_a_form_that_is_not_finished_leads_to_the_form(requester):
    fill_in(requester)
    fill_in(requester, email="")
    assert requester.get("/consult/check/")["Location"] == "/consult/"


def test_what_was_checked_is_what_is_sent(requester, check):
    """Another window changed the form meanwhile."""
    fill_in(requester, problem="別の窓で書き換えた")
    again = requester.post("/consult/check/", shown(check))
    assert again.status_code == 409
    assert "was changed in another window" in text(again)
    assert "別の窓で書き換えた" in text(again)
    assert Case.objects.count() == 0
    requester.post("/consult/check/", shown(again))
    assert Case.objects.get().problem == "別の窓で書き換えた"


def test_a_department_that_ends_between_check_and_sending_is_said(requester, check, kohoku):
    Department.objects.filter(pk=kohoku.pk).update(valid_to="2020-03-31")
    page = requester.post("/consult/check/", shown(check))
    assert page.status_code == 422
    assert "Choose your ward or bureau from the list." in text(page)
    assert shown(page)["problem"] == [ANSWERS["problem"]]
    assert Case.objects.count() == 0


@pytest.mark.parametrize("key", ["", "nonsense", ":", "\x00", str(uuid.UUID(int=1)), f"{uuid.UUID(int=2)}:abc"])
def test_a_key_that_nobody_knows_sends_nothing_and_loses_nothing(requester, check, key):
    page = requester.post("/consult/check/", {**shown(check), "intake": key})
    assert page.status_code == 410
    assert "This page can no longer be sent" in text(page)
    assert shown(page)["problem"] == [ANSWERS["problem"]]
    assert shown(page)["wants"] == ["procedure", "together"]
    assert Case.objects.count() == 0


def test_another_browser_cannot_send_it(requester, check):
    stranger = new_browser()
    page = stranger.post("/consult/check/", {"intake": shown(check)["intake"]})
    assert page.status_code == 410
    assert ANSWERS["problem"] not in text(page)
    assert Case.objects.count() == 0


def test_a_check_page_of_the_day_before_loses_no_text(requester, check):
    with clock.at(clock.now() + KEPT_FOR):
        page = requester.post("/consult/check/", shown(check))
    assert page.status_code == 410
    assert requester.post("/consult/", shown(page))["Location"] == "/consult/check/"
    requester.post("/consult/check/", shown(requester.get("/consult/check/")))
    assert Case.objects.get().problem == ANSWERS["problem"]


def test_the_form_sent_again_from_the_page_before_is_checked_anew_and_says_so(requester):
    page = {**shown(requester.get("/consult/")), **ANSWERS}
    requester.post("/consult/", page)
    requester.post("/consult/check/", shown(requester.get("/consult/check/")))
    assert requester.post("/consult/", page)["Location"] == "/consult/check/"
    check = requester.get("/consult/check/")
    first = Case.objects.get()
    assert f"It is already received as {first.number}" in text(check)
    assert f"/receipts/{first.token}/" in check.content.decode()
    requester.post("/consult/check/", shown(check))
    assert Case.objects.count() == 2


def test_sending_costs_few_queries(requester, check, django_assert_max_num_queries):
    with django_assert_max_num_queries(62):  # of which fifteen tell the search, which never held a case before
        requester.post("/consult/check/", shown(check))


def test_the_case_bears_the_number_of_the_fiscal_year(requester, check):
    requester.post("/consult/check/", shown(check))
    case = Case.objects.get()
    assert (case.serial, case.received_at.date()) == (1, clock.now().date())
