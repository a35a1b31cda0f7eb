"""What may answer a question, in a browser: found while typing, solved with one click, silent during composition."""

import pytest
from playwright.sync_api import Page, expect

from knowledge.models import Showing, ShownDocument
from office.models import Department, Pair, Section, User
from tests.consultations.library import SHIFTS, TROUBLE, publish_article
from tests.servers import wait_until
from tests.servers.browser import accessible

PANEL = "参考になりそうな情報"


@pytest.fixture
def site(
    transactional_db: None,
    kohoku: Department,
    chiiki: Section,
    pair: Pair,
    suzuki: User,
    sato: User,
    live_server,
) -> str:
    publish_article(suzuki, sato)
    publish_article(suzuki, sato, "複合機の廃棄", "記録を消した証明を業者から受け取ってください。")
    return str(live_server)


@pytest.fixture
def form(site: str, page: Page) -> Page:
    page.goto(f"{site}/consult/")
    return page


def trouble(page: Page):
    return page.get_by_label("どういうことに困っていますか")


def panel(page: Page):
    return page.get_by_role("region", name=PANEL)


def test_typing_finds_the_article_and_one_click_is_counted_as_solved(form: Page):
    trouble(form).press_sequentially(TROUBLE[:30])
    expect(panel(form).get_by_role("link", name=SHIFTS)).to_be_visible()
    expect(panel(form)).not_to_contain_text("複合機")
    expect(form.get_by_text("参考になりそうな情報が1件あります。")).to_be_attached()
    expect(trouble(form)).to_be_focused()
    accessible(form)
    panel(form).get_by_role("button", name="この情報で解決した").click()
    expect(form.get_by_role("heading", level=1)).to_have_text("お役に立ててよかったです")
    accessible(form)
    showing = Showing.objects.get()
    assert (bool(showing.solved_at), showing.sent_at) == (True, None)
    form.get_by_role("button", name="続きを書く").click()
    expect(form.get_by_role("heading", level=1)).to_have_text("DX推進相談フォーム")
    assert Showing.objects.get().solved_at is None


def test_reading_the_article_leaves_the_form_as_it_is_and_is_counted(form: Page):
    trouble(form).fill(TROUBLE)
    with form.context.expect_page() as opened:
        panel(form).get_by_role("link", name=SHIFTS).click()
    opened.value.wait_for_url("**/articles/**")
    assert ShownDocument.objects.get().opened_at
    expect(trouble(form)).to_have_value(TROUBLE)


def test_what_is_no_longer_asked_is_no_longer_answered(form: Page):
    trouble(form).fill(TROUBLE)
    expect(panel(form)).to_be_visible()
    trouble(form).fill("庭の桜の木が枯れてしまいました。")
    expect(panel(form)).to_have_count(0)
    trouble(form).fill(TROUBLE)
    expect(panel(form)).to_be_visible()
    trouble(form).fill("勤務シフト")
    expect(panel(form)).to_have_count(0)


def test_a_late_answer_does_not_take_the_place_of_a_newer_one(form: Page):
    held = []
    form.route("**/consult/suggest/", lambda route: route.continue_() if held else held.append(route))
    trouble(form).fill("複合機の廃棄で、記録の消去の証明が要るか知りたい。")
    wait_until(lambda: form.wait_for_timeout(50) or held, "the first question is on its way")
    trouble(form).fill(TROUBLE)
    expect(panel(form).get_by_role("link", name=SHIFTS)).to_be_visible()
    held[0].fulfill(status=200, body="<section class='panel'>late</section>")
    form.wait_for_timeout(300)
    expect(panel(form).get_by_role("link", name=SHIFTS)).to_be_visible()


def test_nothing_is_asked_while_words_are_composed_nor_of_a_few_letters(form: Page):
    asked = []
    form.on("request", lambda request: asked.append(request.url) if "/consult/suggest/" in request.url else None)
    chromium = form.context.new_cdp_session(form)
    trouble(form).focus()
    for words in ("ほいくしの", "ほいくしのきんむしふと", "保育士の勤務シフト"):
        chromium.send(
            "Input.imeSetComposition", {"text": words, "selectionStart": len(words), "selectionEnd": len(words)}
        )
        form.wait_for_timeout(600)
    assert asked == []
    chromium.send("Input.insertText", {"text": "保育士の勤務シフト"})
    expect(panel(form)).to_be_visible()
    assert len(asked) == 1
    trouble(form).fill("勤務シフト")
    form.wait_for_timeout(600)
    assert len(asked) == 1


def test_a_server_that_does_not_answer_keeps_nobody_from_sending(form: Page):
    form.route("**/consult/suggest/", lambda route: None)
    trouble(form).fill(TROUBLE)
    form.wait_for_timeout(600)
    form.get_by_role("button", name="確認画面へ進む").click()
    expect(form.get_by_role("group", name="入力内容に5件の誤りがあります")).to_be_focused()
    expect(trouble(form)).to_have_value(TROUBLE)


def test_on_a_narrow_screen_it_stands_under_the_field(form: Page):
    form.set_viewport_size({"width": 390, "height": 800})
    trouble(form).fill(TROUBLE)
    expect(panel(form)).to_be_visible()
    field, box = trouble(form).bounding_box(), panel(form).bounding_box()
    following = form.get_by_label("手続を知りたい").bounding_box()
    assert field["y"] + field["height"] <= box["y"] < following["y"]
    form.set_viewport_size({"width": 1280, "height": 800})
    expect(panel(form)).to_be_visible()
    assert panel(form).bounding_box()["x"] > field["x"] + 390


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_a_button_leads_to_the_same_on_a_page_of_its_own(form: Page):
    trouble(form).fill(TROUBLE)
    form.get_by_label("お名前").fill("田中 実")
    form.get_by_role("button", name="関係しそうな情報を見る").click()
    expect(form.get_by_role("heading", level=1)).to_have_text("ご相談の前に：関係しそうな情報")
    expect(panel(form).get_by_role("link", name=SHIFTS)).to_be_visible()
    form.get_by_role("link", name="入力画面に戻る").click()
    expect(trouble(form)).to_have_value(TROUBLE)
    expect(form.get_by_label("お名前")).to_have_value("田中 実")
    form.get_by_label("お名前").press("Enter")  # goes on to the check, as ever
    expect(form.get_by_role("group", name="入力内容に4件の誤りがあります")).to_be_visible()
    form.get_by_role("button", name="関係しそうな情報を見る").click()
    panel(form).get_by_role("button", name="この情報で解決した").click()
    expect(form.get_by_role("heading", level=1)).to_have_text("お役に立ててよかったです")
    assert Showing.objects.get().solved_at
