"""Growth: SQL and time of the desk's pages at 1,000 and 100,000 cases, 300 open at both

Bars: list, filtered list, dashboard ≤ 12 SQL, case page ≤ 20; time at 100,000 ≤ 1.3 × at 1,000.
"""

import os
import statistics
import subprocess
import sys
import time
from typing import Any

from bench.running import ROOT, folder
from tests.servers.postgres import postgresql

SIZES = [1_000, 100_000]
ROUNDS = 15
PAGES = {
    "dashboard": "/desk/",
    "list": "/desk/cases/",
    "list, one department": "/desk/cases/?department={department}",
    "list, level 3": "/desk/cases/?level=3",
    "list, all years": "/desk/cases/?open=all",
    "case": "/desk/cases/{case}/",
    "checks": "/desk/checks/",
    "pairs": "/desk/pairs/",
    "section's own": "/section/",
}


def run() -> None:
    with postgresql() as database, folder() as place:
        for name, url in (("SQLite", f"sqlite:///{place / 'desk.sqlite3'}"), ("PostgreSQL", database)):
            print(name, flush=True)
            environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(place / name)}
            subprocess.run([sys.executable, "-m", "bench.growth"], env=environment, cwd=ROOT, check=True)


def measure() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.people import settle
    from consultations.models import Case
    from office.models import User

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS = ["*"]
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    settle()
    taken: dict[str, list[tuple[int, float]]] = {name: [] for name in PAGES}
    for size in SIZES:
        fill(size)
        browser = Client()
        browser.force_login(User.objects.get(username="member1"))
        ward = Client()
        ward.force_login(section_account())
        case = Case.objects.open().first()
        for name, path in PAGES.items():
            path = path.format(case=case.number, department=case.department.code)
            asks = ward if path == "/section/" else browser
            answer = asks.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            with CaptureQueriesContext(connection) as queries:
                asks.get(path)
            count = len(queries)  # now: the next request empties the log
            times = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                asks.get(path)
                times.append((time.perf_counter() - began) * 1000)
            taken[name].append((count, statistics.median(times)))
    print(f"  {'':24}" + "".join(f"{size:>10,} SQL    ms" for size in SIZES) + "   ratio")
    for name, figures in taken.items():
        row = "".join(f"{sql:>14}{ms:>8.1f}" for sql, ms in figures)
        print(f"  {name:24}{row}{figures[-1][1] / figures[0][1]:>8.2f}")


def section_account() -> Any:
    """Somebody of the section that a hundredth of all cases comes from."""
    from office.models import Department, Role, Section, User

    section, _ = Section.objects.get_or_create(department=Department.objects.get(), name="地域振興課")
    ward, _ = User.objects.get_or_create(
        username="ward", defaults={"name": "田中 実", "role": Role.WARD, "section": section, "section_confirmed": True}
    )
    return ward


def fill(size: int) -> None:
    """Cases up to `size`: the newest 300 open, the others closed over the years before. One in ten has a technical
    check."""
    from datetime import timedelta

    from django.db import connection

    from consultations.models import Case, CaseNumber, Entry, EntryKind, TechnicalCheck
    from consultations.states import Result, Ruling, Status
    from knowledge.models import Topic
    from office import clock
    from office.models import Department, User

    department, topic, user = Department.objects.get(), Topic.objects.first(), User.objects.first()
    section = section_account().section
    have, now = Case.objects.count(), clock.now()
    cases = []
    for number in range(have, size):
        is_open = have == 0 and number >= size - 300
        received = now - timedelta(minutes=number * 5)
        cases.append(
            Case(
                fiscal_year=2026 - number // 10_000,
                serial=number % 10_000 + 1,
                title=f"補助金の事務処理の効率化について {number}",
                problem="補助金の事務処理で、大量のPDFを検索し、起案用にまとめる作業を効率化したい。" * 3,
                department=department,
                section=section if number % 100 == 0 else None,
                other_section="" if number % 100 == 0 else "福祉保健課",
                name="田中 実",
                received_at=received,
                last_entry_at=received,
                level=number % 4 + 1,
                topic=topic,
                **(
                    {"status": Status.STARTED}
                    if is_open
                    else {
                        "status": Status.COMPLETED,
                        "closed_at": received,
                        "closed_by": user,
                        "result": Result.ANSWERED,
                    }
                ),
            )
        )
    for batch in range(0, len(cases), 2_000):
        made = Case.objects.bulk_create(cases[batch : batch + 2_000])
        Entry.objects.bulk_create(
            Entry(case=case, kind=EntryKind.RECEIVED, at=case.received_at, author_kind="system") for case in made
        )
        TechnicalCheck.objects.bulk_create(
            TechnicalCheck(
                case=case,
                question="庁外の端末から共有フォルダーを見てよいか。",
                asked_at=case.received_at,
                asked_by=user,
                ruling=Ruling.APPLICATION,
                answer="申請すること。",
                answered_at=case.received_at,
                answered_by=user,
            )
            for case in made[::10]
        )
    CaseNumber.objects.get_or_create(fiscal_year=2026, defaults={"last": 10_000})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    measure()
