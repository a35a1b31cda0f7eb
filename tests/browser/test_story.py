"""The desk's main job from end to end: six sections consult, the office is told, answers, waits, asks its meeting."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from consultations.models import Case
from consultations.states import Result, Status
from knowledge.models import Topic
from office import clock
from office.models import DepartmentKind, Rank, Role, User
from tests.browser.consultations import INTRANET, PICTURE, PROCEDURES, SHIFTS, SIX, SUBSIDY, SUCCESSOR, Consultation
from tests.browser.desk import act, consult, history, listed, open_case, printed, signed_in_by_form
from tests.factories import make_department, make_member, make_pair, make_section, make_user
from tests.servers import wait_until
from tests.servers.desk import Desk
from tests.servers.smtp import MailServer, Received

FOUR_WEEKS = timedelta(weeks=4)


@pytest.fixture
def office(transactional_db: None, topic: Topic) -> list[User]:
    """Everyone who is to be told of a new case; somebody who has left, and ICT operations, are there beside them.

    鈴木 and 佐藤 answer for the first three departments, 伊藤 and 高橋 for the others; 渡辺 leads the meeting.
    """
    suzuki = make_member("suzuki", "鈴木 一郎", rank=Rank.CHIEF)
    sato = make_member("sato", "佐藤 花子")
    ito = make_member("ito", "伊藤 健", rank=Rank.CHIEF)
    takahashi = make_member("takahashi", "高橋 翔")
    watanabe = make_member("watanabe", "渡辺 恵子", rank=Rank.CHIEF)
    manager = make_member("manager", "室長 太郎", on_team=False)
    make_member("former", "異動 済", is_active=False)
    make_user("ict", "運用 守", role=Role.ICT)
    for order, consultation in enumerate(SIX):
        kind = DepartmentKind.WARD if consultation.department.endswith("区") else DepartmentKind.BUREAU
        department = make_department(consultation.department, order=order, kind=kind)
        make_section(department, consultation.section)
        make_pair(department, *((suzuki, sato) if order < 3 else (ito, takahashi)))
    return [suzuki, sato, ito, takahashi, watanabe, manager]


def test_six_consultations(
    office: list[User],
    topic: Topic,
    start_desk: Callable[..., Desk],
    mail_server: MailServer,
    new_browser: Callable[[], Page],
    page: Page,
):
    """Web, worker and beat as real processes; the mails are read where they arrive."""
    site = start_desk(mail=mail_server.url).url
    suzuki, sato, ito, takahashi, watanabe, _manager = office

    # Six sections consult; everyone in the office hears of it, and each section has its receipt.
    number = {consultation: consult(new_browser(), site, consultation) for consultation in SIX}
    expected = Counter({**{member.email: len(SIX) for member in office}, **{each.email: 1 for each in SIX}})
    arrived(mail_server, expected)
    for consultation in SIX:
        [told] = mails(mail_server, suzuki.email, about=number[consultation])
        assert f"【DX相談・新規】{consultation.department}{consultation.section}／" in told.message["Subject"]
        [receipt] = mails(mail_server, consultation.email)
        assert f"【DX推進相談】受け付けました（{number[consultation]}）" in receipt.message["Subject"]
        assert f"{site}/receipts/" in receipt.text

    # Four are answered and closed, in one submit each.
    desk_of_suzuki = signed_in_by_form(page, site, suzuki)
    answer_and_close(desk_of_suzuki, PROCEDURES, number, "手引きの3ページに一覧があります。", "1 質問への回答")
    answer_and_close(desk_of_suzuki, PICTURE, number, "その使い方で大丈夫です。", "2 妥当性の確認")
    lesson = "見出しは三つまで。\n電話の多い順に並べる。"
    answer_and_close(desk_of_suzuki, INTRANET, number, "案を二つ作りました。", "3 代替案の提示", lesson)
    desk_of_ito = signed_in_by_form(new_browser(), site, ito)
    lesson = "AI-OCRとRPAの組合せで足りた。\n新しい仕組みはいらない。"
    answer_and_close(desk_of_ito, SUBSIDY, number, "庁内のAI-OCRとRPAをお使いいただけます。", "3 代替案の提示", lesson)
    answered = [PROCEDURES, PICTURE, INTRANET, SUBSIDY]
    arrived(mail_server, expected := expected + Counter(each.email for each in answered))
    for consultation in answered:
        assert "この回答をもって対応を終了しました。" in mails(mail_server, consultation.email)[-1].text

    # One waits: nothing nags until the day comes, then one asks, the section answers by its link, and it ends well.
    open_case(desk_of_ito, number[SHIFTS])
    act(desk_of_ito, "保留").click()
    desk_of_ito.get_by_role("textbox", name="待っている理由").fill("1園での試行の結果を待つ")
    desk_of_ito.get_by_role("button", name="この日まで保留にする").click()
    expect(desk_of_ito.get_by_text(f"{number[SHIFTS]}を保留にしました。")).to_be_visible()
    desk_of_ito.goto(f"{site}/desk/")
    expect(listed(desk_of_ito, "対応が必要な担当の案件", number[SHIFTS])).to_have_count(0)
    the_follow_up_day_comes()
    desk_of_ito.reload()
    expect(listed(desk_of_ito, "対応が必要な担当の案件", number[SHIFTS])).to_contain_text("要フォロー")
    open_case(desk_of_ito, number[SHIFTS])
    expect(desk_of_ito.get_by_role("textbox", name="回答")).to_be_visible()  # the form at hand
    desk_of_ito.get_by_role("textbox", name="回答").fill("その後の状況をお聞かせください。")
    desk_of_ito.get_by_role("button", name="吉田様に").click()
    expect(desk_of_ito.get_by_text("吉田様に回答しました。")).to_be_visible()
    arrived(mail_server, expected := expected + Counter([SHIFTS.email]))

    asked = mails(mail_server, SHIFTS.email)[-1].text
    assert "その後の状況をお聞かせください。" in asked
    yoshida = new_browser()
    yoshida.goto(re.search(rf"{site}/receipts/\S+", asked)[0])
    yoshida.get_by_role("radio", name="返信").check()
    yoshida.get_by_role("textbox", name="内容").fill("試行した園で、作成が二日から半日になりました。")
    yoshida.get_by_role("button", name="送信する").click()
    expect(yoshida.get_by_text("担当者に送信しました。")).to_be_visible()
    arrived(mail_server, expected := expected + Counter([ito.email, takahashi.email]))

    open_case(desk_of_ito, number[SHIFTS])
    expect(desk_of_ito.get_by_text("吉田様から連絡があり、まだ返信していません")).to_be_visible()
    act(desk_of_ito, "対応完了").click()
    desk_of_ito.get_by_role("button", name="対応完了にする").click()
    expect(desk_of_ito.get_by_text(f"{number[SHIFTS]}を対応完了にしました（未クローズ）。")).to_be_visible()
    act(desk_of_ito, "クローズ").click()
    desk_of_ito.get_by_role("combobox", name="結果").select_option("導入・本稼働")
    desk_of_ito.get_by_role("radio", name="3 代替案の提示").check()
    desk_of_ito.get_by_role("combobox", name="相談の種類").select_option(topic.name)
    desk_of_ito.get_by_role("textbox", name="得られた知見").fill("表計算の雛形で足りた。\n専用のツールは要らない。")
    desk_of_ito.get_by_role("button", name="クローズする").click()
    expect(desk_of_ito.get_by_text(f"{number[SHIFTS]}をクローズしました。")).to_be_visible()
    arrived(mail_server, expected := expected + Counter([SHIFTS.email]))
    yoshida.reload()
    expect(yoshida.get_by_text("対応を終了しました。")).to_be_visible()

    # One is asked about at the weekly meeting.
    open_case(desk_of_ito, number[SUCCESSOR])
    act(desk_of_ito, "定例会に相談").click()
    desk_of_ito.get_by_role("radio", name="解決策が思いつかない").check()
    desk_of_ito.get_by_role("textbox", name="意見がほしいこと").fill("解析できない言語の仕様を、どう起こせばよいか。")
    desk_of_ito.get_by_role("button", name="定例会に出す").click()
    expect(desk_of_ito.get_by_text("定例会待ち")).to_be_visible()

    meeting = signed_in_by_form(new_browser(), site, watanabe)
    meeting.get_by_role("link", name="週次定例会", exact=True).click()
    meeting.get_by_role("link", name="定例会を登録する").click()
    meeting.get_by_role("textbox", name="場所").fill("第3会議室")
    meeting.get_by_role("combobox", name="進行").select_option("渡辺 恵子")
    meeting.get_by_role("button", name="登録する").click()
    expect(meeting.get_by_role("article")).to_contain_text("解析できない言語の仕様を、どう起こせばよいか。")
    meeting.get_by_role("link", name="次第を印刷する").click()
    expect(meeting.get_by_role("heading", level=1)).to_have_text("DX推進相談 週次定例会 次第")
    check_agenda(printed(meeting), Case.objects.numbered(number[SUCCESSOR]).get())

    meeting.go_back()
    meeting.get_by_text("助言を記録する").click()
    meeting.get_by_role("textbox", name="助言・決定事項").fill("画面と帳票から業務を書き出し、仕様はそこから起こす。")
    meeting.get_by_role("button", name="記録する").click()
    expect(meeting.get_by_text(f"{number[SUCCESSOR]}に助言を記録しました。")).to_be_visible()
    open_case(desk_of_ito, number[SUCCESSOR])
    newest = history(desk_of_ito).first
    expect(newest).to_contain_text("定例会の助言")
    expect(newest).to_contain_text("画面と帳票から業務を書き出し、仕様はそこから起こす。")

    # What is left at the end of the week, and not a mail more than was due.
    assert sorted(Case.objects.open().values_list("status", flat=True)) == [Status.STARTED]
    assert Counter(Case.objects.exclude(closed_at=None).values_list("result", flat=True)) == {
        Result.ANSWERED: 4,
        Result.INTRODUCED: 1,
    }
    assert Counter(mail_server.recipients) == expected


def answer_and_close(
    page: Page, consultation: Consultation, number: dict[Consultation, str], text: str, level: str, lesson: str = ""
) -> None:
    """What is done most often: the form is at hand when the case is opened, and it is sent once."""
    open_case(page, number[consultation])
    page.get_by_role("textbox", name="回答").fill(text)
    page.get_by_role("radio", name=level).check()
    page.get_by_role("combobox", name="相談の種類").select_option("手続案内")
    if lesson:
        page.get_by_role("textbox", name="得られた知見").fill(lesson)
    page.get_by_role("button", name=f"{consultation.family_name}様に送信してクローズ").click()
    done = f"{consultation.family_name}様に回答し、{number[consultation]}をクローズしました。"
    expect(page.get_by_text(done)).to_be_visible()


def the_follow_up_day_comes() -> None:
    """Weeks go by: nobody can set the clock of another process, so what is written down moves back instead."""
    for case in Case.objects.filter(status=Status.ON_HOLD):
        by = case.follow_up_on - clock.today()
        assert by >= FOUR_WEEKS
        Case.objects.filter(pk=case.pk).update(
            received_at=case.received_at - by, last_entry_at=case.last_entry_at - by, follow_up_on=clock.today()
        )


def mails(server: MailServer, address: str, *, about: str = "") -> list[Received]:
    """The mails that arrived for an address, the oldest first; `about`: with this in the subject."""
    return [mail for mail in server.received if address in mail.recipients and about in mail.message["Subject"]]


def arrived(server: MailServer, expected: Counter[str]) -> None:
    """Wait until as many mails are there, and see that they went to whom they should."""
    wait_until(lambda: len(server.recipients) >= expected.total(), f"{expected.total()} mails", within=60)
    assert Counter(server.recipients) == expected


def check_agenda(sheets: list[str], case: Case) -> None:
    """One case is open, and one question asked about it."""
    for place, sheet in enumerate(sheets, start=1):
        assert f"{place}/{len(sheets)}" in sheet
    text = "".join(sheets)
    table, question = text.split("3.相談したい案件(1件)")
    assert "2.未クローズの案件(1件" in table
    assert f"{case.number}{case.title[:10]}" in table  # what does not fit into the line is cut
    assert "道路局維持課" in table
    assert f"1.{case.title}" in question
    assert f"受付番号{case.number}" in question
    assert "意見がほしいこと(解決策が思いつかない)解析できない言語の仕様を、どう起こせばよいか。" in question
    assert "議論・決定事項" in question
    assert "渡辺" in text
    assert "第3会議室" in text
    assert not re.search("小野寺|森|長谷川|大野|吉田", text)  # closed: neither in the table nor among the questions
