"""What is similar is ordered by its sense too, where the search extra is installed."""

from datetime import UTC, datetime, timedelta

import pytest

from knowledge import rerank, shelf
from knowledge.models import Audience, IndexedDocument, Vector
from knowledge.shelf import Document
from knowledge.tasks import encode_new

AT = datetime(2026, 4, 1, tzinfo=UTC)
# The words of the question stand in both alike; only one of them is about it.
ASKED = "窓口の待ち時間を短くしたい"
NEAR = "窓口で長く待たせている。待ち時間を減らす方法を知りたい。"
FAR = "窓口用の時計が遅れ、時間が合わない。短い電池の待ち受けを注文したい。"


@pytest.fixture
def both(db) -> None:
    for number, text in enumerate([NEAR, FAR]):
        shelf.put(Document("case", str(number), AT + timedelta(days=number), texts=[text]))


def alike() -> list[str]:
    return [hit.document.key for hit in shelf.similar(ASKED, audience=Audience.OFFICE)]


def test_a_document_waits_for_the_worker_and_is_ranked_by_its_words_until_then(both):
    assert Vector.objects.waiting().count() == 2
    by_words = [hit.score for hit in shelf.similar(ASKED, audience=Audience.OFFICE)]
    assert by_words == sorted(by_words, reverse=True)


def test_the_worker_encodes_what_waits_and_nothing_twice(both):
    assert encode_new() == 2
    assert encode_new() == 0
    assert {len(bytes(vector.values)) for vector in Vector.objects.all()} == {512}


def test_what_means_the_same_comes_first(both):
    encode_new()
    assert alike()[0] == "0"


def test_a_text_that_changes_waits_again_and_one_that_does_not_does_not(both):
    encode_new()
    shelf.put(Document("case", "0", AT, texts=[NEAR], aside=["港北区"]))
    assert not Vector.objects.waiting().exists()
    shelf.put(Document("case", "0", AT, texts=["宛名の印字を直したい。"]))
    assert Vector.objects.waiting().count() == 1


def test_what_leaves_the_shelf_takes_its_sense_with_it(both):
    encode_new()
    shelf.remove("case", "0")
    assert set(Vector.objects.values_list("document", flat=True)) == set(
        IndexedDocument.objects.values_list("number", flat=True)
    )


def test_without_the_extra_the_words_decide_alone(both, monkeypatch):
    encode_new()
    monkeypatch.setattr(rerank, "is_installed", lambda: False)
    scores = [hit.score for hit in shelf.similar(ASKED, audience=Audience.OFFICE)]
    assert scores == sorted(scores, reverse=True)
    shelf.put(Document("case", "2", AT, texts=["議事録"]))
    assert encode_new() == 0
