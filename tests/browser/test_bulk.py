"""Ticking cases in the list and closing them together, with and without JavaScript."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from consultations import actions, numbers
from consultations.models import Case
from knowledge.models import Topic
from office import clock, era
from office.models import Department, Pair, User
from tests.factories import make_case


def number(serial: int) -> str:
    return numbers.write(era.fiscal_year(clock.today()), serial)


@pytest.fixture
def site(
    transactional_db: None, live_server, kohoku: Department, pair: Pair, suzuki: User, topic: Topic, sign_in, page: Page
) -> str:
    """Three completed cases of which one has no level; 鈴木 has signed in."""
    cases = [make_case(kohoku, problem=f"{what}を見直したい。", topic=topic) for what in ("窓口", "台帳", "予約")]
    Case.objects.exclude(pk=cases[2].pk).update(level=1)
    for case in cases:
        actions.complete(case=case, by=suzuki)
    sign_in(page, str(live_server), suzuki)
    return str(live_server)


def test_one_tick_takes_them_all_and_the_page_shows_what_will_happen(site: str, page: Page):
    page.goto(f"{site}/desk/cases/?queue=completed_open&sort=urgent")
    everyone = page.get_by_label("このページのすべて")
    boxes = page.get_by_role("row").get_by_role("checkbox")
    everyone.check()
    expect(page.get_by_role("form", name="選んだ案件への操作").get_by_role("status")).to_have_text("3")
    assert all(box.is_checked() for box in boxes.all())
    page.get_by_label(f"{number(2)}を選ぶ").uncheck()
    expect(everyone).to_have_js_property("indeterminate", True)
    everyone.check()
    page.get_by_role("button", name="クローズ").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("まとめてクローズ")
    expect(page.get_by_role("heading", name="対象にできる案件 2件")).to_be_visible()
    expect(page.get_by_role("heading", name="このままでは対象にできない案件 1件")).to_be_visible()
    expect(page.get_by_label(f"{number(3)}を選ぶ")).not_to_be_checked()
    page.get_by_label("結果").select_option(label="助言")
    page.get_by_role("button", name="クローズ").click()
    expect(page).to_have_url(f"{site}/desk/cases/?queue=completed_open&sort=urgent")
    expect(page.get_by_text("2件をクローズしました。")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=number(3))).to_be_visible()
    assert Case.objects.closed().count() == 2


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_each_is_ticked(site: str, page: Page):
    page.goto(f"{site}/desk/cases/")
    expect(page.get_by_label("このページのすべて")).to_be_hidden()
    page.get_by_label(f"{number(1)}を選ぶ").check()
    page.get_by_label(f"{number(3)}を選ぶ").check()
    page.get_by_role("button", name="クローズ").click()
    page.get_by_label(f"{number(3)}を選ぶ").check()
    page.get_by_label("結果").select_option(label="助言")
    page.get_by_role("button", name="クローズ").click()

    expect(page.get_by_text("1件をクローズしました。")).to_be_visible()
    expect(page.get_by_role("heading", name="変更しなかった案件 1件")).to_be_visible()
    page.get_by_role("link", name=f"{number(3)}を開いて対応する").click()
    expect(page).to_have_url(f"{site}/desk/cases/{number(3)}/close/")
    assert Case.objects.closed().count() == 1


def test_a_due_case_is_asked_after_in_one_click_from_the_desk(site: str, page: Page, suzuki: User):
    with clock.at(clock.now() - timedelta(days=30)):
        actions.hold(case=Case.objects.get(serial=1), by=suzuki, follow_up_on=clock.today() + timedelta(days=7))
    page.goto(f"{site}/desk/")
    page.get_by_role("button", name="その後の状況を聞く").click()
    expect(page).to_have_url(f"{site}/desk/")
    expect(page.get_by_text(f"様にその後の状況をメールで問い合わせました（{number(1)}）。")).to_be_visible()
    expect(page.get_by_role("button", name="その後の状況を聞く")).to_be_hidden()
