"""Asks clamd, where an installation has one (CLAMD_URL), about the files of cases and of support menus."""

import logging
import time
import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import BinaryIO

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings
from django.core.cache import cache

from consultations.models import Attachment
from menus.models import MenuFile
from office.stored import Scan, StoredFile

logger = logging.getLogger(__name__)

# Seconds. clamd itself gives a file up after two minutes.
FOR_A_SIGN_OF_LIFE, FOR_A_FILE = 5, 150


def scan_waiting(*, within: timedelta) -> int:
    """Have files scanned that are not yet, the newest first, for about as long as `within`. Returns how many were.

    What clamd cannot tell about, because it is down, say, waits for the next time.
    """
    if not settings.CLAMD_URL:
        return 0
    until = (within + timedelta(seconds=FOR_A_FILE)).seconds
    if not cache.add("scanning", True, timeout=until):  # one at a time: a scanner that hangs holds up one worker only
        return 0
    try:
        return _scan_until(time.monotonic() + within.total_seconds())
    finally:
        cache.delete("scanning")


def _scan_until(end: float) -> int:
    scanned = 0
    put_off: set[uuid.UUID] = set()
    while time.monotonic() < end and is_there() and (file := _next(put_off)):
        result = _scan(file)
        if result:
            type(file)._default_manager.filter(pk=file.pk).update(scan=result)
            scanned += 1
        else:
            put_off.add(file.pk)
    return scanned


def _next(put_off: Collection[uuid.UUID]) -> StoredFile | None:
    """A file that nobody has looked at: those of cases first."""
    cases, menus = Attachment.objects.unscanned(), MenuFile.objects.unscanned()
    return cases.exclude(pk__in=put_off).first() or menus.exclude(pk__in=put_off).first()


def is_there() -> bool:
    """Whether clamd answers."""
    clamd = _clamd(FOR_A_SIGN_OF_LIFE)
    try:
        return clamd.ping() == "PONG"
    except (OSError, ClamdError) as problem:
        logger.warning("clamd does not answer; files wait until it does. (%s)", problem)
        return False
    finally:
        clamd.clamd_socket.close()  # where it could not connect, it forgets to


def _scan(file: StoredFile) -> Scan | None:
    """What clamd says about a file; None where it could not tell."""
    try:
        with file.file.open("rb") as content:
            status, found = _ask(content)
    except (OSError, ClamdError) as problem:
        logger.warning("File %s could not be scanned and waits. (%s)", file.pk, problem)
        return None
    if status == "FOUND":
        logger.warning("File %s is infected: %s", file.pk, found)
        return Scan.INFECTED
    if status == "OK":
        return Scan.CLEAN
    logger.warning("File %s could not be scanned and waits. (%s %s)", file.pk, status, found)
    return None


def _ask(content: BinaryIO) -> tuple[str, str | None]:
    return _clamd(FOR_A_FILE).instream(content).get("stream", ("no answer", None))


def _clamd(timeout: int) -> ClamdNetworkSocket:
    where = settings.CLAMD_URL
    if where.scheme == "unix":
        return ClamdUnixSocket(where.path, timeout)
    return ClamdNetworkSocket(where.hostname, where.port or 3310, timeout)
