from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from menus.actions.keeping import TWICE
from menus.models import Contract, MenuKind, SupportMenu
from office import clock, era
from office.fields import HoursField
from office.keeping import KeptForm
from office.wording import fiscal_year_name


class ContractForm(KeptForm):
    order = None  # contracts stand by their years
    called = "fiscal_year"
    twice = TWICE
    menu = forms.ModelChoiceField(
        SupportMenu.objects.filter(kind=MenuKind.CONSULTANT),
        label=_("Support menu"),
        empty_label=_("Choose a menu"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose a menu.")),
    )
    fiscal_year = forms.TypedChoiceField(
        label=_("Fiscal year"),
        coerce=int,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose a fiscal year.")),
    )
    hours = HoursField(
        label=_("Hours"),
        max_value=99_999,
        help_text=_("What the contract holds for the whole year. More is booked only with the word of a manager."),
        error_messages={"required": _("Write the hours of the contract.")},
    )

    class Meta:
        model = Contract
        fields = ("menu", "fiscal_year", "hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = era.fiscal_year(clock.today())
        years = {this + 1, this, this - 1, self.instance.fiscal_year or this}
        self.fields["fiscal_year"].choices = [(year, fiscal_year_name(year)) for year in sorted(years, reverse=True)]
        self.initial.setdefault("fiscal_year", this)

    def twins(self) -> Any:
        return Contract.objects.filter(
            menu=self.cleaned_data.get("menu"), fiscal_year=self.cleaned_data.get("fiscal_year")
        )
