"""Origin, contact and pair are put right."""

import pytest

from tests.consultations.case_page import kinds, look, send, told
from tests.factories import make_case, make_pair, make_section


@pytest.fixture
def asahi_pair(asahi, ito):
    return make_pair(asahi, ito, None)


def test_it_knows_a_section_by_its_name(desk, kohoku, chiiki, pair):
    case = make_case(kohoku, other_section="地域振興")
    send(desk, case, "origin", department=kohoku.pk, section="地域振興課")
    case.refresh_from_db()
    assert (case.section, case.other_section) == (chiiki, "")


def test_it_keeps_a_section_that_the_table_does_not_know_as_typed(desk, new_case, kohoku):
    send(desk, new_case, "origin", department=kohoku.pk, section="新しい課")
    new_case.refresh_from_db()
    assert (new_case.section, new_case.other_section) == (None, "新しい課")


def test_it_hands_a_case_of_another_department_to_its_pair(desk, new_case, asahi, asahi_pair, ito):
    section = make_section(asahi, "総務課")
    send(desk, new_case, "origin", department=asahi.pk, section="総務課", version=new_case.version)
    new_case.refresh_from_db()
    assert (new_case.department, new_case.section, new_case.pair) == (asahi, section, asahi_pair)
    assert kinds(new_case) == ["received", "changed", "pair_changed"]
    assert told(new_case, "pair") == [ito.email]


def test_it_words_old_and_new_on_the_timeline(desk, new_case, asahi, asahi_pair):
    send(desk, new_case, "origin", department=asahi.pk, section="総務課")
    page = look(desk, new_case).content.decode()
    assert "<del>港北区</del> → <ins>旭区</ins>" in page
    assert "<ins>伊藤</ins>" in page


def test_it_needs_a_department_and_a_section(desk, new_case):
    response = send(desk, new_case, "origin", department="", section="")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"department", "section"}


def test_it_sends_a_new_link_to_a_new_address_and_ends_the_old_link(desk, client, new_case):
    old = new_case.token
    fields = {"name": "中野 京子", "email": "nakano@kohoku.example.jp", "cc": "", "phone": "内線 4130"}
    send(desk, new_case, "contact", **fields, version=new_case.version)
    new_case.refresh_from_db()
    assert (new_case.name, new_case.email, new_case.phone) == ("中野 京子", "nakano@kohoku.example.jp", "内線 4130")
    assert new_case.token != old
    assert told(new_case, "contact") == ["nakano@kohoku.example.jp"]
    assert kinds(new_case)[-1] == "changed"


def test_it_takes_copies_apart_and_names_the_wrong_one(desk, new_case):
    fields = {"name": "田中 実", "email": new_case.email}
    response = send(desk, new_case, "contact", **fields, cc="kacho@kohoku.example.jp、係長")
    assert response.status_code == 422
    assert "係長" in response.context["form"].errors["cc"][0]
    send(
        desk,
        new_case,
        "contact",
        **fields,
        cc="kacho@kohoku.example.jp、ｂ@kohoku.example.jp\r\nkacho@kohoku.example.jp",
    )
    new_case.refresh_from_db()
    assert new_case.cc == ["kacho@kohoku.example.jp", "b@kohoku.example.jp"]


def test_it_refuses_a_name_of_two_lines_and_an_address_that_is_none(desk, new_case):
    response = send(desk, new_case, "contact", name="田中\r\nBcc: x@example.jp", email="tanaka")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"name", "email"}


def test_it_gives_the_case_to_another_pair_which_is_told(desk, new_case, asahi_pair, ito):
    send(desk, new_case, "pair", pair=asahi_pair.pk, version=new_case.version)
    new_case.refresh_from_db()
    assert new_case.pair == asahi_pair
    assert told(new_case, "pair") == [ito.email]


def test_it_refuses_the_pair_that_has_the_case(desk, new_case, pair):
    assert send(desk, new_case, "pair", pair=pair.pk).status_code == 409
    assert send(desk, new_case, "pair", pair="").status_code == 422
