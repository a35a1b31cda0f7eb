"""庁内事例, from the closed case to the reader: written and asked about at the desk, agreed to by the link, found."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from consultations import actions
from consultations.models import Case, Example
from knowledge.models import Topic
from office.models import Department, Pair, User
from tests.browser.test_requester_side import sound
from tests.consultations.examples import TEXTS
from tests.factories import make_case


@pytest.fixture
def case(transactional_db: None, kohoku: Department, asahi: Department, pair: Pair, suzuki: User, topic: Topic) -> Case:
    case = make_case(kohoku, problem="毎月の勤務表を手作業で作っており、二日かかっています。")
    return actions.answer_and_close(case=case, by=suzuki, text="手順をご案内します。", level=2, topic=topic)


def test_a_closed_case_becomes_an_example_that_a_stranger_reads(
    live_server, page: Page, new_browser: Callable[[], Page], sign_in, case, suzuki, axe
):
    site = str(live_server)
    sign_in(page, site, suzuki)
    page.goto(site + case.get_absolute_url())
    page.get_by_role("link", name="事例にする").click()
    expect(page.get_by_label("困っていたこと")).to_have_value("毎月の勤務表を手作業で作っており、二日かかっています。")
    sound(page, axe)
    page.get_by_label("題名").fill(TEXTS["title"])
    page.get_by_label("取り組んだこと").fill(TEXTS["approach"])
    page.get_by_label("成果").fill(TEXTS["outcome"])
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="相談者に掲載の同意をお願いする").click()
    expect(page.get_by_text("同意待ち", exact=True)).to_be_visible()
    sound(page, axe)

    requester = new_browser()
    requester.goto(f"{site}/receipts/{case.token}/")
    expect(requester.get_by_text("この相談を庁内事例として紹介してもよろしいでしょうか")).to_be_visible()
    requester.get_by_role("link", name="文章を読んで回答する").click()
    expect(requester.get_by_text(TEXTS["outcome"])).to_be_visible()
    sound(requester, axe)
    requester.get_by_role("button", name="掲載に同意する").click()
    expect(requester.get_by_text("ご回答ありがとうございました。")).to_be_visible()
    sound(requester, axe)

    page.reload()
    page.get_by_role("button", name="掲載する", exact=True).click()
    expect(page.get_by_text("掲載中", exact=True)).to_be_visible()
    sound(page, axe)

    stranger = new_browser()
    stranger.goto(site)
    stranger.get_by_role("navigation").get_by_role("link", name="庁内事例").click()
    stranger.get_by_label("区局").select_option("港北区")
    stranger.get_by_role("button", name="絞り込む").click()
    expect(stranger.get_by_role("status")).to_contain_text("1件")
    sound(stranger, axe)
    stranger.get_by_role("link", name=TEXTS["title"]).click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text(TEXTS["title"])
    expect(stranger.get_by_role("main")).not_to_contain_text("田中")
    expect(stranger.get_by_role("main")).not_to_contain_text(case.number)
    sound(stranger, axe)

    requester.reload()
    requester.get_by_role("button", name="掲載をやめてほしい").click()
    expect(requester.get_by_role("button", name="掲載に同意する")).to_be_visible()
    assert not Example.objects.published().exists()
    assert stranger.reload().status == 404
