"""Helping with more than advice, in a browser: chosen with evidence, followed to its end, with the keyboard and without
JavaScript.
"""

from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page, expect

from consultations import actions
from consultations.models import Case
from menus.actions import add_files
from menus.models import Contract, MenuFile
from office import clock, era
from office.files import Upload, stored
from office.models import Department, Pair, Rank, User
from office.wording import fiscal_year_name
from tests.factories import make_case, make_contract, make_member, make_menu

TROUBLE = "保育園の勤務シフトを毎月手作業で作っており、三日かかる。"


@pytest.fixture
def cases(transactional_db: None, kohoku: Department, asahi: Department, pair: Pair, suzuki: User) -> list[Case]:
    """One to be helped, and one like it that was."""
    hack = make_menu(
        "open_innovation", "YOKOHAMA Hack!", suits="製品が見当たらない課題", does_not_suit="買えば済むもの"
    )
    make_menu("referral", "紹介")
    make_contract(10)
    case, other = (make_case(department, problem=TROUBLE) for department in (kohoku, asahi))
    support = actions.choose_support(case=other, by=suzuki, menu=hack, reason="製品がない。")
    actions.change_support(support=support, by=suzuki, state="done", outcome="実証で半日になった。")
    return [case, other]


@pytest.fixture
def desk(live_server, page: Page, cases: list[Case], suzuki: User, sign_in) -> Page:
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}{cases[0].get_absolute_url()}")
    return page


@pytest.fixture
def manager(transactional_db: None) -> User:
    return make_member("omura", "大村 課長", rank=Rank.MANAGER)


def test_a_menu_is_chosen_with_the_evidence_of_similar_cases_by_keyboard(desk: Page, cases):
    desk.get_by_role("link", name="支援メニューを選ぶ").focus()
    desk.keyboard.press("Enter")
    option = desk.locator(".menu-option", has=desk.get_by_role("radio", name="YOKOHAMA Hack!"))
    expect(option).to_contain_text("製品が見当たらない課題")
    expect(option).to_contain_text("似た案件1件が利用")
    expect(option).to_contain_text("実証で半日になった。")
    expect(option.get_by_role("link", name=cases[1].number)).to_be_visible()
    desk.get_by_role("radio", name="YOKOHAMA Hack!").focus()
    desk.keyboard.press("Space")
    desk.get_by_label("選んだ理由").focus()
    desk.keyboard.type("市販の製品が合わない。")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("支援メニューを選びました。")).to_be_visible()
    desk.get_by_role("link", name="公募の経過を記録").click()
    desk.get_by_label("公募の掲載日").fill("2026-04-01")
    desk.get_by_label("受け付けた提案の数").fill("6")
    desk.get_by_label("マッチング先").fill("株式会社みなと計測")
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.get_by_role("complementary")).to_contain_text("提案6件、マッチング先 株式会社みなと計測")


def test_what_is_typed_into_the_reason_is_there_again_on_the_page_of_the_choice(desk: Page, cases):
    desk.get_by_role("link", name="支援メニューを選ぶ").click()
    with desk.expect_response(lambda answer: "/drafts/" in answer.url):
        desk.get_by_label("選んだ理由").press_sequentially("書きかけの理由")
    desk.get_by_role("link", name="キャンセル").click()
    desk.get_by_role("link", name="支援メニューを選ぶ").click()
    expect(desk.get_by_label("選んだ理由")).to_have_value("書きかけの理由")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_referral_and_hours_of_consultants_need_no_javascript(desk: Page):
    for menu in ("紹介", "consultant"):
        desk.get_by_role("link", name="支援メニューを選ぶ").click()
        desk.get_by_role("radio", name=menu, exact=True).check()
        desk.get_by_label("選んだ理由").fill("制度の解釈が中心のため。")
        desk.get_by_role("button", name="保存", exact=True).click()
    desk.get_by_role("link", name="紹介先を記録").click()
    desk.get_by_label("課・窓口など").fill("財政局納税管理課")
    desk.get_by_role("button", name="保存", exact=True).click()
    facts = desk.get_by_role("complementary")
    expect(facts).to_contain_text("回答待ち")
    expect(facts).to_contain_text("財政局納税管理課の回答を確認する")
    desk.get_by_role("link", name="回答を記録").click()
    desk.get_by_label("回答の内容").fill("CSVで出せる。")
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(facts).not_to_contain_text("回答待ち")

    desk.get_by_role("link", name="稼働時間を予約").click()
    desk.get_by_label("時間数").fill("12")
    desk.get_by_label("用途").fill("聞き取り")
    desk.get_by_role("button", name="予約する").click()
    expect(desk.get_by_role("group", name="まだ完了していません")).to_contain_text(
        "契約の残りは10時間です。超える予約は、課長以上だけが"
    )
    desk.get_by_label("時間数").fill("4")
    desk.get_by_role("button", name="予約する").click()
    expect(desk.get_by_role("table", name="この案件の予約")).to_contain_text("4時間")
    contract = desk.get_by_role("table", name="年度ごとの契約").get_by_role("cell")
    expect(contract).to_have_text(["10時間", "4時間", "6時間"])
    desk.get_by_role("link", name="取り消す").click()
    desk.get_by_label("取り消す理由").fill("先方の都合")
    desk.get_by_role("button", name="取り消す").click()
    expect(desk.get_by_role("table", name="この案件の予約")).to_contain_text("取消済み")
    expect(contract).to_have_text(["10時間", "0時間", "10時間"])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_years_of_a_contract_stand_beside_each_other_on_a_phone(
    desk: Page, live_server, cases, suzuki, manager, language, axe
):
    today, year = clock.today(), era.fiscal_year(clock.today())
    contract = Contract.objects.get()
    for other in (year - 1, year + 1):
        make_contract(100, year=other, menu=contract.menu)
    support = actions.choose_support(case=cases[0], by=suzuki, menu=contract.menu, reason="聞き取りが要る。")
    for day in (today, era.fiscal_year_start(year + 1)):
        actions.book_hours(support=support, by=manager, hours=Decimal(120), held_on=day, excess_reason="急ぐ。")
    desk.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": str(live_server)}])
    for width in (390, 1280):
        desk.set_viewport_size({"width": width, "height": 800})
        for path in (
            f"/desk/cases/{cases[0].number}/supports/{support.pk}/hours/",
            f"/desk/menus/{contract.menu.key}/",
        ):
            desk.goto(f"{live_server}{path}")
            assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
            axe(desk)
    desk.get_by_role("link", name="令和" if language == "ja" else "fiscal").first.click()
    expect(desk.locator("#booked")).to_contain_text(fiscal_year_name(year + 1) if language == "ja" else str(year + 1))


def test_a_stranger_finds_the_catalogue_and_takes_a_file(live_server, page: Page, cases, suzuki, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload = Upload(SimpleUploadedFile("sheet.txt", "課題は何か".encode()), "課題シート.txt", has_macros=False)
    with stored([upload], MenuFile) as files:
        add_files(menu=make_menu("open_innovation", "YOKOHAMA Hack!"), by=suzuki, files=files)
    page.goto(str(live_server))
    page.get_by_role("link", name="支援メニュー").click()
    page.get_by_role("link", name="YOKOHAMA Hack!").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="課題シート.txt").click()
    assert download.value.suggested_filename == "課題シート.txt"
