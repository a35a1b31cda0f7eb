"""Texts as a page shows them: cut to what a sheet of paper has room for, or as somebody typed them."""

from django import forms, template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consultations.states import Status
from meetings.models import AgendaItem, Meeting
from office.models import User

register = template.Library()


@register.filter
def excerpt(text: str, limit: int) -> str:
    """The beginning of `text` in one paragraph of at most `limit` characters, to the end of a sentence if it can be."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    end = max(head.rfind(mark) for mark in "。．！？!?") + 1
    return f"{head[:end] if end > limit // 2 else head}…"


@register.filter
def typed_texts(form: forms.Form | None) -> list[str]:
    """What stands in the fields of a form that one types in, the empty ones left out."""
    typed = (forms.Textarea, forms.TextInput, forms.DateInput)
    fields = [field for field in form or [] if isinstance(field.field.widget, typed)]
    return [field.value() for field in fields if field.value()]


@register.filter
def called(item: AgendaItem) -> str:
    """What an item is called on paper and in mail: nothing of a case that is handled with care, by now or since."""
    return _("(handle with care)") if item.case and item.case.sensitive else item.recorded["title"]


@register.filter
def named(person: User, meeting: Meeting) -> str:
    """What the minutes of `meeting` call a person."""
    return meeting.name_of(person)


@register.filter
def stood(item: AgendaItem) -> str:
    """What became of an item's decision, or where its case stood, as the minutes say."""
    told = item.recorded
    if item.decision:
        done = pgettext("decision", "Carried out") if told["is_done"] else pgettext("decision", "Not yet carried out")
        return _("No longer needed") if told["is_dropped"] else done
    status = _("Closed") if told["is_closed"] else str(Status(told["status"]).label)
    return f"{status} / {_('Level')} {told['level']}" if told["level"] else status
