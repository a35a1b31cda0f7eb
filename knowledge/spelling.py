"""What a changed word touches is indexed anew."""

from django.db import transaction

from knowledge import shelf, text
from knowledge.models import IndexedDocument, Respelling

AT_ONCE = 200


def index_anew() -> int:
    """Index every document anew in which a word occurs that was changed. Returns how many those were.

    All documents are looked through, once for all changes. Stopped half-way, it begins again the next time.
    """
    changes = list(Respelling.objects.all())
    forms = {text.normal(text.clean(form)) for change in changes for form in change.forms}
    terms = forms | {text.as_one_word(form) for form in forms}
    touched, last = 0, -1
    while forms and (rows := IndexedDocument.objects.filter(number__gt=last).order_by("number")[:AT_ONCE]):
        numbers = [row.number for row in rows if terms & row.terms.keys() or _says_any(row, forms)]
        with transaction.atomic():
            held = IndexedDocument.objects.filter(number__in=numbers).select_related("rack")
            shelf.put_all([shelf.as_document(row) for row in held.select_for_update(of=("self",))])
        touched, last = touched + len(numbers), max(row.number for row in rows)
    Respelling.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return touched


def _says_any(row: IndexedDocument, forms: set[str]) -> bool:
    said = text.normal(f"{row.title}\n{row.text}\n{row.aside}")
    return any(form in said for form in forms)
