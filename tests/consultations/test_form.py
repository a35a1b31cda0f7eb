"""The form that a section fills in: the four questions, what it knows already, and what it makes of the answers."""

import pytest
from django.test import Client

from consultations.models import Case, Entry, EntryKind, Intake
from office import clock
from office.models import Department, Pair, Section, User
from outbox.models import Delivery
from tests.cast import signed_in
from tests.consultations.requester import ANSWERS, fill_in, new_browser, send, shown, text
from tests.factories import make_department, make_section


@pytest.fixture
def requester(kohoku: Department, chiiki: Section, pair: Pair) -> Client:
    return new_browser()


def test_it_asks_the_four_questions_and_no_more(requester):
    fields = shown(requester.get("/consult/"))
    assert set(fields) == {
        *("csrfmiddlewaretoken", "intake", "website", "problem", "expectation", "folder"),
        *("department", "section", "name", "email", "phone", "cc"),
    }
    page = requester.get("/consult/").content.decode()
    for name in ("wants", "files"):
        assert f'name="{name}"' in page


def test_it_says_to_leave_out_personal_data(requester):
    assert "leave out personal data of citizens" in text(requester.get("/consult/"))


def test_it_says_what_happens_next_and_by_when(requester):
    page = text(requester.get("/consult/"))
    assert "What happens next" in page
    assert "will be in touch by" in page


def test_it_offers_the_departments_of_today_in_their_order(requester, asahi):
    gone = make_department("旧局", order=1, code="old")
    Department.objects.filter(pk=gone.pk).update(valid_to="2020-03-31")
    make_department("財政局", order=40, code="zaisei", kind="bureau")
    page = requester.get("/consult/").content.decode()
    places = [page.index(name) for name in ("旭区", "港北区", "財政局")]
    assert places == sorted(places)
    assert '<optgroup label="Bureau">' in page
    assert "旧局" not in page


def test_a_link_fills_in_the_department(requester):
    page = requester.get("/consult/?department=kohoku")
    assert shown(page)["department"] == ["kohoku"]
    assert "鈴木 (Chief) and 佐藤, in charge of 港北区, will be in touch by" in text(page)
    assert '<option value="地域振興課">' in page.content.decode()


@pytest.mark.parametrize("code", ["nowhere", "%00", "", "😀", "a" * 5000])
def test_a_link_with_a_strange_department_opens_the_form_all_the_same(requester, code):
    page = requester.get(f"/consult/?department={code}")
    assert page.status_code == 200
    assert shown(page)["department"] == [""]


def test_the_department_brings_its_pair_and_its_sections_while_one_fills_in(requester):
    part = requester.get("/consult/?department=kohoku", headers={"HX-Request": "true"})
    assert "鈴木 (Chief) and 佐藤" in text(part)
    assert '<option value="地域振興課">' in part.content.decode()
    assert "<h1" not in part.content.decode()


def test_a_ward_account_finds_its_own_data_filled_in(requester, tanaka):
    ward = signed_in(tanaka)
    fields = shown(ward.get("/consult/"))
    assert fields["name"] == ["田中 実"]
    assert fields["email"] == ["tanaka@city.example.jp"]
    assert fields["department"] == ["kohoku"]
    assert fields["section"] == ["地域振興課"]


def test_a_member_of_the_office_finds_it_empty(requester, suzuki):
    assert shown(signed_in(suzuki).get("/consult/"))["name"] == [""]


# --- what becomes of the answers


def test_it_becomes_a_case_with_all_that_was_answered(requester, kohoku, chiiki, pair):
    case = send(
        requester,
        problem="1行目\r\n2行目\n\n4行目",
        wants=["validity", "together"],
        expectation="例を知りたい",
        folder=r"\\fs01\地域振興課\DX",
        section="地域振興課",
        name="田中 実",
        email="tanaka@kohoku.example.jp",
        phone="内線 2345",
        cc="a@kohoku.example.jp",
    )
    assert case.problem == "1行目\n2行目\n\n4行目"
    assert case.wants == ["validity", "together"]
    assert (case.expectation, case.folder) == ("例を知りたい", r"\\fs01\地域振興課\DX")
    assert (case.department, case.section, case.other_section) == (kohoku, chiiki, "")
    assert (case.name, case.email, case.phone) == ("田中 実", "tanaka@kohoku.example.jp", "内線 2345")
    assert case.cc == ["a@kohoku.example.jp"]
    assert case.pair == pair
    assert case.channel == "form"
    assert [entry.kind for entry in case.entries.all()] == [EntryKind.RECEIVED]


