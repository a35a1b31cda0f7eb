"""The command that loads the demo: all or nothing, and never into anybody's real data."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError
from django.utils import timezone

from config.demo import book, play
from consultations.models import Case, Entry
from meetings.models import Meeting
from office import clock
from tests.config.test_demo_year import everything, load_demo

TOKYO = ZoneInfo("Asia/Tokyo")


def test_it_refuses_a_database_that_holds_anything_else(db, kohoku):
    before = everything()
    with pytest.raises(CommandError, match=r"departments.*Use an empty database"):
        load_demo()
    assert everything() == before


def test_it_leaves_nothing_behind_where_it_is_interrupted(db, monkeypatch):
    before = everything()

    def interrupted(self: play.CaseLife, event: book.Event) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(play.CaseLife, "support", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load_demo()
    assert everything() == before


def test_it_has_a_full_year_and_a_believable_desk_on_a_sunday_at_new_year_too(db):
    with clock.at(datetime(2027, 1, 3, 20, 0, tzinfo=TOKYO)):
        load_demo()
        assert 285 <= Case.objects.count() <= 310
        assert 25 <= Case.objects.open().count() <= 40
        assert Case.objects.untouched().exists()
        assert Case.objects.follow_up_reached().exists()
        assert Case.objects.replied().exists()
        assert Meeting.objects.coming().for_the_list().get().asked >= 2
        last = timezone.localdate(max(Entry.objects.values_list("at", flat=True)))
        assert last == date(2026, 12, 28)  # the last day on which the office was open
