"""/api/similar: similar cases for other programs of the office."""

import pytest
from django.test import Client

from consultations.models import Case
from tests.cast import signed_in
from tests.consultations.desk_pages import make_many
from tests.factories import make_case

API = "/api/similar"
SHIFTS = "保育士の勤務シフトを自動で作成したい。"


def results(browser, **query: str) -> list[dict]:
    response = browser.get(API, query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return response.json()["results"]


def test_it_gives_number_title_score_and_reason_the_best_first(desk, new_case, kohoku):
    near = make_case(kohoku, problem="勤務シフトを紙で作成している。")
    found = results(desk, text=SHIFTS)
    assert [row["number"] for row in found] == [new_case.number, near.number]
    assert set(found[0]) == {"number", "title", "score", "reason"}
    assert found[0]["title"] == new_case.title
    assert found[0]["score"] > found[1]["score"] > 0
    assert "シフト" in found[0]["reason"]


@pytest.mark.parametrize("query", [{}, {"text": ""}, {"text": "  "}, {"text": "よろしくお願いします"}])
def test_nothing_asked_is_nothing_found(desk, new_case, query):
    assert results(desk, **query) == []


@pytest.mark.parametrize(("limit", "count"), [("1", 1), ("3", 3), ("0", 1), ("999", 50), ("50", 50)])
def test_the_limit_is_kept_within_1_and_50(desk, kohoku, pair, limit, count):
    make_many(60, kohoku, problem=SHIFTS)
    assert len(results(desk, text=SHIFTS, limit=limit)) == count


@pytest.mark.parametrize("limit", ["", "x", "-1", "1.5", "9" * 40])
def test_a_limit_that_is_no_number_is_told_so(desk, new_case, limit):
    response = desk.get(API, {"text": SHIFTS, "limit": limit})
    assert response.status_code == 400
    assert "limit" in response.json()["error"]


def test_of_a_long_text_10000_letters_count(desk, new_case):
    assert results(desk, text=SHIFTS + "あ" * 10_000) != []
    assert results(desk, text="あ" * 10_000 + SHIFTS) == []


def test_what_no_database_stores_is_passed_over(desk, new_case):
    assert results(desk, text=f"\x00{SHIFTS}") != []


def test_a_case_handled_with_care_is_never_told(desk, new_case):
    Case.objects.filter(pk=new_case.pk).update(sensitive=True)
    assert results(desk, text=SHIFTS) == []


def test_it_is_for_the_office_alone(new_case, tanaka, ict_member, sato, client):
    query = {"text": SHIFTS}
    assert "/accounts/login/" in client.get(API, query)["Location"]
    assert [signed_in(user).get(API, query).status_code for user in (tanaka, ict_member, sato)] == [404, 404, 200]


def test_a_text_that_is_too_long_for_an_address_is_posted(desk, new_case):
    before = Case.objects.values().get()
    (found,) = desk.post(API, {"text": SHIFTS + "あ" * 9_000, "limit": "1"}).json()["results"]
    assert found["number"] == new_case.number
    assert Case.objects.values().get() == before


def test_what_is_posted_needs_the_token_of_the_session(sato, new_case):
    program = Client(enforce_csrf_checks=True)
    program.get("/accounts/login/")
    program.force_login(sato)
    assert program.post(API, {"text": SHIFTS}).status_code == 403
    token = program.cookies["csrf"].value
    assert program.post(API, {"text": SHIFTS}, headers={"X-CSRFToken": token}).json()["results"]


def test_it_asks_the_database_the_same_for_one_and_for_fifty(desk, kohoku, new_case, django_assert_max_num_queries):
    results(desk, text=SHIFTS)
    with django_assert_max_num_queries(14) as few:
        results(desk, text=SHIFTS)
    make_many(60, kohoku, problem=SHIFTS)
    with django_assert_max_num_queries(len(few)):
        assert len(results(desk, text=SHIFTS, limit="50")) == 50
