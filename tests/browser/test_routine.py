"""The routine case, which is most of them: a form, an answer, closed. What the pair does is counted: under five."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from consultations.models import Case
from consultations.states import Level, Result, Status
from knowledge.models import Topic
from office.models import User
from outbox.models import Delivery
from tests.browser.consultations import PICTURE, PROCEDURES, Consultation
from tests.browser.desk import consult, history, open_case
from tests.browser.keyboard import Keyboard
from tests.factories import make_department, make_pair, make_section

ANSWER = "手引きの3ページに一覧があります。\n様式は庁内イントラにあります。"
TELL = """
addEventListener("input", event => interacted(event.target.name), true);
addEventListener("click", event => {
    const opened = event.target.closest?.("summary");
    if (opened) interacted(opened.innerText);
}, true);
"""


class Interactions:
    """What a person does on a page, as the browser sees it: fields filled in, folds opened, pages asked for.

    A text counts as one, however long it is.
    """

    def __init__(self, page: Page) -> None:
        self.done: list[str] = []
        page.expose_function("interacted", self._note)
        page.evaluate(TELL)
        page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        if request.is_navigation_request() and not request.redirected_from:
            self._note(request.method)

    def _note(self, what: str) -> None:
        if what not in self.done:
            self.done.append(what)


@pytest.fixture
def routine(
    transactional_db: None, live_server, page: Page, new_browser: Callable[[], Page], suzuki: User, sato: User, sign_in
) -> Callable[[Consultation], tuple[Case, Page]]:
    """`routine(consultation)`: a section sends the form, 鈴木 has opened the case. Gives it, and the section's page."""
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}/desk/")

    def received(consultation: Consultation) -> tuple[Case, Page]:
        department = make_department(consultation.department, code="d1")
        make_section(department, consultation.section)
        make_pair(department, suzuki, sato)
        section = new_browser()
        number = consult(section, str(live_server), consultation)
        open_case(page, number)
        return Case.objects.numbered(number).get(), section

    return received


def test_a_question_of_procedure(routine, page: Page, topic: Topic):
    """The form has told the level, so that there is only the topic to choose."""
    case, section = routine(PROCEDURES)
    pair = Interactions(page)
    page.get_by_role("textbox", name="回答").fill(ANSWER)
    page.get_by_role("combobox", name="相談の種類").select_option(topic.name)
    page.get_by_role("button", name="小野寺様に送信してクローズ").click()
    is_closed(case, section, page, Level.ANSWER, topic)
    assert pair.done == ["text", "topic", "POST"]


def test_another_question_with_the_keyboard_alone(routine, page: Page, topic: Topic):
    case, section = routine(PICTURE)
    pair, hands = Interactions(page), Keyboard(page)
    hands.type(page.get_by_role("textbox", name="回答"), ANSWER)
    hands.choose(page.get_by_role("radio", name="2 妥当性の確認"))
    hands.select(page.get_by_role("combobox", name="相談の種類"), topic.name)
    hands.press("Control+Enter")
    is_closed(case, section, page, Level.VALIDITY, topic)
    assert pair.done == ["text", "level", "topic", "POST"]


def is_closed(case: Case, section: Page, page: Page, level: Level, topic: Topic) -> None:
    """Answered and closed, in the eyes of the pair, of the section, and behind the pages."""
    expect(page.get_by_text(f"様に回答し、{case.number}をクローズしました。")).to_be_visible()
    expect(history(page)).to_have_count(3)
    section.reload()
    expect(section.get_by_text("に対応を終了しました。")).to_be_visible()
    expect(section.get_by_role("region", name="これまでの経過")).to_contain_text("様式は庁内イントラにあります。")
    answered = Delivery.objects.filter(address=case.email).latest("pk")
    assert ANSWER in answered.body
    case.refresh_from_db()
    assert (case.status, case.result, case.level, case.topic) == (Status.COMPLETED, Result.ANSWERED, level, topic)
