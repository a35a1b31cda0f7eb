import time
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from config.demo import book, opening, play, year
from consultations.actions import one_event
from consultations.models import Case
from knowledge import counting
from knowledge.models import Topic, Word
from meetings.actions import find_similar
from meetings.models import Meeting
from office import clock, era
from office.models import User
from outbox.actions import recorded_as_sent
from outbox.models import Heartbeat

ROOMS = ["office", "outbox", "knowledge", "menus", "consultations", "meetings"]
# There without anybody's doing: by a migration, and by the worker.
NOT_MADE = (Topic, Word, Heartbeat)
# So many meetings show what is like their questions.
LOOKED_AT = 6


class Command(BaseCommand):
    help = (
        "Load an invented year of the desk that ends now: an office of 30, 47 departments, about 300 cases with their"
        " histories, weekly meetings. Made by calling the same actions as the screens. Nothing is mailed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        with transaction.atomic(), translation.override("ja"):
            if found := self.what_is_there():
                if self.is_ours():
                    self.stdout.write("The demo data is there already. Nothing was changed.")
                    return
                raise CommandError(
                    f"This database holds data that load_demo did not make ({', '.join(found)}). Nothing was changed."
                    " Use an empty database: name a new folder in DATA_DIR, or a new database in DATABASE_URL, run"
                    " 'manage.py migrate', then 'manage.py load_demo' again."
                )
            until = clock.now()
            with recorded_as_sent(), one_event():
                opening.open_office(era.fiscal_year_start(era.fiscal_year(year.first_day(until))))
                play.Desk(until).live()
            counting.count_what_is_due()
            # While the year went by, nothing of it was on the shelf yet; nobody looks far back.
            for meeting in Meeting.objects.all()[:LOOKED_AT]:
                find_similar(meeting)
        self.stdout.write(
            f"Loaded {Case.objects.count()} cases, {Case.objects.open().count()} of them open, and"
            f" {Meeting.objects.count()} meetings in {time.monotonic() - begun:.0f} s."
        )

    def what_is_there(self) -> list[str]:
        """The kinds of things that the database holds, history left out."""
        models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
        with translation.override("en"):
            return [
                str(model._meta.verbose_name_plural)
                for model in models
                if not hasattr(model, "history_id") and model not in NOT_MADE and model._default_manager.exists()
            ]

    def is_ours(self) -> bool:
        """Whether the people are those of the demo and nobody else; what they did in it since is theirs to keep."""
        ours = {told["username"] for told in [*book.office(), *book.outsiders()]}
        return set(User.objects.values_list("username", flat=True)) == ours
