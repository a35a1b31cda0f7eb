"""What a case's history holds as data, in words."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from consultations.models import (
    Case,
    Entry,
    Example,
    Hearing,
    HearingQuestion,
    Hypothesis,
    NextStep,
    Support,
    TechnicalCheck,
)
from consultations.models.entry import AuthorKind
from consultations.states import AdviceKind, AskKind, SupportState, TieKind
from knowledge import markdown
from office.listing import listed
from office.wording import era_date, era_datetime

register = template.Library()

# What an entry may be about, beside the case: the key of its data that holds the row.
NOUNS: dict[str, type[models.Model]] = {
    "hearing": Hearing,
    "step": NextStep,
    "check": TechnicalCheck,
    "support": Support,
    "example": Example,
}


@register.filter
def in_words(value: Any, field: str, of: type[models.Model] | models.Model = Case) -> str:
    """A stored value of a `field`, of a case or another row, as people say it: `started` of `status` is 対応着手."""
    if value is None or value == "" or value == []:
        return _("not set")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    column = _column(field, of)
    if isinstance(value, str) and isinstance(column, models.DateField):
        # history keeps moments as text
        value = (datetime if isinstance(column, models.DateTimeField) else date).fromisoformat(value)
    if isinstance(value, datetime):
        return era_datetime(value)
    if isinstance(value, date):
        return era_date(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return listed(value) or _("not set")
    choices = dict(getattr(column, "flatchoices", ()))
    return str(choices.get(value, value))


def _column(field: str, of: type[models.Model] | models.Model) -> Any:
    if row := re.fullmatch(r"(verdict|evidence|answer)_\d+", field):  # of one of a hearing's hypotheses or questions
        return (HearingQuestion if row[1] == "answer" else Hypothesis)._meta.get_field(row[1])
    try:
        return of._meta.get_field(field)
    except FieldDoesNotExist:
        return None  # what only the form or an older version of the desk calls so


def _label(field: str, of: type[models.Model]) -> str:
    column = _column(field, of)
    if column is None:
        return field
    if isinstance(column, models.ForeignObjectRel):
        return str(column.related_model._meta.verbose_name_plural)
    return str(column.verbose_name)


def points_elsewhere(entry: Entry) -> bool:
    """Whether what the entry says is not about the case itself, but about one of its rows."""
    return not entry.data.keys().isdisjoint(NOUNS)


@register.filter
def changes(entry: Entry) -> list[tuple[str, str, str]]:
    """What an entry changed: the field's label, old, new."""
    of = next((model for noun, model in NOUNS.items() if noun in entry.data), Case)
    return [
        (_label(field, of), in_words(old, field, of), in_words(new, field, of))
        for field, (old, new) in entry.data.get("changes", {}).items()
    ]


@register.filter
def who(entry: Entry) -> str:
    """Who wrote an entry: the name of that day."""
    match entry.author_kind:
        case AuthorKind.REQUESTER:
            return _("%(name)s (requester)") % {"name": entry.author_name}
        case AuthorKind.SYSTEM:
            return _("Automatic")
    return entry.author_name


@register.filter
def as_letter(answer: str) -> str:
    """The answer of an article as it can be written to somebody."""
    return markdown.as_letter(answer)


@register.filter
def support_state(value: str) -> str:
    return str(dict(SupportState.choices).get(value, value))


@register.filter
def tie_kind(kind: str, back: bool) -> str:
    """What a tied case is, seen from the page it stands on; `back`: it is the earlier of the two."""
    match kind:
        case TieKind.CONTINUATION:
            return _("Continues") if back else _("Continued by")
        case TieKind.DUPLICATE:
            return _("Duplicate of") if back else _("Has a duplicate")
    return str(TieKind(kind).label)


@register.filter
def ask_kind(value: str) -> str:
    return str(dict(AskKind.choices).get(value, value))


@register.filter
def advice_kind(value: str) -> str:
    return str(dict(AdviceKind.choices).get(value, value))


@register.filter
def iso_date(value: str) -> date:
    """The day that history keeps as text."""
    return date.fromisoformat(value)
