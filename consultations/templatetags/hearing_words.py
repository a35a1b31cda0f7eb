"""What history keeps of a hearing, in words."""

from datetime import datetime

from django import template

from consultations.models import Entry
from consultations.states import Verdict
from consultations.templatetags.case_words import changes
from office.wording import era_datetime

register = template.Library()


@register.filter
def hearing_changes(entry: Entry) -> list[tuple[str, str, str, str]]:
    """What an entry changed: label, which hypothesis or question it is about (or nothing), old, new."""
    names = entry.data.get("names", {})
    fields = entry.data.get("changes", {})
    return [
        (label, names.get(field, ""), old, new) for field, (label, old, new) in zip(fields, changes(entry), strict=True)
    ]


@register.filter
def verdict(value: str) -> str:
    return str(dict(Verdict.choices).get(value, value))


@register.filter
def moment(value: str) -> str:
    """The day and hour that history keeps as text."""
    return era_datetime(datetime.fromisoformat(value))
