"""Texts as a page shows them: cut to what a sheet of paper has room for, or as somebody typed them."""

from django import forms, template

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
