"""Quality: the questions of tests/knowledge/quality put to the demo year, on SQLite and PostgreSQL

Each line: recall@5 and MRR, for all questions and for each way to ask. LIKE gives the newest first; ts_rank is that of
PostgreSQL with its "simple" words, of the texts as they stand and of the words that we find in them.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from unittest import mock

from django.db.models import Q

from bench.running import ROOT, folder
from bench.search import database
from tests.servers.postgres import postgresql

OUR_WORDS = "(SELECT string_agg(word, ' ') FROM jsonb_object_keys(terms) AS word)"
GROUPS = "", "short", "sentences", "variants"


def run() -> None:
    with postgresql() as server, folder() as place:
        for name, url in (
            ("SQLite", f"sqlite:///{place / 'desk.sqlite3'}"),
            ("PostgreSQL", database(server, "quality")),
        ):
            print(f"{name:32}{''.join(f'{group:>14}' for group in ('all', *GROUPS[1:]))}", flush=True)
            environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(place / name)}
            subprocess.run([sys.executable, "-m", "bench.quality"], env=environment, cwd=ROOT, check=True)


def measure() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from knowledge import rerank
    from tests.knowledge import quality

    call_command("migrate", verbosity=0)
    quality.fill()

    def show(name: str, answer: Callable[[str], list[str]]) -> None:
        print(f"  {name:30}{''.join(f'{quality.figures(answer, group)!s:>14}' for group in GROUPS)}", flush=True)

    show("similar, words and sense", quality.similar)
    with mock.patch.object(rerank, "is_installed", return_value=False):
        show("similar, words", quality.similar)
    show("find", quality.find)
    show("LIKE, every word", lambda text: like(text.split(), and_))
    show("LIKE, any of our words", lambda text: like(written(text), or_))
    if connection.vendor == "postgresql":
        show("ts_rank, texts", lambda text: ts_rank("title || ' ' || text", text.split()))
        show("ts_rank, our words", lambda text: ts_rank(OUR_WORDS, terms(text)))


def terms(text: str) -> list[str]:
    from knowledge.text import tokens
    from knowledge.words import vocabulary

    return [token.term for token in tokens(text, vocabulary())]


def written(text: str) -> list[str]:
    from knowledge.text import tokens
    from knowledge.words import vocabulary

    return [text[token.start : token.end] for token in tokens(text, vocabulary())]


def like(words: list[str], joined: Callable[[Q, Q], Q]) -> list[str]:
    from knowledge.models import IndexedDocument

    if not words:
        return []
    says = reduce(joined, (Q(title__icontains=word) | Q(text__icontains=word) for word in words))
    return list(IndexedDocument.objects.filter(says).order_by("-number").values_list("key", flat=True))


def ts_rank(said: str, words: list[str]) -> list[str]:
    """What holds any of the words, as PostgreSQL ranks it."""
    from django.db import connection

    asked = " | ".join("'" + word.replace("\\", "").replace("'", "''") + "'" for word in words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key FROM knowledge_indexeddocument, to_tsvector('simple', {said}) AS held,"
            " to_tsquery('simple', %s) AS asked WHERE held @@ asked ORDER BY ts_rank(held, asked) DESC, number DESC",
            [asked],
        )
        return [key for (key,) in cursor.fetchall()]


if __name__ == "__main__":
    measure()
