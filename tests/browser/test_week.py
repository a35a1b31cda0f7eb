"""A whole week of the weekly meeting: the agenda composed, printed and run by two people at once, minutes confirmed,
and what was decided on the cases and on the next agenda.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from consultations import actions
from consultations.models import Case
from consultations.states import AskKind
from meetings.actions import plan_meeting
from meetings.models import Advice, Decision, Meeting
from office import clock, era
from office.models import User
from outbox.models import Delivery
from tests.browser.desk import printed
from tests.factories import make_case


@pytest.fixture
def cases(transactional_db: None, kohoku, asahi, pair, suzuki: User) -> dict[str, Case]:
    """Two with a question, one that is new, and one of another department that is like the first."""
    made = {
        "shifts": make_case(kohoku, title="保育士のシフトの自動作成"),
        "pdf": make_case(kohoku, title="補助金の大量のPDFの検索", problem="大量のPDFを検索し、起案用にまとめたい。"),
        "new": make_case(asahi, title="会議室の予約のしかた", problem="会議室の予約に外のサービスを使ってよいか。"),
    }
    for name, question in (("shifts", "表計算で足りるか、自信がない。"), ("pdf", "AI-OCRで足りるか。")):
        actions.ask_meeting(case=made[name], by=suzuki, kind=AskKind.DIRECTION, question=question)
    return made


def section(page: Page, name: str):
    return page.get_by_role("region", name=name)


def say(page: Page, kind: str, text: str) -> None:
    form = section(page, "助言を記録する")
    form.get_by_role("radio", name=kind).check()
    form.get_by_role("textbox", name="助言", exact=False).first.fill(text)
    form.get_by_role("button", name="記録する").click()
    expect(page.get_by_text("助言を記録しました。")).to_be_visible()


def test_a_week(
    live_server, page: Page, new_browser: Callable[[], Page], sign_in, axe, cases, suzuki: User, sato: User, ito: User
):
    site = str(live_server)
    other = new_browser()
    other.set_viewport_size({"width": 820, "height": 1180})  # a tablet
    sign_in(page, site, suzuki)
    sign_in(other, site, sato)

    # Some weeks are planned in one act, of which one may lie in the days on which the office is closed; the agenda of
    # the first has written itself.
    page.goto(f"{site}/desk/meetings/")
    page.get_by_role("link", name="数週間分を登録する").click()
    today = era.add_business_days(clock.today(), 0)
    page.get_by_label("開催日").fill(today.isoformat())
    page.get_by_label("開始時刻").fill("00:00")
    page.get_by_label("終了時刻").fill("23:59")
    page.get_by_label("場所").fill("第3会議室")
    page.get_by_label("何週間分").fill("3")
    page.get_by_role("combobox", name="進行").select_option("伊藤 健")  # who will be away
    page.get_by_role("button", name="まとめて登録する").click()
    expect(page.get_by_text(re.compile("[23]回の定例会を登録しました。"))).to_be_visible()
    # On a day on which the office is closed the meeting is held all the same.
    Meeting.objects.filter(held_on=today).update(held_on=clock.today())
    meeting, following = Meeting.objects.order_by("held_on")[:2]
    page.goto(f"{site}/desk/meetings/{meeting.pk}/")
    rows = page.locator(".order > li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("保育士のシフトの自動作成")
    expect(rows.nth(2)).to_contain_text("新規")

    # The facilitator's hand: the second question first, ten minutes for it.
    page.get_by_role("button", name="議題2を上へ").click()
    expect(rows.nth(0)).to_contain_text("補助金の大量のPDFの検索")
    minutes = rows.nth(0).get_by_role("textbox", name="分")
    minutes.fill("10")
    minutes.press("Enter")
    expect(page.locator(".fits")).to_contain_text("合計18分／会議1439分")

    # On paper: overview, then a block for each question on a page of its own, whole, with room to write.
    page.get_by_role("link", name="次第を印刷する").click()
    sheets = printed(page)
    assert [f"{place}/{len(sheets)}" in sheet for place, sheet in enumerate(sheets, start=1)] == [True] * len(sheets)
    assert "確認する議題" in sheets[0]
    assert "会議室の予約のしかた" in sheets[0]
    assert "3.相談したい案件(2件)" in sheets[1]
    assert sheets[1].index("1.補助金の大量のPDFの検索") < sheets[1].index("2.保育士のシフトの自動作成")
    assert sheets[1].count("議論・決定事項") == 2

    # In the room, two at once; the facilitator is away and another takes the seat.
    page.goto(f"{site}/desk/meetings/{meeting.pk}/room/")
    expect(page.get_by_role("main")).to_contain_text("進行：伊藤 健")
    page.get_by_role("button", name="進行を引き受ける").click()
    expect(page.get_by_text("進行を引き受けました。")).to_be_visible()
    page.get_by_role("checkbox", name="伊藤 健").uncheck()
    page.get_by_role("button", name="出席を記録する").click()
    expect(page.get_by_text("出席を記録しました。")).to_be_visible()

    other.goto(f"{site}/desk/meetings/{meeting.pk}/room/")
    expect(other.get_by_role("heading", level=2).first).to_contain_text("補助金の大量のPDFの検索")
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = other.locator(".room button:visible, .room summary:visible, .room-places a:visible")
    for target in small.all():
        assert target.bounding_box()["height"] >= 43.5, target.inner_text()
    typed = section(other, "助言を記録する").locator("textarea")
    typed.fill("書きかけの助言")

    # While one types, the other writes: it comes in beside, and the half sentence stays.
    say(page, "行政実務", "様式を先に減らす。")
    expect(other.locator("#said")).to_contain_text("様式を先に減らす。")
    expect(typed).to_have_value("書きかけの助言")
    # The item is moved, and the meeting goes on: still nothing is lost.
    agenda_page = page.context.new_page()
    agenda_page.goto(f"{site}/desk/meetings/{meeting.pk}/")
    agenda_page.get_by_role("button", name="議題1を下へ").click()
    expect(agenda_page.locator(".order > li").nth(1)).to_contain_text("補助金の大量のPDFの検索")
    agenda_page.close()
    page.goto(f"{site}/desk/meetings/{meeting.pk}/room/?item={meeting.items.get(case=cases['new']).pk}")
    page.get_by_role("button", name="全員をこの議題に移す").click()
    expect(other.get_by_role("link", name="会議は議題3に進んでいます")).to_be_visible()
    expect(typed).to_have_value("書きかけの助言")
    other.reload()  # what is typed survives a reload
    other.goto(f"{site}/desk/meetings/{meeting.pk}/room/?item={meeting.items.get(case=cases['pdf']).pk}")
    typed = section(other, "助言を記録する").locator("textarea")
    expect(typed).to_have_value("書きかけの助言")
    say(other, "技術", "AI-OCRで足りる。")
    axe(other)

    # A decision with owner and day, and the level, on the spot.
    form = section(other, "決定事項を記録する")
    form.get_by_role("textbox", name="決定事項").fill("1週間分の件数を数える")
    form.get_by_role("combobox", name="担当（室員）").select_option("佐藤 花子")
    form.get_by_label("期日").fill(following.held_on.isoformat())
    form.get_by_role("button", name="案件の次の対応にする").click()
    expect(other.get_by_text("決定事項を記録しました。")).to_be_visible()
    other.get_by_text("対応レベルを変える・支援メニューを選ぶ").click()
    other.get_by_role("combobox", name="レベル").select_option("3 代替案の提示")
    other.get_by_role("button", name="対応レベルを変える", exact=True).click()
    expect(other.get_by_text("対応レベルを変えました。")).to_be_visible()
    finish = section(other, "この議題を終える")
    finish.get_by_role("textbox", name="助言のまとめ").fill("まず様式、次に道具。")
    finish.get_by_role("button").click()
    expect(other.get_by_text("議題を終えました。")).to_be_visible()

    # The minutes: what was not reached is carried over, who was away is told, and then nothing changes any more.
    page.goto(f"{site}/desk/meetings/{meeting.pk}/confirm/")
    stale = page.context.new_page()
    stale.goto(f"{site}/desk/meetings/{meeting.pk}/confirm/")
    expect(page.get_by_role("main")).to_contain_text("保育士のシフトの自動作成")
    expect(page.get_by_role("main")).to_contain_text("伊藤 健")
    page.get_by_role("button", name="議事録を確定する").click()
    expect(page.get_by_text("議事録を確定しました。欠席した人にメールで送ります。")).to_be_visible()
    stale.get_by_role("button", name="議事録を確定する").click()
    expect(stale.get_by_role("alert")).to_contain_text("鈴木 一郎が議事録を確定しました")
    stale.close()
    assert [d.address for d in Delivery.objects.filter(key=f"meeting:{meeting.pk}:minutes")] == [ito.email]
    assert Advice.objects.count() == 2
    assert Decision.objects.count() == 1

    # On the timelines, in the search, and on the next agenda.
    page.goto(f"{site}{cases['pdf'].get_absolute_url()}")
    timeline = page.get_by_role("region", name="対応経過")
    for words in (
        "様式を先に減らす。",
        "AI-OCRで足りる。",
        "まず様式、次に道具。",
        "1週間分の件数を数える",
        "定例会の決定",
    ):
        expect(timeline).to_contain_text(words)
    page.goto(f"{site}/search/?q=様式を先に減らす")
    expect(page.get_by_role("main")).to_contain_text(cases["pdf"].number)
    page.goto(f"{site}/desk/meetings/{following.pk}/")
    rows = page.locator(".order > li")
    expect(rows.nth(0)).to_contain_text("決定事項の期限")
    expect(rows.nth(0)).to_contain_text("1週間分の件数を数える")
    expect(rows.nth(1)).to_contain_text("持ち越し")
    expect(rows.nth(1)).to_contain_text("保育士のシフトの自動作成")

    # The minutes on paper, and in the archive of the year.
    page.goto(f"{site}/desk/meetings/{meeting.pk}/minutes/")
    text = "".join(printed(page))
    for words in ("議事録", "欠席:伊藤健", "様式を先に減らす。", "1週間分の件数を数える", "次回に持ち越し"):
        assert words in text
    assert re.search(r"確定:鈴木一郎", text)


def test_the_room_works_without_javascript(live_server, browser, sign_in, cases, suzuki: User):
    meeting = plan_meeting(by=suzuki, held_on=clock.today() + timedelta(days=1))
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}/desk/meetings/{meeting.pk}/")
    page.get_by_role("button", name="議題2を上へ").click()
    page.goto(f"{live_server}/desk/meetings/{meeting.pk}/room/")
    say(page, "技術", "スクリプトなしでも残る。")
    expect(page.locator("#said")).to_contain_text("スクリプトなしでも残る。")
    finish = section(page, "この議題を終える")
    finish.get_by_role("button").click()
    expect(page.get_by_text("議題を終えました。")).to_be_visible()
    context.close()
