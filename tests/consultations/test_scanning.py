"""The virus scanner (a real clamd with one signature): where there is one, nobody is given a file it has not passed.

Turned off, as it is unless CLAMD_URL says where clamd is, files are given out as they came.
"""

import time
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import tasks
from consultations.models import Attachment, Case
from office.stored import Scan
from tests.cast import signed_in
from tests.consultations.case_page import send
from tests.consultations.requester import fill_in, new_browser, shown, text
from tests.consultations.test_files import archive
from tests.factories import make_case
from tests.servers import wait_until
from tests.servers.clamd import EICAR, Clamd
from tests.servers.valkey import BlackHole
from tests.visitor import Visitor

CLEAN = b"a,b\r\n1,2\r\n"


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def scanned(settings, clamd: Clamd) -> Clamd:
    """An installation with a clamd."""
    settings.CLAMD_URL = urlsplit(clamd.url)
    return clamd


def answer_with(desk: Client, case: Case, content: bytes, name: str = "一覧.csv") -> Attachment:
    """A file that goes to the requester."""
    assert send(desk, case, "reply", text="添付します。", files=SimpleUploadedFile(name, content)).status_code == 302
    return Attachment.objects.latest("entry__pk")


def at_the_desk(desk: Client, file: Attachment):
    return desk.get(reverse("case_attachment", args=[file.case.number, file.pk]))


def at_the_receipt(file: Attachment):
    return new_browser().get(reverse("receipt_attachment", args=[file.case.token, file.pk]))


def content_of(response) -> bytes:
    return b"".join(response)


def state_of(file: Attachment) -> str:
    return Attachment.objects.get(pk=file.pk).scan


# --- with a scanner


def test_a_file_waits_and_is_given_out_once_nothing_was_found(desk, started_case, scanned):
    file = answer_with(desk, started_case, CLEAN)
    assert file.scan == Scan.WAITING
    for response in (at_the_desk(desk, file), at_the_receipt(file)):
        assert response.status_code == 403
        assert "no-store" in response["Cache-Control"]
        assert "Content-Disposition" not in response
        assert CLEAN not in response.content
    assert "「一覧.csv」は、ウイルスが検出されなければ開けるようになります。" in text(at_the_desk(desk, file))
    assert "This file is being scanned" in text(at_the_receipt(file))
    assert "ウイルス検査中" in text(desk.get(started_case.get_absolute_url()))
    assert "Being scanned" in text(new_browser().get(f"/receipts/{started_case.token}/"))

    assert tasks.scan_files() == 1
    assert state_of(file) == Scan.CLEAN
    assert content_of(at_the_desk(desk, file)) == CLEAN
    assert content_of(at_the_receipt(file)) == CLEAN
    assert "ウイルス検査中" not in text(desk.get(started_case.get_absolute_url()))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("請求書.txt", EICAR),
        ("請求書.zip", archive(**{"請求書.txt": EICAR})),
        ("請求書.docx", archive("word/document.xml", **{"word/a.txt": EICAR})),
    ],
    ids=["a text", "in a zip", "in a document"],
)
def test_an_infected_file_is_given_to_nobody_and_the_pair_is_told(desk, started_case, scanned, tanaka, name, content):
    message = {"kind": "answer", "text": "添付です。", "files": SimpleUploadedFile(name, content)}
    assert new_browser().post(f"/receipts/{started_case.token}/message/", message).status_code == 302
    assert tasks.scan_files() == 1
    file = Attachment.objects.get()
    assert file.scan == Scan.INFECTED
    for response in (at_the_desk(desk, file), at_the_receipt(file)):
        assert response.status_code == 403
        assert content not in response.content
    assert "ウイルスが検出されました" in text(at_the_desk(desk, file))
    assert "This file is infected" in text(at_the_receipt(file))
    page = text(desk.get(started_case.get_absolute_url()))
    assert f"ウイルスが検出されました {name}" in page
    assert "ウイルス検出" in page
    assert "Infected" in text(new_browser().get(f"/receipts/{started_case.token}/"))
    section = signed_in(tanaka).get(reverse("section_attachment", args=[started_case.number, file.pk]))
    assert section.status_code == 403
    assert tasks.scan_files() == 0


def test_a_file_of_the_form_is_scanned_as_the_cases(desk, kohoku, chiiki, pair, scanned):
    requester = new_browser()
    check = requester.get(fill_in(requester, files=[SimpleUploadedFile("一覧.csv", CLEAN)])["Location"])
    requester.post("/consult/check/", shown(check))
    file = Attachment.objects.get()
    assert at_the_desk(desk, file).status_code == 403
    assert tasks.scan_files() == 1
    assert content_of(at_the_desk(desk, file)) == CLEAN


