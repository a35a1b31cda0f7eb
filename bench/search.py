"""Search: the shelf at 10,000 and 100,000 documents; `python -m bench.search 1000000` for a size of your own

Bars: p95 of a question < 50 ms in the database, insert p95 < 10 ms, overlap@10 with the exhaustive ranking ≥ .85. Each
line: p50 and p95 in all, p50 and p95 in the database, overlap. The PostgreSQL of the tests does not wait for the
disk: its inserts are measured without that.
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
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.running import ROOT, folder
from tests.servers.postgres import postgresql

SIZES = [10_000, 100_000]
ROUNDS, INSERTS, AT_ONCE = 100, 200, 500
FIRST_DAY = datetime(2000, 4, 1, tzinfo=UTC)
EVERYTHING = 10**9
Question, Answerer = Callable[[], str], Callable[..., list[Any]]


def run(sizes: list[int] = SIZES) -> None:
    with postgresql() as database, folder() as place:
        for name, url in (("SQLite", f"sqlite:///{place / 'desk.sqlite3'}"), ("PostgreSQL", database)):
            print(name, flush=True)
            environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(place / name)}
            command = [sys.executable, "-m", "bench.search", "measure", *map(str, sizes)]
            subprocess.run(command, env=environment, cwd=ROOT, check=True)


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


def measure(sizes: list[int]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from knowledge import counting, shelf
    from knowledge.models import Audience, IndexedDocument, Posting, Rack

    call_command("migrate", verbosity=0)
    writer, made = Writer(), IndexedDocument.objects.count()

    def document(number: int) -> tuple[shelf.Document, Counter[str]]:
        (said, counts), at = writer.text(), FIRST_DAY + timedelta(minutes=9 * number)
        facets = {"year": str(at.year)}
        return shelf.Document("case", str(number), at, title=said[:40], texts=[said], facets=facets), counts

    @transaction.atomic
    def fill(numbers: range) -> None:
        """What the words say is known to who chose them: reading a million texts would take an hour."""
        rack, _ = Rack.objects.get_or_create(kind="case", audience=Audience.OFFICE)
        shelf._store([shelf._row(each, rack, counts) for each, counts in map(document, numbers)], anew=False)

    for size in sizes:
        began = time.monotonic()
        for start in range(made, size, AT_ONCE):
            fill(range(start, min(size, start + AT_ONCE)))
        made, built = size, time.monotonic() - began
        began = time.monotonic()
        for rack in Rack.objects.all():
            counting.count(rack)
        counted = time.monotonic() - began
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        print(
            f"  {size:,} documents, {Posting.objects.count():,} postings: built in {built:.0f} s, counted in"
            f" {counted:.0f} s, {megabytes():,.0f} MB"
        )
        inserts = [timed(lambda new=new: shelf.put(new))[:2] for new, _ in map(document, range(made, made + INSERTS))]
        show("insert", inserts)
        made += INSERTS
        asked = texts_of(IndexedDocument.objects.order_by("number"), writer)
        for name, question, ask in questions(shelf, asked):
            taken: list[tuple[float, float]] = []
            overlaps: list[float] = []
            for _ in range(ROUNDS):
                words = question()
                whole, inside, hits = timed(lambda ask=ask, words=words: ask(words))
                taken.append((whole, inside))
                if len(overlaps) < ROUNDS // 4:
                    best = ask(words, budget=EVERYTHING, candidates=1_000)[:10]
                    found = {hit.document.pk for hit in hits[:10]}
                    overlaps.append(len(found & {hit.document.pk for hit in best}) / len(best) if best else 1)
            show(name, taken, f"{statistics.mean(overlaps):>9.2f}")


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
        measure([int(size) for size in sys.argv[2:]])
    else:
        run([int(size) for size in sys.argv[1:]] or SIZES)
