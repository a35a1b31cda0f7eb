"""What a case's history holds as data, in words."""

from datetime import date
from typing import Any

from django import template
from django.utils.translation import gettext as _

from consultations.models import Case, Entry
from consultations.states import AskKind, SupportState

register = template.Library()


@register.filter
def in_words(value: Any, field: str) -> str:
    """A stored value of the case's `field`, as people say it: `started` of `status` is 対応着手."""
    if value is None or value == "" or value == []:
        return _("not set")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "、".join(map(str, value))
    choices = dict(Case._meta.get_field(field).flatchoices)
    return str(choices.get(value, value))


@register.filter
def changes(entry: Entry) -> list[tuple[str, str, str]]:
    """What an entry changed: the field's label, old, new."""
    changed = entry.data.get("changes", {})
    return [
        (str(Case._meta.get_field(field).verbose_name), in_words(old, field), in_words(new, field))
        for field, (old, new) in changed.items()
    ]


@register.filter
def support_state(value: str) -> str:
    return str(dict(SupportState.choices).get(value, value))


@register.filter
def ask_kind(value: str) -> str:
    return str(dict(AskKind.choices).get(value, value))


@register.filter
def iso_date(value: str) -> date:
    """The day that history keeps as text."""
    return date.fromisoformat(value)
