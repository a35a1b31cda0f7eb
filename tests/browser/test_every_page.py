"""Every page, in both languages, wide and narrow: axe finds nothing, nothing sticks out, one h1."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page

from consultations import actions
from consultations.models import EntryKind
from consultations.models.entry import Requester
from consultations.states import AskKind
from knowledge.models import Topic
from meetings.actions import plan_meeting
from menus.models import SupportMenu
from office import clock
from office.models import Department, User
from tests.cast import signed_in
from tests.factories import make_case, make_pair

WIDTHS = {"wide": 1280, "narrow": 390}
NOT_THERE = {"receipt-wrong", "missing"}
# SCREENSHOTS=some/folder keeps a picture of each page, to be looked at.
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture
def topic(db: None) -> Topic:
    return Topic.objects.get_or_create(key="procedures", defaults={"name": "手続案内", "name_en": "Procedures"})[0]


@pytest.fixture
def pages(
    transactional_db: None,
    kohoku: Department,
    asahi: Department,
    suzuki: User,
    sato: User,
    ito: User,
    administrator: User,
    topic: Topic,
) -> dict[str, str]:
    """The pages and their paths, with enough in them that every part shows."""
    make_pair(kohoku, suzuki, sato)
    make_pair(asahi, ito, None)
    menu = SupportMenu.objects.create(
        key="rpa",
        kind="existing_tool",
        name="RPA",
        summary="くり返しの多い操作を自動化します。",
        suits="件数が多く、手順が決まっている作業",
        does_not_suit="判断が必要な作業",
        steps="1. 相談する\n2. 環境の申請\n3. シナリオの作成",
        contact="内線 2345",
    )
    new = make_case(kohoku, sensitive=True, wants=["procedure", "together"], expectation="手順を教えてください。")
    held = make_case(kohoku, problem="生成AIで作った画像を庁舎外で使ってよいか知りたい。")
    actions.take_up(case=held, by=suzuki)
    actions.reply(case=held, by=suzuki, text="確認します。\nお待ちください。")
    actions.choose_support(case=held, by=suzuki, menu=menu, reason="件数が多いため")
    actions.ask_meeting(case=held, by=sato, kind=AskKind.DIRECTION, question="この方向でよいか自信がない。")
    with clock.at(clock.now() - timedelta(days=40)):
        actions.hold(case=held, by=sato, follow_up_on=clock.today() + timedelta(days=10), text="所管課で検討中")
    actions.receive_message(case=held, by=Requester(held), kind=EntryKind.ANSWER, text="進みました。")
    closed = make_case(asahi, problem="庁内イントラのページを見やすくしたい。")
    actions.answer_and_close(
        case=closed, by=ito, text="見出しを3つに絞りましょう。", level=3, topic=topic, lesson="見出しは3つまで。"
    )
    meeting = plan_meeting(by=suzuki, held_on=clock.today() + timedelta(days=1), facilitator=suzuki, place="第3会議室")
    return {
        "portal": "/",
        "consult": "/consult/",
        "directory": "/departments/",
        "directory-nothing": "/departments/?q=zzz",
        "receipt-new": f"/receipts/{new.token}/",
        "receipt-held": f"/receipts/{held.token}/",
        "receipt-closed": f"/receipts/{closed.token}/",
        "receipt-wrong": "/receipts/1-wrong/",
        "login": "/accounts/login/",
        "desk": "/desk/",
        "list": "/desk/cases/?open=all",
        "list-filtered": f"/desk/cases/?department={kohoku.code}&status=on_hold",
        "list-nothing": "/desk/cases/?q=zzz",
        "take-down": "/desk/cases/new/",
        "case-new": f"/desk/cases/{new.number}/",
        "case-held": f"/desk/cases/{held.number}/",
        "case-closed": f"/desk/cases/{closed.number}/",
        "menus": "/desk/menus/",
        "menu": "/desk/menus/rpa/",
        "meetings": "/desk/meetings/",
        "plan-meeting": "/desk/meetings/new/",
        "meeting": f"/desk/meetings/{meeting.pk}/",
        "change-meeting": f"/desk/meetings/{meeting.pk}/change/",
        "agenda": f"/desk/meetings/{meeting.pk}/agenda/",
        "password": "/accounts/password/change/",
        "one-time-codes": "/accounts/2fa/",
        "missing": "/nowhere/",
        "admin": "/admin/",
        "admin-people": "/admin/office/user/",
        "admin-person": f"/admin/office/user/{suzuki.pk}/change/",
        "admin-cases": "/admin/consultations/case/",
    }


def sign_in(context: BrowserContext, site: str, user: User) -> None:
    """Give the browser the session of a person who has signed in."""
    cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": site}])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_sound(
    live_server, context: BrowserContext, page: Page, pages, suzuki, administrator, axe, language
):
    site = str(live_server)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}])
    faults = []
    for name, path in pages.items():
        if path.startswith("/admin/"):
            sign_in(context, site, administrator)
        elif path.startswith(("/desk/", "/accounts/password", "/accounts/2fa", "/nowhere")):
            sign_in(context, site, suzuki)
        for width, pixels in WIDTHS.items():
            page.set_viewport_size({"width": pixels, "height": 900})
            answer = page.goto(site + path)
            assert answer
            if answer.status != (404 if name in NOT_THERE else 200):
                faults.append(f"{name}: status {answer.status}")
            if SCREENSHOTS:
                Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=f"{SCREENSHOTS}/{name}-{language}-{width}.png", full_page=True)
            faults += [f"{name} {width}: {fault}" for fault in faults_of(page, language)]
            try:
                axe(page)
            except AssertionError as found:
                faults.append(f"{name} {width}: {found}")
    assert not faults, "\n".join(faults)


def faults_of(page: Page, language: str) -> list[str]:
    faults = []
    if (headings := page.locator("h1").count()) != 1:
        faults.append(f"{headings} h1")
    if page.locator("html").get_attribute("lang") != language:
        faults.append("wrong lang")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append("sticks out sideways")
    if not re.search(r"\S", page.title()):
        faults.append("no title")
    return faults
