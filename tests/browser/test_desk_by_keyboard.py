"""The desk's daily work with the keyboard alone, two people at one case, and the language one reads in."""

import re
import unicodedata

import pytest
from playwright.sync_api import Page, expect

from consultations.models import Case
from consultations.states import Status
from knowledge.models import Topic
from office.models import Pair, User
from tests.browser.desk import act, history
from tests.browser.keyboard import Keyboard
from tests.factories import PASSWORD, make_case


@pytest.fixture
def case(transactional_db: None, pair: Pair, topic: Topic) -> Case:
    """A new case of 鈴木 and 佐藤."""
    return make_case(pair.department)


@pytest.fixture
def desk(live_server, page: Page, suzuki: User, sign_in) -> Page:
    """鈴木's browser, on the desk."""
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}/desk/")
    return page


@pytest.fixture
def case_page(desk: Page, case: Case, live_server) -> Page:
    desk.goto(f"{live_server}{case.get_absolute_url()}")
    return desk


def test_from_signing_in_to_an_answered_and_closed_case(
    live_server, page: Page, case: Case, suzuki: User, topic: Topic
):
    hands = Keyboard(page)
    page.goto(f"{live_server}/desk/")
    hands.type(page.get_by_label("ユーザー名"), suzuki.username)
    hands.type(page.get_by_label("パスワード"), PASSWORD)
    hands.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("相談デスク")

    page.wait_for_load_state()
    hands.press("/")
    search = page.get_by_role("searchbox", name="検索")
    expect(search).to_be_focused()
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in case.number)
    assert unicodedata.normalize("NFKC", full_width) == case.number
    hands.type(search, full_width)
    hands.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(case.title)

    hands.type(page.get_by_role("textbox", name="回答"), "手引きをご覧ください。\n様式は庁内イントラにあります。")
    hands.choose(page.get_by_role("radio", name="2 妥当性の確認"))
    hands.select(page.get_by_role("combobox", name="相談の種類"), topic.name)
    hands.press("Control+Enter")
    expect(page.get_by_text(f"田中様に回答し、{case.number}をクローズしました。")).to_be_visible()
    expect(history(page).first).to_contain_text("クローズ")
    expect(history(page).nth(1)).to_contain_text("様式は庁内イントラにあります。")
    case.refresh_from_db()
    assert (case.status, case.level, case.topic, case.closed_by) == (Status.COMPLETED, 2, topic, suzuki)


def test_every_act_is_opened_and_left_with_the_keyboard(case_page: Page, case: Case):
    hands = Keyboard(case_page)
    hands.enter(act(case_page, "保留"))
    expect(case_page.get_by_role("textbox", name="回答")).to_have_count(0)  # one at a time
    hands.type(case_page.get_by_role("textbox", name="待っている理由"), "予算の内示を待っている")
    hands.enter(case_page.get_by_role("button", name="この日まで保留にする"))
    expect(case_page.get_by_text(f"{case.number}を保留にしました。")).to_be_visible()
    assessment = case_page.get_by_role("link", name=re.compile("変更.*見立て"))
    hands.enter(assessment)
    expect(case_page.get_by_role("textbox", name="件名")).to_be_focused()
    hands.enter(case_page.get_by_role("link", name="キャンセル"))
    expect(assessment).to_be_visible()
    hands.enter(case_page.get_by_role("button", name="再開する"))
    expect(case_page.get_by_text(f"{case.number}の対応を再開しました。")).to_be_visible()


def test_the_first_tab_leads_past_the_navigation(desk: Page):
    hands = Keyboard(desk)
    hands.press("Tab")
    expect(desk.get_by_role("link", name="本文へ移動")).to_be_focused()
    hands.press("Enter")
    hands.press("Tab")
    assert desk.evaluate("document.activeElement.closest('main') !== null")


def test_a_slash_in_a_text_is_a_slash_and_a_word_being_composed_is_not_sent(case_page: Page):
    answer = case_page.get_by_role("textbox", name="回答")
    answer.press_sequentially("1/2")
    expect(answer).to_have_value("1/2")
    chromium = case_page.context.new_cdp_session(case_page)
    case_page.evaluate("window.stays = true")
    chromium.send("Input.imeSetComposition", {"text": "てつづき", "selectionStart": 4, "selectionEnd": 4})
    case_page.keyboard.press("Control+Enter")
    chromium.send("Input.insertText", {"text": "手続"})
    expect(answer).to_have_value("1/2手続")
    assert case_page.evaluate("window.stays === true"), "the page was sent"
    case_page.keyboard.press("Control+Enter")
    expect(case_page).to_have_title(re.compile("^エラー："))  # the topic is missing
    expect(answer).to_have_value("1/2手続")


