"""A technical check between three browsers: the pair asks, two members of ICT operations answer at once."""

from collections.abc import Callable

from django.conf import settings
from playwright.sync_api import Page, expect

from consultations import actions
from office.models import Role
from tests.factories import make_case, make_user


def test_a_question_is_asked_and_answered_by_two_at_once(
    live_server, new_browser: Callable[[], Page], sign_in, kohoku, pair, suzuki, ict_member, axe
):
    site = str(live_server)
    case, other = make_case(kohoku), make_case(kohoku, problem="会議室を使いやすくしたい。")
    earlier = actions.ask_check(case=other, by=suzuki, question="会議室に無線LANの機器を持ち込んでよいか。")
    actions.answer_check(check=earlier, by=ict_member, ruling="not_allowed", answer="持込みの機器はつなげません。")
    second_member = make_user("ict2", "運用 進", role=Role.ICT)

    def browser_of(user) -> Page:
        page = new_browser()
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": site}])
        sign_in(page, site, user)
        return page

    desk, first, second = map(browser_of, (suzuki, ict_member, second_member))

    # the pair asks; what was answered before turns up while they type
    desk.goto(site + case.get_absolute_url())
    desk.get_by_role("link", name="Ask ICT operations").click()
    before = desk.get_by_role("complementary")
    expect(before).to_contain_text("No earlier answer is like this.")
    desk.get_by_label("Question").press_sequentially("研修室に無線LANの機器を置いてよいか。")
    expect(before).to_contain_text("持込みの機器はつなげません。")
    axe(desk)
    desk.get_by_role("button", name="Ask", exact=True).click()
    expect(desk.get_by_text("The question is asked.")).to_be_visible()
    expect(desk.locator("#checks")).to_contain_text("With ICT operations")

    # both members of ICT operations have it open
    for page in (first, second):
        page.goto(site)
        page.get_by_role("link", name="See the questions put to you").click()
        page.get_by_role("link", name="研修室").click()
    first.get_by_role("radio", name="Application needed").check()
    first.get_by_label("Answer").fill("様式3で申請してください。")
    first.get_by_role("button", name="Answer").click()
    expect(first.get_by_text("is told.")).to_be_visible()
    expect(first.get_by_text("No question waits for an answer.")).to_be_visible()

    # the second sees the first's answer, loses no text, and puts right what the first wrote
    second.get_by_role("radio", name="Not allowed").check()
    second.get_by_label("Answer").fill("持込みの機器はつなげません。\n市の機器を貸し出します。")
    second.get_by_role("button", name="Answer").click()
    expect(second.get_by_text("運用 守 answered this question while you were writing")).to_be_visible()
    for words in ("様式3で申請してください。", "Application needed"):
        expect(second.locator(".conflict").filter(has_text=words)).to_be_visible()
    expect(second.get_by_role("textbox", name="Answer")).to_have_value(
        "持込みの機器はつなげません。\n市の機器を貸し出します。"
    )
    axe(second)
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_text("is told.")).to_be_visible()

    desk.reload()
    expect(desk.locator("#checks")).to_contain_text("Not allowed")
    timeline = desk.locator(".timeline")
    for words in ("様式3で申請してください。", "Application needed → Not allowed", "運用 進"):
        expect(timeline).to_contain_text(words)
