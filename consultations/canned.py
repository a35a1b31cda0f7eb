"""Canned texts: what stands in braces is filled in from the case."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import translation

from consultations.models import Case
from consultations.models.case import answer_by
from consultations.states import Status
from office import clock
from office.wording import era_date


def _deadline(case: Case) -> str:
    """The day of the hold, unless it has passed; else the day by which the office answers what is asked today."""
    today = clock.today()
    held = case.status == Status.ON_HOLD and case.follow_up_on and case.follow_up_on > today
    return era_date(case.follow_up_on if held else answer_by(today))


# The texts are in the language of the installation, and so are these.
PLACEHOLDERS: dict[str, Callable[[Case], str]] = {
    "相談者": lambda case: case.name,
    "番号": lambda case: case.number,
    "件名": lambda case: case.title,
    "担当": lambda case: str(case.pair or settings.OFFICE_NAME),
    "期限": _deadline,
}
# However the keyboard stood when they were typed.
IN_BRACES = re.compile(r"[{｛]([^{}｛｝\n]*)[}｝]")


def begin(form: Any, text: str) -> None:
    """Put a canned text into the form of an answer, below what a draft has brought already."""
    if text and "text" in form.fields:
        before = str(form["text"].value() or "").rstrip()
        form.initial["text"] = "\n\n".join(filter(None, [before, fill_in(text, form.case)]))
        form["text"].__dict__.pop("initial", None)  # what it held a moment ago was cached


def unknown(text: str) -> list[str]:
    """What stands in braces and is no placeholder, as it was typed."""
    return [found[0] for found in IN_BRACES.finditer(text) if found[1].strip() not in PLACEHOLDERS]


def fill_in(text: str, case: Case) -> str:
    """The text with its placeholders filled in. One that is not known stays as it is."""

    def value(found: re.Match[str]) -> str:
        fill = PLACEHOLDERS.get(found[1].strip())
        return fill(case) if fill else found[0]

    with translation.override(settings.LANGUAGE_CODE):
        return IN_BRACES.sub(value, text)
