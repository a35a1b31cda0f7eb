"""Whatever is typed into the form: a clear word on the page, nothing lost, nothing half-written, never a 500."""

import pytest
from django.conf import settings
from django.test import Client

from consultations.models import Case
from office.models import Department, Section
from outbox.models import Delivery
from tests.consultations.requester import ANSWERS, fill_in, new_browser, send, shown, text
from tests.factories import make_department


@pytest.fixture
def requester(kohoku: Department, chiiki: Section) -> Client:
    return new_browser()


def summary(page) -> str:
    """What stands in the box on top of the page."""
    html = page.content.decode()
    start = html.index("data-error-summary")
    return html[start : html.index("<form class=", start)]


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("problem", "", "Write what you are having trouble with."),
        ("problem", " \r\n　", "Write what you are having trouble with."),
        ("problem", "あ" * 10_001, "It has 10001 characters. Shorten it to 10000."),
        ("problem", "あ" * 350_000, "It has 350000 characters. Shorten it to 10000."),
        ("problem", "前\x00後", "There are characters in it that cannot be stored."),
        ("problem", "前\x07後", "There are characters in it that cannot be stored."),
        ("wants", [], "Tick what you expect of us, or write it in your own words."),
        ("wants", ["everything"], "Tick from the four that are offered."),
        ("wants", ["procedure", "\x00"], "Tick from the four that are offered."),
        ("expectation", "あ" * 10_001, "It has 10001 characters. Shorten it to 10000."),
        ("folder", "あ" * 501, "It has 501 characters. Shorten it to 500."),
        ("department", "", "Choose your ward or bureau."),
        ("department", "nowhere", "Choose your ward or bureau from the list."),
        ("department", "kohoku\x00", "Choose your ward or bureau from the list."),
        ("department", "old", "Choose your ward or bureau from the list."),
        ("section", "", "Write your section."),
        ("section", "課" * 101, "It has 101 characters. Shorten it to 100."),
        ("name", "", "Write your name."),
        ("name", "田中\r\nBcc: everyone@example.jp", "Write it in one line."),
        ("name", "田中\n実", "Write it in one line."),
        ("name", "田中\u2028実", "Write it in one line."),
        ("name", "田中\x00", "There are characters in it that cannot be stored."),
        ("name", "田" * 101, "It has 101 characters. Shorten it to 100."),
        ("email", "", "Write your e-mail address."),
        ("email", "tanaka", "Write the e-mail address in full"),
        ("email", "tanaka@kohoku", "Write the e-mail address in full"),
        ("email", "tanaka@x.example.jp\r\nBcc: everyone@example.jp", "Write it in one line."),
        ("email", "tanaka@x.example.jp, sato@x.example.jp", "Write the e-mail address in full"),
        ("email", "a" * 250 + "@x.example.jp", "It has 263 characters. Shorten it to 254."),
        ("phone", "1" * 101, "It has 101 characters. Shorten it to 100."),
        ("phone", "内線\r\n2101", "Write it in one line."),
        ("cc", "a@x.example.jp, b＠x, c@x.example.jp", "“b@x” is not an e-mail address."),
        ("cc", "a@x.example.jp\x00", "There are characters in it that cannot be stored."),
        ("cc", " ".join(f"{n}@x.example.jp" for n in range(6)), "Up to 5 addresses."),
        ("cc", "a" * 250 + "@x.example.jp", "is not an e-mail address"),
        ("cc", "<script>alert(1)</script>", "is not an e-mail address"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_it_says_what_is_wrong_at_the_field_and_on_top(requester, field, value, why):
    old = make_department("旧局", order=99, code="old")
    Department.objects.filter(pk=old.pk).update(valid_to="2020-03-31")
    page = fill_in(requester, **{field: value})
    assert page.status_code == 422
    assert why in text(page)
    assert why in summary(page)
    assert page.content.decode().split("<title>")[1].strip().startswith("Error: ")
    assert Case.objects.count() == Delivery.objects.count() == 0


def test_lone_surrogates_are_stored_as_the_sign_for_what_cannot_be_read(requester):
    page = requester.get("/consult/")
    body = b"&".join(
        [
            b"csrfmiddlewaretoken=" + shown(page)["csrfmiddlewaretoken"][0].encode(),
            b"problem=%ED%A0%80%FF&wants=procedure&department=kohoku&section=x&name=%ED%B0%80&email=a%40x.example.jp",
        ]
    )
    answer = requester.post("/consult/", body, content_type="application/x-www-form-urlencoded")
    requester.post("/consult/check/", shown(requester.get(answer["Location"])))
    assert Case.objects.get().problem.startswith("\ufffd")


def test_nothing_typed_is_lost_over_an_error(requester):
    typed = {
        "problem": "1行目\r\n\"<&'2行目",
        "wants": ["validity", "together"],
        "expectation": "例を",
        "folder": r"\\fs01\x",
        "section": "なんとか課",
        "name": "田中 実",
        "email": "tanaka@",
        "phone": "内線 2101",
        "cc": "だれか",
    }
    page = fill_in(requester, **typed)
    fields = shown(page)
    assert page.status_code == 422
    for name, value in typed.items():
        if name != "wants":
            assert fields[name][0].replace("\r\n", "\n") == str(value).replace("\r\n", "\n")
    assert fields["wants"] == ["validity", "together"]
    assert fields["department"] == ["kohoku"]


def test_every_error_is_named_at_once(requester):
    blank = {**dict.fromkeys(ANSWERS, ""), "wants": []}
    page = fill_in(requester, **blank)
    assert "There are 6 errors in what you entered" in text(page)
    for name in ("problem", "wants_0", "department", "section", "name", "email"):
        assert f'href="#id_{name}"' in summary(page)
        assert f'id="id_{name}"' in page.content.decode()


def test_the_field_that_people_do_not_see_must_stay_empty(requester):
    page = fill_in(requester, website="https://example.jp")
    assert page.status_code == 422
    assert "must stay empty" in summary(page)
    assert shown(page)["website"] == [""]
    assert Case.objects.count() == 0
    assert requester.post("/consult/", shown(page)).status_code == 302


def test_a_body_beyond_all_measure_is_refused_with_a_page(requester):
    answers = {**shown(requester.get("/consult/")), **ANSWERS, "problem": "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    page = requester.post("/consult/", answers)
    assert page.status_code == 400
    assert "<h1>" in page.content.decode()
    assert Case.objects.count() == 0


def test_more_than_all_files_together_is_refused_unread(requester):
    most = 2 * settings.ATTACHMENT_MAX_FILES * settings.ATTACHMENT_MAX_BYTES
    page = requester.post("/consult/", ANSWERS, CONTENT_LENGTH=str(most + 1))
    assert page.status_code == 400
    assert "<h1>" in page.content.decode()


def test_a_body_that_is_no_form_is_refused_with_a_page(requester):
    page = requester.post("/consult/", b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x")
    assert page.status_code in (400, 422)


def test_without_cookies_it_says_so_and_makes_no_case(kohoku):
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/consult/", ANSWERS)
    assert page.status_code == 403
    assert "<h1>" in page.content.decode()
    assert Case.objects.count() == 0


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_known(requester, method):
    assert getattr(requester, method)("/consult/").status_code == 405


def test_a_get_changes_nothing(requester):
    for path in ("/consult/draft/", "/consult/discard/"):
        assert requester.get(path).status_code == 405
    assert requester.get("/consult/check/").status_code == 302
    assert send(requester).pk
