"""Files that people hand in: checked by name and content, stored under a name of our own, given out as downloads only.

A form has a `FilesField`; its view says `with stored(form.cleaned_data["files"], Attachment) as files: action(...,
files=files)`, with the room's own model in the place of `Attachment`.
"""

import codecs
import re
import stat
import unicodedata
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office import clock
from office.stored import Scan, StoredFile

NAME_LENGTH = 300
CHUNK = 256 * 1024
# Longer than a form is kept whose files are stored and not yet a case's.
ORPHANED = timedelta(hours=48)

# What a file of this ending begins with. DocuWorks: an element 0x60 that opens with an element 0x82, a short number.
SIGNATURES = {
    "pdf": rb".{0,1000}?%PDF-",
    "rtf": rb"\{\\rtf",
    "png": rb"\x89PNG\r\n\x1a\n",
    **dict.fromkeys(["jpg", "jpeg"], rb"\xff\xd8\xff"),
    "gif": rb"GIF8[79]a",
    "webp": rb"RIFF.{4}WEBP",
    "bmp": rb"BM.{4}\x00{4}",
    **dict.fromkeys(["tif", "tiff"], rb"II\*\x00|MM\x00\*"),
    "heic": rb".{4}ftyp(?:hei|hev|mif1|msf1)",
    **dict.fromkeys(["xdw", "xbd"], rb"\x60[\x04-\x7f]\x82[\x01-\x04]"),
    "eml": rb"[!-9;-~]+:[^\x00]",
}
TEXTS = {"txt", "csv", "tsv", "log", "md"}
# Office formats that are zip archives, and what each of them has inside.
PACKAGES = {
    **dict.fromkeys(["docx", "dotx", "docm", "dotm"], "word/"),
    **dict.fromkeys(["xlsx", "xltx", "xlsm", "xltm", "xlsb"], "xl/"),
    **dict.fromkeys(["pptx", "potx", "ppsx", "pptm", "potm", "ppsm"], "ppt/"),
    **dict.fromkeys(["odt", "ods", "odp", "odg"], "mimetype"),
}
# Older formats that are OLE containers, and a stream that each has inside (Ichitaro's differ from version to version).
CONTAINERS = {
    "doc": ["WordDocument"],
    "xls": ["Workbook", "Book\0"],
    "ppt": ["PowerPoint Document"],
    "msg": ["__properties_version1.0"],
    "jtd": ["Root Entry"],
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = {"bmp", "gif", "heic", "jpeg", "jpg", "png", "tif", "tiff", "webp"}
KNOWN = {*SIGNATURES, *TEXTS, *PACKAGES, *CONTAINERS, "zip"}
WITH_MACROS = {"docm", "dotm", "xlsm", "xltm", "xlsb", "pptm", "potm", "ppsm"}
PROGRAMS = {
    *("exe", "com", "scr", "pif", "bat", "cmd", "msi", "msp", "dll", "sys", "ocx", "cpl", "hta", "vbs", "vbe", "jse"),
    *("wsf", "wsh", "ps1", "psm1", "reg", "lnk", "jar", "apk", "app"),
}
EXECUTABLE = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
WINDOWS_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")

LONGEST_ZIP_END = zipfile.sizeEndCentDir + 0xFFFF  # with the longest comment there can be
MAX_MEMBERS = 5_000
MAX_UNPACKED = 1024**3
# A white picture packs a thousandfold and harms nobody: the ratio counts from here on.
LARGE_UNPACKED, MAX_RATIO = 100 * 1024**2, 200

NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f]")
# Control characters, and those that turn the direction of writing: they make "fdp.exe" look like "exe.pdf".
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


File = TypeVar("File", bound=StoredFile)


class Unfit(Exception):
    """A file cannot be taken. The message, with %(name)s for the file, says why and how to mend it."""


