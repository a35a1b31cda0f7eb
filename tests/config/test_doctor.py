"""`manage.py doctor` says how an installation is."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from knowledge import rerank, shelf, text
from knowledge.models import IndexedDocument


def said() -> str:
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError as wrong:
        out.write(str(wrong))
    return out.getvalue()


def test_it_says_that_the_search_holds_every_case(new_case):
    line = next(line for line in said().splitlines() if "case" in line)
    assert line.startswith("ok"), line


def test_it_says_what_to_do_where_a_case_is_missing_from_the_search(new_case):
    IndexedDocument.objects.filter(kind="case").delete()
    assert "rebuild_index" in said()


def test_it_fails_where_something_is_wrong(db):
    with pytest.raises(CommandError):  # no worker runs
        call_command("doctor", stdout=StringIO())


def test_it_says_whether_what_is_similar_is_ranked_by_sense(db, monkeypatch):
    with_sense = said()
    monkeypatch.setattr(rerank, "is_installed", lambda: False)
    assert said() != with_sense


def test_it_says_what_to_do_after_an_upgrade_of_the_dictionary(new_case, monkeypatch):
    assert "cut by another one" not in said()
    text.dictionary.cache_clear()
    monkeypatch.setattr(text, "version", lambda package: "29990101")
    try:
        assert "manage.py rebuild_index case" in said()
        call_command("rebuild_index", "case", stdout=StringIO())
        assert "cut by another one" not in said()
    finally:
        text.dictionary.cache_clear()


def test_it_says_what_to_do_after_an_upgrade_that_puts_more_of_a_case_on_the_shelf(new_case, monkeypatch):
    assert "of an older shape" not in said()
    monkeypatch.setitem(shelf.shapes, "case", 99)
    assert "manage.py rebuild_index case" in said()
    call_command("rebuild_index", "case", stdout=StringIO())
    assert "of an older shape" not in said()
