"""Two people at one case, and one person on two machines: no text is lost, on the screen or behind it."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from consultations import actions
from consultations.models import Case, Draft
from consultations.states import SupportState
from menus.models import SupportMenu
from tests.browser.keyboard import Keyboard
from tests.factories import PASSWORD, make_case

WORDS = {
    "ja": {
        "title": "件名",
        "save": "保存",
        "refused": "まだ完了していません",
        "theirs": "今の内容のままにする",
        "kept": "下書きを保存しました",
        "lost": "下書きを保存できません。この画面を閉じないでください。",
        "discard": "下書きを破棄する",
        "go_on": "続きを書く",
    },
    "en": {
        "title": "Title",
        "save": "Save",
        "refused": "Not done yet",
        "theirs": "Leave it as it is now",
        "kept": "Draft saved",
        "lost": "The draft could not be saved. Keep this page open.",
        "discard": "Throw the draft away",
        "go_on": "Go on writing",
    },
}
JA = WORDS["ja"]


@pytest.fixture
def case(transactional_db: None, kohoku, pair) -> Case:
    return make_case(kohoku)


@pytest.fixture
def at(live_server) -> Callable[..., str]:
    return lambda case, act="": f"{live_server}{case.get_absolute_url()}{act}"


def speak(page: Page, site: str, language: str) -> None:
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}])


def save_title(page: Page, address: str, title: str, words: dict[str, str]) -> None:
    page.goto(address)
    page.get_by_label(words["title"]).fill(title)
    page.get_by_role("button", name=words["save"], exact=True).click()
    expect(page.locator(".messages .notice-success")).to_be_visible()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_two_change_the_title_and_the_second_decides_by_keyboard(
    live_server, page: Page, new_browser, sign_in, axe, at, case, suzuki, sato, language
):
    site, words = str(live_server), WORDS[language]
    other = new_browser()
    for each, person in ((page, suzuki), (other, sato)):
        speak(each, site, language)
        sign_in(each, site, person)
    page.goto(at(case, "describe/"))
    save_title(other, at(case, "describe/"), "佐藤の件名", words)

    keys = Keyboard(page)
    keys.type(page.get_by_label(words["title"]), "鈴木の件名")
    keys.press("Enter")
    expect(page.get_by_role("group", name=words["refused"])).to_be_focused()
    axe(page)
    field = page.get_by_role("textbox", name=words["title"])
    expect(field).to_have_value("鈴木の件名")
    expect(page.locator(".theirs")).to_have_text("佐藤の件名")
    expect(page.locator(".difference")).to_contain_text("佐藤")

    # The link in the notice leads to the field; from there Tab leads to the tick, and to the button.
    keys.enter(page.get_by_role("group", name=words["refused"]).get_by_role("link", name=words["title"]))
    expect(field).to_be_focused()
    keys.tick(page.get_by_role("checkbox", name=words["theirs"]))
    keys.press("Space")
    keys.enter(page.get_by_role("button", name=words["save"], exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("鈴木の件名")
    expect(page.locator("#change-describe")).to_be_focused()
    history = [entry.data["changes"]["title"] for entry in case.entries.filter(kind="changed").in_order()]
    assert [new for _old, new in history] == ["佐藤の件名", "鈴木の件名"]


def test_a_long_text_changed_by_both_stands_there_twice_and_whole(
    live_server, page: Page, new_browser, sign_in, axe, at, case, suzuki, sato
):
    menu = SupportMenu.objects.create(key="rpa", kind="existing_tool", name="RPA", summary="自動化")
    support = actions.choose_support(case=case, by=suzuki, menu=menu, reason="件数が多い")
    actions.change_support(support=support, by=suzuki, state=SupportState.RUNNING, outcome="一行目\n二行目\n三行目")
    other, site = new_browser(), str(live_server)
    for each, person in ((page, suzuki), (other, sato)):
        sign_in(each, site, person)
        each.goto(at(case, f"supports/{support.pk}/"))
    for each, text in ((other, "一行目\n佐藤の二行目\n三行目"), (page, "一行目\n鈴木の二行目\n三行目")):
        each.locator("textarea[name=outcome]").fill(text)
        each.get_by_role("button", name=JA["save"], exact=True).click()
    expect(page.locator(".theirs")).to_have_text("一行目\n佐藤の二行目\n三行目", use_inner_text=True)
    expect(page.locator("textarea[name=outcome]")).to_have_value("一行目\n鈴木の二行目\n三行目")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- drafts


def drafted(page: Page, words: dict[str, str] = JA) -> None:
    expect(page.locator(".draft-state").filter(has_text=words["kept"])).to_be_visible()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_typed_here_is_there_on_the_next_machine(
    live_server, page: Page, new_browser, sign_in, axe, at, case, suzuki, language
):
    words, site = WORDS[language], str(live_server)
    there = new_browser()
    for each in (page, there):
        speak(each, site, language)
        sign_in(each, site, suzuki)
    page.goto(at(case, "reply/"))
    page.locator("#id_reply_text").fill("書きかけの回答\n二行目")
    drafted(page, words)
    there.goto(at(case))
    expect(there.locator("#id_reply_text")).to_be_visible()
    expect(there.locator("#id_reply_text")).to_have_value("書きかけの回答\n二行目")
    axe(there)
    there.get_by_role("button", name=words["discard"]).click()
    there.goto(at(case, "reply/"))
    expect(there.locator("#id_reply_text")).to_have_value("")


def test_a_draft_in_the_facts_is_named_and_goes_on_where_it_was(live_server, page: Page, sign_in, at, case, suzuki):
    sign_in(page, str(live_server), suzuki)
    page.goto(at(case, "describe/"))
    page.get_by_label(JA["title"]).fill("書きかけの件名")
    drafted(page)
    page.goto(at(case))
    page.get_by_role("link", name=JA["go_on"]).click()
    expect(page.get_by_label(JA["title"])).to_have_value("書きかけの件名")


def test_a_page_that_is_left_at_once_has_been_saved(live_server, page: Page, sign_in, at, case, suzuki):
    sign_in(page, str(live_server), suzuki)
    page.goto(at(case, "note/"))
    page.locator("#id_note_text").fill("急いで離れる")
    page.goto(at(case, "reply/"))
    page.goto(at(case, "note/"))
    expect(page.locator("#id_note_text")).to_have_value("急いで離れる")


def test_a_lost_session_loses_nothing_that_was_typed_meanwhile(live_server, page: Page, sign_in, at, case, suzuki):
    sign_in(page, str(live_server), suzuki)
    page.goto(at(case, "reply/"))
    Session.objects.all().delete()
    page.locator("#id_reply_text").fill("会議のあいだに書いた回答")
    expect(page.locator(".draft-state")).to_have_text(JA["lost"])
    page.locator(".act-reply form[data-draft] .actions .button").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_label("ユーザー名").fill(suzuki.username)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.locator("main form button[type=submit], main form .button").first.click()
    expect(page.locator("#id_reply_text")).to_have_value("会議のあいだに書いた回答")
    drafted(page)


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(live_server, page: Page, sign_in, at, case, suzuki, sato):
    sign_in(page, str(live_server), suzuki)
    page.goto(at(case, "note/"))
    Session.objects.all().delete()
    page.locator("#id_note_text").fill("鈴木のメモ")
    expect(page.locator(".draft-state")).to_have_text(JA["lost"])
    sign_in(page, str(live_server), sato)
    page.goto(at(case, "note/"))
    expect(page.locator("#id_note_text")).to_have_value("")


def test_signing_out_leaves_it_on_the_server_and_nothing_in_the_browser(
    live_server, page: Page, sign_in, at, case, suzuki
):
    sign_in(page, str(live_server), suzuki)
    page.goto(at(case, "note/"))
    page.locator("#id_note_text").fill("帰る前のメモ")
    page.locator("details.account summary").click()
    page.locator("form[action$='/logout/'] button").click()
    expect(page).not_to_have_url(re.compile("/desk/"))
    assert page.evaluate("Object.keys(sessionStorage).length") == 0
    assert [draft.texts for draft in Draft.objects.all()] == [{"text": "帰る前のメモ"}]


def test_a_word_half_composed_is_not_saved(live_server, page: Page, sign_in, at, case, suzuki):
    sign_in(page, str(live_server), suzuki)
    page.goto(at(case, "note/"))
    page.locator("#id_note_text").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "ほいく", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_timeout(1800)
    assert not Draft.objects.exists()
    keyboard.send("Input.insertText", {"text": "保育"})
    drafted(page)
    assert [draft.texts for draft in Draft.objects.all()] == [{"text": "保育"}]


def test_what_was_sent_is_no_draft_any_more(live_server, page: Page, sign_in, at, case, suzuki):
    sign_in(page, str(live_server), suzuki)
    page.goto(at(case, "note/"))
    page.locator("#id_note_text").fill("書き終えたメモ")
    drafted(page)
    page.locator(".act-note form[data-draft] .actions .button").click()
    expect(page.locator(".messages .notice-success")).to_be_visible()
    page.wait_for_load_state()  # what lets the draft go comes last
    page.goto(at(case, "note/"))
    expect(page.locator("#id_note_text")).to_have_value("")
    assert page.evaluate("Object.keys(sessionStorage).length") == 0