@dataclass(frozen=True)
class Upload:
    """A file that passed the checks, not stored yet."""

    content: UploadedFile
    name: str
    has_macros: bool


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to `most` files; cleaned, a list of `Upload`.

    Where some are refused, `accepted` has the others, for a form that keeps them through the error.
    """

    widget = FilesInput

    def __init__(self, *, most: int = settings.ATTACHMENT_MAX_FILES, required: bool = False, **kwargs: Any) -> None:
        self.most = most
        self.accepted: list[Upload] = []
        super().__init__(required=required, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            # With pictures of any kind, a phone offers its camera too.
            "accept": ",".join(["image/*", "text/*", *(f".{ending}" for ending in sorted(KNOWN - PICTURES - TEXTS))]),
            "data-max-files": str(self.most),
            "data-max-mb": str(settings.ATTACHMENT_MAX_BYTES // 1024**2),
        }

    def clean(self, data: list[UploadedFile] | None, initial: Any = None) -> list[Upload]:
        self.accepted, refusals = sort_out(data or [], most=self.most)
        if refusals:
            raise ValidationError(refusals)
        if self.required and not self.accepted:
            raise ValidationError(self.error_messages["required"], code="required")
        return self.accepted


def sort_out(uploads: Iterable[UploadedFile], *, most: int) -> tuple[list[Upload], list[str]]:
    """The acceptable files, `most` at most, and a sentence for each of the others."""
    accepted: list[Upload] = []
    refusals: list[str] = []
    for content in uploads:
        name = name_of(content)
        shown = name if len(name) <= 60 else f"{name[:40]}…{name[-15:]}"
        try:
            if len(accepted) >= most:
                raise Unfit(_too_many())
            accepted.append(Upload(content, name, has_macros=check(content, name)))
        except Unfit as unfit:
            refusals.append(
                str(unfit) % {"name": shown, "ending": ending_of(name), "limit": settings.ATTACHMENT_MAX_BYTES >> 20}
            )
    return accepted, refusals


def _too_many() -> str:
    most = settings.ATTACHMENT_MAX_FILES
    return ngettext(
        "“%%(name)s” is too many: %(count)d file can be sent at a time. Put several into one zip file.",
        "“%%(name)s” is too many: %(count)d files can be sent at a time. Put several into one zip file.",
        most,
    ) % {"count": most}


def name_of(content: UploadedFile) -> str:
    """The name of a file that comes in, as it may be stored and shown."""
    return plain_name(getattr(content, "whole_name", "") or content.name or "")


def plain_name(given: str) -> str:
    """The name of a file as it may be stored and shown: no path, no characters that deceive, NFC, 300 at most."""
    name = NOT_IN_NAMES.sub("", re.split(r"[/\\]", given)[-1])
    name = unicodedata.normalize("NFC", name).strip(" .")
    if len(name) > NAME_LENGTH:
        ending = PurePosixPath(name).suffix[:20]
        name = name[: NAME_LENGTH - len(ending)] + ending
    return name


def ending_of(name: str) -> str:
    """What stands after the last dot, in small letters; nothing where there is no dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def check(content: UploadedFile, name: str) -> bool:
    """Whether the file holds macros. Raises Unfit where it cannot be taken."""
    ending = ending_of(name)
    if ending in PROGRAMS:
        raise Unfit(_program())
    if ending not in KNOWN:
        raise Unfit(
            _(
                "“%(name)s” is of a kind that cannot be taken. Send it as PDF, Word, Excel, PowerPoint, DocuWorks,"
                " Ichitaro, image, text, CSV or zip."
            )
        )
    if not content.size:
        raise Unfit(_("“%(name)s” is empty (0 bytes). Open it to see whether it was saved, then choose it again."))
    if content.size > settings.ATTACHMENT_MAX_BYTES:
        raise Unfit(
            _(
                "“%(name)s” is larger than %(limit)s MB. Make it smaller, or put it into a shared folder and write"
                " where it is."
            )
        )
    content.seek(0)
    head = content.read(2048)
    if ending not in TEXTS and head.startswith(EXECUTABLE):
        raise Unfit(_program())
    if ending in TEXTS:
        return _check_text(content)
    if ending in SIGNATURES:
        return _check_signature(content, head, ending)
    if ending in CONTAINERS or head.startswith(OLE):
        return _check_container(content, head, ending)
    return _check_archive(content, ending)


