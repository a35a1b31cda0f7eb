"""How a case hangs together with another."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations import numbers
from consultations.forms.case import AboutRow, CaseForm, choose
from consultations.states import Result, TieKind
from office.fields import LineField


class TieForm(CaseForm):
    act = "tie"
    number = LineField(
        label=_("Number of the other case"),
        max_length=30,
        widget=forms.TextInput(attrs={"class": "w-short", "autocomplete": "off"}),
        error_messages={"required": _("Write the number of the other case.")},
    )
    kind = forms.ChoiceField(
        label=_("What are they to each other?"),
        choices=TieKind.choices,
        widget=forms.RadioSelect,
        error_messages=choose(_("Choose what the cases are to each other.")),
    )

    def facts(self) -> dict[str, Any]:
        return {"kind": TieKind.DUPLICATE} if self.case.result == Result.DUPLICATE else {}

    @property
    def anchor(self) -> str:
        return "#ties"

    def clean_number(self) -> str:
        if not numbers.read(self.cleaned_data["number"]):
            raise forms.ValidationError(_("Write the number of a case, such as R8-0012."))
        return self.cleaned_data["number"]


class UntieForm(AboutRow, CaseForm):
    act = "untie"
    one_click = True
