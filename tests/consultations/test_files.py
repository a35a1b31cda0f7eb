"""What may be handed in, how it is kept, and how it is given out again."""

import io
import zipfile
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations import files
from consultations.models import Attachment
from office.actions import ActionRefused


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
    [accepted], _ = sorted_out(name, content)
    return accepted


def test_it_is_stored_whole_under_a_name_that_tells_nothing(shelf):
    stored = files.store(upload("秘密の資料.pdf", b"%PDF-1.7 whole"))
    [name] = kept(shelf)
    assert len(name) == 32
    assert name.isalnum()
    assert stored.file.read() == b"%PDF-1.7 whole"
    assert (stored.name, stored.size) == ("秘密の資料.pdf", 14)
    stored.file.close()


def test_nothing_stays_behind_where_the_action_refuses(shelf):
    def refuse() -> None:
        with files.stored([upload(), upload()]) as stored:
            assert len(kept(shelf)) == len(stored) == 2
            raise ActionRefused("no")

    with pytest.raises(ActionRefused):
        refuse()
    assert kept(shelf) == []


@pytest.mark.parametrize("name", ["資料.pdf", "長" * 296 + ".pdf", 'a"b;c.pdf', "plain.pdf"])
def test_it_is_given_out_to_be_saved_under_its_own_name(shelf, name):
    stored = files.store(upload(name))
    stored.name = name
    response = files.download(stored)
    assert b"".join(response) == b"%PDF-1.7"
    kind, _, given_name = response["Content-Disposition"].partition("; ")
    assert kind == "attachment"
    assert unquote(given_name.removeprefix("filename*=utf-8''")).replace("\\", "") in (name, f'filename="{name}"')
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert "no-store" in response["Cache-Control"]
    response.file_to_stream.close()


def test_a_file_that_is_gone_is_not_found(shelf):
    with pytest.raises(Http404):
        files.download(Attachment(file="ab/gone", name="x.pdf", size=1))
