"""Ward and bureau accounts see the shared part of all cases of their confirmed section, and write nowhere but by the
link."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations import actions
from consultations.models import Attachment, Case
from office import clock
from office.models import Role
from tests.cast import signed_in
from tests.consultations.desk_pages import closed, english, make_many, numbers, text
from tests.factories import make_case, make_section, make_user


@pytest.fixture
def ward(tanaka) -> Client:
    """田中's browser."""
    return english(signed_in(tanaka))


@pytest.fixture
def case(kohoku, chiiki, pair, suzuki) -> Case:
    """A colleague's."""
    case = make_case(kohoku, section=chiiki, name="高橋 学", email="takahashi@kohoku.example.jp")
    actions.reply(
        case=case, by=suzuki, text="手引きの3ページです", files=[Attachment(file="a/b", name="様式.csv", size=1)]
    )
    actions.add_note(case=case, by=suzuki, text="内部だけの話")
    return case


def page_of(ward: Client, case: Case) -> str:
    page = ward.get(f"/section/{case.number}/")
    assert page.status_code == 200
    return text(page)


def test_the_list_has_the_open_first_then_the_closed_by_fiscal_year(ward, kohoku, chiiki, suzuki, pair):
    given = {"section": chiiki, "other_section": ""}
    make_many(1, kohoku, **given, **closed(suzuki))
    make_many(1, kohoku, **given)
    make_many(1, kohoku, **given, **closed(suzuki), fiscal_year=2025)
    make_many(1, kohoku, **given)
    page = ward.get("/section/")
    assert numbers(page) == ["R8-0004", "R8-0002", "R8-0001", "R7-0003"]
    words = text(page)
    places = [words.index(part) for part in ("Not closed yet", "Closed, fiscal 2026", "Closed, fiscal 2025")]
    assert places == sorted(places)
    assert "4 consultations" in words


def test_it_has_pages(ward, kohoku, chiiki):
    make_many(31, kohoku, section=chiiki, other_section="")
    assert len(numbers(ward.get("/section/"))) == 30
    assert numbers(ward.get("/section/?page=2")) == ["R8-0001"]
    assert ward.get("/section/?page=zzz").status_code == 200


def test_its_queries_do_not_grow_with_the_rows(ward, kohoku, chiiki, pair, suzuki):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert ward.get("/section/").status_code == 200
        return len(caught)

    make_many(1, kohoku, section=chiiki, other_section="")
    make_many(1, kohoku, section=chiiki, other_section="", **closed(suzuki))
    few = queries()
    make_many(20, kohoku, section=chiiki, other_section="")
    assert queries() == few
    assert few <= 12


def test_the_page_shows_what_was_shared_and_nothing_internal(ward, case):
    page = page_of(ward, case)
    for words in (case.title, case.problem, "手引きの3ページです", "様式.csv", "鈴木 一郎", "高橋 学", "How it stands"):
        assert words in page
    assert "内部だけの話" not in page
    assert "<textarea" not in ward.get(f"/section/{case.number}/").content.decode()


def test_its_files_are_given_out_but_not_those_of_notes(ward, case, suzuki, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"x")
    shared = case.attachments.get()
    note = actions.add_note(case=case, by=suzuki, text="x", files=[Attachment(file="a/b", name="内部.csv", size=1)])
    assert f"/section/{case.number}/files/{shared.pk}/" in ward.get(f"/section/{case.number}/").content.decode()
    assert b"".join(ward.get(f"/section/{case.number}/files/{shared.pk}/")) == b"x"
    assert ward.get(f"/section/{case.number}/files/{note.attachments.get().pk}/").status_code == 404


def test_who_is_neither_contact_nor_copied_is_not_given_the_link(ward, case):
    assert case.token not in ward.get(f"/section/{case.number}/").content.decode()


@pytest.mark.parametrize("contact", [{"email": "Tanaka@city.example.jp"}, {"cc": ["tanaka@city.example.jp"]}])
def test_the_contact_and_those_with_copies_are_led_to_the_receipt(ward, kohoku, chiiki, contact):
    case = make_case(kohoku, section=chiiki, **contact)
    assert f'href="/receipts/{case.token}/"' in ward.get(f"/section/{case.number}/").content.decode()


def test_a_link_that_has_expired_is_not_offered(ward, kohoku, chiiki, suzuki, procedures):
    case = make_case(kohoku, section=chiiki, email="tanaka@city.example.jp")
    actions.answer_and_close(case=case, by=suzuki, text="x", level=1, topic=procedures)
    with clock.at(clock.now() + timedelta(days=366)):
        page = ward.get(f"/section/{case.number}/")
    assert page.status_code == 200
    assert case.token not in page.content.decode()


def test_a_case_handled_with_care_shows_no_text(ward, case, suzuki):
    actions.describe(case=case, by=suzuki, title="秘密の件名", topic=None, level=None, sensitive=True)
    for page in (text(ward.get("/section/")), page_of(ward, case)):
        assert case.number in page
        for words in ("秘密の件名", case.problem, "手引きの3ページです", "様式.csv", "高橋"):
            assert words not in page
    assert ward.get(f"/section/{case.number}/files/{case.attachments.get().pk}/").status_code == 404


def test_a_case_of_another_section_is_not_found(case, yamada, kohoku):
    neighbour = make_user(
        "neighbour", "隣 課", role=Role.WARD, section=make_section(kohoku, "税務課"), section_confirmed=True
    )
    for person in (yamada, neighbour):
        browser = signed_in(person)
        assert browser.get(f"/section/{case.number}/").status_code == 404
        assert browser.get(f"/section/{case.number}/files/{case.attachments.get().pk}/").status_code == 404
        assert case.title not in text(browser.get("/section/"))


def test_to_whom_no_section_is_confirmed_it_says_who_confirms(case, tanaka, ward):
    tanaka.section_confirmed = False
    tanaka.save()
    page = ward.get("/section/")
    assert page.status_code == 200
    assert "Nobody has confirmed that yet." in text(page)
    assert "Who confirms it The administrators of this service in the Digital Design Office." in text(page)
    assert case.title not in text(page)
    assert ward.get(f"/section/{case.number}/").status_code == 404
    tanaka.section = None
    tanaka.save()
    assert "does not say yet which section" in text(ward.get("/section/"))


def test_it_is_for_ward_accounts_only(case, suzuki, ict_member):
    assert Client().get("/section/")["Location"].startswith("/accounts/login/")
    for person in (suzuki, ict_member):
        assert signed_in(person).get("/section/").status_code == 404
        assert signed_in(person).get(f"/section/{case.number}/").status_code == 404


def test_a_ward_account_finds_the_way_there(ward, desk):
    assert 'href="/section/"' in ward.get("/").content.decode()
    assert 'href="/section/"' not in desk.get("/").content.decode()
