"""What people type: form fields for one line, a text, or a day; and the figures that pages carry along."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TOO_LONG = {"max_length": _("It has %(show_value)s characters. Shorten it to %(limit_value)s.")}
# Everything Unicode calls a control character, but for the white space that a text may hold.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


# They turn the direction of writing: "exe.pdf" reads "fdp.exe", and so may whatever stands beside it in a row.
TURNING = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def without_turns(text: str) -> str:
    """The text without signs that turn the direction of writing; nothing where nobody could see any of it."""
    text = TURNING.sub("", text)
    return text if any(not sign.isspace() and unicodedata.category(sign) != "Cf" for sign in text) else ""


def whole_number(text: str) -> int | None:
    """The number that an address or a hidden field carries; None where it is none, or larger than any of ours."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def refuse_control_characters(value: str) -> None:
    if CONTROL.search(value):
        raise ValidationError(
            _("There are characters in it that cannot be stored. Type the text anew instead of pasting it."),
            code="control_characters",
        )


class LineField(forms.CharField):
    """One line. Line breaks are refused: the value may stand in a mail header."""

    default_error_messages = TOO_LONG

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        # Django's own check knows only NUL and says so in words nobody at a counter understands.
        self.validators = [v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator"]
        self.validators.append(refuse_control_characters)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if re.search(r"[\r\n\u2028\u2029]", text):
            raise ValidationError(_("Write it in one line."), code="line_break")
        return unicodedata.normalize("NFC", without_turns(text))


class TextField(forms.CharField):
    """A text of several lines. Line breaks count as one character, however the browser sends them."""

    widget = forms.Textarea
    default_error_messages = TOO_LONG

    def __init__(self, *, max_length: int = 10_000, rows: int = 6, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)
        self.validators = [v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator"]
        self.validators.append(refuse_control_characters)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # The browser's own maxlength cuts a pasted text without a word; the counter and the check say it instead.
        return {"data-limit": str(self.max_length)}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        # \v is how PowerPoint breaks a line within a paragraph
        return unicodedata.normalize("NFC", without_turns(re.sub(r"\r\n|\r|\v", "\n", text)))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, from the browser's calendar or typed."""

    widget = DayInput
    default_error_messages = {"invalid": _("Write the day as 2026-11-24.")}


class HoursField(forms.DecimalField):
    """A time in hours, to the half hour as a rule."""

    default_error_messages = dict.fromkeys(
        ["invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"],
        _("Write the hours as a number, such as 2 or 1.5."),
    )

    def __init__(self, *, max_value: int, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal("0.1"),
            max_value=max_value,
            max_digits=6,
            decimal_places=1,
            widget=forms.NumberInput(attrs={"class": "w-short"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> Decimal | None:
        """Full width figures are figures too."""
        return super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)
