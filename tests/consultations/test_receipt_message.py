"""The requester writes by the link of the receipt: thanks, a reply, or the question anew."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consultations import actions
from consultations.models import Attachment, Case, Entry, EntryKind
from consultations.states import Status
from office.stored import StoredFile
from outbox.models import Delivery
from tests.consultations.requester import new_browser, shown, text
from tests.factories import make_case


@pytest.fixture
def requester() -> Client:
    return new_browser()


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def write(requester: Client, case: Case, **message):
    """Open the receipt, write a message, send it."""
    fields = shown(requester.get(f"/receipts/{case.token}/"), "text")
    return requester.post(f"/receipts/{case.token}/message/", {**fields, **message})


def test_it_stands_on_both_pages_and_the_pair_is_told_at_once(requester, started_case, desk, suzuki, sato):
    answer = write(requester, started_case, kind="answer", text="対象は12人です。\r\n以上です。")
    assert answer["Location"] == f"/receipts/{started_case.token}/"
    page = text(requester.get(answer["Location"]))
    assert "Your message has been sent to the pair in charge." in page
    assert "Your reply 田中 実 (requester)" in page
    assert "対象は12人です。" in page
    assert "対象は12人です。" in text(desk.get(started_case.get_absolute_url()))
    entry = Entry.objects.get(kind=EntryKind.ANSWER)
    assert entry.text == "対象は12人です。\n以上です。"
    told = Delivery.objects.filter(key=f"case:{started_case.pk}:message:{entry.pk}").values_list("address", flat=True)
    assert set(told) == {suzuki.email, sato.email}


@pytest.mark.parametrize(
    ("kind", "waits", "status"),
    [("thanks", False, Status.COMPLETED), ("answer", True, Status.COMPLETED), ("asked_again", True, Status.STARTED)],
)
def test_only_asking_again_reopens_a_closed_case(requester, closed_case, kind, waits, status):
    write(requester, closed_case, kind=kind, text="ありがとうございました。")
    case = Case.objects.get(pk=closed_case.pk)
    assert case.status == status
    assert case.is_open == (kind == "asked_again")
    assert bool(case.unanswered_since) == waits


def test_the_page_says_that_an_answer_comes(requester, started_case):
    write(requester, started_case, kind="answer", text="追加です")
    page = text(requester.get(f"/receipts/{started_case.token}/"))
    assert "Your message has arrived. 鈴木 (Chief) and 佐藤 will answer it." in page


def test_a_second_click_makes_no_second_message(requester, started_case):
    fields = shown(requester.get(f"/receipts/{started_case.token}/"), "text")
    for _ in range(3):
        answer = requester.post(
            f"/receipts/{started_case.token}/message/", {**fields, "kind": "answer", "text": "一度だけ"}
        )
        assert answer.status_code == 302
    assert Entry.objects.filter(kind=EntryKind.ANSWER).count() == 1


def test_another_message_from_the_same_page_is_another_message(requester, started_case):
    fields = shown(requester.get(f"/receipts/{started_case.token}/"), "text")
    for words in ("一つ目", "二つ目"):
        requester.post(f"/receipts/{started_case.token}/message/", {**fields, "kind": "answer", "text": words})
    assert Entry.objects.filter(kind=EntryKind.ANSWER).count() == 2


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"text": "種類なし"}, "Choose what your message is."),
        ({"kind": "answer", "text": " "}, "Write your message."),
        ({"kind": "closed", "text": "勝手に"}, "Choose what your message is from the three"),
        ({"kind": "\x00", "text": "x"}, "Choose what your message is from the three"),
        ({"kind": "answer", "text": "あ" * 10_001}, "It has 10001 characters. Shorten it to 10000."),
        ({"kind": "answer", "text": "前\x00後"}, "There are characters in it that cannot be stored."),
    ],
    ids=range(6),
)
def test_it_says_what_is_wrong_and_keeps_what_was_written(requester, started_case, message, why):
    page = write(requester, started_case, **message)
    assert page.status_code == 422
    assert why in text(page)
    assert page.content.decode().split("<title>")[1].strip().startswith("Error: ")
    if "あ" not in message["text"]:
        assert shown(page, "text")["text"][0].strip() == message["text"].strip()
    assert Entry.objects.filter(kind__in=["answer", "closed"]).count() == 0


def test_the_address_of_a_refused_message_leads_back_to_the_receipt(requester, started_case):
    """The language switch, for one, opens it anew."""
    assert requester.get(f"/receipts/{started_case.token}/message/")["Location"] == f"/receipts/{started_case.token}/"


def test_a_message_by_a_link_that_no_longer_works_is_given_back(requester, started_case, suzuki):
    fields = shown(requester.get(f"/receipts/{started_case.token}/"), "text")
    actions.correct_contact(case=started_case, by=suzuki, name="後任", email="next@kohoku.example.jp")
    old = f"/receipts/{started_case.token}/message/"
    page = requester.post(old, {**fields, "kind": "answer", "text": "<b>書いていた途中</b>"})
    assert page.status_code == 404
    assert "Your message was not sent" in text(page)
    assert "&lt;b&gt;書いていた途中" in page.content.decode()
    assert Entry.objects.filter(kind=EntryKind.ANSWER).count() == 0


def test_too_many_messages_have_to_wait(requester, started_case, settings):
    settings.ACCOUNT_RATE_LIMITS = {"receipt_message": "1/h/ip"}
    write(requester, started_case, kind="answer", text="一つ目")
    page = write(requester, started_case, kind="answer", text="二つ目")
    assert page.status_code == 429
    assert shown(page, "text")["text"] == ["二つ目"]


# --- files


def test_files_come_along_and_are_given_out_again(requester, started_case, desk):
    sent = SimpleUploadedFile("追加資料（4月）.csv", b"a,b")
    write(requester, started_case, kind="answer", text="送ります", files=[sent])
    page = requester.get(f"/receipts/{started_case.token}/")
    attachment = Attachment.objects.get()
    url = f"/receipts/{started_case.token}/files/{attachment.pk}/"
    assert url in page.content.decode()
    download = requester.get(url)
    assert b"".join(download) == b"a,b"
    assert download["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%BF%BD")
    assert download["Content-Security-Policy"] == "sandbox"
    assert "追加資料（4月）.csv" in text(desk.get(started_case.get_absolute_url()))


def test_a_bad_file_sends_nothing(requester, started_case, shelf):
    bad = SimpleUploadedFile("集計.exe", b"MZ\0")
    page = write(requester, started_case, kind="answer", text="送ります", files=[bad])
    assert page.status_code == 422
    assert "“集計.exe” is a program" in text(page)
    assert shown(page, "text")["text"] == ["送ります"]
    assert not any(path.is_file() for path in shelf.rglob("*"))


def attach(case: Case, action, by) -> StoredFile:
    entry = action(case=case, by=by, text="x", files=[Attachment(file="ab/none", name="x.csv", size=1)])
    return entry.attachments.get()


def test_a_file_of_an_internal_note_is_not_found(requester, started_case, suzuki):
    inside = attach(started_case, actions.add_note, suzuki)
    assert requester.get(f"/receipts/{started_case.token}/files/{inside.pk}/").status_code == 404


def test_a_file_of_another_case_is_not_found(requester, started_case, kohoku, suzuki):
    other = attach(make_case(kohoku), actions.reply, suzuki)
    assert requester.get(f"/receipts/{started_case.token}/files/{other.pk}/").status_code == 404


def test_a_file_is_not_found_without_the_right_link(requester, started_case, suzuki):
    file = attach(started_case, actions.reply, suzuki)
    assert requester.get(f"/receipts/{started_case.token[:-4]}AAAA/files/{file.pk}/").status_code == 404
