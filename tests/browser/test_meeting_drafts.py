"""What is typed at the weekly meeting stays until it is recorded, whatever was refused and whatever is done next."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from consultations import actions
from consultations.states import AskKind
from meetings.actions import plan_meeting
from meetings.models import Advice, Meeting
from office import clock
from office.models import User
from tests.browser.keyboard import Keyboard
from tests.factories import make_case


@pytest.fixture
def meeting(transactional_db: None, kohoku, pair, suzuki: User) -> Meeting:
    """Tomorrow, with two questions on its agenda."""
    for title in ("保育士のシフトの自動作成", "補助金の大量のPDFの検索"):
        case = make_case(kohoku, title=title)
        actions.ask_meeting(case=case, by=suzuki, kind=AskKind.DIRECTION, question=f"{title}の進め方")
    return plan_meeting(by=suzuki, held_on=clock.today() + timedelta(days=1))


# --- in the room


@pytest.fixture
def room(live_server, page: Page, sign_in, meeting: Meeting, sato: User) -> str:
    """The address of an item in the room, where a specialist has sent advice that was refused."""
    sign_in(page, str(live_server), sato)
    address = f"{live_server}/desk/meetings/{meeting.pk}/room/?item={meeting.items.first().pk}"
    page.goto(address)
    form = advice(page)
    form.locator("[name=text]").fill("旭区の様式が使える。")
    form.get_by_text("ほかの部署の案件・ツールを示す").click()
    form.locator("[name=linked]").fill("R8-9999")
    form.get_by_role("button", name="記録する").click()
    expect(page).to_have_title(re.compile("^エラー："))
    page.wait_for_load_state()  # what keeps a draft comes last
    return address


def advice(page: Page) -> Locator:
    return page.locator("form[data-draft^=say]")


def expect_the_advice(page: Page, **texts: str) -> None:
    for name, text in {"text": "旭区の様式が使える。", **texts}.items():
        expect(advice(page).locator(f"[name={name}]")).to_have_value(text)


def test_refused_advice_outlives_a_decision_written_before_it_is_mended(page: Page, room: str):
    form = page.locator("form[data-draft^=decide]")
    form.locator("[name=text]").fill("件数を数える")
    form.locator("[name=owner]").select_option("鈴木 一郎")
    form.locator("[name=due_on]").fill((clock.today() + timedelta(days=8)).isoformat())
    form.get_by_role("button").click()
    expect(page.get_by_text("決定事項を記録しました。")).to_be_visible()
    page.wait_for_load_state()
    page.goto(room)
    expect_the_advice(page, linked="R8-9999")
    expect(form.locator("[name=text]")).to_have_value("")


def test_refused_advice_outlives_a_send_that_never_arrived(page: Page, room: str):
    """A send that the network swallows leaves the page as it is; the next one speaks for itself alone."""
    page.route("**/say/", lambda route: route.fulfill(status=204))
    advice(page).get_by_role("button", name="記録する").click()
    page.get_by_role("button", name="出席を記録する").click()
    expect(page.get_by_text("出席を記録しました。")).to_be_visible()
    page.wait_for_load_state()
    page.goto(room)
    expect_the_advice(page)


@pytest.mark.parametrize("name", ["linked", "text"])
def test_refused_advice_is_there_whole_where_a_part_of_it_was_mended(page: Page, room: str, name: str):
    mended = {"linked": "R7-0001"} if name == "linked" else {"text": "旭区の様式が使える。電話で聞く。"}
    advice(page).locator(f"[name={name}]").fill(mended[name])
    page.goto(room.partition("room/")[0])
    page.goto(room)
    expect_the_advice(page, **{"linked": "R8-9999", **mended})


def test_mended_and_sent_it_is_no_draft_any_more(page: Page, room: str):
    advice(page).locator("[name=linked]").fill("")
    advice(page).get_by_role("button", name="記録する").click()
    expect(page.get_by_text("助言を記録しました。")).to_be_visible()
    page.wait_for_load_state()
    assert Advice.objects.get().text == "旭区の様式が使える。"
    page.goto(room)
    expect_the_advice(page, text="", linked="")
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


# --- on the page of the meeting


@pytest.fixture
def agenda(live_server, page: Page, sign_in, meeting: Meeting, suzuki: User) -> str:
    sign_in(page, str(live_server), suzuki)
    address = f"{live_server}/desk/meetings/{meeting.pk}/"
    page.goto(address)
    return address


def minutes(page: Page, row: int) -> Locator:
    return page.locator(".order > li").nth(row).get_by_role("textbox", name="分")


def test_minutes_typed_in_two_rows_are_saved_by_the_arrow_of_one(page: Page, agenda: str, meeting: Meeting):
    minutes(page, 0).fill("10")
    minutes(page, 1).fill("20")
    page.get_by_role("button", name="議題2を上へ").click()
    expect(page.locator(".fits")).to_contain_text("合計30分")
    expect(minutes(page, 0)).to_have_value("20")
    expect(minutes(page, 1)).to_have_value("10")
    page.wait_for_load_state()
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


def test_minutes_not_saved_yet_outlive_what_is_done_elsewhere_on_the_page(page: Page, agenda: str):
    minutes(page, 1).fill("20")
    page.get_by_role("button", name="新しい議題を集める").click()
    expect(page.locator(".messages")).to_be_visible()
    page.wait_for_load_state()
    expect(minutes(page, 1)).to_have_value("20")
    minutes(page, 1).press("Enter")
    expect(page.locator(".fits")).to_contain_text("合計27分")


def test_refused_minutes_are_mended_by_keyboard_on_a_phone(page: Page, agenda: str, axe):
    page.set_viewport_size({"width": 390, "height": 700})
    keys = Keyboard(page)
    keys.type(minutes(page, 0), "999")
    keys.type(minutes(page, 1), "20")
    keys.press("Enter")
    expect(page).to_have_title(re.compile("^エラー："))
    wrong = "議題1は0分から240分までで入力してください。"
    expect(page.locator(".order > li").nth(0)).to_contain_text(wrong)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keys.enter(page.get_by_role("link", name=wrong))
    expect(minutes(page, 0)).to_be_focused()
    # The bar with the button covers nothing that has the focus.
    bar = page.locator(".order-save").bounding_box()
    field = minutes(page, 0).bounding_box()
    assert field["y"] + field["height"] <= bar["y"] or field["y"] >= bar["y"] + bar["height"]
    keys.type(minutes(page, 0), "10")
    keys.enter(page.locator(".order-save").get_by_role("button"))
    expect(page.locator(".fits")).to_contain_text("合計30分")
    expect(minutes(page, 1)).to_have_value("20")
