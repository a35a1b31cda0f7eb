"""「続きとして送る」: a new inquiry from a section with open cases can go on with one of them instead."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from consultations import actions
from consultations.models import Attachment, Case, Entry, Intake
from consultations.states import Status
from tests.cast import signed_in
from tests.consultations.case_page import kinds, told
from tests.consultations.desk_pages import english
from tests.consultations.requester import fill_in, new_browser, shown, text
from tests.factories import make_case


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def case(kohoku, chiiki, pair, suzuki) -> Case:
    case = make_case(kohoku, section=chiiki, title="前からの相談")
    return actions.take_up(case=case, by=suzuki)


@pytest.fixture
def ward(tanaka) -> Client:
    return english(signed_in(tanaka))


@pytest.fixture
def reader(case) -> Client:
    """A browser that has opened the receipt."""
    browser = new_browser()
    browser.get(f"/receipts/{case.token}/")
    return browser


def check(browser: Client, **answers) -> HttpResponse:
    page = browser.get(fill_in(browser, **answers)["Location"])
    assert page.status_code == 200
    return page


def test_whoever_has_opened_the_receipt_is_offered_it_and_a_new_one_is_the_default(reader, case):
    page = check(reader)
    assert "Send it as a new consultation" in text(page)
    assert f"Send it as part of {case.number} 前からの相談" in text(page)
    assert shown(page)["case"] == [""]
    reader.post("/consult/check/", shown(page))
    assert Case.objects.count() == 2


def test_it_becomes_a_message_with_its_files_and_no_new_case(reader, case, suzuki, sato):
    page = check(
        reader,
        problem="前回の続きです。様式が届きました。",
        expectation="見てほしい",
        folder=r"\\fs01\share",
        name="高橋 学",
        email="takahashi@kohoku.example.jp",
        files=[SimpleUploadedFile("様式.csv", b"a,b")],
    )
    answer = reader.post("/consult/check/", {**shown(page), "case": case.number})
    assert answer["Location"] == f"/receipts/{case.token}/"
    assert f"It was sent as part of {case.number}." in text(reader.get(answer["Location"]))
    assert Case.objects.get() == case
    entry = Entry.objects.get(kind="answer")
    assert entry.author_name == "高橋 学"
    for words in ("前回の続きです。様式が届きました。", "見てほしい", r"\\fs01\share", "takahashi@kohoku.example.jp"):
        assert words in entry.text
    assert [file.name for file in entry.attachments.all()] == ["様式.csv"]
    assert b"".join(reader.get(f"/receipts/{case.token}/files/{Attachment.objects.get().pk}/")) == b"a,b"
    assert set(told(case, "message")) == {suzuki.email, sato.email}
    assert Case.objects.replied().get() == case


def test_what_the_case_knows_already_is_not_said_again(reader, case):
    reader.post(
        "/consult/check/",
        {**shown(check(reader, problem="続きです。", wants=[], expectation="x")), "case": case.number},
    )
    assert Entry.objects.get(kind="answer").text == "続きです。\n\n期待すること\nx"


def test_its_parts_stand_apart_by_one_empty_line(reader, case):
    sent = check(reader, problem="続きです。", wants=["procedure"], expectation="", folder="", phone="内線 2241")
    reader.post("/consult/check/", {**shown(sent), "case": case.number})
    assert Entry.objects.get(kind="answer").text == "続きです。\n\n期待すること\n- 手続を知りたい\n\n連絡先：内線 2241"


def test_a_ward_account_is_offered_the_cases_of_its_section(ward, case, kohoku):
    make_case(kohoku, other_section="税務課", title="別の課の相談")
    page = check(ward)
    assert f"Send it as part of {case.number}" in text(page)
    assert "別の課の相談" not in text(page)
    answer = ward.post("/consult/check/", {**shown(page), "case": case.number})
    assert answer["Location"] == f"/section/{case.number}/"
    assert case.token not in ward.get(answer["Location"]).content.decode()
    assert Entry.objects.get(kind="answer").author_name == "田中 実"


def test_going_on_with_a_colleagues_case_gives_nobody_its_link(ward, case):
    fields = {**shown(check(ward)), "case": case.number}
    ward.post("/consult/check/", fields)
    assert ward.post("/consult/check/", fields)["Location"] == f"/section/{case.number}/"
    assert ward.get("/consult/check/")["Location"] == f"/section/{case.number}/"
    again = check(ward, problem=case.problem)
    assert "You sent the same text before" in text(again)
    assert case.token not in again.content.decode()


def test_a_ward_account_that_nobody_confirmed_is_offered_nothing(ward, tanaka, case):
    tanaka.section_confirmed = False
    tanaka.save()
    assert "Send it as part of" not in text(check(ward))
    assert case.number not in text(check(ward))


def test_others_learn_neither_number_nor_title_but_the_way(case):
    stranger = new_browser()
    page = check(stranger)
    assert "If a colleague or you have consulted us about the same matter before" in text(page)
    assert 'href="/consult/lost/"' in page.content.decode()
    for words in (case.number, case.title, "Send it as part of"):
        assert words not in text(page)
    assert "about the same matter before" not in text(check(new_browser(), section="税務課"))


def test_a_stranger_cannot_send_it_there_all_the_same(case):
    stranger = new_browser()
    page = stranger.post("/consult/check/", {**shown(check(stranger)), "case": case.number})
    assert page.status_code == 409
    assert f"It can no longer be sent as part of {case.number}." in text(page)
    assert case.title not in text(page)
    assert kinds(case) == ["received", "taken_up"]
    assert Case.objects.count() == 1


def test_a_link_that_was_replaced_is_no_longer_offered(reader, case, suzuki):
    page = check(reader)
    actions.correct_contact(case=case, by=suzuki, name="後任", email="next@kohoku.example.jp")
    again = reader.post("/consult/check/", {**shown(page), "case": case.number})
    assert again.status_code == 409
    assert "前からの相談" not in text(check(reader))
    sent = reader.post("/consult/check/", {**shown(again), "case": ""})
    assert "/receipts/" in sent["Location"]
    assert Case.objects.count() == 2


def test_another_department_is_another_matter(reader, case, asahi):
    assert "Send it as part of" not in text(check(reader, department="asahi"))


def test_sent_twice_it_is_one_message(reader, case):
    fields = {**shown(check(reader)), "case": case.number}
    for _click in range(3):
        assert reader.post("/consult/check/", fields)["Location"] == f"/receipts/{case.token}/"
    assert kinds(case).count("answer") == 1
    assert reader.post("/consult/check/", {**fields, "case": ""})["Location"] == f"/receipts/{case.token}/"
    assert Case.objects.count() == 1
    assert reader.get("/consult/check/")["Location"] == f"/receipts/{case.token}/"


def test_two_forms_of_a_day_can_go_on_with_the_case_that_a_third_made(ward, case):
    """Each keeps what it became, so that a second click on any of them is recognised."""
    for _form in range(2):
        ward.post("/consult/check/", {**shown(check(ward)), "case": case.number})
    assert kinds(case).count("answer") == 2
    assert Intake.objects.filter(case=case).count() == 2


def test_a_completed_one_is_asked_again_and_one_closed_a_moment_ago_too(reader, case, suzuki, procedures):
    actions.complete(case=case, by=suzuki)
    page = check(reader)
    assert f"Send it as part of {case.number}" in text(page)
    actions.close(case=case, by=suzuki, result="answered", level=1, topic=procedures)
    assert reader.post("/consult/check/", {**shown(page), "case": case.number}).status_code == 302
    case.refresh_from_db()
    assert kinds(case)[-1] == "asked_again"
    assert (case.status, case.is_open) == (Status.STARTED, True)


def test_a_closed_one_is_not_offered(reader, case, suzuki, procedures):
    actions.close(case=case, by=suzuki, result="answered", level=1, topic=procedures)
    assert "Send it as part of" not in text(check(reader))


def test_one_handled_with_care_shows_no_title(ward, case, suzuki):
    actions.describe(case=case, by=suzuki, title="秘密の件名", topic=None, level=None, sensitive=True)
    page = text(check(ward))
    assert f"Send it as part of {case.number} (handle with care)" in page
    assert "秘密" not in page


def test_what_was_chosen_stays_chosen_where_it_has_to_wait(reader, case, settings):
    page = check(reader)
    settings.ACCOUNT_RATE_LIMITS = {"consult_send": "0/h/ip"}
    busy = reader.post("/consult/check/", {**shown(page), "case": case.number})
    assert busy.status_code == 429
    assert shown(busy)["case"] == [case.number]


def test_the_office_is_not_offered_everything(desk, case):
    assert case.number not in text(check(english(desk)))
