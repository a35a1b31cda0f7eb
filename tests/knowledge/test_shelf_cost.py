"""What is done to one document costs the same, however many others stand on the shelf."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from knowledge import shelf
from knowledge.models import Posting
from knowledge.shelf import Document

AT = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite says how it looks; PostgreSQL decides by size")
def test_it_finds_what_it_takes_away_by_the_key(db):
    shelf.put(Document("case", "1", AT, texts=["窓口の予約を電話で受けている。"]))
    asked = []

    def watch(execute, sql, params, many, context):
        if sql.startswith("DELETE FROM knowledge_posting"):
            asked.append((sql, params[0] if many else params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        shelf.put(Document("case", "1", AT, texts=["補助金の審査を紙で行っている。"]))
    [(sql, params)] = asked
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = [row[3] for row in cursor.fetchall() if "knowledge_posting" in row[3]]
    assert plan == ["SEARCH knowledge_posting USING PRIMARY KEY (rack=? AND term=? AND document=?)"]
    assert not Posting.objects.filter(term="予約").exists()
    assert Posting.objects.filter(term="補助").exists() or Posting.objects.filter(term="補助金").exists()
