"""Search: the shelf at 10,000 and 100,000 documents; a million has a figure of its own

Bars: p95 of a question < 50 ms in the database, insert p95 < 10 ms, overlap@10 with the exhaustive ranking ≥ .85. Each
line: p50 and p95 in all, p50 and p95 in the database, overlap. The PostgreSQL of the tests does not wait for the
disk: its inserts are measured without that.

BENCH_KEEP=/a/folder keeps the databases there, each of its size: the next run measures without building.
"""

import math
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from bench.running import ROOT, folder
from tests.servers.postgres import postgresql

SIZES = [10_000, 100_000]
ROUNDS, OVERLAPS, INSERTS, AT_ONCE = 100, 10, 200, 20_000
FIRST_DAY = datetime(2000, 4, 1, tzinfo=UTC)
EVERYTHING = 10**9
Question, Answerer = Callable[[], str], Callable[..., list[Any]]


def run(sizes: list[int] = SIZES) -> None:
    with place_for_databases() as place, postgresql(keep=place / "postgresql") as server:
        for size in sizes:
            sqlite = place / f"documents_{size}.sqlite3"
            for name, url in (("SQLite", f"sqlite:///{sqlite}"), ("PostgreSQL", database(server, f"documents_{size}"))):
                print(f"{name}, {size:,} documents", flush=True)
                environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(place / "data")}
                command = [sys.executable, "-m", "bench.search", "measure", str(size)]
                subprocess.run(command, env=environment, cwd=ROOT, check=True)


@contextmanager
def place_for_databases() -> Iterator[Path]:
    if keep := os.environ.get("BENCH_KEEP"):
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep)
    else:
        with folder() as place:
            place.chmod(0o755)  # PostgreSQL runs as another account
            yield place


def database(server: str, name: str) -> str:
    """The URL of a database of this server, which is created where it is not there."""
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server.rpartition('/')[0]}/{name}"


class Writer:
    """Writes texts as an office does: few words often, most words seldom, and each text about something."""

    def __init__(self) -> None:
        from knowledge.text import _dictionary, tokens
        from knowledge.words import vocabulary

        self.dice = random.Random(20_261_124)
        nouns = {
            entry.surface()
            for entry in _dictionary().entries()
            if entry.part_of_speech()[:2] == ("名詞", "普通名詞") and 2 <= len(entry.surface()) <= 4
        }
        self.words = self.dice.sample(sorted(nouns), 40_000)
        self.subjects = [self.dice.sample(self.words[200:], 80) for _ in range(2_000)]
        self.terms = {word: [token.term for token in tokens(word, vocabulary())] for word in self.words}

    def text(self) -> tuple[str, Counter[str]]:
        """A text of 30 to some hundreds of words, 120 in the middle, and how often it says what."""
        length = max(30, int(self.dice.lognormvariate(math.log(120), 0.5)))
        subject = self.dice.choice(self.subjects)
        chosen = [self._often(self.words if self.dice.random() < 0.7 else subject) for _ in range(length)]
        joints = self.dice.choices(["の", "を", "に", "が", "は", "で", "、", "。\n"], k=length)
        said = "".join(word + joint for word, joint in zip(chosen, joints, strict=True))
        return said, Counter(term for word in chosen for term in self.terms[word])

    def _often(self, words: list[str]) -> str:
        """Zipf: the n-th word is n times as rare as the first."""
        return words[int(len(words) ** self.dice.random()) - 1]


