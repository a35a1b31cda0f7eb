"""Canned texts while one writes, the timeline while one reads, a file under its own name; with and without scripts."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from consultations import actions
from consultations.models import Attachment, CannedText, Case
from office import files
from office.actions import keep
from office.models import Pair, User
from tests.browser.keyboard import Keyboard
from tests.consultations.test_files import upload
from tests.factories import make_case


@pytest.fixture
def case(transactional_db: None, pair: Pair, suzuki: User, sato: User) -> Case:
    """One in work, with a few notes and an answer."""
    keep(row=CannedText(title="受付のごあいさつ", text="{相談者}様\n\n{番号}の件、承りました。"), by=suzuki)
    case = actions.take_up(case=make_case(pair.department), by=suzuki)
    for number in range(8):
        actions.add_note(case=case, by=sato, text=f"メモ{number}")
    actions.reply(case=case, by=suzuki, text="確認します。")
    return case


@pytest.fixture
def desk(live_server, page: Page, case: Case, suzuki: User, sign_in) -> Page:
    """鈴木's browser, on the reply to the case."""
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}{case.get_absolute_url()}reply/")
    return page


def test_a_canned_text_goes_where_the_cursor_stands_and_can_be_taken_back(desk: Page, case: Case):
    answer = desk.get_by_role("textbox", name="回答")
    answer.fill("はじめに。おわりに。")
    answer.press("Home")
    for _ in "はじめに。":
        answer.press("ArrowRight")
    form = desk.locator("form", has=answer)
    form.get_by_text("定型文").click()
    form.get_by_role("link", name="受付のごあいさつ").click()
    expect(answer).to_have_value(f"はじめに。田中 実様\n\n{case.number}の件、承りました。おわりに。")
    expect(answer).to_be_focused()
    expect(form.get_by_text(re.compile("^あと9,9"))).to_be_visible()
    desk.keyboard.press("Control+z")
    expect(answer).to_have_value("はじめに。おわりに。")
    expect(desk).to_have_url(re.compile("/reply/$"))


def test_in_an_answer_nobody_was_in_yet_it_goes_to_the_end(desk: Page, case: Case):
    closing = desk.locator("details.act-answer")
    closing.locator("> summary").click()
    closing.get_by_text("定型文").click()
    closing.get_by_role("link", name="受付のごあいさつ").click()
    expect(closing.get_by_role("textbox", name="回答")).to_have_value(re.compile("^田中 実様"))


def test_a_script_that_cannot_reach_the_desk_loses_nothing_that_was_typed(desk: Page, context: BrowserContext):
    answer = desk.get_by_role("textbox", name="回答")
    answer.fill("途中まで書いた回答")
    answer.dispatch_event("input")
    form = desk.locator("form", has=answer)
    form.get_by_text("定型文").click()
    desk.wait_for_load_state("networkidle")
    session = context.cookies()
    context.clear_cookies(name="session")
    form.get_by_role("link", name="受付のごあいさつ").click()
    expect(desk).to_have_url(re.compile("/accounts/login/"))
    context.add_cookies(session)
    desk.goto(desk.url.partition("/accounts/")[0] + re.search("next=([^&]+)", desk.url)[1])
    expect(desk.get_by_role("textbox", name="回答")).to_have_value("途中まで書いた回答")


def test_the_timeline_is_narrowed_and_the_keyboard_stays_where_it_was(desk: Page, case: Case):
    hands = Keyboard(desk)
    notes = desk.get_by_role("navigation", name="対応経過の絞り込み").get_by_role("link", name="室内メモ")
    hands.enter(notes)
    expect(desk.get_by_text("「室内メモ」だけを表示しています（11件中8件）。")).to_be_visible()
    expect(notes).to_be_focused()
    expect(notes).to_be_in_viewport()
    expect(desk.get_by_role("region", name="対応経過").locator("ol > li")).to_have_count(6)
    desk.reload()
    expect(desk.get_by_role("region", name="対応経過").locator("ol > li")).to_have_count(6)


def test_a_long_japanese_name_is_the_name_of_the_saved_file(
    desk: Page, case: Case, suzuki: User, settings, tmp_path: Path
):
    settings.MEDIA_ROOT = tmp_path
    name = "令和8年度　勤務シフト自動作成ツールの導入に係る庁内調整資料（案）" * 8 + ".pdf"
    with files.stored([upload(name[:80] + ".pdf"), upload(name)], Attachment) as stored:
        actions.add_note(case=case, by=suzuki, text="資料です。", files=stored)
    desk.goto(desk.url)
    entry = desk.get_by_role("region", name="対応経過").locator("ol > li").first
    for given in (name[:80] + ".pdf", name):
        with desk.expect_download() as fetched:
            entry.get_by_role("link", name=given, exact=True).click()
        assert fetched.value.suggested_filename == given
        assert fetched.value.path().read_bytes() == b"%PDF-1.7"


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_its_link_opens_the_form_with_the_text_and_the_timeline_is_narrowed(desk: Page, case: Case):
    form = desk.locator("details.act-reply")
    form.get_by_text("定型文").click()
    form.get_by_role("link", name="受付のごあいさつ").click()
    answer = desk.get_by_role("textbox", name="回答")
    expect(answer).to_have_value(f"田中 実様\n\n{case.number}の件、承りました。")
    desk.get_by_role("navigation", name="対応経過の絞り込み").get_by_role("link", name="相談者とのやり取り").click()
    expect(desk.get_by_text("「相談者とのやり取り」だけを表示しています（11件中2件）。")).to_be_visible()
