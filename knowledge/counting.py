"""In how many documents each word occurs.

Counted now and then: were the counts kept with every document that is put, all who write would wait for one another at
the common words.
"""

from datetime import timedelta

from django.db.models import Count

from knowledge import text
from knowledge.models import Frequency, IndexedDocument, Posting, Rack
from office import clock

# A night's rest; but a rack that has grown by a tenth does not wait for it.
OLD = timedelta(hours=20)
GROWN = 1.1
# So many rows are written at once: on SQLite everybody else waits meanwhile.
AT_ONCE = 2_000
# On a rack no larger than this, words of a single document are counted too: a misspelt word is mended by them.
SMALL = 2_000


def count_what_is_due() -> int:
    """Count the racks whose counts are old. Returns how many they were."""
    due = [rack for rack in Rack.objects.all() if is_due(rack)]
    for rack in due:
        count(rack)
    return len(due)


def is_due(rack: Rack) -> bool:
    if not rack.counted_at or rack.counted_at < clock.now() - OLD:
        return True
    return _documents(rack) > rack.documents * GROWN


def count(rack: Rack) -> None:
    """Bring the counts of a rack up to date.

    On a large one, words of a single document are left out: an unknown word is rare.
    """
    documents = _documents(rack)
    least = 1 if documents <= SMALL else 2
    known = dict(Frequency.objects.filter(rack=rack.pk).values_list("term", "documents"))
    occurring = Posting.objects.filter(rack=rack.pk).values_list("term").annotate(documents=Count("document"))
    counted = dict(occurring.filter(documents__gte=least).order_by("term").iterator(chunk_size=10_000))
    gone = list(known.keys() - counted.keys())
    changed = [term for term, number in counted.items() if known.get(term) != number]
    for start in range(0, len(changed), AT_ONCE):
        Frequency.objects.bulk_create(
            [_frequency(rack, term, counted[term]) for term in changed[start : start + AT_ONCE]],
            update_conflicts=True,
            unique_fields=["rack", "term"],
            update_fields=["documents", "reading"],
        )
    for start in range(0, len(gone), AT_ONCE):
        Frequency.objects.filter(rack=rack.pk, term__in=gone[start : start + AT_ONCE]).delete()
    rack.documents, rack.counted_at = documents, clock.now()
    rack.save(update_fields=["documents", "counted_at"])


def _frequency(rack: Rack, term: str, documents: int) -> Frequency:
    reading = "" if "=" in term else text.reading(term)
    return Frequency(rack=rack.pk, term=term, documents=documents, reading=reading)


def _documents(rack: Rack) -> int:
    return IndexedDocument.objects.filter(rack=rack).count()
