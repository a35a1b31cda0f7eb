"""SQLite and PostgreSQL give the same documents in the same order, with the same scores, for the same reasons.

Where the search extra is installed they are ranked by their sense, too.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from knowledge import rerank
from tests.servers.postgres import postgresql

ROOT = Path(__file__).parent.parent.parent
NAME = f"shelf_{os.getpid()}"


def answers(database: str, folder: Path) -> list[object]:
    environment = os.environ | {
        "DATABASE_URL": database,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.knowledge.answers"],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_both_engines_answer_alike(tmp_path):
    on_sqlite = answers(f"sqlite:///{tmp_path / 'shelf.sqlite3'}", tmp_path)
    with postgresql() as server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {NAME}")
        try:
            on_postgresql = answers(server.rpartition("/")[0] + f"/{NAME}", tmp_path)
        finally:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    assert len(on_sqlite) > 1_000
    documents, _postings, encoded = on_sqlite[:3]
    assert encoded == (documents if rerank.is_installed() else 0)
    assert on_sqlite == on_postgresql