def test_clamd_is_found_by_its_socket_too(desk, started_case, scanned, settings):
    settings.CLAMD_URL = urlsplit(scanned.socket_url)
    file = answer_with(desk, started_case, CLEAN)
    assert tasks.scan_files() == 1
    assert state_of(file) == Scan.CLEAN


# --- what can go wrong


def test_while_clamd_is_down_files_wait_and_then_they_come(desk, started_case, scanned):
    scanned.stop()
    files = [answer_with(desk, started_case, content) for content in (CLEAN, EICAR)]
    assert tasks.scan_files() == 0
    assert [state_of(file) for file in files] == [Scan.WAITING, Scan.WAITING]
    assert at_the_desk(desk, files[0]).status_code == 403
    scanned.start()
    assert tasks.scan_files() == 2
    assert [state_of(file) for file in files] == [Scan.CLEAN, Scan.INFECTED]


def test_a_clamd_that_hangs_lets_nothing_through_and_holds_nobody_up(desk, started_case, settings):
    with BlackHole() as hole:
        settings.CLAMD_URL = urlsplit(f"tcp://127.0.0.1:{hole.port}")
        began = time.monotonic()
        file = answer_with(desk, started_case, CLEAN)
        assert time.monotonic() - began < 3
        assert tasks.scan_files() == 0
        assert time.monotonic() - began < 15
    assert at_the_desk(desk, file).status_code == 403


def test_one_file_that_clamd_does_not_take_holds_up_no_other(desk, started_case, settings):
    with Clamd(StreamMaxLength="100K") as small:
        settings.CLAMD_URL = urlsplit(small.url)
        before = answer_with(desk, started_case, CLEAN)
        large = answer_with(desk, started_case, b"a,b\r\n" * 200_000)
        after = answer_with(desk, started_case, CLEAN)
        assert tasks.scan_files() == 2
    assert [state_of(file) for file in (before, large, after)] == [Scan.CLEAN, Scan.WAITING, Scan.CLEAN]
    assert at_the_desk(desk, large).status_code == 403


def test_a_file_that_is_gone_from_the_storage_holds_up_no_other(desk, started_case, scanned):
    gone, there = (answer_with(desk, started_case, CLEAN) for _ in range(2))
    gone.file.storage.delete(gone.file.name)
    assert tasks.scan_files() == 1
    assert [state_of(file) for file in (gone, there)] == [Scan.WAITING, Scan.CLEAN]


def test_two_do_not_scan_at_once(desk, started_case, scanned):
    file = answer_with(desk, started_case, CLEAN)
    cache.add("scanning", True)
    assert tasks.scan_files() == 0
    cache.delete("scanning")
    assert tasks.scan_files() == 1
    assert state_of(file) == Scan.CLEAN


# --- without a scanner, and when that changes


def test_without_a_scanner_files_are_given_out_as_they_came(desk, started_case):
    file = answer_with(desk, started_case, CLEAN)
    assert file.scan == Scan.NOT_ASKED
    assert content_of(at_the_desk(desk, file)) == CLEAN
    assert tasks.scan_files() == 0


def test_where_one_is_put_in_later_older_files_are_scanned_first(desk, started_case, clamd, settings):
    file = answer_with(desk, started_case, CLEAN)
    settings.CLAMD_URL = urlsplit(clamd.url)
    assert at_the_desk(desk, file).status_code == 403
    assert tasks.scan_files() == 1
    assert content_of(at_the_desk(desk, file)) == CLEAN


def test_where_it_is_taken_away_what_waits_is_given_out_but_nothing_infected(desk, started_case, scanned, settings):
    infected = answer_with(desk, started_case, EICAR)
    tasks.scan_files()
    waiting = answer_with(desk, started_case, CLEAN)
    settings.CLAMD_URL = None
    assert content_of(at_the_desk(desk, waiting)) == CLEAN
    assert at_the_desk(desk, infected).status_code == 403


def test_the_page_of_a_case_asks_no_more_for_it(desk, started_case, scanned):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(started_case.get_absolute_url())
        return len(asked)

    answer_with(desk, started_case, CLEAN)
    queries()
    before = queries()
    answer_with(desk, started_case, EICAR)
    tasks.scan_files()
    assert queries() == before


# --- with real processes


def test_a_worker_scans_as_soon_as_a_file_is_there(start_desk, clamd, kohoku, chiiki):
    """No beat runs: the kick after the commit does it."""
    case = make_case(kohoku, section=chiiki)
    site = start_desk("web", "worker", CLAMD_URL=clamd.url)
    requester = Visitor(site.url)
    receipt = requester.get(f"/receipts/{case.token}/")
    file = SimpleUploadedFile("請求書.txt", EICAR)
    sent = requester.upload(f"/receipts/{case.token}/message/", receipt, kind="answer", text="添付です。", files=file)
    assert sent.status == 200
    wait_until(lambda: Attachment.objects.filter(scan=Scan.INFECTED).exists(), "the file is found infected")