def measure(size: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from knowledge import counting, shelf
    from knowledge.models import IndexedDocument, Posting, Rack

    call_command("migrate", verbosity=0)
    writer = Writer()
    if (made := IndexedDocument.objects.count()) < size or Rack.objects.filter(counted_at=None).exists():
        began = time.monotonic()
        for start in range(made, size, AT_ONCE):
            fill(writer, range(start, min(size, start + AT_ONCE)))
        built, began = time.monotonic() - began, time.monotonic()
        for rack in Rack.objects.all():
            counting.count(rack)
        counted = time.monotonic() - began
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        print(f"    built in {built:.0f} s, words counted in {counted:.0f} s", flush=True)
    print(f"    {Posting.objects.count():,} postings, {megabytes():,.0f} MB", flush=True)
    new = [document(writer, size + number)[0] for number in range(INSERTS)]
    show("insert", [timed(lambda one=one: shelf.put(one))[:2] for one in new])
    for one in new:
        shelf.remove(one.kind, one.key)
    asked = texts_of(IndexedDocument.objects.order_by("number"), writer)
    for name, question, ask in questions(shelf, asked):
        taken: list[tuple[float, float]] = []
        overlaps: list[float] = []
        for _ in range(ROUNDS):
            words = question()
            whole, inside, _ = timed(lambda ask=ask, words=words: ask(words))
            taken.append((whole, inside))
            if len(overlaps) < OVERLAPS:
                best = by_words(ask(words, budget=EVERYTHING, limit=1_000, candidates=1_000))
                found = by_words(ask(words, limit=shelf.CANDIDATES))
                overlaps.append(len(found & best) / len(best) if best else 1)
        show(name, taken, f"{statistics.mean(overlaps):>9.2f}")


def by_words(hits: list[Any]) -> set[int]:
    """The ten best by their words alone: what the budget may cost. The sense of invented texts says nothing."""
    return {hit.document.pk for hit in sorted(hits, key=lambda hit: (-hit.score, -hit.document.pk))[:10]}


def document(writer: Writer, number: int, kind: str = "case", audience: str = "office") -> tuple[Any, Counter[str]]:
    """The document of this number, and how often it says what. Nine minutes lie between one and the next."""
    from knowledge import shelf

    writer.dice.seed(number)
    (said, counts), at = writer.text(), FIRST_DAY + timedelta(minutes=9 * number)
    facets = {"year": str(at.year)}
    return shelf.Document(kind, str(number), at, audience, said[:40], [said], facets=facets), counts


def fill(writer: Writer, numbers: range, kind: str = "case", audience: str = "office") -> None:
    """Put many documents at once. What they say is known to who wrote them: reading a million would take an hour."""
    from django.db import connection, transaction

    from knowledge import shelf
    from knowledge.models import IndexedDocument, Rack, Vector

    rack, _ = Rack.objects.get_or_create(kind=kind, audience=audience)
    written = (document(writer, number, kind, audience) for number in numbers)
    rows = [shelf._row(each, rack, counts) for each, counts in written]
    for row in rows:
        row.number = int(row.at.timestamp()) << 30
    directions = np.random.default_rng(numbers.start).standard_normal((len(rows), 512))
    directions *= 700 / np.linalg.norm(directions, axis=1, keepdims=True)
    values = np.clip(np.rint(directions), -127, 127).astype(np.int8)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -1000000")
    with transaction.atomic():
        IndexedDocument.objects.bulk_create(rows)
        Vector.objects.bulk_create(
            Vector(document=row.number, made_of="bench", values=value.tobytes())
            for row, value in zip(rows, values, strict=True)
        )
        terms = sorted((term, row.number, impact) for row in rows for term, impact in row.terms.items())
        lay_out(rack.pk, terms)


def lay_out(rack: int, terms: list[tuple[str, int, int]]) -> None:
    """The postings in the order of their table, which is written through once for all of them."""
    from django.db import connection

    columns = "knowledge_posting (rack, term, document, impact)"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {columns} FROM STDIN") as copy:
                for term, number, impact in terms:
                    copy.write_row((rack, term, number, impact))
        else:
            rows = ((rack, *term) for term in terms)
            cursor.connection.executemany(f"INSERT INTO {columns} VALUES (?, ?, ?, ?)", rows)


def questions(
    shelf: Any, asked: Callable[[], str]
) -> Iterator[tuple[str, Callable[[], str], Callable[..., list[Any]]]]:
    """What is measured: its name, a question of that sort, and who answers it."""
    from knowledge.text import Vocabulary, tokens

    dice = random.Random(4)

    def words(count: int) -> str:
        text = asked()
        seen = {text[token.start : token.end] for token in tokens(text, Vocabulary())}
        return " ".join(dice.sample(sorted(word for word in seen if count > 1 or len(word) == 2), count))

    def find(text: str, **limits: int) -> list[Any]:
        return shelf.find(text, audience="office", **limits)

    def similar(text: str, **limits: int) -> list[Any]:
        return shelf.similar(text, audience="office", **limits)

    def live(text: str, budget: int = shelf.LIVE, **limits: int) -> list[Any]:
        return shelf.similar(text, audience="office", budget=budget, **limits)

    yield "find, a word of two", lambda: words(1), find
    yield "find, four words", lambda: words(4), find
    yield "similar, a sentence", lambda: asked()[:40], similar
    yield "similar, 300 letters", lambda: asked()[:300], similar
    yield "similar, while typing", lambda: asked()[:120], live


def texts_of(rows: Any, writer: Writer) -> Callable[[], str]:
    numbers = list(rows.values_list("number", flat=True))
    return lambda: rows.values_list("text", flat=True).get(number=writer.dice.choice(numbers))


def timed(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Milliseconds in all, milliseconds in the database, and what was returned."""
    from django.db import connection

    inside = 0.0

    def watch(execute: Any, *given: Any) -> Any:
        nonlocal inside
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            inside += time.perf_counter() - began

    with connection.execute_wrapper(watch):
        began = time.perf_counter()
        returned = call()
        return (time.perf_counter() - began) * 1000, inside * 1000, returned


def show(name: str, taken: list[tuple[float, float]], more: str = "") -> None:
    columns = [sorted(column) for column in zip(*taken, strict=True)]
    figures = "".join(f"{statistics.median(c):>9.1f}{c[int(len(c) * 0.95)]:>8.1f}" for c in columns)
    print(f"    {name:24}{figures}{more}", flush=True)


def megabytes() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return cursor.fetchone()[0] / 2**20


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(int(sys.argv[2]))
    else:
        run([int(size) for size in sys.argv[1:]] or SIZES)
