"""One page of each kind in English: all that the desk itself says; what people entered stays as they entered it."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from consultations import actions
from consultations.models import EntryKind
from consultations.models.entry import Requester
from consultations.states import AskKind
from knowledge.models import Topic
from meetings.actions import collect_asks, plan_meeting, record_advice
from menus.models import SupportMenu
from office import clock
from office.models import Rank, User
from tests.factories import make_case, make_department, make_member, make_pair, make_section

JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]+[^<>\"]*")
NOT_THERE = {"/receipts/1-wrong/", "/nowhere/"}
ACTS = ["describe", "origin", "contact", "pair", "supports", "hold", "reply", "note", "complete", "close"]


@pytest.fixture
def smith(db: None) -> User:
    return make_member("smith", "Smith Ann", is_superuser=True)


@pytest.fixture
def pages(transactional_db: None, smith: User) -> list[str]:
    """Each kind of page, on data without a Japanese character."""
    # History keeps the names of the day in the language of the installation, hence the topic that reads the same.
    topic = Topic.objects.create(key="plain", name="Rules", name_en="Rules")
    jones = make_member("jones", "Jones Bob", phone="ext. 2101")
    north, south = make_department("North Ward", code="north"), make_department("South Bureau", order=2, kind="bureau")
    make_section(north, "Community")
    make_pair(north, smith, jones)
    make_pair(make_department("East Ward", order=3), make_member("brown", "Brown Tim", rank=Rank.CHIEF), None)
    menu = SupportMenu.objects.create(
        key="rpa", kind="existing_tool", name="RPA", name_en="Robots", summary="Does it for you.",
        suits="Much of the same", does_not_suit="Judgement", steps="1. Ask", contact="ext. 2345",
    )  # fmt: skip
    person = {"name": "Miller Eve", "other_section": "Community"}
    new = make_case(north, problem="Is there a tool that plans shifts?", wants=["together"], **person)
    actions.ask_meeting(case=new, by=smith, kind=AskKind.DIRECTION, question="Is this the way?")
    meeting = plan_meeting(by=smith, held_on=clock.today() + timedelta(days=1), facilitator=smith, place="Room 3")
    record_advice(item=meeting.items.get(), by=smith, advice="Go on.")
    actions.assign_pair(case=new, by=smith, pair=make_pair(south, jones, None))
    held = make_case(north, problem="May a generated picture be used?", sensitive=True, cc=["x@a.example.jp"], **person)
    actions.take_up(case=held, by=smith)
    actions.add_note(case=held, by=jones, text="Seen before.")
    actions.reply(case=held, by=smith, text="We look into it.")
    actions.choose_support(case=held, by=smith, menu=menu, reason="Much of the same")
    actions.describe(case=held, by=smith, title="A picture", topic=topic, level=2, volume="small", technical="high")
    with clock.at(clock.now() - timedelta(days=40)):
        actions.hold(case=held, by=smith, follow_up_on=clock.today() + timedelta(days=10), text="They think")
    actions.receive_message(case=held, by=Requester(held), kind=EntryKind.ANSWER, text="It goes on.")
    actions.ask_meeting(case=held, by=smith, kind=AskKind.NO_IDEA, question="What could be done?")
    collect_asks(meeting=meeting)
    closed = make_case(north, problem="Which procedure is it?", **person)
    actions.answer_and_close(case=closed, by=jones, text="See page 3.", level=3, topic=topic, lesson="Page 3.")
    return [
        "/",
        "/consult/?department=north",
        "/departments/",
        *(f"/receipts/{case.token}/" for case in (new, held, closed)),
        "/receipts/1-wrong/",
        "/accounts/login/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/nowhere/",
        "/desk/",
        "/desk/cases/?open=all",
        "/desk/cases/?status=on_hold&level=2&department=north&q=picture",
        "/desk/cases/?q=zzz",
        "/desk/cases/new/",
        *(f"/desk/cases/{case.number}/" for case in (new, held, closed)),
        *(f"/desk/cases/{held.number}/{act}/" for act in ACTS),
        f"/desk/cases/{closed.number}/reopen/",
        "/desk/menus/",
        "/desk/menus/rpa/",
        "/desk/meetings/",
        "/desk/meetings/new/",
        f"/desk/meetings/{meeting.pk}/",
        f"/desk/meetings/{meeting.pk}/change/",
        f"/desk/meetings/{meeting.pk}/agenda/",
        "/admin/",
        "/admin/consultations/case/",
        f"/admin/consultations/case/{held.pk}/change/",
    ]


def japanese_on(page: Page) -> list[str]:
    """Every Japanese word in text or attributes, but for the name of the language to switch to."""
    return JAPANESE.findall(page.content().replace(">日本語<", "><"))


def test_no_japanese_is_left_on_any_kind_of_page(live_server, page: Page, pages: list[str], smith: User, sign_in):
    site = str(live_server)
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": site}])
    found = {}
    for path in pages:
        if path.startswith("/accounts/password"):  # the first page that asks who it is
            sign_in(page, site, smith)
        answer = page.goto(site + path, wait_until="domcontentloaded")
        assert answer.status == (404 if path in NOT_THERE else 200), path
        expect(page.locator("html")).to_have_attribute("lang", "en")
        if left := japanese_on(page):
            found[path] = left
    assert not found


def test_the_form_speaks_english_to_the_end(live_server, page: Page, pages: list[str]):
    site = str(live_server)
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": site}])
    page.goto(f"{site}/consult/")
    page.get_by_role("button", name="Go on to check").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("group", name="There are 6 errors in what you entered")).to_be_focused()
    assert not japanese_on(page)
    page.get_by_label("What are you having trouble with?").fill("Is there a tool that plans shifts?")
    page.get_by_label("I want to know the procedure").check()
    page.get_by_label("Ward or bureau").select_option("North Ward")
    page.get_by_label("Section").fill("Community")
    page.get_by_label("Your name").fill("Miller Eve")
    page.get_by_label("E-mail").fill("miller@north.example.jp")
    page.get_by_role("button", name="Go on to check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check what you entered")
    assert not japanese_on(page)
    page.get_by_role("button", name="Send this").click()
    expect(page.get_by_text("We have received your consultation.")).to_be_visible()
    assert not japanese_on(page)
    page.get_by_role("radio", name="Thanks or report").check()
    page.get_by_role("textbox", name="Message").fill("Thank you.")
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_text("Your message has been sent to the pair in charge.")).to_be_visible()
    assert not japanese_on(page)
