import hashlib
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config import messages
from knowledge import sources

DEMO_ACCOUNTS = "manager", "chief", "staff", "specialist", "facilitator", "ict", "ward", "admin"


class Command(BaseCommand):
    """Everything before the first page, in one process, and only what is not done yet: the second start is quick."""

    help = (
        "Compile messages, migrate, collect static files, fill the search index where it lacks something, and load the"
        " demo data where the database is empty."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="no demo data, and no word of it")

    def handle(self, *args: Any, **options: Any) -> None:
        messages.compile_all()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database ...")
            call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        self.collect_static()
        self.fill_index()
        if not options["no_demo"]:
            self.open_demo()

    def fill_index(self) -> None:
        """What came before the search index, or was left when its making was stopped, is put there now."""
        if kinds := [source.kind for source in sources.registered() if sources.is_wanting(source)]:
            self.stdout.write("Filling the search index ...")
            call_command("rebuild_index", *kinds, stdout=self.stdout)

    def open_demo(self) -> None:
        people = get_user_model().objects
        if not people.exists():
            self.stdout.write("Loading the demo data ...")
            call_command("load_demo")
        self.stdout.write(
            f"\n  The desk opens at http://127.0.0.1:{os.environ.get('PORT') or 8000}/ (Ctrl-C closes it)"
        )
        if people.filter(username__in=DEMO_ACCOUNTS).count() == len(DEMO_ACCOUNTS):
            self.stdout.write(f"  Demo accounts: {', '.join(DEMO_ACCOUNTS)}; password: yokohama-demo")
        self.stdout.write("")

    def collect_static(self) -> None:
        found = [storage.path(name) for finder in get_finders() for name, storage in finder.list([])]
        state = repr([(path, Path(path).stat().st_mtime_ns, Path(path).stat().st_size) for path in found])
        fingerprint = hashlib.sha256(state.encode()).hexdigest()
        stamp = settings.DATA_DIR / "static.stamp"
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        self.stdout.write("Collecting static files ...")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(fingerprint)
