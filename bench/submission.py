"""Submission: from the click on "send" to the receipt, 30 members to be told

Bar: unmoved by a mail server or broker that is down or answers nothing.
"""

import statistics
import subprocess
import sys

from bench.running import ROOT, folder
from tests.servers.desk import Desk
from tests.servers.postgres import postgresql
from tests.servers.smtp import MailServer
from tests.servers.valkey import BlackHole, Valkey
from tests.visitor import Visitor

ROUNDS = 40


def run() -> None:
    print(f"{'':44}{'p50':>8}{'p95':>8}  ms")
    with MailServer() as mail, Valkey() as valkey, BlackHole() as hole, postgresql() as database:
        measure("SQLite, files as broker, mail server up", "", "", mail.url)
        measure("PostgreSQL, Valkey, mail server up", database, valkey.url, mail.url)
        mail.stop()
        measure("PostgreSQL, Valkey, mail server down", database, valkey.url, mail.url)
        measure("PostgreSQL, broker down", database, "redis://127.0.0.1:1/0", mail.url, "web")
        measure("PostgreSQL, broker answers nothing", database, f"redis://127.0.0.1:{hole.port}/0", mail.url, "web")


def measure(name: str, database: str, broker: str, mail: str, *services: str) -> None:
    with folder() as place:
        database = database or f"sqlite:///{place / 'desk.sqlite3'}"
        desk = Desk(
            place,
            DATABASE_URL=database,
            DATA_DIR=str(place / "data"),
            CELERY_BROKER_URL=broker,
            EMAIL_URL=mail,
            INTAKE_RATE_PER_HOUR="100000",
        )
        desk.prepare()
        command, environment = desk.command("prepare")
        subprocess.run([sys.executable, "-m", "bench.people"], env=environment, cwd=ROOT, check=True)
        desk.start(*services)
        try:
            visitor = Visitor(desk.url)
            times = sorted(visitor.consult(department="kohoku")[1] * 1000 for _ in range(ROUNDS))
        finally:
            desk.stop()
    print(f"{name:44}{statistics.median(times):8.0f}{times[int(len(times) * 0.95)]:8.0f}", flush=True)
