"""Next steps: what, who, until when. Fields are named as the action's keywords."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.actions._rows import not_years_away
from consultations.actions.stepping import one_owner
from consultations.forms.case import OTHER, AboutRow, CaseForm, FactsForm, VersionedForm
from consultations.models import NextStep
from office.actions import ActionRefused
from office.fields import DayField, LineField
from office.models import User


def ask(rule: Callable[..., Any], *values: Any) -> None:
    """Let a rule of the actions speak at the field already."""
    try:
        rule(*values)
    except ActionRefused as refused:
        raise forms.ValidationError(str(refused), code="refused") from refused


class NearDayField(DayField):
    """A day that is not years away, either way: then the year is a slip."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value:
            ask(not_years_away, value)


class StepFields(forms.Form):
    text = LineField(
        label=pgettext_lazy("next step", "What"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        error_messages={"required": _("Write what is to be done.")},
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who (office)"),
        required=False,
        empty_label=_("Nobody of the office"),
        error_messages=OTHER,
    )
    owner_name = LineField(
        label=_("Who (others)"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-mid"}),
        help_text=_("Such as the requester, or a company."),
    )
    due_on = NearDayField(
        label=pgettext_lazy("next step", "By"), error_messages={"required": _("Choose the day until which it is done.")}
    )


def one_owner_each(form: forms.Form, at: str = "") -> None:
    """Note at its field where a step whose fields begin with `at` is nobody's, or two people's."""
    if not (form.has_error(f"{at}owner") or form.has_error(f"{at}owner_name")):
        try:
            ask(one_owner, form.cleaned_data[f"{at}owner"], form.cleaned_data[f"{at}owner_name"])
        except forms.ValidationError as fault:
            form.add_error(f"{at}owner", fault)


class PromiseForm(StepFields, CaseForm):
    act = "step"
    template = "consultations/hearing/step.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.office()

    def clean(self) -> dict[str, Any]:
        one_owner_each(self)
        return self.cleaned_data


class ChangeStepForm(AboutRow, StepFields, FactsForm):
    act = "step_change"
    template = "consultations/hearing/step.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who left the office keeps the step until somebody takes it over.
        self.fields["owner"].queryset = User.objects.filter(
            Q(pk__in=User.objects.office().values("pk")) | Q(pk=self.step.owner_id)
        )

    @property
    def step(self) -> NextStep:
        return self.about["step"]

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self.step, name) for name in StepFields.base_fields}

    def clean(self) -> dict[str, Any]:
        one_owner_each(self)
        return self.cleaned_data


class FinishStepForm(AboutRow, VersionedForm):
    act = "step_done"
    one_click = True


class DropStepForm(AboutRow, VersionedForm):
    act = "step_drop"
    one_click = True
