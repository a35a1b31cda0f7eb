from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from knowledge.models import Respelling, Word
from office import actions as office
from office.actions import ActionRefused, signed
from office.models import User


@transaction.atomic
def keep_word(*, by: User, name: str, also: str = "", word: Word | None = None, seen: int | None = None) -> Word:
    """Add a word of search, or change one. What it touches is indexed anew in the background.

    Refused where another word has one of its forms already: a text would then mean two things at once. StaleRow where
    the newest state of its history is no longer `seen`.
    """
    all_words = _locked()
    kept = all_words.pop(word.pk, None) if word else None
    before = kept.forms if kept else []
    kept = kept or Word()
    kept.name, kept.also = name, also
    if clash := Word.clash(kept.forms, all_words.values()):
        form, other = clash
        raise ActionRefused(
            _("“%(form)s” belongs to the word “%(word)s” already. Add to that one, or take it out there first.")
            % {"form": form, "word": other},
            field="name" if form == name else "also",
        )
    office.keep(row=kept, by=by, seen=seen)
    Respelling.objects.create(forms=before + kept.forms)
    return kept


@transaction.atomic
def drop_word(*, by: User, word: Word) -> None:
    """Leave a word to the dictionary again."""
    kept = _locked().get(word.pk)
    if not kept:
        raise ActionRefused(_("Someone has taken this word out of use already."))
    Respelling.objects.create(forms=kept.forms)
    signed(kept, by).delete()


def _locked() -> dict[int, Word]:
    """All words by their keys. Nobody else changes them, or adds one, until the transaction ends."""
    # One row for all: who locked the words could not wait for one that is just being added.
    list(ContentType.objects.select_for_update(no_key=True).filter(app_label="knowledge", model="word"))
    return Word.objects.in_bulk()
