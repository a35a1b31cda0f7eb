"""A rare case is carried through a year by changing people, and its timeline tells the story."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from consultations.tasks import hand_cases_to_current_pairs
from knowledge.models import Topic
from menus.models import SupportMenu
from office import clock
from office.models import Rank, Role, User
from outbox.models import Delivery
from tests.browser.calendar import Calendar
from tests.browser.consultations import SHIFTS
from tests.browser.desk import (
    act,
    as_printed,
    consult,
    history,
    listed,
    log_in,
    open_case,
    printed,
    signed_in_by_form,
)
from tests.factories import make_department, make_member, make_pair, make_section, make_user

CAUSES = """\
シフトの作成に二日かかる
  希望休が紙で届く
    園ごとに様式が違う
  配置基準を手で数えている"""
QUESTIONS = ["シフトは月に何回、何人分を作りますか。", "決まりごと（配置基準など）はどこに書かれていますか。"]
WAITING = "対応が必要な担当の案件"

# What happened, who did it, and words that the timeline has of it, the oldest first.
STORY: list[tuple[str, ...]] = [
    ("受付", "吉田 真由美（相談者）"),
    ("対応着手", "鈴木 一郎"),
    ("変更", "鈴木 一郎", "保育士の勤務シフトの作成", "手続案内"),
    ("ヒアリング準備", "鈴木 一郎", "令和8年4月28日（火）14:00", "園ごとに様式が違う", "質問 2件"),
    (
        *("ヒアリング実施", "佐藤 花子", "一緒に考えてほしい", "希望休を紙から書き写すのに時間がかかる。"),
        *("園ごとに様式が違う 否定", "様式は市で一つだった。", "配置基準を手で数えている 不明"),
        *("計算式を表にする", "鈴木 一郎 5月15日まで"),
    ),
    ("支援メニューの選択", "鈴木 一郎", "表計算の雛形", "手元の道具で試せる。"),
    ("技術確認の依頼", "鈴木 一郎", "園と表計算のファイルを共有してよいか。"),
    ("技術確認の回答", "運用 守", "条件付き可", "庁内の共有フォルダに限る。", "対策基準 5.2"),
    ("次の対応の完了", "鈴木 一郎", "計算式を表にする"),
    ("相談者への回答", "鈴木 一郎", "1園で試してください。"),
    ("保留", "鈴木 一郎", "令和8年6月15日（月）", "試行の結果を待つ"),
    ("状況の問い合わせ", "鈴木 一郎", "その後の状況をお聞かせください。"),
    ("返信", "吉田 真由美（相談者）", "二日から半日になりました。"),
    ("相談者への回答", "佐藤 花子", "秋にまた伺います。"),
    ("保留", "佐藤 花子", "令和8年10月5日（月）", "ほかの園が検討中"),
    ("担当変更", "自動", "鈴木・佐藤 → 伊藤・佐藤"),
    ("状況の問い合わせ", "伊藤 健", "その後の状況をお聞かせください。"),
    ("返信", "吉田 真由美（相談者）", "すべての園で使い始めました。"),
    ("支援の進捗", "伊藤 健", "表計算の雛形 提案中 → 完了", "82園で定着した。"),
    ("クローズ", "伊藤 健", "導入・本稼働", "3 代替案の提示", "専用のツールは要らない。"),
    ("もう一度相談", "吉田 真由美（相談者）", "計算が合わなくなりました。"),
    ("相談者への回答", "伊藤 健", "新しい基準の表をお送りします。"),
    ("クローズ", "伊藤 健", "基準は毎年1月に変わる。"),
]
SHARED = {"受付": "受付", "相談者への回答": "回答", "状況の問い合わせ": "担当者からの問い合わせ", "返信": "返信"}
SHARED["もう一度相談"] = "もう一度相談"
INTERNAL = [
    "園ごとに様式",
    "希望休を紙から",
    "手元の道具",
    "共有フォルダ",
    "試行の結果",
    "82園で",
    "専用のツール",
    "毎年1月",
]


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    calendar = Calendar()
    monkeypatch.setattr(clock, "_frozen", calendar)
    return calendar


@pytest.fixture
def office(transactional_db: None, topic: Topic) -> dict[str, User]:
    """鈴木 and 佐藤 answer for the department, 伊藤 is to come; 渡辺 leads the team, 運用 is of ICT operations."""
    department = make_department(SHIFTS.department, kind="bureau", code="kodomo")
    make_section(department, SHIFTS.section)
    suzuki, sato = make_member("suzuki", "鈴木 一郎"), make_member("sato", "佐藤 花子")
    make_pair(department, suzuki, sato)
    SupportMenu.objects.create(key="sheet", kind="existing_tool", name="表計算の雛形", summary="手元で試す。")
    return {
        "suzuki": suzuki,
        "sato": sato,
        "ito": make_member("ito", "伊藤 健"),
        "watanabe": make_member("watanabe", "渡辺 恵子", rank=Rank.CHIEF),
        "ict": make_user("ict", "運用 守", role=Role.ICT),
    }


def test_a_year(
    office: dict[str, User], topic: Topic, calendar: Calendar, live_server, new_browser: Callable[[], Page]
):
    site = str(live_server)
    suzuki, sato, ito, watanabe, ict, yoshida = (new_browser() for _ in range(6))

    # A lead keeps the questions that a hearing begins with. A section consults, and its pair takes it up.
    calendar.turn_to("2026-04-13 09:00")
    signed_in_by_form(watanabe, site, office["watanabe"])
    keep(watanabe, "質問のひな形")
    watanabe.get_by_role("link", name="追加").click()
    watanabe.get_by_role("textbox", name="名称").fill("業務の見直し")
    watanabe.get_by_role("combobox", name="相談の種類").select_option(topic.name)
    watanabe.get_by_role("textbox", name="質問").fill("\n".join(QUESTIONS))
    save(watanabe, "「業務の見直し」を保存しました。")

    calendar.turn_to("2026-04-20 10:00")
    number = consult(yoshida, site, SHIFTS)

    calendar.turn_to("2026-04-21 09:00")
    signed_in_by_form(suzuki, site, office["suzuki"])
    open_case(suzuki, number)
    suzuki.get_by_role("button", name="着手する").click()
    expect(suzuki.get_by_text(f"{number}に着手しました。")).to_be_visible()
    suzuki.get_by_role("link", name="変更 : 見立て").click()
    suzuki.get_by_role("textbox", name="件名").fill("保育士の勤務シフトの作成")
    suzuki.get_by_role("combobox", name="相談の種類").select_option(topic.name)
    save(suzuki, "変更を保存しました。")

    # The hearing: prepared, printed, held, and written down by the other of the pair.
    suzuki.get_by_role("link", name="準備する").click()
    expect(suzuki.get_by_role("textbox", name="質問")).to_have_value("\n".join(QUESTIONS))
    expect(suzuki.get_by_role("complementary", name="分かっていること")).to_contain_text("園長が毎月二日かけています。")
    suzuki.get_by_label("日時").fill("2026-04-28T14:00")
    suzuki.get_by_role("textbox", name="場所・会議のURL").fill("会議室A")
    suzuki.get_by_role("textbox", name="原因の仮説").fill(CAUSES)
    save(suzuki, "ヒアリングの準備を登録しました。")
    suzuki.get_by_role("link", name="シートを印刷").click()
    expect(suzuki.get_by_role("heading", level=1)).to_contain_text("ヒアリングシート")
    sheet = "".join(printed(suzuki))
    for words in (number, "└園ごとに様式が違う□支持□否定□不明", *QUESTIONS, "毎月二日かけています。", "本当の課題"):
        assert as_printed(words) in sheet
    suzuki.go_back()

    calendar.turn_to("2026-04-28 16:00")
    signed_in_by_form(sato, site, office["sato"])
    open_case(sato, number)
    sato.get_by_role("link", name="記録を書く").click()
    for cause, verdict, evidence in [
        ("シフトの作成に二日かかる", "支持", "園長の日誌で確かめた。"),
        ("園ごとに様式が違う", "否定", "様式は市で一つだった。"),
        ("配置基準を手で数えている", "不明", "次に見せてもらう。"),
    ]:
        judged = sato.get_by_role("group", name=cause)
        judged.get_by_role("radio", name=verdict).check()
        judged.get_by_role("textbox", name="根拠").fill(evidence)
    sato.get_by_role("textbox", name=QUESTIONS[0]).fill("月に一度、園ごとに30人分。")
    sato.get_by_role("textbox", name="本当の課題").fill("希望休を紙から書き写すのに時間がかかる。")
    step = sato.get_by_role("group", name="次の対応 1")
    step.get_by_role("textbox", name="内容").fill("計算式を表にする")
    step.get_by_role("combobox", name="担当（室員）").select_option("鈴木 一郎")
    step.get_by_label("期日").fill("2026-05-15")
    save(sato, "ヒアリングを記録しました。")

    # A support menu, and a question that ICT operations answer by the link in their mail.
    calendar.turn_to("2026-05-11 10:00")
    open_case(suzuki, number)
    suzuki.get_by_role("link", name="支援メニューを選ぶ").click()
    suzuki.get_by_role("radio", name="表計算の雛形").check()
    suzuki.get_by_role("textbox", name="選んだ理由").fill("手元の道具で試せる。")
    save(suzuki, "支援メニューを選びました。")
    suzuki.get_by_role("link", name="ICT運用部門に確認する").click()
    suzuki.get_by_role("textbox", name="質問").fill("園と表計算のファイルを共有してよいか。")
    suzuki.get_by_role("button", name="確認を依頼する").click()
    expect(suzuki.get_by_text("技術確認を依頼しました。")).to_be_visible()

    calendar.turn_to("2026-05-14 10:00")
    ict.goto(mailed_link(site, office["ict"].email))
    log_in(ict, office["ict"])
    expect(ict.get_by_role("heading", level=1)).to_have_text(f"技術確認 {number}")
    expect(ict.get_by_role("complementary", name="元の案件")).to_contain_text("保育士の勤務シフトの作成")
    ict.get_by_role("radio", name="条件付き可").check()
    ict.get_by_role("textbox", name="回答").fill("庁内の共有フォルダに限る。")
    ict.get_by_role("textbox", name="根拠規程").fill("情報セキュリティ対策基準 5.2")
    ict.get_by_role("button", name="回答する").click()
    expect(ict.get_by_text(f"{number}の担当ペアに回答を伝えました。")).to_be_visible()
    assert "技術確認の回答" in last_mail(office["suzuki"].email).subject

    calendar.turn_to("2026-05-15 10:00")
    open_case(suzuki, number)
    expect(suzuki.get_by_role("complementary", name="案件の情報")).to_contain_text("条件付き可")
    suzuki.get_by_role("button", name="完了 : 計算式を表にする").click()
    expect(suzuki.get_by_text("対応を完了にしました。")).to_be_visible()
    act(suzuki, "回答").click()
    reply(suzuki, "計算式の表をお送りします。1園で試してください。")

    # It waits until a day, twice; each time one click asks, and the section answers by the link of the mail.
    act(suzuki, "保留").click()
    wait_until(suzuki, "2026-06-15", "試行の結果を待つ")
    calendar.turn_to("2026-06-15 09:00")
    ask_how_things_stand(suzuki, site, number)
    calendar.turn_to("2026-06-17 09:00")
    write(yoshida, site, "返信", "試行した園で、作成が二日から半日になりました。")

    calendar.turn_to("2026-06-18 09:00")
    sato.goto(f"{site}/desk/")
    expect(listed(sato, WAITING, number)).to_contain_text("返信あり")
    sato.get_by_role("link", name="返信あり 1").click()
    expect(listed(sato, "相談一覧", number)).to_be_visible()
    sato.get_by_role("link", name="保育士の勤務シフトの作成").click()
    reply(sato, "よかったです。秋にまた伺います。")
    act(sato, "確認日を延ばす").click()
    wait_until(sato, "2026-10-05", "ほかの園が検討中")

    # Half the pair changes meanwhile, as a lead has planned.
    calendar.turn_to("2026-09-24 09:00")
    keep(watanabe, "担当ペア")
    watanabe.get_by_role("link", name=SHIFTS.department).click()
    expect(listed(watanabe, "一緒に移る未クローズの案件", number)).to_be_visible()
    watanabe.get_by_role("combobox", name="主担当").select_option("伊藤 健")
    watanabe.get_by_label("開始日").fill("2026-10-01")
    save(watanabe, "伊藤・佐藤に変更する予定を登録しました。")
    calendar.turn_to("2026-10-01 00:05")
    assert hand_cases_to_current_pairs() == 1
    assert "担当変更" in last_mail(office["ito"].email).subject

    calendar.turn_to("2026-10-05 09:00")
    signed_in_by_form(ito, site, office["ito"])
    ito.get_by_role("link", name="自分の担当 1").click()
    expect(listed(ito, "相談一覧", number)).to_contain_text("伊藤・佐藤")
    ask_how_things_stand(ito, site, number)
    calendar.turn_to("2026-10-07 09:00")
    write(yoshida, site, "返信", "すべての園で使い始めました。")

    # Closed with what was learned. The section comes back by the link of that mail, and it is closed again.
    calendar.turn_to("2026-10-08 09:00")
    open_case(ito, number)
    ito.get_by_role("link", name="進捗を記録").click()
    ito.get_by_role("combobox", name="進捗").select_option("完了")
    ito.get_by_role("textbox", name="経過・成果").fill("82園で定着した。")
    save(ito, "支援の進捗を保存しました。")
    act(ito, "クローズ").click()
    ito.get_by_role("combobox", name="結果").select_option("導入・本稼働")
    ito.get_by_role("radio", name="3 代替案の提示").check()
    ito.get_by_role("textbox", name="得られた知見").fill("表計算の雛形で足りた。\n専用のツールは要らない。")
    ito.get_by_role("button", name="クローズする").click()
    expect(ito.get_by_text(f"{number}をクローズしました。")).to_be_visible()

    calendar.turn_to("2027-01-18 09:00")
    write(yoshida, site, "もう一度相談する", "配置基準が変わり、計算が合わなくなりました。")
    calendar.turn_to("2027-01-19 09:00")
    ito.goto(f"{site}/desk/")
    expect(listed(ito, WAITING, number)).to_contain_text("返信あり")
    open_case(ito, number)
    act(ito, "回答してクローズ").click()
    ito.get_by_role("textbox", name="回答").fill("新しい基準の表をお送りします。")
    ito.get_by_role("textbox", name="得られた知見").fill("表計算の雛形で足りた。\n基準は毎年1月に変わる。")
    ito.get_by_role("button", name="吉田様に送信してクローズ").click()
    expect(ito.get_by_text(f"吉田様に回答し、{number}をクローズしました。")).to_be_visible()

    # A year later, to somebody who was not there.
    calendar.turn_to("2027-03-31 16:00")
    open_case(watanabe, number)
    watanabe.get_by_role("link", name="以前の").click()
    expect(history(watanabe)).to_have_count(len(STORY))
    for told, (what, by, *words) in zip(oldest_first(watanabe, "対応経過"), STORY, strict=True):
        assert told.startswith(f"{what} {'相談者に公開' if what in SHARED else '室内のみ'} {by} "), told
        assert [each for each in words if each not in told] == [], told

    # The section sees its own part of it, and nothing else.
    yoshida.goto(mailed_link(site, SHIFTS.email))
    expect(yoshida.get_by_text("令和9年1月19日（火）に対応を終了しました。")).to_be_visible()
    shared = [(SHARED[what], by, *words) for what, by, *words in STORY if what in SHARED]
    for told, (what, by, *words) in zip(oldest_first(yoshida, "これまでの経過"), shared, strict=True):
        assert told.startswith(f"{what} {by} "), told
        assert [each for each in words if each not in told] == [], told
    page = yoshida.content()
    assert [words for words in INTERNAL if words in page] == []


def keep(page: Page, what: str) -> None:
    """Open one of the things that the leads keep."""
    page.get_by_role("navigation", name="メインメニュー").get_by_role("link", name="室の設定").click()
    page.get_by_role("main").get_by_role("link", name=what).click()


def save(page: Page, done: str) -> None:
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text(done)).to_be_visible()


def reply(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="回答").fill(text)
    page.get_by_role("button", name="吉田様に送信", exact=True).click()
    expect(page.get_by_text("吉田様に回答しました。")).to_be_visible()


def wait_until(page: Page, day: str, reason: str) -> None:
    page.get_by_label("次の確認日").fill(day)
    page.get_by_role("textbox", name="待っている理由").fill(reason)
    page.get_by_role("button", name="この日まで保留にする").click()
    expect(page.get_by_text("を保留にしました。")).to_be_visible()


def ask_how_things_stand(page: Page, site: str, number: str) -> None:
    """The day has come: one click on the desk is all."""
    page.goto(f"{site}/desk/")
    due = listed(page, WAITING, number)
    expect(due).to_contain_text("要フォロー")
    due.get_by_role("button", name="その後の状況を聞く").click()
    expect(page.get_by_text("吉田様にその後の状況をメールで問い合わせました")).to_be_visible()


def write(page: Page, site: str, kind: str, text: str) -> None:
    """What the section does with the link of the newest mail."""
    page.goto(mailed_link(site, SHIFTS.email))
    page.get_by_role("radio", name=kind).check()
    page.get_by_role("textbox", name="内容").fill(text)
    page.get_by_role("button", name="送信する").click()
    expect(page.get_by_text("担当者に送信しました。")).to_be_visible()


def last_mail(address: str) -> Delivery:
    """The newest mail to an address: here mails go no further than the outbox."""
    return Delivery.objects.filter(address=address).latest("pk")


def mailed_link(site: str, address: str) -> str:
    path = re.search(rf"{settings.SITE_URL}(/(?:receipts|ict)/\S+)", last_mail(address).body)[1]
    return f"{site}{path}"


def oldest_first(page: Page, region: str) -> list[str]:
    """Each entry of a timeline as one line."""
    entries = page.get_by_role("region", name=region).locator("ol > li").all_inner_texts()
    return [" ".join(text.split()) for text in reversed(entries)]
