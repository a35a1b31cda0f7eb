"""Similar cases in a browser: beside a case, while a call is taken down, by keyboard."""

import re

from playwright.sync_api import Page, expect

from consultations import actions
from knowledge.actions import say_what_i_know
from knowledge.models import Article, Edition
from knowledge.shelf import Document, put
from office import clock
from tests.browser.keyboard import Keyboard
from tests.factories import make_case

SHIFTS = "保育士の勤務シフトを表計算ソフトで作成している。条件が多く、毎月3日かかる。"
ASKED = "保育士の勤務シフトの作成に時間がかかる。自動で作成したい。"


def test_a_case_shows_those_like_it_who_knows_and_ties_them_by_keyboard(
    live_server, page: Page, sign_in, kohoku, asahi, pair, suzuki, ito, axe
):
    case, like_it = make_case(kohoku, problem=ASKED), make_case(asahi, problem=SHIFTS)
    say_what_i_know(by=ito, says="勤務シフトの作成ツール", topics=[])
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}{case.get_absolute_url()}")
    near = page.get_by_role("complementary")
    expect(near.get_by_role("link", name=like_it.number)).to_be_visible()
    expect(near).to_contain_text("別の局でも検討中")
    expect(near).to_contain_text("詳しい室員")
    expect(near).to_contain_text("伊藤")
    axe(page)

    page.locator("summary", has_text="定例会に相談").click()
    ask = page.get_by_role("region", name="対応", exact=True)
    expect(ask).to_contain_text("伊藤")

    Keyboard(page).enter(near.get_by_role("button", name=re.compile("^関連付ける")))
    expect(page.get_by_text("2つの案件を関連付けました。")).to_be_visible()
    expect(near).to_contain_text("関連付け済み")
    assert case.ties_forward.count() + case.ties_back.count() == 1


def test_while_a_call_is_taken_down_what_is_like_it_appears_and_an_answer_is_at_hand(
    live_server, page: Page, sign_in, kohoku, asahi, pair, suzuki, sato, axe
):
    like_it = make_case(asahi, problem=SHIFTS)
    actions.take_up(case=like_it, by=suzuki)
    article = Article.objects.create(owner=suzuki, review_by=clock.today())
    article.published = Edition.objects.create(
        article=article, number=1, question="勤務シフトを自動で作成するには", answer="作成ツールを使えます。",
        written_by=suzuki, written_at=clock.now(), read_by=sato, read_at=clock.now(),
    )  # fmt: skip
    article.note_when_public()
    article.save()
    put(Document("article", str(article.pk), clock.now(), "office", str(article), ["作成ツールを使えます。"]))
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}/desk/cases/new/")
    near = page.locator("#similar")
    problem = page.get_by_label("困りごと")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/new/similar/" in request.url else None)

    # in the middle of a conversion nothing is looked for
    problem.focus()
    problem.dispatch_event("compositionstart")
    problem.press_sequentially("勤務シフトを自動で作成したい")
    page.wait_for_timeout(800)
    assert asked == []
    problem.dispatch_event("compositionend")
    expect(near.get_by_role("link", name=like_it.number)).to_be_visible()
    assert len(asked) == 1
    axe(page)

    Keyboard(page).enter(near.get_by_role("button", name=re.compile("伝えた回答として使う")))
    expect(page.get_by_label("その場で回答済み")).to_be_checked()
    expect(page.get_by_label("回答した内容")).to_have_value("作成ツールを使えます。")
