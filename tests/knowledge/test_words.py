"""The house's own words: a change takes effect, and what it touches is indexed anew."""

from datetime import UTC, datetime, timedelta

import pytest

from knowledge import actions, counting, shelf, spelling
from knowledge.models import Audience, Frequency, IndexedDocument, Rack, Respelling, Word
from knowledge.shelf import Document
from knowledge.tasks import count_words, index_touched
from office import clock

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def found(words: str) -> list[str]:
    return sorted(hit.document.key for hit in shelf.find(words, audience=Audience.OFFICE))


@pytest.fixture
def two(db) -> None:
    shelf.put(Document("case", "long", NOW, title="保育所等利用調整システムの改修"))
    shelf.put(Document("case", "short", NOW, title="ハマサポの改修"))
    shelf.put(Document("case", "other", NOW, title="議事録の作成"))


def test_the_first_words_are_there():
    assert Word.objects.count() >= 100
    assert Word.objects.get(name="パソコン").forms[:2] == ["パソコン", "PC"]
    assert Word.objects.get(name="パソコン").history.count() == 1


def test_a_new_word_joins_what_was_two(two, suzuki):
    assert found("ハマサポ") == ["short"]
    actions.keep_word(by=suzuki, name="ハマサポ", also="保育所等利用調整システム")
    assert index_touched() == 2
    assert found("ハマサポ") == found("保育所等利用調整システム") == ["long", "short"]
    assert not Respelling.objects.exists()
    assert index_touched() == 0


def test_a_word_that_is_dropped_is_two_again(two, suzuki):
    word = actions.keep_word(by=suzuki, name="ハマサポ", also="保育所等利用調整システム")
    index_touched()
    actions.drop_word(by=suzuki, word=word)
    assert index_touched() == 2
    assert found("ハマサポ") == ["short"]
    assert Word.history.filter(name="ハマサポ", history_user=suzuki).count() == 2


def test_its_history_goes_by_the_clock_of_the_office(suzuki):
    begun, gone = clock.now() - timedelta(days=30), clock.now() - timedelta(days=10)
    with clock.at(begun):
        word = actions.keep_word(by=suzuki, name="庁内便")
    with clock.at(gone):
        actions.drop_word(by=suzuki, word=word)
    states = Word.history.filter(name="庁内便").order_by("history_id")
    assert [(state.history_type, state.history_date, state.history_user) for state in states] == [
        ("+", begun, suzuki),
        ("-", gone, suzuki),
    ]


def test_a_changed_word_lets_go_of_its_old_forms(two, suzuki):
    word = actions.keep_word(by=suzuki, name="ハマサポ", also="保育所等利用調整システム")
    index_touched()
    actions.keep_word(by=suzuki, word=word, name="ハマサポ", also="保育システム")
    index_touched()
    assert found("ハマサポ") == ["short"]


def test_words_are_counted_where_the_counts_are_old(two):
    assert count_words() == 1
    assert Rack.objects.get().documents == 3
    assert Frequency.objects.get(term="改修").documents == 2
    assert count_words() == 0
    shelf.put(Document("case", "new", NOW, title="議事録の改修"))
    assert count_words() == 1, "it has grown by more than a tenth"
    shelf.remove("case", "short")
    with clock.at(clock.now() + counting.OLD * 2):
        assert count_words() == 1
    assert Frequency.objects.get(term="改修").documents == 2
    assert IndexedDocument.objects.count() == Rack.objects.get().documents
    assert not Frequency.objects.filter(term="録").exclude(documents=2).exists()


def test_what_a_word_touches_is_indexed_a_stretch_at_a_time_and_a_newer_word_has_its_turn_after(
    two, suzuki, monkeypatch
):
    monkeypatch.setattr(spelling, "AT_ONCE", 1)
    actions.keep_word(by=suzuki, name="ハマサポ", also="保育所等利用調整システム")
    assert spelling.index_anew(within=timedelta(0)) == 0
    clocked = iter([0.0, 0.0, 9.0])
    monkeypatch.setattr(spelling.time, "monotonic", lambda: next(clocked))
    assert spelling.index_anew(within=timedelta(seconds=5)) == 1, "time for one document"
    monkeypatch.undo()
    actions.keep_word(by=suzuki, name="議事メモ", also="議事録")
    assert index_touched() == 1, "the other document of the first word"
    assert found("ハマサポ") == ["long", "short"]
    assert index_touched() == 1
    assert found("議事メモ") == ["other"]
    assert not Respelling.objects.exists()
