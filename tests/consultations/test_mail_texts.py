"""What each mail says: first lines who, what, which pair, link; a footer; nothing that ought to stay inside."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from consultations import actions
from consultations.models import Attachment, Case, EntryKind
from consultations.models.entry import Requester
from consultations.states import Result
from office import clock
from outbox.models import Delivery
from tests.factories import make_case, make_pair

TUESDAY = datetime(2026, 11, 24, 10, 5, tzinfo=ZoneInfo("Asia/Tokyo"))
TROUBLE = "お世話になっております。\nシフト表の <作成> & \"確認\"に、\n\n毎月3日かかる。'困る'。"


@pytest.fixture
def case(kohoku, chiiki, pair, ito) -> Case:
    with clock.at(TUESDAY):
        return make_case(
            kohoku,
            section=chiiki,
            problem=TROUBLE,
            wants=["procedure", "together"],
            expectation="例を知りたい",
            folder=r"\\fs01\x",
            phone="内線 2345",
            cc=["a@x.example.jp"],
            files=[Attachment(file="ab/none", name="一覧.csv", size=2048)],
        )


def mail(case: Case | None, event: str, to: str) -> Delivery:
    about = case.label if case else ""
    return Delivery.objects.about(about).filter(key__contains=event, address=to).latest("pk")


def first_lines(delivery: Delivery) -> str:
    return "\n".join(delivery.body.split("\n")[:9])


def test_a_new_case_goes_to_the_office_with_the_whole_text(case, ito):
    told = mail(case, "received", ito.email)
    assert told.subject == f"【DX相談・新規】港北区地域振興課／{case.title}（{case.number}）"
    top = first_lines(told)
    for words in ("田中 実", "港北区地域振興課", case.title, "鈴木係長・佐藤", case.desk_url):
        assert words in top
    for words in (
        TROUBLE,
        "例を知りたい",
        "手続を知りたい",
        "一覧.csv",
        r"\\fs01\x",
        "内線 2345",
        case.email,
        "令和8年11月24日（火）10:05",
    ):
        assert words in told.body
    assert "令和8年11月27日（金）" in told.body
    assert case.receipt_url not in told.body


def test_the_receipt_goes_to_the_requester_and_the_copies(case):
    for address in (case.email, "a@x.example.jp"):
        told = mail(case, "received", address)
        assert told.subject == f"【DX推進相談】受け付けました（{case.number}）"
        top = first_lines(told)
        for words in ("田中 実", case.number, "鈴木係長・佐藤", "令和8年11月27日（金）"):
            assert words in top
        assert case.receipt_url in told.body
        assert TROUBLE in told.body
        assert case.desk_url not in told.body


def test_an_answer_brings_the_text_the_files_and_the_link(case, suzuki):
    file = Attachment(file="ab/none", name="手引き.pdf", size=1)
    actions.reply(case=case, by=suzuki, text="手引きの <3> ページ\nをどうぞ", files=[file])
    told = mail(case, "reply", case.email)
    assert told.subject == f"【DX推進相談】回答：{case.title}（{case.number}）"
    for words in ("鈴木 一郎", "手引きの <3> ページ\nをどうぞ", "手引き.pdf", case.receipt_url, "鈴木係長・佐藤"):
        assert words in told.body
    assert "終了しました" not in told.body


def test_an_answer_that_closes_says_so(case, suzuki, procedures):
    actions.answer_and_close(case=case, by=suzuki, text="どうぞ", level=1, topic=procedures)
    assert "この回答をもって対応を終了しました" in mail(case, "reply", case.email).body


def test_closing_says_how_to_come_back_and_keeps_the_lesson_inside(case, suzuki, procedures):
    actions.close(case=case, by=suzuki, result=Result.ADVISED, level=3, topic=procedures, lesson="内輪の教訓")
    told = mail(case, "closed", case.email)
    assert case.title in told.body
    assert case.receipt_url in told.body
    assert "再開できます" in told.body
    assert "内輪の教訓" not in told.body


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (EntryKind.THANKS, "お返事は不要"),
        (EntryKind.ANSWER, "お返事をお願いします"),
        (EntryKind.ASKED_AGAIN, "再開しました"),
    ],
)
def test_a_message_of_the_requester_goes_to_the_pair(case, suzuki, kind, words):
    actions.receive_message(case=case, by=Requester(case), kind=kind, text="12人です。")
    told = mail(case, "message", suzuki.email)
    assert case.number in told.subject
    for expected in ("田中 実", case.number, case.desk_url, "12人です。", words):
        assert expected in told.body


def test_a_case_that_changes_hands_tells_the_new_pair(case, asahi, ito, administrator, suzuki):
    pair = make_pair(asahi, ito, None)
    case = actions.assign_pair(case=case, by=suzuki, pair=pair)
    told = mail(case, "pair", ito.email)
    for words in (case.number, case.desk_url, TROUBLE, "未着手", "伊藤"):
        assert words in told.body


def test_a_new_contact_gets_the_new_link_and_hears_of_no_internal_file(case, suzuki):
    inside = Attachment(file="ab/none", name="内部検討.xlsx", size=1)
    actions.add_note(case=case, by=suzuki, text="内部の話", files=[inside])
    old = case.receipt_url
    case = actions.correct_contact(case=case, by=suzuki, name="後任 花子", email="next@kohoku.example.jp")
    told = mail(case, "contact", "next@kohoku.example.jp")
    for words in ("後任 花子", case.receipt_url, TROUBLE, "一覧.csv"):
        assert words in told.body
    for words in (old, "内部検討.xlsx", "内部の話"):
        assert words not in told.body


def test_the_link_to_the_form_says_who_sends_it(suzuki, kohoku):
    actions.request_form(by=suzuki, email="tanaka@kohoku.example.jp", department=kohoku)
    told = mail(None, "form-link", "tanaka@kohoku.example.jp")
    for words in ("鈴木 一郎", "内線 2101", f"{settings.SITE_URL}/consult/?department=kohoku"):
        assert words in told.body


def every_mail(case: Case, suzuki, procedures) -> list[Delivery]:
    """One of each kind, about this case."""
    actions.reply(case=case, by=suzuki, text="秘密の回答")
    actions.receive_message(case=case, by=Requester(case), kind=EntryKind.ANSWER, text="秘密の連絡")
    case = actions.correct_contact(case=case, by=suzuki, name="後任", email="next@kohoku.example.jp")
    case = actions.correct_origin(case=case, by=suzuki, department=case.department, other_section="総務課")
    actions.close(case=case, by=suzuki, result=Result.ANSWERED, level=1, topic=procedures)
    return list(Delivery.objects.about(case.label))


def test_every_mail_ends_with_office_and_form(case, suzuki, procedures):
    for told in every_mail(case, suzuki, procedures):
        foot = "\n".join(told.body.split("\n")[-6:])
        assert "デジタル・デザイン室" in foot
        assert settings.OFFICE_EMAIL in foot
        assert f"{settings.SITE_URL}/consult/" in foot


def test_no_mail_holds_markup_or_gaps(case, suzuki, procedures):
    for told in every_mail(case, suzuki, procedures):
        for sign in ("&lt;", "&amp;", "&quot;", "&#", "{{", "{%", "\n\n\n", "None"):
            assert sign not in told.body
        assert told.body == told.body.strip() + "\n"


def test_a_case_to_be_handled_with_care_shows_no_text(kohoku, chiiki, pair, suzuki, procedures):
    file = Attachment(file="ab/none", name="秘密の資料.pdf", size=1)
    case = make_case(
        kohoku,
        section=chiiki,
        problem="秘密の相談",
        expectation="秘密の期待",
        folder="秘密の場所",
        sensitive=True,
        files=[file],
    )
    mails = every_mail(case, suzuki, procedures)
    actions.assign_pair(case=case, by=suzuki, pair=make_pair(chiiki.department, suzuki, None, TUESDAY.date()))
    for told in [*mails, mail(case, "pair", suzuki.email)]:
        assert "秘密" not in told.subject + told.body
        assert case.number in told.subject + told.body


def test_they_are_in_japanese_whatever_the_page_is_in(client, kohoku, chiiki, pair, suzuki):
    client.cookies["language"] = "en"
    case = make_case(kohoku)
    client.post(f"/receipts/{case.token}/message/", {"kind": "answer", "text": "12人です。"})
    told = mail(case, "message", suzuki.email)
    assert "ご連絡がありました" in told.body


def test_a_promise_skips_weekends_and_holidays(kohoku):
    friday = datetime(2026, 12, 25, 17, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    with clock.at(friday):
        case = make_case(kohoku)
    assert "令和9年1月5日（火）" in mail(case, "received", case.email).body
