"""The two fixtures that every browser test leans on see what they are there to see."""

import pytest
from playwright.sync_api import Browser, Page

from tests.servers.browser import Witness, accessible


def test_a_request_that_leaves_the_server_is_seen(browser: Browser) -> None:
    context = browser.new_context()
    witness = Witness(context)
    context.new_page().set_content('<link rel="stylesheet" href="http://192.0.2.1/font.css">', wait_until="commit")
    with pytest.raises(AssertionError, match=r"http://192\.0\.2\.1/font\.css"):
        witness.saw_nothing_wrong()
    context.close()


def test_a_script_that_fails_is_seen(browser: Browser) -> None:
    context = browser.new_context()
    witness = Witness(context)
    page = context.new_page()
    page.set_content("<script>setTimeout(() => undefined.x)</script>")
    page.wait_for_timeout(100)
    with pytest.raises(AssertionError, match="undefined"):
        witness.saw_nothing_wrong()
    context.close()


def test_an_inline_style_that_the_policy_forbids_is_seen(browser: Browser) -> None:
    context = browser.new_context()
    witness = Witness(context)
    page = context.new_page()
    headers = {"Content-Security-Policy": "default-src 'self'", "Content-Type": "text/html"}
    page.route("http://127.0.0.1/", lambda route: route.fulfill(body="<p style='color: red'>", headers=headers))
    page.goto("http://127.0.0.1/")
    page.wait_for_timeout(100)
    with pytest.raises(AssertionError, match=r"http://127\.0\.0\.1/.*Content Security Policy"):
        witness.saw_nothing_wrong()
    context.close()


def test_a_fault_of_accessibility_is_named_with_the_element(page: Page) -> None:
    page.set_content('<html lang="ja"><title>頁</title><main><h1>頁</h1><img src="data:,"></main>')
    with pytest.raises(AssertionError, match=r'image-alt .*\n.*<img src="data:,">'):
        accessible(page)


def test_the_browser_draws_japanese_and_speaks_it(page: Page) -> None:
    page.set_content('<html lang="ja"><span id="known">漢字</span><span id="unknown">\U0010fffd\U0010fffd</span>')
    assert page.evaluate("navigator.language") == "ja-JP"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Tokyo"
    # Both would be drawn as the same empty box where no font has the characters.
    assert page.locator("#known").screenshot() != page.locator("#unknown").screenshot()
