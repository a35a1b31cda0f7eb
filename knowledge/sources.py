"""Where documents come from. A room above says here what it puts on the shelf, so that the index can be built anew."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction

from knowledge import shelf
from knowledge.models import IndexedDocument, Rack

AT_ONCE = 100
# A rebuild that was stopped goes on from here within this many seconds.
REMEMBERED = 7 * 24 * 60 * 60


@dataclass(frozen=True)
class Source:
    """All documents of a kind.

    `keys` gives their keys, each time in the same order. `documents` gives those of some keys; it is called in a
    transaction and must lock the rows it reads, or a change under way would be overwritten with the state before it.
    `shape` is raised by whoever changes what a document holds of its row: those on the shelf are then of an older one.
    """

    kind: str
    keys: Callable[[], Iterable[str]]
    documents: Callable[[Sequence[str]], Iterable[shelf.Document]]
    shape: int = 1


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """To be called once for each kind, where a room is ready (`AppConfig.ready`)."""
    _sources[source.kind] = source
    shelf.shapes[source.kind] = source.shape


def registered() -> list[Source]:
    return list(_sources.values())


def is_wanting(source: Source) -> bool:
    """Whether nothing of this kind stands on the shelf though something should, or a rebuild of it was stopped."""
    if cache.get(_reached(source)):
        return True
    return not IndexedDocument.objects.filter(kind=source.kind).exists() and next(iter(source.keys()), None) is not None


def rebuild(source: Source) -> Iterator[tuple[int, int]]:
    """Put all documents of a kind on the shelf anew, and take off those that are no more.

    A few at a time, each in one transaction: readers find every document at every moment, and whoever changes one waits
    for a few at most. Gives (how many are done, how many there are) again and again; stopped half-way, the next rebuild
    goes on from there, unless documents are made otherwise since (`shelf.recipe`).
    """
    keys = list(source.keys())
    stands = IndexedDocument.objects.filter(kind=source.kind).values_list("key", flat=True)
    keys += sorted(set(stands) - set(keys))
    reached = _reached(source)
    recipe = shelf.recipe(source.kind)
    made_by, last = cache.get(reached) or ("", "")
    done = keys.index(last) + 1 if made_by == recipe and last in keys else 0
    yield done, len(keys)
    while some := keys[done : done + AT_ONCE]:
        with transaction.atomic():
            documents = list(source.documents(some))
            shelf.put_all(documents, anew=True)
            for key in set(some) - {document.key for document in documents}:
                shelf.remove(source.kind, key)
        done += len(some)
        cache.set(reached, (recipe, some[-1]), REMEMBERED)
        yield done, len(keys)
    Rack.objects.filter(kind=source.kind).update(cut_by=recipe)
    cache.delete(reached)


def _reached(source: Source) -> str:
    """Where it is remembered how far a rebuild has come."""
    return f"rebuild:{source.kind}"
