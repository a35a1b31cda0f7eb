"""What help a case gets: choosing it, and how each kind of it goes on. Fields are named as the action's keywords."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.forms.case import OTHER, AboutRow, FactsForm, VersionedForm, choose
from consultations.forms.stepping import NearDayField
from consultations.models import Booking, Support
from consultations.states import SupportState
from menus.models import SupportMenu
from office import clock, era
from office.fields import DayField, HoursField, LineField, TextField
from office.models import Department

WRITE_A_NUMBER = _("Write a whole number from 0 to 9999.")
# By then those to whom a case was referred have answered, or are asked again.
ANSWER_WITHIN = 10  # business days


class SupportForm(VersionedForm):
    act = "support"
    heading = _("Choose a support menu")
    menu = forms.ModelChoiceField(
        SupportMenu.objects.none(),
        label=_("Support menu"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages=choose(_("Choose a menu.")),
    )
    reason = TextField(
        label=_("Why this menu?"), rows=2, max_length=2000, error_messages={"required": _("Write the reason.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["menu"].queryset = SupportMenu.objects.on_offer()


class ConsultationOnlyForm(VersionedForm):
    act = "consultation_only"
    reason = TextField(label=_("Reason"), rows=2, max_length=2000, required=False)


class ChangeSupportForm(AboutRow, FactsForm):
    act = "support_change"
    state = forms.ChoiceField(label=_("State"), choices=SupportState.choices, error_messages=OTHER)
    outcome = TextField(label=_("What came of it"), rows=2, max_length=2000, required=False)

    @property
    def support(self) -> Support:
        return self.about["support"]

    def facts(self) -> dict[str, Any]:
        return {"state": self.support.state, "outcome": self.support.outcome}


class MatchingForm(AboutRow, FactsForm):
    act = "support_matching"
    posted_on = NearDayField(label=_("Posted on"), required=False)
    proposals = forms.IntegerField(
        label=_("Proposals received"),
        required=False,
        min_value=0,
        max_value=9999,
        widget=forms.NumberInput(attrs={"class": "w-short"}),
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], WRITE_A_NUMBER),
    )
    matched_with = LineField(
        label=_("Matched with"),
        required=False,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        help_text=_("Such as the company whose proposal is tried."),
    )

    @property
    def support(self) -> Support:
        return self.about["support"]

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self.support, name) for name in ("posted_on", "proposals", "matched_with")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        said = cleaned.get("proposals") is not None or cleaned.get("matched_with")
        if said and not cleaned.get("posted_on") and "posted_on" not in self.errors:
            self.add_error("posted_on", _("Choose the day on which it was posted."))
        return cleaned


class ReferForm(AboutRow, FactsForm):
    act = "support_refer"
    told_as = {"department": ("referred_department",), "place": ("referred_place",)}
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("Department"),
        required=False,
        empty_label=_("None of these"),
        error_messages=OTHER,
    )
    place = LineField(
        label=_("Section or place"),
        required=False,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        help_text=_("The section, or where it is no department, what it is called."),
    )
    asked_on = DayField(label=_("Asked on"), error_messages={"required": _("Choose the day on which you asked.")})
    ask_again_on = NearDayField(
        label=_("Ask again on"),
        help_text=_("If there is no answer by that day, the morning's mail says so."),
        error_messages={"required": _("Choose the day to ask again.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Department.objects.filter(pk=self.support.referred_department_id)
        self.fields["department"].queryset = Department.objects.current() | known

    @property
    def support(self) -> Support:
        return self.about["support"]

    def facts(self) -> dict[str, Any]:
        support, today = self.support, clock.today()
        return {
            "department": support.referred_department_id,
            "place": support.referred_place,
            "asked_on": support.asked_on or today,
            "ask_again_on": support.step.due_on if support.step else era.add_business_days(today, ANSWER_WITHIN),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("department") or cleaned.get("place") or {"department", "place"} & self.errors.keys()):
            self.add_error("place", _("Say to whom: choose a department, or write a place."))
        return cleaned


class ReferralAnswerForm(AboutRow, FactsForm):
    act = "support_answer"
    answered_on = DayField(
        label=_("Answered on"), error_messages={"required": _("Choose the day on which they answered.")}
    )
    answer = TextField(
        label=_("Their answer"), rows=3, max_length=5000, error_messages={"required": _("Write what they answered.")}
    )

    @property
    def support(self) -> Support:
        return self.about["support"]

    def facts(self) -> dict[str, Any]:
        return {"answered_on": self.support.answered_on or clock.today(), "answer": self.support.answer}


class BookingForm(AboutRow, VersionedForm):
    act = "support_hours"
    hours = HoursField(
        label=_("Hours"), max_value=999, error_messages={"required": _("Write how many hours are booked.")}
    )
    held_on = NearDayField(
        label=_("Day"),
        required=False,
        help_text=_("If it is known already. The hours come from the contract of its fiscal year."),
    )
    purpose = LineField(
        label=_("What for"),
        required=False,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        help_text=_("Such as interviews with five offices."),
    )
    excess_reason = TextField(
        label=_("Why beyond the contract"),
        rows=2,
        max_length=2000,
        required=False,
        help_text=_("Only where the contract no longer holds the hours. Your word stands in the timeline."),
    )

    @property
    def support(self) -> Support:
        return self.about["support"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("held_on") or cleaned.get("purpose") or {"held_on", "purpose"} & self.errors.keys()):
            self.add_error("purpose", _("Say for which day, or what for."))
        return cleaned


class TakeBackForm(AboutRow, VersionedForm):
    act = "booking_take_back"
    reason = LineField(
        label=_("Why it is taken back"), required=False, widget=forms.TextInput(attrs={"class": "w-long"})
    )

    @property
    def booking(self) -> Booking:
        return self.about["booking"]
