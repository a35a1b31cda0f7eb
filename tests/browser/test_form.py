"""The consultation form in a browser: nothing that was typed is lost, nothing is sent twice."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from consultations.models import Case, Intake
from office.models import Department, Pair, Section
from tests.servers import wait_until

TROUBLE = "保育士の勤務シフトを自動で作れるツールがないか。\n毎月、園長が表計算で二日かけて作っています。"


@pytest.fixture
def form(transactional_db: None, kohoku: Department, chiiki: Section, pair: Pair, live_server, page: Page) -> Page:
    """The form, opened for the first time."""
    page.goto(f"{live_server}/consult/")
    return page


def trouble(page: Page) -> Locator:
    return page.get_by_label("どういうことに困っていますか")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="確認画面へ進む").click()


def fill_in(page: Page) -> None:
    trouble(page).fill(TROUBLE)
    page.get_by_label("手続を知りたい").check()
    page.get_by_label("区局").select_option("港北区")
    page.get_by_label("所管課").fill("地域振興課")
    page.get_by_label("お名前").fill("田中 実")
    page.get_by_label("メール").fill("tanaka@kohoku.example.jp")


@contextmanager
def page_stays(page: Page) -> Iterator[None]:
    """Within the block the page is neither left nor sent."""
    page.evaluate("window.stays = true")
    yield
    assert page.evaluate("window.stays === true"), "the page was left"


# --- errors


def test_errors_are_summed_up_where_the_focus_is_and_lead_to_their_fields(form):
    with form.expect_response("**/consult/") as answer:
        go_on(form)
    assert answer.value.status == 422
    expect(form).to_have_title(re.compile("^エラー："))
    summary = form.get_by_role("group", name="入力内容に6件の誤りがあります")
    expect(summary).to_be_focused()
    fields = {
        "困っていることを入力してください。": trouble(form),
        "期待することを選ぶか、文章で入力してください。": form.get_by_label("手続を知りたい"),
        "区局を選択してください。": form.get_by_label("区局"),
        "所管課を入力してください。": form.get_by_label("所管課"),
        "お名前を入力してください。": form.get_by_label("お名前"),
        "メールアドレスを入力してください。": form.get_by_label("メール"),
    }
    assert summary.get_by_role("link").all_text_contents() == list(fields)
    for words, field in fields.items():
        summary.get_by_role("link", name=words).click()
        expect(field).to_be_focused()
        expect(field).to_be_in_viewport()
        expect(field).to_have_attribute("aria-invalid", "true")
        # the same words beneath the field
        expect(form.get_by_role("listitem").filter(has_text=words)).to_have_count(2)


def test_what_was_typed_and_attached_survives_an_error(form, tmp_path: Path):
    plan = tmp_path / "業務フロー.csv"
    plan.write_text("手順,人\n集計,園長\n", "utf-8-sig")
    fill_in(form)
    form.get_by_label("一緒に考えてほしい").check()
    form.get_by_label("文章で書く場合").fill("他の区の例も知りたい")
    form.get_by_label("ファイル", exact=False).set_input_files(plan)
    expect(form.get_by_role("listitem").filter(has_text="業務フロー.csv")).to_be_visible()
    form.get_by_label("資料の保存場所").fill(r"\\fs01\地域振興課\シフト")
    form.get_by_label("電話・内線").fill("内線 2345")
    form.get_by_label("CC").fill("a@kohoku.example.jp\nb@kohoku.example.jp")
    form.get_by_label("メール").fill("tanaka@")
    go_on(form)

    expect(form.get_by_role("group", name="入力内容に1件の誤りがあります")).to_be_focused()
    expect(trouble(form)).to_have_value(TROUBLE)
    expect(form.get_by_label("手続を知りたい")).to_be_checked()
    expect(form.get_by_label("妥当性を見てほしい")).not_to_be_checked()
    expect(form.get_by_label("一緒に考えてほしい")).to_be_checked()
    expect(form.get_by_label("文章で書く場合")).to_have_value("他の区の例も知りたい")
    expect(form.get_by_role("group", name="添付済みのファイル")).to_contain_text("業務フロー.csv")
    expect(form.get_by_label("資料の保存場所")).to_have_value(r"\\fs01\地域振興課\シフト")
    expect(form.get_by_label("区局")).to_have_value("kohoku")
    expect(form.get_by_label("所管課")).to_have_value("地域振興課")
    expect(form.get_by_label("お名前")).to_have_value("田中 実")
    expect(form.get_by_label("メール")).to_have_value("tanaka@")
    expect(form.get_by_label("電話・内線")).to_have_value("内線 2345")
    expect(form.get_by_label("CC")).to_have_value("a@kohoku.example.jp\nb@kohoku.example.jp")

    form.get_by_label("メール").fill("tanaka@kohoku.example.jp")
    go_on(form)
    expect(form.get_by_role("heading", level=1)).to_have_text("入力内容の確認")
    form.get_by_role("button", name="この内容で送信する").click()
    expect(form.get_by_text("ご相談を受け付けました。受付番号は")).to_be_visible()
    with form.expect_download() as fetched:
        form.get_by_role("link", name="業務フロー.csv").click()
    assert fetched.value.path().read_bytes() == plan.read_bytes()


def test_the_counter_says_how_much_is_left_and_how_much_is_too_much(form):
    expect(form.get_by_text("あと10,000文字").first).to_be_visible()
    trouble(form).fill("𠮷野\n家")
    expect(form.get_by_text("あと9,996文字")).to_be_visible()  # as the server counts: four
    trouble(form).fill("あ" * 10_003)
    expect(form.get_by_text("3文字超えています").first).to_be_visible()
    go_on(form)
    expect(form.get_by_role("link", name="10000文字以内で入力してください（現在10003文字）。")).to_be_visible()
    form.wait_for_load_state()
    assert len(trouble(form).input_value()) == 10_003
    expect(form.get_by_text("3文字超えています").first).to_be_visible()


# --- drafts


def test_what_is_being_typed_is_kept_at_a_pause_and_comes_back_after_a_reload(form):
    fill_in(form)
    expect(form.get_by_text("下書きを保存しました")).to_be_visible()
    form.reload()
    expect(form.get_by_text("前回入力した内容を表示しています。")).to_be_visible()
    expect(trouble(form)).to_have_value(TROUBLE)
    expect(form.get_by_label("手続を知りたい")).to_be_checked()
    expect(form.get_by_label("区局")).to_have_value("kohoku")
    expect(form.get_by_label("お名前")).to_have_value("田中 実")


def test_what_was_typed_a_moment_before_the_page_is_left_is_kept_too(form, live_server):
    trouble(form).fill("途中まで書いた困りごと")
    form.get_by_role("link", name="担当者一覧").first.click()
    expect(form.get_by_role("heading", level=1)).to_have_text("担当者一覧")
    wait_until(lambda: Intake.objects.get().data["problem"], "the draft lies on the server")
    # The answer that brings the key to it is still on its way, to a page that is gone.
    wait_until(
        lambda: settings.SESSION_COOKIE_NAME in {cookie["name"] for cookie in form.context.cookies()},
        "the browser has the key to its draft",
    )
    form.goto(f"{live_server}/consult/")
    expect(trouble(form)).to_have_value("途中まで書いた困りごと")


def test_it_is_still_there_on_the_way_back_from_the_check_page(form):
    fill_in(form)
    go_on(form)
    expect(form.get_by_role("heading", level=1)).to_have_text("入力内容の確認")
    form.go_back()
    expect(trouble(form)).to_have_value(TROUBLE)
    expect(form.get_by_label("区局")).to_have_value("kohoku")
    trouble(form).fill("書き直した困りごと")
    go_on(form)
    expect(form.get_by_role("main")).to_contain_text("書き直した困りごと")
    form.get_by_role("link", name="変更").first.click()
    expect(trouble(form)).to_be_focused()
    expect(trouble(form)).to_have_value("書き直した困りごと")


# --- sending


def test_a_double_click_makes_one_case_and_the_way_back_leads_to_its_receipt(form):
    fill_in(form)
    go_on(form)
    form.get_by_role("button", name="この内容で送信する").dblclick()
    expect(form).to_have_url(re.compile("/receipts/"))
    receipt = form.url
    form.reload()
    expect(form).to_have_url(receipt)
    form.go_back()  # to the check page
    expect(form).to_have_url(receipt)
    assert Case.objects.count() == 1


def test_the_same_check_page_in_two_tabs_makes_one_case(form, live_server):
    fill_in(form)
    go_on(form)
    other = form.context.new_page()
    other.goto(f"{live_server}/consult/check/")
    for tab in (form, other):
        tab.get_by_role("button", name="この内容で送信する").click()
        expect(tab).to_have_url(re.compile("/receipts/"))
    expect(other.get_by_text("このご相談はすでに受け付けています。")).to_be_visible()
    assert other.url == form.url
    assert Case.objects.count() == 1


def test_keys_of_an_input_method_send_nothing(form):
    """While 変換 goes on, Enter and Ctrl+Enter belong to it; only afterwards does Ctrl+Enter send."""
    chromium = form.context.new_cdp_session(form)

    def compose(text: str) -> None:
        chromium.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})

    for field in (trouble(form), form.get_by_label("お名前")):
        field.focus()
        with page_stays(form):
            compose("ほいく")
            form.keyboard.press("Control+Enter")
            compose("保育")
            form.keyboard.press("Control+Enter")
            chromium.send("Input.insertText", {"text": "保育"})
            # the key that ends it, where the browser reports it too late to be called composing
            late = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229, "modifiers": 2}
            chromium.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **late})
            chromium.send("Input.dispatchKeyEvent", {"type": "keyUp", **late})
            expect(field).to_have_value("保育")
    trouble(form).press("Control+Enter")
    expect(form).to_have_title(re.compile("^エラー："))
    expect(trouble(form)).to_have_value("保育")


def test_a_slash_in_the_form_is_a_slash(form):
    trouble(form).press_sequentially("1/2")
    expect(trouble(form)).to_have_value("1/2")
