from django.db import transaction

from knowledge.models import Respelling, Word
from office.models import User


@transaction.atomic
def keep_word(*, by: User, name: str, also: str = "", word: Word | None = None) -> Word:
    """Add a word of search, or change one. What it touches is indexed anew in the background."""
    before = word.forms if word else []
    word = word or Word()
    word.name, word.also = name, also
    word._history_user = by  # type: ignore[attr-defined]
    word.save()
    Respelling.objects.create(forms=before + word.forms)
    return word


@transaction.atomic
def drop_word(*, by: User, word: Word) -> None:
    """Leave a word to the dictionary again."""
    Respelling.objects.create(forms=word.forms)
    word._history_user = by  # type: ignore[attr-defined]
    word.delete()