def _program() -> str:
    return _("“%(name)s” is a program and cannot be taken. Describe it in words, or send a picture of the screen.")


def _mislabelled() -> str:
    return _(
        "The content of “%(name)s” is not what the ending of its name says (.%(ending)s). Open it, save it anew in that"
        " format, and choose the new file."
    )


def _check_text(content: UploadedFile) -> bool:
    if not any(_decodes(content, encoding) for encoding in ("utf-8-sig", "utf-16", "cp932")):
        raise Unfit(_mislabelled())
    return False


def _decodes(content: UploadedFile, encoding: str) -> bool:
    """Whether it is text in this encoding: every byte has a meaning, and none is a control character."""
    decoder = codecs.getincrementaldecoder(encoding)()
    content.seek(0)
    if encoding == "utf-16" and content.read(2) not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return False  # without its mark nearly anything would pass
    content.seek(0)
    try:
        while chunk := content.read(CHUNK):
            if NOT_IN_TEXT.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _check_signature(content: UploadedFile, head: bytes, ending: str) -> bool:
    if not re.match(SIGNATURES[ending], head, re.DOTALL) or _is_two_things(content, head):
        raise Unfit(_mislabelled())
    return False


def _is_two_things(content: UploadedFile, head: bytes) -> bool:
    """Whether a page or a zip stands before a PDF, or a zip at the end of anything: another program would open that."""
    before_pdf, marked, _rest = head.partition(b"%PDF-")
    if marked and re.search(rb"<|PK\x03\x04", before_pdf):
        return True
    content.seek(max(0, (content.size or 0) - LONGEST_ZIP_END))
    tail = content.read()
    comment = tail.rfind(zipfile.stringEndArchive) + zipfile.sizeEndCentDir
    return comment >= zipfile.sizeEndCentDir and len(tail) - comment == int.from_bytes(
        tail[comment - 2 : comment], "little"
    )


def _check_container(content: UploadedFile, head: bytes, ending: str) -> bool:
    # With a password, today's Office formats too are wrapped into a container.
    streams = CONTAINERS.get(ending, ["EncryptedPackage"])
    if not head.startswith(OLE) or not any(_contains(content, stream.encode("utf-16-le")) for stream in streams):
        raise Unfit(_mislabelled())
    if _contains(content, WINDOWS_INSTALLER):
        raise Unfit(_program())
    return ending in WITH_MACROS or _contains(content, "_VBA_PROJECT".encode("utf-16-le"))


def _contains(content: UploadedFile, wanted: bytes) -> bool:
    content.seek(0)
    before = b""
    while chunk := content.read(CHUNK):
        if wanted in before + chunk:
            return True
        before = chunk[-len(wanted) :]
    return False


def _check_archive(content: UploadedFile, ending: str) -> bool:
    """Look into a zip, without unpacking it. What stands in its directory is bounded before it is read."""
    content.seek(0)
    if content.read(2) != b"PK":
        raise Unfit(_mislabelled())
    if _count(content, zipfile.stringCentralDir) > MAX_MEMBERS:
        raise Unfit(_too_large_unpacked())
    try:
        with zipfile.ZipFile(content) as archive:
            members = archive.infolist()
            _check_sizes(members, content.size)
            for member in members:
                _check_member(archive, member)
    except Unfit:
        raise
    except Exception as problem:  # over bytes that somebody made up, zipfile raises nearly anything
        raise Unfit(_("“%(name)s” is damaged and cannot be opened. Make it anew and choose the new file.")) from problem
    names = [member.filename for member in members]
    if ending == "zip":
        return any(ending_of(name) in WITH_MACROS for name in names)
    if not any(name.startswith(PACKAGES[ending]) for name in names):
        raise Unfit(_mislabelled())
    macros = re.compile(r"(?:.*/)?vbaProject\.bin|(?:Basic|Scripts)/.*", re.IGNORECASE)
    return ending in WITH_MACROS or any(macros.fullmatch(name) for name in names)


