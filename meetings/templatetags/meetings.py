"""Texts cut to what a sheet of paper has room for."""

from django import template

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
