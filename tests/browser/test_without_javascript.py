"""The main job in a browser that runs no script: from the form, with a file and an error on the way, to the answer."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from consultations.models import Case
from consultations.states import Status
from knowledge.models import Topic
from office.models import Department, Pair, Section, User
from tests.browser.consultations import SUBSIDY
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser_context_args(java_script_enabled=False)


@pytest.fixture
def site(transactional_db: None, live_server, kohoku: Department, chiiki: Section, pair: Pair, topic: Topic) -> str:
    return str(live_server)


def test_from_the_form_to_the_answer(site: str, page: Page, new_browser, suzuki: User, topic: Topic, tmp_path: Path):
    flow = tmp_path / "業務フロー.csv"
    flow.write_text("手順,人\n検索,係員\n", "utf-8-sig")

    page.goto(f"{site}/consult/?department=kohoku")
    expect(page.get_by_text("港北区担当の鈴木係長・佐藤が")).to_be_visible()
    page.get_by_label("どういうことに困っていますか").fill(SUBSIDY.problem)
    page.get_by_label("ファイル").set_input_files(flow)
    page.get_by_label("所管課").fill("地域振興課")
    page.get_by_label("お名前").fill(SUBSIDY.name)
    page.get_by_label("メール").fill(SUBSIDY.email)
    page.get_by_role("button", name="確認画面へ進む").click()

    expect(page).to_have_title(re.compile("^エラー："))
    expect(page.get_by_role("group", name="入力内容に1件の誤りがあります")).to_be_focused()
    page.get_by_role("link", name="期待することを選ぶか、文章で入力してください。").click()
    expect(page.get_by_label("どういうことに困っていますか")).to_have_value(SUBSIDY.problem)
    expect(page.get_by_role("group", name="添付済みのファイル")).to_contain_text("業務フロー.csv")
    page.get_by_label("別の方法を知りたい").check()
    page.get_by_role("button", name="確認画面へ進む").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("入力内容の確認")
    expect(page.get_by_role("main")).to_contain_text("業務フロー.csv")
    page.get_by_role("button", name="この内容で送信する").click()
    expect(page).to_have_url(re.compile("/receipts/"))
    case = Case.objects.get()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"受付番号 {case.number}")
    expect(page.get_by_role("link", name="業務フロー.csv")).to_be_visible()

    desk = new_browser()
    desk.goto(f"{site}/desk/")
    desk.get_by_label("ユーザー名").fill(suzuki.username)
    desk.get_by_label("パスワード").fill(PASSWORD)
    desk.get_by_role("button", name="ログイン").click()
    desk.get_by_role("link", name=case.title).click()
    desk.get_by_role("textbox", name="回答").fill("庁内のAI-OCRとRPAをお使いいただけます。")
    desk.get_by_role("radio", name="2 妥当性の確認").check()
    desk.get_by_role("combobox", name="相談の種類").select_option(topic.name)
    desk.get_by_role("button", name="大野様に送信してクローズ").click()
    expect(desk.get_by_text(f"大野様に回答し、{case.number}をクローズしました。")).to_be_visible()
    desk.get_by_role("link", name="相談一覧", exact=True).first.click()
    desk.get_by_role("combobox", name="クローズ状況").select_option("すべて")
    desk.get_by_role("button", name="絞り込む").click()
    expect(desk.get_by_role("link", name=case.title)).to_be_visible()

    page.reload()
    expect(page.get_by_role("main")).to_contain_text("庁内のAI-OCRとRPAをお使いいただけます。")
    page.get_by_role("radio", name="もう一度相談する").check()
    page.get_by_role("textbox", name="内容").fill("RPAの申請の仕方も教えてください。")
    page.get_by_role("button", name="送信する").click()
    expect(page.get_by_text("担当者に送信しました。")).to_be_visible()
    case.refresh_from_db()
    assert (case.status, case.closed_at) == (Status.STARTED, None)
