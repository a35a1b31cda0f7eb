"""The pages of examples: written at the desk, agreed to by the link, read by everybody."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations import actions
from consultations.models import Case, Example
from consultations.models.entry import Requester
from consultations.states import ExampleState, SupportState
from knowledge.models import IndexedDocument, Topic
from menus.models import SupportMenu
from tests.consultations.case_page import look, send
from tests.consultations.desk_pages import english
from tests.consultations.examples import TEXTS, agreed, asked, closed, drafted, published
from tests.consultations.requester import new_browser, shown, text
from tests.factories import make_case

LETTER = """鈴木様
お世話になっております。港北区地域振興課の田中です。
毎月の勤務表を手作業で作っており、二日かかっています。
田中 実（内線 2345）"""


@pytest.fixture
def case(kohoku, chiiki, pair, suzuki) -> Case:
    return closed(kohoku, suzuki, section=chiiki, other_section="", problem=LETTER)


@pytest.fixture
def desk(desk: Client) -> Client:
    return english(desk)


@pytest.fixture
def requester() -> Client:
    return new_browser()


@pytest.fixture
def kintone(db) -> SupportMenu:
    return SupportMenu.objects.create(key="kintone", kind="existing_tool", name="kintone", summary="台帳")


def page(case: Case) -> str:
    return f"/desk/cases/{case.number}/example/"


def receipt(case: Case) -> str:
    return f"/receipts/{case.token}/example/"


def now(case: Case) -> Example:
    return Example.objects.get(case=case)


# --- at the desk


def test_a_closed_case_offers_to_become_one(desk, case, kohoku):
    assert "Make it an example" in text(look(desk, case))
    assert "Make it an example" not in text(look(desk, make_case(kohoku)))


def test_the_form_begins_with_what_the_case_says_without_its_persons(desk, case):
    fields = shown(desk.get(page(case)), "trouble")
    assert "毎月の勤務表を手作業で作っており、二日かかっています。" in fields["trouble"][0]
    assert "手順をご案内します。" in fields["approach"][0]
    assert "教訓" in fields["outcome"][0]
    said = "".join(fields[name][0] for name in TEXTS)
    for name in ("田中", "鈴木", "地域振興課", "2345"):
        assert name not in said


def test_it_begins_with_the_menus_that_the_case_was_given(desk, kohoku, pair, suzuki, kintone):
    case = make_case(kohoku)
    support = actions.choose_support(case=case, by=suzuki, menu=kintone, reason="台帳")
    actions.change_support(support=support, by=suzuki, state=SupportState.DONE, outcome="台帳が動いた。")
    topic = Topic.objects.first()
    actions.answer_and_close(case=case, by=suzuki, text="回答", level=2, topic=topic)
    fields = shown(desk.get(page(case)), "trouble")
    assert fields["menus"] == [str(kintone.pk)]
    assert "台帳が動いた。" in fields["outcome"][0]


def test_it_is_written_asked_about_and_published_from_its_page(desk, case):
    fields = {**shown(desk.get(page(case)), "trouble"), **TEXTS}
    assert desk.post(page(case), fields)["Location"].startswith(page(case))
    assert now(case).state == ExampleState.DRAFT
    assert "Ask the requester for consent" in text(desk.get(page(case)))
    send(desk, case, "example_ask", version=now(case).version)
    assert now(case).state == ExampleState.ASKED
    answer = {"answer": "agrees", "name": "田中 実", "how": "電話で", "version": now(case).version}
    send(desk, case, "example_consent", **answer)
    assert "田中 実 agreed on" in text(desk.get(page(case)))
    send(desk, case, "example_publish", version=now(case).version)
    assert now(case).is_public
    send(desk, case, "example_withdraw", version=now(case).version, wished="on", reason="電話で")
    assert now(case).state == ExampleState.DECLINED


def test_a_member_who_records_a_no_keeps_it_from_being_published(desk, case, suzuki):
    example = asked(case, suzuki)
    answer = {"answer": "declines", "name": "田中 実", "how": "電話で", "version": example.version}
    send(desk, case, "example_consent", **answer)
    assert now(case).state == ExampleState.DECLINED
    assert send(desk, case, "example_publish", version=now(case).version).status_code == 409


def test_the_case_page_names_the_mailing(desk, case, suzuki):
    asked(case, suzuki)
    assert "Consent to an example" in text(look(desk, case)).partition("Receipt page")[0].partition(" Mail ")[2]


def test_two_who_change_it_are_shown_each_others_text(desk, case, suzuki, sato):
    example = drafted(case, suzuki)
    fields = {**shown(desk.get(page(case)), "trouble"), "outcome": "私の成果"}
    actions.change_example(example=example, by=sato, **{**TEXTS, "outcome": "同僚の成果"})
    answer = desk.post(page(case), fields)
    assert answer.status_code == 409
    assert "私の成果" in text(answer)
    assert "同僚の成果" in text(answer)
    assert now(case).outcome == "同僚の成果"


def test_a_text_begun_before_a_colleague_wrote_one_does_not_replace_it(desk, case, sato):
    fields = {**shown(desk.get(page(case)), "trouble"), **TEXTS, "outcome": "私の成果"}
    drafted(case, sato)
    answer = desk.post(page(case), fields)
    assert answer.status_code == 409
    assert "私の成果" in text(answer)
    assert now(case).outcome == TEXTS["outcome"]


@pytest.mark.parametrize("field", ["title", "trouble", "approach", "outcome"])
@pytest.mark.parametrize("bad", ["", " ", "\x00", "あ" * 3001])
def test_bad_input_is_said_at_the_field_and_keeps_the_rest(desk, case, field, bad):
    fields = {**shown(desk.get(page(case)), "trouble"), **TEXTS, field: bad}
    answer = desk.post(page(case), fields)
    assert answer.status_code == 422
    assert f'id="id_example_{field}_error"' in answer.content.decode()
    assert not Example.objects.exists()


def test_a_menu_that_there_is_not_is_refused(desk, case):
    fields = {**shown(desk.get(page(case)), "trouble"), **TEXTS, "menus": ["999999"]}
    assert desk.post(page(case), fields).status_code == 422


# --- by the link


def test_the_receipt_leads_to_the_question_once_it_is_asked(requester, case, suzuki):
    example = drafted(case, suzuki)
    question = "May we tell of your consultation as an example?"
    assert question not in text(requester.get(f"/receipts/{case.token}/"))
    assert requester.get(receipt(case)).status_code == 302
    actions.ask_consent(example=example, by=suzuki)
    assert question in text(requester.get(f"/receipts/{case.token}/"))
    asked_page = text(requester.get(receipt(case)))
    assert all(words in asked_page for words in TEXTS.values())
    assert "Your department is." in asked_page


def answer(requester: Client, case: Case, word: str, **fields):
    return requester.post(receipt(case), {**shown(requester.get(receipt(case)), "version"), "answer": word, **fields})


def test_the_requester_agrees_there(requester, case, suzuki):
    asked(case, suzuki)
    assert answer(requester, case, "agrees")["Location"] == receipt(case)
    assert (now(case).agreed_name, now(case).state) == (case.name, ExampleState.AGREED)
    assert "You have agreed." in text(requester.get(receipt(case)))


def test_or_does_not(requester, case, suzuki):
    asked(case, suzuki)
    answer(requester, case, "declines")
    assert now(case).state == ExampleState.DECLINED


def test_a_published_one_is_taken_off_there_at_once(requester, case, suzuki, client):
    example = published(case, suzuki)
    assert "Please take it off" in text(requester.get(receipt(case)))
    answer(requester, case, "declines")
    assert client.get(f"/examples/{example.pk}/").status_code == 404


def test_a_double_click_is_one_answer(requester, case, suzuki):
    asked(case, suzuki)
    fields = {**shown(requester.get(receipt(case)), "version"), "answer": "agrees"}
    for _click in range(2):
        assert requester.post(receipt(case), fields).status_code == 302
    assert case.entries.filter(kind="consent_given").count() == 1


def test_a_yes_to_a_text_that_was_changed_meanwhile_is_no_yes(requester, case, suzuki):
    example = asked(case, suzuki)
    fields = {**shown(requester.get(receipt(case)), "version"), "answer": "agrees"}
    example = actions.change_example(example=example, by=suzuki, **{**TEXTS, "outcome": "一日になった。"})
    assert requester.post(receipt(case), fields).status_code == 302
    assert now(case).state == ExampleState.DRAFT
    actions.ask_consent(example=example, by=suzuki)
    again = requester.post(receipt(case), {**fields, "once": "another"})
    assert again.status_code == 409
    assert "一日になった。" in text(again)
    assert now(case).state == ExampleState.ASKED


@pytest.mark.parametrize(
    "bad", [{"answer": "perhaps"}, {"answer": ""}, {"name": " "}, {"version": "x"}, {"version": ""}]
)
def test_an_answer_that_says_nothing_is_asked_for_again(requester, case, suzuki, bad):
    asked(case, suzuki)
    assert answer(requester, case, "agrees", **bad).status_code == 422
    assert now(case).state == ExampleState.ASKED


def test_of_a_sensitive_case_nothing_is_asked(requester, case, suzuki):
    asked(case, suzuki)
    Case.objects.filter(pk=case.pk).update(sensitive=True)
    assert requester.get(receipt(case)).status_code == 302
    assert TEXTS["title"] not in text(requester.get(f"/receipts/{case.token}/"))


# --- what everybody reads


def test_a_stranger_reads_it_and_learns_no_person(requester, case, suzuki, sato, kintone):
    example = published(case, suzuki, menus=[kintone])
    html = requester.get(f"/examples/{example.pk}/").content.decode()
    for words in (*TEXTS.values(), "港北区", "kintone", "Check of a plan", "fiscal 20"):
        assert words in html
    document = IndexedDocument.objects.get(kind="example", key=str(example.pk))
    listed = requester.get("/examples/").content.decode()
    for name in ("田中", "鈴木", "佐藤", "地域振興課", case.number, case.email):
        assert name not in html
        assert name not in listed
        assert name not in f"{document.title}{document.text}{document.aside}{document.facets}"


def test_only_the_office_is_led_to_the_case(requester, desk, tanaka, case, suzuki):
    example = published(case, suzuki)
    assert case.number in desk.get(f"/examples/{example.pk}/").content.decode()
    ward = new_browser()
    ward.force_login(tanaka)
    assert case.number not in ward.get(f"/examples/{example.pk}/").content.decode()


@pytest.fixture
def three(kohoku, asahi, pair, suzuki, kintone) -> dict[str, Example]:
    """One of 港北区 with kintone, one of 港北区 without, one of 旭区 on another topic."""
    other = Topic.objects.exclude(key="procedures").first()
    examples = {
        "ledger": published(closed(kohoku, suzuki), suzuki, title="台帳の一元管理", menus=[kintone]),
        "roster": published(closed(kohoku, suzuki), suzuki, title="勤務表の見直し"),
        "page": published(
            closed(asahi, suzuki, topic=other), suzuki, title="案内ページの整理", trouble="案内が読みにくい。"
        ),
    }
    return examples


def titles(requester: Client, query: str) -> list[str]:
    html = requester.get(f"/examples/{query}").content.decode()
    return re.findall(r'<a href="/examples/\d+/">([^<]+)</a>', html)


def test_the_list_goes_by_department(requester, three):
    assert titles(requester, "") == ["案内ページの整理", "勤務表の見直し", "台帳の一元管理"]


def test_it_is_narrowed_by_department_menu_topic_and_words(requester, three):
    assert titles(requester, "?department=kohoku") == ["勤務表の見直し", "台帳の一元管理"]
    assert titles(requester, "?menu=kintone") == ["台帳の一元管理"]
    topic = Case.objects.get(pk=three["page"].case_id).topic.key
    assert titles(requester, f"?topic={topic}") == ["案内ページの整理"]
    assert titles(requester, "?q=台帳") == ["台帳の一元管理"]
    assert titles(requester, "?q=台帳&department=asahi") == []
    assert "2 examples" in text(requester.get("/examples/?department=kohoku"))


@pytest.mark.parametrize("query", ["?department=nowhere", "?menu=x", "?topic=%00", "?q=%00", "?q=" + "あ" * 300])
def test_a_query_that_cannot_be_is_answered_in_words(requester, three, query):
    assert requester.get(f"/examples/{query}").status_code == 400


def test_a_page_that_is_not_there_is_the_last_one(requester, three):
    assert len(titles(requester, "?page=99")) == 3


def test_an_example_names_those_like_it(requester, three):
    assert three["roster"].title in text(requester.get(f"/examples/{three['ledger'].pk}/")).partition("Similar")[2]
    actions.withdraw_example(example=three["roster"], by=Requester(three["roster"].case))
    assert three["roster"].title not in text(requester.get(f"/examples/{three['ledger'].pk}/"))


def test_the_pages_cost_the_same_however_many_there_are(requester, desk, three, kohoku, suzuki, kintone):
    example = three["ledger"]
    paths = ["/examples/", "/examples/?q=台帳&department=kohoku", f"/examples/{example.pk}/", page(example.case)]

    def costs() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(path).status_code == 200
            counts.append(len(queries))
        return counts

    costs()
    before = costs()
    for _number in range(4):
        published(closed(kohoku, suzuki), suzuki, title="台帳の一元管理", menus=[kintone])
    assert costs() == before
    assert max(before[:3]) <= 16


def test_agreed_to_and_not_yet_published_it_is_a_404(client, case, suzuki):
    assert client.get(f"/examples/{agreed(case, suzuki).pk}/").status_code == 404


def test_a_department_is_looked_in_before_the_best_are_chosen(client, kohoku, asahi, pair, suzuki, monkeypatch):
    ours = published(closed(kohoku, suzuki), suzuki, title="勤務表の見直し")
    published(closed(asahi, suzuki), suzuki, title="勤務表 勤務表 勤務表")
    monkeypatch.setattr("knowledge.shelf.CANDIDATES", 1)
    page = client.get("/examples/", {"q": "勤務表", "department": "kohoku"}).content.decode()
    assert ours.title in page
