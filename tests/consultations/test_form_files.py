"""Files are kept with the draft at once, through errors and the check, until they belong to the case."""

import os
import stat
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consultations import actions
from consultations.models import Attachment, Case, Intake
from consultations.models.intake import KEPT_FOR
from office import clock
from office.models import Department, Pair, Section
from tests.consultations.requester import fill_in, new_browser, shown, text
from tests.consultations.test_files import archive


@pytest.fixture
def requester(kohoku: Department, chiiki: Section, pair: Pair) -> Client:
    return new_browser()


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def stored(shelf: Path) -> int:
    return sum(path.is_file() for path in shelf.rglob("*"))


def file(name: str = "一覧.csv", content: bytes = b"a,b\r\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def names() -> list[str]:
    return [file.name for file in Intake.objects.get().files.all()]


def test_they_are_kept_although_another_answer_is_wrong(requester):
    page = fill_in(requester, email="", files=[file("地図.png", b"\x89PNG\r\n\x1a\n"), file()])
    assert page.status_code == 422
    assert names() == ["一覧.csv", "地図.png"]
    assert "Attached already 一覧.csv" in text(page)
    page = requester.post("/consult/", {**shown(page), "email": "tanaka@x.example.jp"})
    assert page.status_code == 302
    assert names() == ["一覧.csv", "地図.png"]


def test_a_good_file_is_kept_beside_a_bad_one(requester, shelf):
    page = fill_in(requester, files=[file("良.csv"), file("悪.exe", b"MZ\0\0")])
    assert page.status_code == 422
    assert "“悪.exe” is a program" in text(page)
    assert names() == ["良.csv"]
    assert stored(shelf) == 1


def test_they_can_be_taken_out_again(requester, shelf, django_capture_on_commit_callbacks):
    page = fill_in(requester, email="", files=[file("一.csv"), file("二.csv")])
    one, _two = Intake.objects.get().files.all()
    with django_capture_on_commit_callbacks(execute=True):
        page = requester.post("/consult/", {**shown(page), "drop": [one.pk]})
    assert names() == ["二.csv"]
    assert "一.csv" not in text(page)
    assert stored(shelf) == 1


def test_nobody_can_take_out_what_is_not_theirs(requester):
    fill_in(requester, email="", files=[file()])
    theirs = Intake.objects.get().files.get()
    stranger = new_browser()
    fill_in(stranger, email="", drop=[theirs.pk, "nonsense", "\x00"])
    assert Intake.objects.get(files=theirs)


def test_one_of_the_same_name_takes_the_place_of_the_old(requester, shelf, django_capture_on_commit_callbacks):
    page = fill_in(requester, email="", files=[file("一覧.csv", b"old")])
    with django_capture_on_commit_callbacks(execute=True):
        requester.post("/consult/", {**shown(page), "files": [file("一覧.csv", b"new!")]})
    [kept] = Intake.objects.get().files.all()
    assert kept.file.read() == b"new!"
    kept.file.close()
    assert stored(shelf) == 1


def test_there_can_be_five_in_all(requester):
    page = fill_in(requester, email="", files=[file(f"{n}.csv") for n in (1, 2, 3)])
    page = requester.post("/consult/", {**shown(page), "files": [file(f"{n}.csv") for n in (4, 5, 6)]})
    assert page.status_code == 422
    assert "“6.csv” is too many: 5 files" in text(page)
    assert names() == ["1.csv", "2.csv", "3.csv", "4.csv", "5.csv"]


def test_room_that_is_made_can_be_used_at_once(requester):
    page = fill_in(requester, email="", files=[file(f"{n}.csv") for n in range(1, 6)])
    out = Intake.objects.get().files.get(name="1.csv").pk
    page = requester.post("/consult/", {**shown(page), "drop": [out], "files": [file("6.csv")]})
    assert names() == ["2.csv", "3.csv", "4.csv", "5.csv", "6.csv"]


def test_they_go_into_the_case_and_stay_readable(requester, shelf):
    check = requester.get(fill_in(requester, files=[file("一覧.csv", b"whole")])["Location"])
    assert "一覧.csv (5 bytes)" in text(check)
    requester.post("/consult/check/", shown(check))
    attachment = Attachment.objects.get()
    assert (attachment.name, attachment.size, attachment.has_macros) == ("一覧.csv", 5, False)
    with clock.at(clock.now() + KEPT_FOR):
        assert actions.forget_intakes() == 1
    assert attachment.file.read() == b"whole"
    attachment.file.close()
    assert stored(shelf) == 1


def test_a_large_one_arrives_whole(requester):
    """Above 2.5 MB the web server keeps it in a file of its own until it is stored."""
    content = archive("[Content_Types].xml", "xl/workbook.xml", **{"xl/media/image1.png": os.urandom(4 * 1024**2)})
    fill_in(requester, email="", files=[file("一覧.xlsx", content)])
    [kept] = Intake.objects.get().files.all()
    assert kept.file.read() == content
    kept.file.close()
    assert stat.S_IMODE(os.stat(kept.file.path).st_mode) == 0o600


def test_a_draft_kept_by_the_script_does_not_lose_them(requester):
    page = fill_in(requester, email="", files=[file()])
    requester.post("/consult/draft/", {**shown(page), "problem": "もう少し"})
    assert names() == ["一覧.csv"]


def test_a_forgotten_draft_takes_its_files_along(requester, shelf):
    fill_in(requester, email="", files=[file()])
    with clock.at(clock.now() + KEPT_FOR):
        assert actions.forget_intakes() == 1
    assert stored(shelf) == 0


def test_erasing_takes_the_files_along(requester, shelf, django_capture_on_commit_callbacks):
    page = fill_in(requester, email="", files=[file()])
    with django_capture_on_commit_callbacks(execute=True):
        requester.post("/consult/discard/", shown(page))
    assert stored(shelf) == 0


def test_the_case_page_shows_the_name_as_it_was(requester, desk):
    name = "令和８年度 勤務シフト表（4月）😀 " + "長" * 200 + ".csv"
    check = requester.get(fill_in(requester, files=[file(name)])["Location"])
    requester.post("/consult/check/", shown(check))
    assert Attachment.objects.get().name == name
    assert name in desk.get(Case.objects.get().get_absolute_url()).content.decode()


def test_a_file_with_macros_is_taken_and_marked(requester):
    page = fill_in(requester, email="", files=[file("集計.xlsm", archive("[Content_Types].xml", "xl/workbook.xml"))])
    assert "集計.xlsm" in text(page)
    assert "Contains macros" in text(page)
