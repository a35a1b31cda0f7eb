"""The index is what a rebuild would make of it, whatever happened before; and a rebuild disturbs nobody."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import shelf, sources
from knowledge.models import Audience, IndexedDocument, Posting, Rack
from knowledge.shelf import Document
from knowledge.sources import Source

pytestmark = pytest.mark.django_db
BEGINNING = datetime(2026, 4, 1, tzinfo=UTC)
WORDS = ["議事録", "補助金", "申請", "録音", "PC", "LoGoフォーム", "生成AI", "窓口"]

documents = st.builds(
    lambda key, said, day, audience, facets: Document(
        "case", key, BEGINNING + timedelta(days=day), audience, "の".join(said[:2]), ["を".join(said)], facets
    ),
    st.sampled_from("abcd"),
    st.lists(st.sampled_from(WORDS), max_size=6),
    st.integers(0, 2),
    st.sampled_from(Audience.values),
    st.dictionaries(st.just("year"), st.sampled_from(["2025", "2026"])),
)


def contents() -> tuple[set, set]:
    rows = IndexedDocument.objects.values_list("number", "rack", "kind", "key", "title", "text", "at")
    return set(rows), set(Posting.objects.values_list("rack", "term", "document", "impact"))


def empty() -> None:
    Posting.objects.all().delete()
    IndexedDocument.objects.all().delete()


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(documents, st.sampled_from("abcd")), max_size=12))
def test_putting_and_removing_leaves_what_a_rebuild_makes(db, steps):
    empty()
    left: dict[str, Document] = {}
    for step in steps:
        if isinstance(step, Document):
            shelf.put(step)
            left[step.key] = step
        else:
            shelf.remove("case", step)
            left.pop(step, None)
    grown = contents()
    empty()
    shelf.put_all(left.values())
    assert contents() == grown


@pytest.fixture
def cases(monkeypatch) -> dict[str, Document]:
    """A room with 250 cases, that the shelf knows how to ask."""
    held = {str(n): Document("case", str(n), BEGINNING + timedelta(days=n), title=f"議事録 {n}") for n in range(250)}
    monkeypatch.setattr(sources, "_sources", {})
    sources.register(Source("case", lambda: list(held), lambda keys: [held[key] for key in keys if key in held]))
    return held


def found() -> list[str]:
    return [hit.document.key for hit in shelf.find("議事録", audience=Audience.OFFICE, limit=1_000, candidates=1_000)]


def test_a_rebuild_sets_right_whatever_is_wrong(cases):
    shelf.put(Document("case", "gone", BEGINNING, title="議事録"))
    shelf.put(cases["0"])
    Posting.objects.filter(term="議事").delete()
    out = StringIO()
    call_command("rebuild_index", stdout=out)
    assert sorted(found()) == sorted(cases)
    assert "case: 251 of 251" in out.getvalue()
    assert Rack.objects.get().documents == 250


def test_readers_find_everything_while_a_rebuild_runs(cases):
    shelf.put_all(cases.values())
    for _ in sources.rebuild(sources.registered()[0]):
        assert len(found()) == 250


def test_a_rebuild_that_was_stopped_goes_on_from_there(cases):
    source = sources.registered()[0]
    stopped = sources.rebuild(source)
    assert [next(stopped), next(stopped)] == [(0, 250), (100, 250)]
    assert next(sources.rebuild(source)) == (100, 250)
    list(sources.rebuild(source))
    assert next(sources.rebuild(source)) == (0, 250)
    assert len(found()) == 250


def test_one_that_was_stopped_before_an_upgrade_begins_anew_where_documents_have_another_shape(cases, monkeypatch):
    source = sources.registered()[0]
    stopped = sources.rebuild(source)
    assert [next(stopped), next(stopped)] == [(0, 250), (100, 250)]
    monkeypatch.setitem(shelf.shapes, "case", 99)
    assert next(sources.rebuild(source)) == (0, 250)
