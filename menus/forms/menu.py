from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from menus.actions.keeping import OF_A_KIND
from menus.models import MenuKind, SupportMenu
from office.fields import DayField, LineField, TextField
from office.keeping import KeptForm, new_key


class MenuForm(KeptForm):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=MenuKind.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose a kind.")),
    )
    name = LineField(
        label=capfirst(_("name")), max_length=100, error_messages={"required": _("Write what it is called.")}
    )
    name_en = LineField(label=capfirst(_("name in English")), max_length=100, required=False)
    summary = TextField(
        label=_("What it is"), rows=3, max_length=2000, error_messages={"required": _("Write what it is.")}
    )
    suits = TextField(label=_("Suits"), rows=3, max_length=2000, required=False, help_text=_("One in each line."))
    does_not_suit = TextField(
        label=_("Does not suit"), rows=3, max_length=2000, required=False, help_text=_("One in each line.")
    )
    steps = TextField(
        label=_("Steps to apply"), rows=4, max_length=2000, required=False, help_text=_("One in each line.")
    )
    contact = LineField(label=_("Contact"), max_length=200, required=False)
    url = forms.URLField(
        label=_("Link"),
        max_length=200,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "w-long"}),
        error_messages={"invalid": _("Write the address in full, such as https://www.city.example.jp/.")},
    )
    active_from = DayField(label=_("Offered from"), required=False)
    active_to = DayField(
        label=_("Offered until"),
        required=False,
        help_text=_("After this day it can no longer be chosen. Cases that have it keep it."),
    )

    class Meta:
        model = SupportMenu
        fields = (
            *("kind", "name", "name_en", "summary", "suits", "does_not_suit", "steps", "contact", "url"),
            *("active_from", "active_to", "order"),
        )

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if self.instance.pk and kind != self.instance.kind:
            raise forms.ValidationError(OF_A_KIND)
        return kind

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("active_from"), cleaned.get("active_to")
        if first and last and first > last:
            self.add_error("active_to", _("It ends before it begins."))
        return cleaned

    def save(self, commit: bool = True) -> SupportMenu:
        self.instance.key = self.instance.key or new_key(SupportMenu, self.cleaned_data["name_en"])
        return super().save(commit)
