"""The words of this house: the vocabulary that the leads keep, as every process reads it."""

from datetime import datetime

from django.db.models import Count, Max

from knowledge.models import Word
from knowledge.text import Vocabulary

_read: tuple[tuple[int, datetime | None], Vocabulary] | None = None


def vocabulary() -> Vocabulary:
    """The present vocabulary. Asks the table whether it has changed, and reads it only then."""
    global _read
    state = Word.objects.aggregate(count=Count("pk"), last=Max("changed_at"))
    version = state["count"], state["last"]
    if not _read or _read[0] != version:
        _read = version, Vocabulary(word.forms for word in Word.objects.order_by("pk"))
    return _read[1]
