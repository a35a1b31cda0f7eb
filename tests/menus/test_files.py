"""The files that go with a menu: kept by the leads, for everybody to take."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consultations import scanning
from menus.actions import ActionRefused, add_files, take_down
from menus.models import MenuFile
from office import clock, files
from office.stored import Scan
from tests.cast import signed_in
from tests.consultations.requester import text
from tests.factories import make_menu
from tests.servers.clamd import Clamd


@pytest.fixture(autouse=True)
def storage(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def menu(db):
    return make_menu("open_innovation", "YOKOHAMA Hack!")


@pytest.fixture
def lead(suzuki) -> Client:
    return signed_in(suzuki)


def upload(name: str = "課題シート.txt", content: bytes = "誰が困っているか".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def page(menu) -> str:
    return reverse("keeping_menus_files", args=[menu.pk])


@pytest.fixture
def sheet(lead, menu) -> MenuFile:
    assert lead.post(page(menu), {"files": [upload()]}).status_code == 302
    return menu.files.get()


def test_a_double_click_adds_them_once(lead, menu):
    once = lead.get(page(menu)).context["once"]
    for _click in range(2):
        response = lead.post(page(menu), {"files": [upload()], "once": once})
        assert response.status_code == 302
    assert menu.files.count() == 1
    lead.post(page(menu), {"files": [upload("別の紙.txt")], "once": once})
    assert menu.files.count() == 2


def test_a_lead_adds_files_and_everybody_takes_them(lead, client, menu, sheet, suzuki):
    assert (sheet.name, sheet.added_by) == ("課題シート.txt", suzuki)
    assert "課題シート.txt" in text(lead.get(page(menu)))
    public = client.get(reverse("catalogue_menu", args=[menu.key])).content.decode()
    assert f'href="{sheet.href}"' in public
    response = client.get(sheet.href)
    assert b"".join(response) == "誰が困っているか".encode()
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"


def test_they_lie_under_a_name_of_our_own(sheet, storage):
    assert sheet.file.name.count("/") == 1
    assert "課題" not in sheet.file.name
    assert (storage / sheet.file.name).exists()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("手引き.exe", b"MZ", "実行"),
        ("手引き.pdf", b"no pdf", "拡張子"),
        ("空.txt", b"", "0バイト"),
    ],
)
def test_what_no_case_takes_no_menu_takes(lead, menu, name, content, why):
    response = lead.post(page(menu), {"files": [upload(name, content)]})
    assert response.status_code == 422
    assert why in text(response)
    assert not MenuFile.objects.exists()


def test_it_asks_for_files_where_none_was_chosen(lead, menu):
    response = lead.post(page(menu), {})
    assert response.status_code == 422
    assert "ファイルを選んでください。" in text(response)


def test_a_file_out_of_date_is_taken_down_and_stays_on_record(lead, client, menu, sheet, suzuki):
    lead.post(reverse("keeping_menus_take_down", args=[menu.pk, sheet.pk]))
    sheet.refresh_from_db()
    assert sheet.taken_down_by == suzuki
    assert client.get(sheet.href).status_code == 404
    assert sheet.name not in text(client.get(reverse("catalogue_menu", args=[menu.key])))
    assert default_storage.exists(sheet.file.name)
    with pytest.raises(ActionRefused, match="すでに公開を終えています"):
        take_down(file=sheet, by=suzuki)
    again = lead.post(reverse("keeping_menus_take_down", args=[menu.pk, sheet.pk]), follow=True)
    assert "すでに公開を終えています" in text(again)


def test_a_file_that_a_row_names_is_no_orphan(sheet):
    with clock.at(clock.now() + timedelta(days=9)):
        assert files.forget_orphans([sheet.file.name[:2]]) == 0
    assert default_storage.exists(sheet.file.name)


def test_the_scanner_looks_at_them_too(clamd: Clamd, settings, lead, client, menu):
    settings.CLAMD_URL = urlsplit(clamd.url)
    lead.post(page(menu), {"files": [upload()]})
    sheet = menu.files.get()
    assert sheet.scan == Scan.WAITING
    assert client.get(sheet.href).status_code == 403
    assert scanning.scan_waiting(within=timedelta(seconds=20)) == 1
    sheet.refresh_from_db()
    assert sheet.scan == Scan.CLEAN
    assert b"".join(client.get(sheet.href)) == "誰が困っているか".encode()


def test_it_asks_as_often_for_many_files_as_for_one(lead, client, menu, suzuki, django_assert_num_queries):
    def add(number: int) -> None:
        rows = [MenuFile(file=f"aa/{place}", name=f"様式{place}.csv", size=1) for place in range(number)]
        add_files(menu=menu, by=suzuki, files=rows)

    add(1)
    with django_assert_num_queries(4):
        lead.get(page(menu))
    with django_assert_num_queries(2):
        client.get(reverse("catalogue_menu", args=[menu.key]))
    add(9)
    with django_assert_num_queries(4):
        lead.get(page(menu))
    with django_assert_num_queries(2):
        client.get(reverse("catalogue_menu", args=[menu.key]))
