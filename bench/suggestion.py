"""Suggestion: from a pause in typing to the list beside the form, 100,000 articles on the shelf

Bar: p95 < 150 ms, over HTTP, to one who types.
"""

import os
import statistics
import subprocess
import sys
import time
import urllib.parse

from bench.running import ROOT, folder
from tests.servers.desk import Desk
from tests.servers.postgres import postgresql
from tests.visitor import Visitor

SIZE, AT_ONCE, ROUNDS = 100_000, 20_000, 200
# One who types pauses here.
LETTERS = 15, 40, 80, 120


def run() -> None:
    with folder() as place, postgresql() as server:
        place.chmod(0o755)  # PostgreSQL runs as another account
        for name, url in (("SQLite", f"sqlite:///{place / 'desk.sqlite3'}"), ("PostgreSQL", server)):
            desk = Desk(
                place, DATABASE_URL=url, DATA_DIR=str(place / name), INTAKE_RATE_PER_HOUR="1000000", EMAIL_URL=""
            )
            desk.prepare()
            command, environment = desk.command("prepare")
            filled = subprocess.run(
                [sys.executable, "-m", "bench.suggestion"],
                env=environment,
                cwd=ROOT,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            desk.start("web")
            try:
                times = sorted(type_on(desk.url, filled.stdout.splitlines()))
            finally:
                desk.stop()
            print(
                f"{name:12}p50 {statistics.median(times):.0f} ms, p95 {times[int(len(times) * 0.95)]:.0f} ms",
                flush=True,
            )


def type_on(url: str, texts: list[str]) -> list[float]:
    """Milliseconds to each answer."""
    visitor, times = Visitor(url), []
    form = visitor.get("/consult/")
    token, intake = form.value("csrfmiddlewaretoken"), form.value("intake")
    visitor.opener.addheaders.append(("HX-Request", "true"))
    for text in texts:
        for letters in LETTERS:
            fields = {"csrfmiddlewaretoken": token, "intake": intake, "problem": text[:letters]}
            data = urllib.parse.urlencode(fields).encode()
            began = time.perf_counter()
            with visitor.opener.open(f"{url}/consult/suggest/", data, timeout=30) as answer:
                answer.read()
            times.append((time.perf_counter() - began) * 1000)
    return times


def fill() -> None:
    """So many articles on the shelf, and on standard output the beginnings of texts like theirs, a line each."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection

    from bench import search
    from knowledge import counting
    from knowledge.models import Rack

    writer = search.Writer()
    for start in range(0, SIZE, AT_ONCE):
        search.fill(writer, range(start, start + AT_ONCE), kind="article", audience="everyone")
    counting.count(Rack.objects.get(kind="article", audience="everyone"))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    for number in range(ROUNDS // len(LETTERS)):
        writer.dice.seed(-number - 1)
        print(writer.text()[0].replace("\n", "")[: LETTERS[-1]])


if __name__ == "__main__":
    fill()
