"""Pages of the requester's side that only a form leads to: axe finds nothing on them, in either language."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from consultations import actions
from consultations.models import Case
from office.models import Department, Pair, Section, User
from tests.factories import make_case

WIDTHS = (1280, 390)
WORDS = {
    "ja": {
        "check": "確認画面へ進む",
        "contact": "新しい連絡先の確認",
        "change": "連絡先を変更する",
        "changed": "連絡先を変更しました",
        "part": "{number} の続きとして送る",
        "send": "この内容で送信する",
        "solved": "解決しました",
        "closed": "すでに終了しています",
    },
    "en": {
        "check": "Go on to check",
        "contact": "Check the new contact",
        "change": "Change the contact",
        "changed": "The contact is changed",
        "part": "Send it as part of {number}",
        "send": "Send this",
        "solved": "It is solved",
        "closed": "This consultation is closed already.",
    },
}


@pytest.fixture
def case(transactional_db: None, kohoku: Department, chiiki: Section, pair: Pair, suzuki: User) -> Case:
    return actions.take_up(case=make_case(kohoku, section=chiiki), by=suzuki)


@pytest.fixture(params=["ja", "en"])
def words(request: Any, page: Page, live_server) -> dict[str, str]:
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": request.param, "url": str(live_server)}
    page.context.add_cookies([cookie])
    return WORDS[request.param]


def sound(page: Page, axe: Callable[[Page], None]) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_handing_the_contact_on(live_server, page: Page, case, words, axe):
    page.goto(f"{live_server}/receipts/{case.token}/contact/")
    page.locator("[name=name]").fill("中野 京子")
    page.locator("[name=email]").fill("nakano@kohoku.example.jp")
    page.get_by_role("button", name=words["check"]).click()
    expect(page.get_by_role("heading", level=1, name=words["contact"])).to_be_visible()
    sound(page, axe)
    page.get_by_role("button", name=words["change"]).click()
    expect(page.get_by_role("heading", level=1, name=words["changed"])).to_be_visible()
    assert Case.objects.get().email == "nakano@kohoku.example.jp"


def test_going_on_with_an_earlier_consultation(live_server, page: Page, case, words, axe):
    page.goto(f"{live_server}/receipts/{case.token}/")
    page.goto(f"{live_server}/consult/?department=kohoku")
    page.locator("[name=problem]").fill("前回の続きです。様式が届きました。")
    page.locator("[name=wants]").first.check()
    page.locator("[name=section]").fill("地域振興課")
    page.locator("[name=name]").fill("田中 実")
    page.locator("[name=email]").fill("tanaka@kohoku.example.jp")
    page.get_by_role("button", name=words["check"]).click()
    part = page.get_by_label(words["part"].format(number=case.number))
    expect(part).to_be_visible()
    sound(page, axe)
    part.check()
    page.get_by_role("button", name=words["send"]).click()
    page.wait_for_url(f"**/receipts/{case.token}/")
    assert Case.objects.count() == 1
    assert case.entries.latest("pk").kind == "answer"


def test_saying_that_it_is_solved_a_moment_too_late(live_server, page: Page, case, words, axe, suzuki, topic):
    page.goto(f"{live_server}/receipts/{case.token}/")
    actions.close(case=case, by=suzuki, result="answered", level=1, topic=topic)
    page.get_by_role("button", name=words["solved"]).click()
    expect(page.get_by_text(words["closed"])).to_be_visible()
    sound(page, axe)