def _count(content: UploadedFile, wanted: bytes) -> int:
    content.seek(0)
    return sum(chunk.count(wanted) for chunk in iter(lambda: content.read(CHUNK), b""))


def _too_large_unpacked() -> str:
    return _("“%(name)s” holds too much once it is unpacked. Send only the files that are needed.")


def _check_sizes(members: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(member.file_size for member in members)
    # More packed bytes than the file has: members lie over each other, as in a zip bomb.
    overlap = sum(member.compress_size for member in members) > size
    if overlap or unpacked > MAX_UNPACKED or (unpacked > LARGE_UNPACKED and unpacked > MAX_RATIO * size):
        raise Unfit(_too_large_unpacked())


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    path = member.filename.replace("\\", "/")
    link = stat.S_ISLNK(member.external_attr >> 16)
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in path.split("/") or link:
        raise Unfit(
            _(
                "“%(name)s” holds files that would land outside their folder when unpacked. Make it anew from the"
                " files alone, and choose the new file."
            )
        )
    encrypted = member.flag_bits & 0x1
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(member.compress_type)
    head = b""
    if not (member.is_dir() or encrypted):
        with archive.open(member) as packed:
            head = packed.read(4)
    if ending_of(path) in PROGRAMS or head.startswith(EXECUTABLE):
        raise Unfit(_("“%(name)s” holds a program, which cannot be taken. Take the program out, and choose it again."))


def store(upload: Upload, model: type[File]) -> File:
    """Put a checked file into the storage. What comes back is not in the database: hand it to an action's `files`."""
    upload.content.seek(0)
    made = uuid.uuid4().hex
    path = f"{made[:2]}/{made}"
    try:
        kept = default_storage.save(path, upload.content)
    except OSError:
        default_storage.delete(path)  # a full disk leaves half a file behind
        raise
    scan = Scan.WAITING if settings.CLAMD_URL else Scan.NOT_ASKED
    return model(file=kept, name=upload.name, size=upload.content.size, has_macros=upload.has_macros, scan=scan)


@contextmanager
def stored(uploads: Iterable[Upload], model: type[File]) -> Iterator[list[File]]:
    """The files, stored; where the block raises (an action refuses, say), they are taken out of the storage again."""
    kept: list[File] = []
    try:
        for upload in uploads:
            kept.append(store(upload, model))
        yield kept
    except BaseException:
        for file in kept:
            file.file.storage.delete(file.file.name)
        raise


def download(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The file under the name it came with, to be saved, not shown or run; or, where the virus scanner has not let it
    pass, a page that says so. Raises Http404 where it is gone.
    """
    if not file.may_be_opened:
        response = render(request, "office/file_held.html", {"file": file}, status=403)
        add_never_cache_headers(response)
        return response
    try:
        content = file.file.open("rb")
    except FileNotFoundError:
        raise Http404(f"The storage has no {file.file.name}.") from None
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    add_never_cache_headers(response)
    return response


def forget_orphans(folders: Iterable[str]) -> int:
    """Delete, in these folders of the storage, what a process had stored that was killed before it wrote it down.

    Only files under names of our own making that no row names after two days. Returns how many.
    """
    forgotten = 0
    for folder in folders:
        stored_names: list[str] = []
        with suppress(FileNotFoundError):  # nothing was stored there yet
            stored_names = default_storage.listdir(folder)[1]
        paths = {f"{folder}/{name}" for name in stored_names if re.fullmatch(r"[0-9a-f]{32}", name)}
        for model in StoredFile.__subclasses__():  # asked after the storage: what is written down meanwhile is known
            paths -= set(model._default_manager.filter(file__startswith=f"{folder}/").values_list("file", flat=True))
        for path in paths:
            if default_storage.get_modified_time(path) < clock.now() - ORPHANED:
                default_storage.delete(path)
                forgotten += 1
    return forgotten
