"""A case's history is written once, in words that stay."""

import pytest
from django.utils import translation

from consultations import actions
from consultations.models import Entry
from consultations.models.entry import HistoryIsFixed


def test_it_keeps_names_in_the_language_of_the_installation(started_case, suzuki, procedures):
    with translation.override("en"):
        actions.describe(case=started_case, by=suzuki, title=started_case.title, topic=procedures, level=1)
    (entry,) = started_case.entries.filter(kind="changed")
    assert entry.data["changes"]["topic"] == [None, "手続案内"]


def test_it_cannot_be_changed_or_deleted(started_case):
    entry = started_case.entries.first()
    for tamper in (entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(text="")):
        with pytest.raises(HistoryIsFixed):
            tamper()