def test_an_answer_being_written_survives_a_reload_and_is_gone_once_it_is_sent(
    case_page: Page, case: Case, topic: Topic
):
    answer = case_page.get_by_role("textbox", name="回答")
    answer.fill("書きかけの回答")
    case_page.reload()
    expect(answer).to_have_value("書きかけの回答")
    case_page.get_by_role("combobox", name="相談の種類").select_option(topic.name)
    case_page.get_by_role("button", name="田中様に送信してクローズ").click()
    expect(case_page.get_by_text(f"{case.number}をクローズしました。")).to_be_visible()
    act(case_page, "再オープン").click()
    case_page.get_by_role("button", name="再オープンする").click()
    expect(case_page.get_by_text(f"{case.number}を再オープンしました。")).to_be_visible()
    act(case_page, "回答してクローズ").click()
    expect(case_page.get_by_role("textbox", name="回答")).to_have_value("")


def test_two_people_who_change_the_same_facts_lose_neither_text(
    case_page: Page, case: Case, live_server, sato: User, new_browser, sign_in, topic: Topic
):
    other = new_browser()
    sign_in(other, str(live_server), sato)
    for page in (case_page, other):
        page.goto(f"{live_server}{case.get_absolute_url()}describe/")
    his, hers = (page.get_by_role("complementary", name="案件の情報") for page in (case_page, other))
    hers.get_by_role("textbox", name="件名").fill("佐藤の件名")
    hers.get_by_role("combobox", name="相談の種類").select_option(topic.name)
    hers.get_by_role("button", name="保存").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("佐藤の件名")

    his.get_by_role("textbox", name="件名").fill("鈴木の件名")
    his.get_by_role("combobox", name="施策の実施状況").select_option("検討中")
    with case_page.expect_response("**/describe/") as answer:
        his.get_by_role("button", name="保存").click()
    assert answer.value.status == 409
    expect(case_page).to_have_title(re.compile("^エラー："))
    refusal = case_page.get_by_role("group", name="まだ完了していません")
    expect(refusal).to_be_focused()
    # What both changed stands side by side above the page, with all that is saved along with it.
    his = case_page.get_by_role("region", name="まだ完了していません")
    expect(his).to_contain_text("佐藤 花子")
    expect(his).to_contain_text("佐藤の件名")
    expect(his.get_by_role("textbox", name="件名")).to_have_value("鈴木の件名")
    expect(his.get_by_role("combobox", name="施策の実施状況")).to_have_value("considered")
    # what only the other one touched is not turned back
    expect(his.get_by_role("combobox", name="相談の種類")).to_have_value(str(topic.pk))
    case.refresh_from_db()
    assert case.title == "佐藤の件名"

    his.get_by_role("button", name="保存").click()
    expect(case_page.get_by_role("heading", level=1)).to_have_text("鈴木の件名")
    case.refresh_from_db()
    assert (case.title, case.topic, case.measure_state) == ("鈴木の件名", topic, "considered")
    expect(history(case_page).first).to_contain_text("佐藤の件名")  # as the old value


def test_the_language_is_switched_on_the_spot_and_stays(desk: Page, live_server):
    hands = Keyboard(desk)
    desk.goto(f"{live_server}/desk/cases/?open=all&sort=number")
    hands.enter(desk.get_by_role("button", name="English"))
    expect(desk.locator("html")).to_have_attribute("lang", "en")
    expect(desk).to_have_url(re.compile(r"/desk/cases/\?open=all&sort=number$"))
    expect(desk.get_by_role("heading", level=1)).to_have_text("Cases")
    desk.get_by_role("link", name="Weekly meeting", exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Weekly meeting")
    later = desk.context.new_page()
    later.goto(str(live_server))
    expect(later.locator("html")).to_have_attribute("lang", "en")
    later.get_by_role("button", name="日本語").click()
    expect(later.locator("html")).to_have_attribute("lang", "ja")
    desk.reload()
    expect(desk.get_by_role("heading", level=1)).to_have_text("週次定例会")
