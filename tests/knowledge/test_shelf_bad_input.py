"""Whatever is typed: an answer or nothing, never an error."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge import shelf
from knowledge.models import Audience
from knowledge.shelf import Document

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, tzinfo=UTC)
ODD = [
    *("", " ", "　", "\n" * 10_000, "あ", "a", "の", "🎉🎉", "AND", "OR NOT"),
    *('"', '""', '"議事録', '議事録"', '"の"', "'", "%", "_", "%%%s", "\\", "*", "議事録*", "-議事録", "(議事録"),
    *("議事録; DROP TABLE knowledge_posting", "=", "year=2026", "\x00", "\ud800", "\u202e"),
    *("ﷺ" * 1_200, "議事録" * 4_000, " ".join(map(str, range(3_000)))),
]


@pytest.fixture
def one(db) -> None:
    shelf.put(Document("case", "one", NOW, title="議事録の作成", texts=["録音", "文字"], facets={"year": "2026"}))


@pytest.mark.parametrize("words", ODD, ids=lambda words: repr(words[:12]))
def test_odd_questions_are_answered(one, words):
    for hit in [
        *shelf.find(words, audience=Audience.OFFICE),
        *shelf.find(words, audience=Audience.OFFICE, where={"year": "2026"}),
        *shelf.similar(words, audience=Audience.EVERYONE),
        *shelf.similar(words, audience=Audience.OFFICE),
    ]:
        assert hit.document.key == "one"


@pytest.mark.parametrize("words", ["", "の", "🎉", "%", "_", "*", '"', "AND", "='"])
def test_without_a_word_nothing_is_found(one, words):
    assert shelf.find(words, audience=Audience.OFFICE) == []
    assert shelf.similar(words, audience=Audience.OFFICE) == []


@pytest.mark.parametrize("words", ['議事録 "', "議事録 *", "議事録 -", "(議事録)", "議事録 AND 作成", "議事録%"])
def test_what_looks_like_an_operator_is_passed_over(one, words):
    assert [hit.document.key for hit in shelf.find(words, audience=Audience.OFFICE)] == ["one"]


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(), title=st.text(), said=st.text())
@example(words='"\x00"', title="\x00", said="\ud800")
def test_any_text_may_be_put_and_asked(db, words, title, said):
    shelf.put(Document("case", "any", NOW, title=title, texts=[said]))
    shelf.find(words, audience=Audience.OFFICE)
    shelf.similar(words, audience=Audience.OFFICE)
    written = [hit.document.key for hit in shelf.similar(f"{title}\n{said}", audience=Audience.OFFICE)]
    assert written in ([], ["any"])
    shelf.remove("case", "any")