def test_the_office_and_the_requester_are_told(requester, suzuki, sato, ito):
    case = send(requester, cc="a@kohoku.example.jp")
    told = Delivery.objects.about(case.label).values_list("address", flat=True)
    assert sorted(told) == sorted(
        [suzuki.email, sato.email, ito.email, "tanaka@kohoku.example.jp", "a@kohoku.example.jp"]
    )


@pytest.mark.parametrize(
    "typed", ["地域振興課", " 地域振興課 ", "地域 振興課", "港北区地域振興課", "港北区　地域振興課"]
)
def test_a_section_that_is_known_is_recognised(requester, chiiki, typed):
    case = send(requester, section=typed)
    assert (case.section, case.other_section) == (chiiki, "")


@pytest.mark.parametrize("typed", ["区政推進課", "地域振興課庶務係", "港北区", "😀課"])
def test_a_section_that_is_not_known_stays_as_typed(requester, typed):
    case = send(requester, section=typed)
    assert (case.section, case.other_section) == (None, typed)


def test_a_section_of_another_department_is_not_taken_for_it(requester, asahi):
    make_section(asahi, "区政推進課")
    assert send(requester, section="区政推進課").section is None


def test_a_section_that_is_no_longer_offered_stays_as_typed(requester, chiiki):
    Section.objects.filter(pk=chiiki.pk).update(is_active=False)
    assert send(requester, section="地域振興課").other_section == "地域振興課"


@pytest.mark.parametrize(("typed", "known"), [("３階　税務課", "3階税務課"), ("保土ヶ谷公園課", "保土ケ谷公園課")])
def test_writings_that_nobody_means_do_not_count(requester, kohoku, typed, known):
    section = make_section(kohoku, known)
    assert send(requester, section=typed).section == section


@pytest.mark.parametrize(
    "typed",
    [
        "a@x.example.jp, b@x.example.jp",
        "a@x.example.jp b@x.example.jp",
        "a@x.example.jp\r\nb@x.example.jp\r\n",
        "a@x.example.jp；b@x.example.jp，",
        "ａ＠ｘ．ｅｘａｍｐｌｅ．ｊｐ　b@x.example.jp、a@x.example.jp",
    ],
)
def test_copies_go_to_several_however_they_are_typed(requester, typed):
    assert send(requester, cc=typed).cc == ["a@x.example.jp", "b@x.example.jp"]


def test_an_address_typed_in_full_width_is_understood(requester):
    assert send(requester, email=" ｔａｎａｋａ＠kohoku.example.jp ").email == "tanaka@kohoku.example.jp"


@pytest.mark.parametrize(("wants", "expectation"), [(["procedure"], ""), ([], "方向性を見てほしい")])
def test_of_ticks_and_words_one_is_enough(requester, wants, expectation):
    case = send(requester, wants=wants, expectation=expectation)
    assert (case.wants, case.expectation) == (wants, expectation)


def test_emoji_and_rare_characters_arrive_as_typed(requester):
    case = send(requester, problem="𠮷野家の👨‍👩‍👧が\t困っています🙇", name="髙𠮷 一郎")
    assert case.problem == "𠮷野家の👨‍👩‍👧が\t困っています🙇"
    assert case.name == "髙𠮷 一郎"


def test_markup_is_shown_as_typed_and_does_nothing(requester):
    case = send(requester, problem="<script>alert(1)</script>", name="<b>田中</b>")
    page = requester.get(case.receipt_url).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_department_without_a_pair_is_taken_in_too(requester, asahi):
    check = requester.get(fill_in(requester, department="asahi")["Location"])
    assert "Nobody is in charge of 旭区 at the moment" in text(check)
    case = Case.objects.get() if requester.post("/consult/check/", shown(check)).status_code == 302 else None
    assert case.pair is None


def test_the_form_opens_with_few_queries(requester, django_assert_max_num_queries):
    make_section(Department.objects.get(code="kohoku"), "税務課")
    fill_in(requester, email="")
    with django_assert_max_num_queries(8):
        requester.get("/consult/")


def test_sending_keeps_what_was_sent_but_forgets_the_draft(requester):
    case = send(requester)
    assert Intake.objects.get(case=case).data == {}
    assert Entry.objects.get(case=case).author_name == ANSWERS["name"]
    assert case.received_at <= clock.now()


def test_a_person_who_left_gets_no_mail(requester, ito: User):
    User.objects.filter(pk=ito.pk).update(is_active=False)
    case = send(requester)
    assert not Delivery.objects.about(case.label).filter(address=ito.email).exists()
