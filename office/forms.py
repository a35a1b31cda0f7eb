import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.fields import LineField, TextField
from office.models import Department, DepartmentKind


class DirectorySearch(forms.Form):
    """What the directory is searched by."""

    marks = False
    q = LineField(
        label=_("Department or name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "class": "w-mid"}),
    )


KINDS = {"区": DepartmentKind.WARD, "局": DepartmentKind.BUREAU, **{kind.value: kind for kind in DepartmentKind}}
DATES = ["%Y-%m-%d", "%Y/%m/%d"]  # as a program writes it, and as Excel does


class DepartmentRow(forms.Form):
    """One row of a municipality's own list of departments."""

    code = LineField(max_length=Department.code.field.max_length)
    name = LineField(max_length=Department.name.field.max_length)
    kind = forms.TypedChoiceField(
        choices=[(word, word) for word in KINDS],
        coerce=KINDS.__getitem__,
        error_messages={"invalid_choice": _("“%(value)s” is no kind. Write 区 or 局 (or ward, bureau).")},
    )
    order = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    valid_from = forms.DateField(input_formats=DATES, required=False)
    valid_to = forms.DateField(input_formats=DATES, required=False)
    successor = LineField(max_length=Department.code.field.max_length, required=False)
    planning_email = forms.EmailField(required=False)
    sections = TextField(required=False)

    def clean_sections(self) -> list[str]:
        names = filter(None, map(str.strip, re.split(r"[、\n]", self.cleaned_data["sections"])))
        return [LineField(max_length=100).clean(name) for name in dict.fromkeys(names)]

    def clean(self) -> None:
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if first and last and first > last:
            self.add_error("valid_to", ValidationError(_("It ends before it begins.")))
        if self.cleaned_data.get("successor", "") == self.cleaned_data.get("code"):
            self.add_error("successor", ValidationError(_("A department cannot succeed itself.")))
