"""How often one address may send; what was typed is never lost over it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consultations.models import Case, Intake
from office.models import Department, Section
from tests.consultations.requester import ANSWERS, fill_in, new_browser, send, shown, text


@pytest.fixture
def requester(kohoku: Department, chiiki: Section, settings) -> Client:
    settings.ACCOUNT_RATE_LIMITS = {"consult_open": "4/h/ip", "consult_send": "2/h/ip"}
    return new_browser()


def test_the_third_send_has_to_wait(requester):
    send(requester, problem="一つ目")
    send(requester, problem="二つ目")
    check = requester.get(fill_in(requester, problem="三つ目")["Location"])
    page = requester.post("/consult/check/", shown(check))
    assert page.status_code == 429
    assert "too many sends from your network" in text(page)
    assert "三つ目" in text(page)
    assert Case.objects.count() == 2
    assert shown(requester.get("/consult/"))["problem"] == ["三つ目"]


def test_another_address_is_not_concerned(requester):
    send(requester)
    send(requester)
    check = shown(requester.get(fill_in(requester)["Location"]))
    assert requester.post("/consult/check/", check, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_a_header_that_anybody_can_write_is_not_believed(requester):
    for n in range(4):
        fill_in(new_browser(), problem=f"{n}")
    forged = {"headers": {"X-Forwarded-For": "10.0.0.9"}}
    page = requester.post("/consult/", {**shown(requester.get("/consult/")), **ANSWERS}, **forged)
    assert page.status_code == 429


def test_behind_a_trusted_proxy_each_of_its_clients_counts(requester, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(6):
        page = requester.get("/consult/")
        forwarded = {"headers": {"X-Forwarded-For": f"10.0.0.{n}"}}
        assert requester.post("/consult/", {**shown(page), **ANSWERS, "intake": ""}, **forwarded).status_code == 302


def test_many_new_forms_have_to_wait_too_and_keep_what_is_on_the_page(requester):
    for n in range(4):
        fill_in(new_browser(), problem=f"{n}")
    attached = SimpleUploadedFile("一覧.csv", b"a,b")
    page = fill_in(requester, problem="五つ目", wants=["together"], files=[attached])
    assert page.status_code == 429
    assert "Files have to be chosen again." in text(page)
    assert shown(page)["problem"] == ["五つ目"]
    assert shown(page)["wants"] == ["together"]
    assert Intake.objects.count() == 4
    assert requester.post("/consult/draft/", shown(page)).status_code == 429


def test_going_on_with_a_form_that_was_begun_is_not_counted(requester):
    for n in range(6):
        assert fill_in(requester, problem=f"{n}", email="").status_code == 422
    assert Intake.objects.count() == 1
