"""What became of suggestions: shown to somebody who was writing, opened, solved by one, or sent all the same.

A form is named by its own key, and its showing by what is derived from that key and the house's secret: no row of the
one leads to the other, no browser has to remember anything, and the key itself is gone within a day. Showings hold
nothing about anybody, and are kept for as long as the reports count them.
"""

import uuid
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.crypto import salted_hmac

from knowledge.models import Showing, ShownDocument
from office import clock


def showing_of(form: uuid.UUID) -> uuid.UUID:
    """The key of the showing for a form. There is no way back from it."""
    return uuid.UUID(bytes=salted_hmac("knowledge.showing", form.bytes).digest()[:16], version=4)


def show(
    *, form: uuid.UUID, documents: Sequence[tuple[str, str]], may_begin: Callable[[], object] = lambda: True
) -> bool:
    """Note that these documents (kind, key) were shown beside a form, the first place first.

    Each counts once for a form, at the best place it ever had. While nothing new is shown, nothing is written. Whether
    a form that nothing was shown beside so far is counted at all, `may_begin` says; False where it is not.
    """
    pk = showing_of(form)
    held = {
        (kind, key): place
        for kind, key, place in ShownDocument.objects.filter(showing=pk).values_list("kind", "key", "place")
    }
    places = {document: place for place, document in enumerate(documents, start=1)}
    if all(document in held and held[document] <= place for document, place in places.items()):
        return True
    if not (held or may_begin()):
        return False
    with transaction.atomic():
        Showing.objects.bulk_create([Showing(pk=pk, at=clock.now())], ignore_conflicts=True)
        ShownDocument.objects.bulk_create(
            [
                ShownDocument(showing_id=pk, kind=kind, key=key, place=place)
                for (kind, key), place in places.items()
                if (kind, key) not in held
            ],
            ignore_conflicts=True,
        )
        for (kind, key), place in places.items():
            if held.get((kind, key), 0) > place:
                ShownDocument.objects.filter(showing=pk, kind=kind, key=key, place__gt=place).update(place=place)
    return True


def note_opened(*, form: uuid.UUID, kind: str, key: str) -> bool:
    """Note that a document was opened from beside a form. False where it was never shown there."""
    shown = ShownDocument.objects.filter(showing=showing_of(form), kind=kind, key=key)
    return bool(shown.filter(opened_at=None).update(opened_at=clock.now())) or shown.exists()


@transaction.atomic
def note_solved(*, form: uuid.UUID, kind: str, key: str) -> bool:
    """Note that a document answered what somebody was writing. False where it was never shown there.

    Clicked again, it is the same answer. One whose form was sent has not been spared, whatever is clicked afterwards.
    """
    showing = Showing.objects.select_for_update().filter(pk=showing_of(form)).first()
    document = showing.documents.filter(kind=kind, key=key).first() if showing else None
    if not showing or not document:
        return False
    if showing.sent_at or showing.solved_at:
        return True
    showing.solved_at, document.solved = clock.now(), True
    showing.save(update_fields=["solved_at"])
    document.save(update_fields=["solved"])
    return True


@transaction.atomic
def take_back_solved(*, form: uuid.UUID) -> None:
    """Note that it was not solved after all: the writer goes on."""
    showing = Showing.objects.select_for_update().filter(pk=showing_of(form)).first()
    if showing and showing.solved_at:
        _unsolve(showing)


@transaction.atomic
def note_sent(*, form: uuid.UUID) -> None:
    """Note that the form was sent all the same, in the transaction that sends it. What was called solved is not."""
    showing = Showing.objects.select_for_update().filter(pk=showing_of(form), sent_at=None).first()
    if showing is None:
        return
    if showing.solved_at:
        _unsolve(showing)
    showing.sent_at = clock.now()
    showing.save(update_fields=["sent_at"])


def _unsolve(showing: Showing) -> None:
    showing.solved_at = None
    showing.save(update_fields=["solved_at"])
    showing.documents.filter(solved=True).update(solved=False)
