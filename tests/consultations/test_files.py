"""What may be handed in, how it is kept, and how it is given out again."""

import http.client
import io
import os
import uuid
import zipfile
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings as site
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations import actions, tasks
from consultations.models import Attachment, Case
from consultations.models.entry import EntryKind, Requester
from office import clock, files
from office.actions import ActionRefused
from tests.cast import signed_in
from tests.consultations.requester import fill_in, new_browser


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


# Not the bytes: a zip holds the time it was made, and names of tests must be the same in every process.
named = {"ids": lambda value: value if isinstance(value, str) else "content"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
MB = 1024 * 1024


def archive(*names: str, **members: bytes) -> bytes:
    """A zip of members; those that are only named hold a few bytes of XML."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in {**dict.fromkeys(names, b"<xml/>"), **members}.items():
            into.writestr(name, content)
    return packed.getvalue()


def commented(packed: bytes) -> bytes:
    """The same zip with a comment at its end."""
    comment = b"x" * 300
    return packed[:-2] + len(comment).to_bytes(2, "little") + comment


def container(*streams: str) -> bytes:
    return OLE + b"\0" * 504 + b"".join(name.encode("utf-16-le") + b"\0" * 64 for name in ("Root Entry", *streams))


def sorted_out(name: str, content: bytes) -> tuple[list[files.Upload], list[str]]:
    return files.sort_out([SimpleUploadedFile(name, content)], most=5)


WORD = archive("[Content_Types].xml", "word/document.xml")
EXCEL = archive("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("報告書.docx", WORD),
        ("一覧.xlsx", EXCEL),
        ("説明.pptx", archive("[Content_Types].xml", "ppt/presentation.xml")),
        ("説明.odt", archive("mimetype", "content.xml")),
        ("パスワード付き.xlsx", container("EncryptionInfo", "EncryptedPackage")),
        ("旧式.doc", container("WordDocument")),
        ("旧式.xls", container("Workbook")),
        ("95年.xls", container("Book")),
        ("旧式.ppt", container("PowerPoint Document")),
        ("メール.msg", container("__properties_version1.0")),
        ("一太郎.jtd", container("DocumentText")),
        ("仕様.pdf", b"%PDF-1.7\n"),
        ("添付付き.pdf", b"%PDF-1.7\nstream\n" + archive("資料.txt") + b"\nendstream\n%%EOF\n"),
        ("印刷物.pdf", b"\xef\xbb\xbf\n%PDF-1.4\n"),
        ("画面.png", PNG),
        ("画面.PNG", PNG),
        ("写真.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
        ("写真.jpeg", b"\xff\xd8\xff\xe1"),
        ("動く.gif", b"GIF89a"),
        ("写真.webp", b"RIFF\x10\0\0\0WEBPVP8 "),
        ("画面.bmp", b"BM\x10\0\0\0\0\0\0\0"),
        ("スキャン.tif", b"II*\0"),
        ("スキャン.tiff", b"MM\0*"),
        ("写真.heic", b"\0\0\0\x18ftypheic"),
        ("回覧.xdw", b"\x60\x0e\x82\x01\x07\x80\x01\x00"),
        ("回覧.xbd", b"\x60\x0e\x82\x01\x0a\x80\x01\x00"),
        ("文書.rtf", rb"{\rtf1\ansi"),
        ("転送.eml", b"From: tanaka@kohoku.example.jp\r\nSubject: x\r\n"),
        ("メモ.txt", "絵文字😀も".encode()),
        ("MZ世代.txt", "MZ世代の意識".encode()),
        ("メモ.txt", "改行\r\nのある".encode("cp932")),
        ("メモ.txt", "ＢＯＭ付き".encode("utf-8-sig")),
        ("メモ.txt", "ユニコード".encode("utf-16")),
        ("一覧.csv", "氏名,内線\r\n髙橋,2101\r\n".encode("cp932")),
        ("まとめ.zip", archive("資料/一覧.csv", "資料/地図.png")),
        ("ページ一式.zip", archive("index.html", "script.js")),
        ("見積.v2.最終.pdf", b"%PDF-1.7\n"),
        ("説明 (1)　修正版😀.pdf", b"%PDF-1.7\n"),
    ],
    **named,
)
def test_it_takes_what_an_office_works_with(name, content):
    accepted, refusals = sorted_out(name, content)
    assert refusals == []
    assert [(upload.name, upload.has_macros) for upload in accepted] == [(name, False)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("集計.xlsm", EXCEL),
        ("集計.xlsb", EXCEL),
        ("差込.docm", WORD),
        ("名前では分からない.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("表計算.ods", archive("mimetype", "Basic/Standard/Module1.xml")),
        ("旧式.xls", container("Workbook", "_VBA_PROJECT_CUR", "_VBA_PROJECT")),
        ("まとめ.zip", archive("集計.xlsm")),
        ("パスワード付き.xlsm", container("EncryptedPackage")),
    ],
    **named,
)
def test_it_takes_files_with_macros_and_marks_them(name, content):
    accepted, refusals = sorted_out(name, content)
    assert refusals == []
    assert accepted[0].has_macros


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("請求書.exe", b"MZ\x90\0", "is a program"),
        ("請求書.pdf.exe", b"%PDF-1.7", "is a program"),
        ("請求書.pdf", b"MZ\x90\0%PDF-1.7", "is a program"),
        ("請求書.pdf", b"\x7fELF%PDF-1.7", "is a program"),
        ("起動.bat", b"echo", "is a program"),
        ("画面.scr", b"MZ\x90\0", "is a program"),
        ("導入.doc", container("WordDocument") + files.WINDOWS_INSTALLER, "is a program"),
        ("一式.zip", archive("読んで.txt", "導入.EXE"), "holds a program"),
        ("一式.zip", archive(**{"読んで.txt": b"MZ\x90\0"}), "holds a program"),
        ("文書.docx", archive("word/document.xml", **{"word/x.bin": b"MZ\x90\0"}), "holds a program"),
        ("絵.svg", b"<svg/>", "of a kind that cannot be taken"),
        ("ページ.html", b"<p>", "of a kind that cannot be taken"),
        ("名前だけ", b"x", "of a kind that cannot be taken"),
        ("終わりに点.exe.", b"MZ", "is a program"),
        ("空.pdf", b"", "is empty"),
        ("文書.pdf", b"<html>", "not what the ending of its name says (.pdf)"),
        ("二枚舌.pdf", b"<html><script>alert(1)</script>%PDF-1.7", "not what the ending of its name says (.pdf)"),
        ("二枚舌.pdf", archive("導入.exe") + b"%PDF-1.7", "not what the ending of its name says (.pdf)"),
        ("二枚舌.pdf", b"%PDF-1.7\n%%EOF\n" + archive("導入.exe"), "not what the ending of its name says (.pdf)"),
        ("二枚舌.png", PNG + archive("導入.exe"), "not what the ending of its name says (.png)"),
        ("二枚舌.jpg", b"\xff\xd8\xff\xe0" + archive("a.class"), "not what the ending of its name says (.jpg)"),
        ("二枚舌.gif", b"GIF89a" + commented(archive("a.class")), "not what the ending of its name says (.gif)"),
        ("二枚舌.zip", b"%PDF-1.7\n" + archive("a.txt"), "not what the ending of its name says (.zip)"),
        ("二枚舌.docx", b"MZ" + WORD, "is a program"),
        ("画面.png", b"\xff\xd8\xff", "not what the ending of its name says (.png)"),
        ("文書.docx", EXCEL, "not what the ending of its name says (.docx)"),
        ("文書.docx", b"%PDF-1.7", "not what the ending of its name says (.docx)"),
        ("文書.docx", container("WordDocument"), "not what the ending of its name says (.docx)"),
        ("一覧.xls", container("WordDocument"), "not what the ending of its name says (.xls)"),
        ("一覧.xls", b"a,b", "not what the ending of its name says (.xls)"),
        ("回覧.xdw", b"PK\x03\x04", "not what the ending of its name says (.xdw)"),
        ("転送.eml", b"\0\0", "not what the ending of its name says (.eml)"),
        ("メモ.txt", PNG, "not what the ending of its name says (.txt)"),
        ("メモ.txt", b"abc\0def", "not what the ending of its name says (.txt)"),
        ("一覧.csv", b"\x81\xff\xfe\xfd", "not what the ending of its name says (.csv)"),
        ("まとめ.zip", b"PK\x03\x04 and no more", "is damaged"),
        ("まとめ.zip", archive("a.txt")[:-30], "is damaged"),
        ("まとめ.zip", archive("a").replace(b"\1\0\0\0a", b"\0\0\0\0a"), "is damaged"),
        ("まとめ.zip", archive("../../etc/passwd"), "outside their folder"),
        ("まとめ.zip", archive("/etc/passwd"), "outside their folder"),
        ("まとめ.zip", archive("C:/Windows/x.txt"), "outside their folder"),
        ("まとめ.zip", archive("a\\..\\..\\b.txt"), "outside their folder"),
        ("爆弾.zip", archive(zeros=b"\0" * (101 * MB)), "holds too much"),
        ("爆弾.zip", archive(*(f"{n}.txt" for n in range(files.MAX_MEMBERS + 1))), "holds too much"),
    ],
    **named,
)
def test_it_refuses_and_says_why_and_what_to_do(name, content, why):
    accepted, [refusal] = sorted_out(name, content)
    assert accepted == []
    assert why in refusal
    assert f"“{files.plain_name(name)}”" in refusal
    assert "%(" not in refusal


def test_it_refuses_a_link_in_a_zip():
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as into:
        into.writestr(link, "/etc/passwd")
    assert "outside their folder" in sorted_out("まとめ.zip", packed.getvalue())[1][0]


def test_it_refuses_a_zip_whose_members_lie_over_each_other():
    honest = archive(big=bytes(range(256)) * 4000)
    end = honest.rindex(b"PK\x05\x06")
    start = honest.index(b"PK\x01\x02")
    directory, times = honest[start:end], 300
    tail = bytearray(honest[end:])
    for at, value, width in ((8, times, 2), (10, times, 2), (12, len(directory) * times, 4)):
        tail[at : at + width] = value.to_bytes(width, "little")
    assert "holds too much" in sorted_out("爆弾.zip", honest[:start] + directory * times + bytes(tail))[1][0]


def test_it_takes_a_zip_with_a_password():
    packed = bytearray(archive("秘.txt"))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + flags] |= 1
    assert sorted_out("秘.zip", bytes(packed))[1] == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_it_never_stumbles_over_a_broken_archive(data):
    broken = bytearray(archive("[Content_Types].xml", "word/document.xml", "word/日本語.xml"))
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(4, len(broken) - 1))] = data.draw(st.integers(0, 255))
    accepted, refusals = sorted_out("文書.docx", bytes(broken))
    assert len(accepted) + len(refusals) == 1


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=300), ending=st.sampled_from(sorted(files.KNOWN)))
def test_it_never_stumbles_over_any_bytes(content, ending):
    accepted, refusals = sorted_out(f"何か.{ending}", content)
    assert len(accepted) + len(refusals) == 1


def test_it_refuses_more_than_20_mb():
    size = 20 * MB
    assert sorted_out("大.pdf", b"%PDF-" + b"\0" * (size - 5))[1] == []
    assert "larger than 20 MB" in sorted_out("大.pdf", b"%PDF-" + b"\0" * (size - 4))[1][0]


def test_it_takes_five_and_names_the_sixth():
    uploads = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(1, 7)]
    accepted, refusals = files.sort_out(uploads, most=5)
    assert [upload.name for upload in accepted] == ["1.txt", "2.txt", "3.txt", "4.txt", "5.txt"]
    assert len(refusals) == 1
    assert "“6.txt” is too many: 5 files" in refusals[0]


def test_it_keeps_the_good_ones_beside_a_bad_one():
    uploads = [
        SimpleUploadedFile("良.txt", b"x"),
        SimpleUploadedFile("悪.exe", b"MZ"),
        SimpleUploadedFile("可.txt", b"x"),
    ]
    accepted, refusals = files.sort_out(uploads, most=5)
    assert [upload.name for upload in accepted] == ["良.txt", "可.txt"]
    assert len(refusals) == 1


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("C:\\Users\\tanaka\\資料.pdf", "資料.pdf"),
        ("../../etc/資料.pdf", "資料.pdf"),
        ("資料\r\nX-Evil: 1.pdf", "資料X-Evil: 1.pdf"),
        ("資\x00料.pdf", "資料.pdf"),
        ("請求書\u202efdp.exe", "請求書fdp.exe"),
        ("カ\u3099イト\u3099.pdf", "ガイド.pdf"),
        (" 資料.pdf. ", "資料.pdf"),
        ("長" * 400 + ".pdf", "長" * 296 + ".pdf"),
        ("😀.pdf", "😀.pdf"),
    ],
)
def test_it_cleans_the_name(given, plain):
    assert files.plain_name(given) == plain


# --- keeping and giving out


@pytest.fixture
def shelf(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def kept(shelf) -> list[str]:
    return [path.name for path in shelf.rglob("*") if path.is_file()]


def upload(name: str = "資料.pdf", content: bytes = b"%PDF-1.7") -> files.Upload:
    sent = SimpleUploadedFile(name, content)
    sent.whole_name = name  # as the handlers of the site leave it
    [accepted], _ = files.sort_out([sent], most=5)
    return accepted


def test_it_is_stored_whole_under_a_name_that_tells_nothing(shelf):
    stored = files.store(upload("秘密の資料.pdf", b"%PDF-1.7 whole"), Attachment)
    [name] = kept(shelf)
    assert len(name) == 32
    assert name.isalnum()
    assert stored.file.read() == b"%PDF-1.7 whole"
    assert (stored.name, stored.size) == ("秘密の資料.pdf", 14)
    stored.file.close()


def test_nothing_stays_behind_where_the_action_refuses(shelf):
    def refuse() -> None:
        with files.stored([upload(), upload()], Attachment) as stored:
            assert len(kept(shelf)) == len(stored) == 2
            raise ActionRefused("no")

    with pytest.raises(ActionRefused):
        refuse()
    assert kept(shelf) == []


@pytest.mark.parametrize("name", ["資料.pdf", "長" * 296 + ".pdf", 'a"b;c.pdf', "plain.pdf"])
def test_it_is_given_out_to_be_saved_under_its_own_name(rf, shelf, name):
    stored = files.store(upload(name), Attachment)
    stored.name = name
    response = files.download(rf.get("/"), stored)
    assert b"".join(response) == b"%PDF-1.7"
    kind, _, given_name = response["Content-Disposition"].partition("; ")
    assert kind == "attachment"
    assert unquote(given_name.removeprefix("filename*=utf-8''")).replace("\\", "") in (name, f'filename="{name}"')
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert "no-store" in response["Cache-Control"]
    response.file_to_stream.close()


def test_a_file_that_is_gone_is_not_found(rf, shelf):
    with pytest.raises(Http404):
        files.download(rf.get("/"), Attachment(file="ab/gone", name="x.pdf", size=1))


# --- through the doors that people use


BOMB = archive(zeros=b"\0" * (101 * MB))
FORMS = ["the form", "a reply", "a note", "answer and close", "the receipt"]


def hand_in(form: str, case: Case, member: Client, file: SimpleUploadedFile):
    """Hand a file in with one of the forms, which is right but for it."""
    member.cookies["language"] = "en"
    stranger = new_browser()
    if form == "the form":
        return fill_in(stranger, files=[file])
    if form == "the receipt":
        return stranger.post(
            f"/receipts/{case.token}/message/", {"kind": "answer", "text": "添付です。", "files": file}
        )
    act = {"a reply": "reply", "a note": "note", "answer and close": "answer"}[form]
    fields = {"text": "添付です。", "level": "1", "topic": case.topic_id or "", "result": "answered", "files": file}
    return member.post(reverse(f"case_{act}", args=[case.number]), fields)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("爆弾.zip", BOMB, "holds too much once it is unpacked"),
        ("二枚舌.pdf", b"%PDF-1.7\n%%EOF\n" + archive("導入.exe"), "is not what the ending of its name says"),
        ("二枚舌.pdf", b"<script>alert(1)</script>%PDF-1.7", "is not what the ending of its name says"),
        ("空.pdf", b"", "is empty (0 bytes)"),
        ("請求書.pdf.exe", b"MZ\x90\0", "is a program"),
    ],
    **named,
)
def test_every_form_refuses_it_says_why_and_keeps_nothing_of_it(shelf, new_case, desk, form, name, content, why):
    entries = new_case.entries.count()
    response = hand_in(form, new_case, desk, SimpleUploadedFile(name, content))
    assert response.status_code == 422
    page = response.content.decode()
    assert f"“{name}” {why}" in page or f"“{name}” {why}" in page.replace("The content of ", "")
    assert kept(shelf) == []
    assert new_case.entries.count() == entries
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("form", ["a reply", "a note", "the receipt"])
def test_one_file_too_many_is_named(shelf, new_case, desk, form):
    uploads = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(1, 7)]
    response = hand_in(form, new_case, desk, uploads)
    assert response.status_code == 422
    assert "“6.txt” is too many: 5 files can be sent at a time." in response.content.decode()
    assert kept(shelf) == []


def with_file(case: Case, name: str, content: bytes, by) -> Attachment:
    """A file of an entry that the requester sees."""
    with files.stored([upload(name, content)], Attachment) as stored:
        entry = actions.reply(case=case, by=by, text="添付します。", files=stored)
    return entry.attachments.get()


@pytest.mark.parametrize(
    "name",
    [
        "令和8年度　勤務シフト（案）.pdf",
        "長" * 296 + ".pdf",
        "😀" * 296 + ".pdf",
        "a\"b;c'd%20.pdf",
        "plain.pdf",
    ],
)
def test_the_name_arrives_whole_whatever_is_in_it(live_server, shelf, started_case, suzuki, name):
    file = with_file(started_case, name, b"%PDF-1.7", suzuki)
    cookie = signed_in(suzuki).cookies[site.SESSION_COOKIE_NAME].value
    addresses = {
        reverse("case_attachment", args=[started_case.number, file.pk]): {"Cookie": f"session={cookie}"},
        reverse("receipt_attachment", args=[started_case.token, file.pk]): {},
    }
    for address, headers in addresses.items():
        wire = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=20)
        wire.request("GET", address, headers=headers)
        response = wire.getresponse()
        sent = EmailMessage()
        sent["Content-Disposition"] = response.headers["Content-Disposition"]
        assert (response.status, response.read()) == (200, b"%PDF-1.7")
        assert response.headers["Content-Disposition"].isascii()
        assert sent.get_content_disposition() == "attachment"
        assert sent.get_filename() == name
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "sandbox"
        assert "no-store" in response.headers["Cache-Control"]
        wire.close()


@pytest.mark.parametrize("ending", ["pdf", "docx"])
@pytest.mark.parametrize("size", [10, 3 * MB], ids=["in memory", "on disk"])
def test_a_name_of_300_characters_comes_in_whole(shelf, desk, started_case, ending, size):
    name = "長" * (299 - len(ending)) + f".{ending}"
    padding = b"\0" * size
    file = io.BytesIO({"pdf": b"%PDF-1.7" + padding, "docx": archive("word/document.xml", x=padding)}[ending])
    file.name = name
    assert hand_in("a reply", started_case, desk, file).status_code == 302
    attachment = Attachment.objects.get()
    assert attachment.name == name
    response = desk.get(reverse("case_attachment", args=[started_case.number, attachment.pk]))
    assert unquote(response["Content-Disposition"]) == f"attachment; filename*=utf-8''{name}"
    response.close()


def test_it_lies_where_no_address_leads(shelf, client, started_case, suzuki):
    file = with_file(started_case, "資料.pdf", b"%PDF-1.7", suzuki)
    for address in (f"/{file.file.name}", f"/files/{file.file.name}", f"/media/{file.file.name}", file.file.name):
        assert client.get(f"/{address.lstrip('/')}").status_code in (302, 404)
    assert not shelf.is_relative_to(site.STATIC_ROOT)


def test_it_works_on_a_storage_that_is_no_folder(settings, desk, started_case, suzuki):
    """As one that speaks S3 is none."""
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    file = with_file(started_case, "資料.pdf", b"%PDF-1.7 whole", suzuki)
    assert not Path(file.file.path).exists()
    response = desk.get(reverse("case_attachment", args=[started_case.number, file.pk]))
    assert b"".join(response) == b"%PDF-1.7 whole"
    lost = files.store(upload(), Attachment)
    with clock.at(timezone.now() + timedelta(hours=49)):
        assert files.forget_orphans([lost.file.name[:2]]) == 1
    assert not default_storage.exists(lost.file.name)
    assert default_storage.exists(file.file.name)


# --- what a killed process leaves behind


def aged(shelf, name: str, hours: float) -> None:
    then = (timezone.now() - timedelta(hours=hours)).timestamp()
    os.utime(shelf / name, (then, then))


def go_through_all() -> int:
    """The task, once in each hour of a day."""
    midnight = timezone.now().replace(hour=0)
    forgotten = 0
    for hour in range(24):
        with clock.at(midnight + timedelta(days=1, hours=hour)):
            forgotten += tasks.forget_orphans()
    return forgotten


def test_a_file_that_nothing_names_is_deleted_after_two_days_and_no_other_is(shelf, started_case, suzuki):
    named_by_a_case = with_file(started_case, "資料.pdf", b"%PDF-1.7", suzuki).file.name
    named_by_a_form = files.store(upload(), Attachment)
    actions.keep_intake(key=uuid.uuid4(), owner="s" * 32, data={}, files=[named_by_a_form])
    orphans = [files.store(upload(), Attachment).file.name for _ in range(3)]
    foreign = ["ab/readme.txt", "other/" + "a" * 32, "c" * 32]
    for name in foreign:
        (shelf / name).parent.mkdir(exist_ok=True)
        (shelf / name).write_text("not ours")
    for name in (named_by_a_case, named_by_a_form.file.name, *orphans, *foreign):
        aged(shelf, name, hours=2000)
    fresh = files.store(upload(), Attachment).file.name
    assert go_through_all() == 3
    assert all(not (shelf / name).exists() for name in orphans)
    assert all((shelf / name).exists() for name in (named_by_a_case, named_by_a_form.file.name, fresh, *foreign))
    assert go_through_all() == 0


def test_what_is_being_handed_in_is_left_alone(shelf, db):
    with files.stored([upload()], Attachment) as stored:
        aged(shelf, stored[0].file.name, hours=47)
        assert files.forget_orphans([stored[0].file.name[:2]]) == 0
        assert len(kept(shelf)) == 1


def test_a_storage_in_which_nothing_was_stored_is_no_fault(shelf, db):
    assert files.forget_orphans(["00", "ff"]) == 0


def test_a_message_with_a_file_that_cannot_be_written_down_leaves_none(shelf, started_case):
    """As `stored` promises, through the action that most strangers reach."""
    by = Requester(started_case)

    def refuse() -> None:
        with files.stored([upload()], Attachment) as stored:
            actions.receive_message(case=started_case, by=by, kind=EntryKind.NOTE, text="x", files=stored)

    with pytest.raises(ValueError, match="no message"):
        refuse()
    assert kept(shelf) == []
