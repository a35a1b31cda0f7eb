"""What a changed word touches is indexed anew."""

import time
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction

from knowledge import shelf, text
from knowledge.models import IndexedDocument, Respelling

AT_ONCE = 200
REACHED = "index_touched"


def index_anew(*, within: timedelta) -> int:
    """Index every document anew in which a word occurs that was changed. Returns how many those were.

    All documents are looked through, once for all changes, for about as long as `within`; the next run goes on from
    there. What is changed meanwhile has its turn after that.
    """
    end = time.monotonic() + within.total_seconds()
    changes, last = cache.get(REACHED) or (list(Respelling.objects.values_list("pk", flat=True)), -1)
    forms = {
        text.normal(text.clean(form)) for change in Respelling.objects.filter(pk__in=changes) for form in change.forms
    }
    terms = forms | {text.as_one_word(form) for form in forms}
    touched = 0
    while forms and (rows := list(IndexedDocument.objects.filter(number__gt=last).order_by("number")[:AT_ONCE])):
        if time.monotonic() >= end:
            return touched
        numbers = [row.number for row in rows if terms & row.terms.keys() or _says_any(row, forms)]
        with transaction.atomic():
            held = IndexedDocument.objects.filter(number__in=numbers).select_related("rack").order_by("number")
            shelf.put_all([shelf.as_document(row) for row in held.select_for_update(of=("self",))])
        touched, last = touched + len(numbers), rows[-1].number
        cache.set(REACHED, (changes, last), None)
    Respelling.objects.filter(pk__in=changes).delete()
    cache.delete(REACHED)
    return touched


def _says_any(row: IndexedDocument, forms: set[str]) -> bool:
    said = text.normal(f"{row.title}\n{row.text}\n{row.aside}")
    return any(form in said for form in forms)
