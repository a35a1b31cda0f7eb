"""Facts of a case that can be put right. Fields are named as the action's keywords."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.forms.addresses import AddressesField
from consultations.forms.case import LEVELS, OTHER, UNDECIDED, FactsForm, VersionedForm, choose
from consultations.forms.intake import AddressField
from consultations.forms.sections import section_called
from consultations.states import (
    Difficulty,
    MeasureState,
    Volume,
)
from knowledge.models import Topic
from office.fields import LineField
from office.models import Department, Pair


class DescribeForm(FactsForm):
    act = "describe"
    title = LineField(label=_("Title"), max_length=80, error_messages={"required": _("Write a title.")})
    topic = forms.ModelChoiceField(
        Topic.objects.none(), label=_("Topic"), required=False, empty_label=_("Undecided"), error_messages=OTHER
    )
    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=[*UNDECIDED, *LEVELS],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages=OTHER,
    )
    volume = forms.ChoiceField(
        label=_("Volume"), choices=[*UNDECIDED, *Volume.choices], required=False, error_messages=OTHER
    )
    coordination = forms.ChoiceField(
        label=_("Coordination"),
        choices=[*UNDECIDED, *Difficulty.choices],
        required=False,
        error_messages=OTHER,
    )
    technical = forms.ChoiceField(
        label=_("Technical difficulty"),
        choices=[*UNDECIDED, *Difficulty.choices],
        required=False,
        error_messages=OTHER,
    )
    measure_state = forms.ChoiceField(
        label=_("State of the measure"),
        choices=[("", _("Not known")), *MeasureState.choices],
        required=False,
        error_messages=OTHER,
    )
    sensitive = forms.BooleanField(
        label=_("Handle with care"), required=False, help_text=_("Mail and printed sheets then show no text.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.filter(Q(is_active=True) | Q(pk=self.case.topic_id))

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self.case, name) for name in self.base_fields if name != "version"}


class OriginForm(FactsForm):
    act = "origin"
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("Department"),
        empty_label=None,
        help_text=_("In another department, its pair takes over and is told."),
        error_messages=choose(_("Choose a department.")),
    )
    section = LineField(
        label=_("Section"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "sections"}),
        error_messages={"required": _("Write the section.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = Department.objects.current().values("pk")
        self.fields["department"].queryset = Department.objects.filter(
            Q(pk__in=current) | Q(pk=self.case.department_id)
        )

    def facts(self) -> dict[str, Any]:
        return {"department": self.case.department, "section": self.case.section_name}

    def sections(self) -> list[str]:
        """The names to choose from while typing."""
        return list(self.case.department.sections.filter(is_active=True).values_list("name", flat=True))

    def clean(self) -> dict[str, Any]:
        """A section that the table knows by this name is that section; any other name stays as typed."""
        cleaned = super().clean()
        if "department" in cleaned and "section" in cleaned:
            typed = cleaned["section"]
            cleaned["section"] = section_called(typed, cleaned["department"])
            cleaned["other_section"] = "" if cleaned["section"] else typed
        return cleaned


class ContactForm(FactsForm):
    act = "contact"
    name = LineField(label=_("Name"), max_length=100, error_messages={"required": _("Write the name.")})
    email = AddressField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("A new address gets a new link; the old link no longer works."),
        validators=[EmailValidator(_("Write the e-mail address in full, such as tanaka@city.example.jp."))],
    )
    cc = AddressesField(label=_("Copies to (CC)"), required=False)
    phone = LineField(label=_("Phone or extension"), max_length=100, required=False)

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self.case, name) for name in ("name", "email", "cc", "phone")}


class PairForm(VersionedForm):
    act = "pair"
    pair = forms.ModelChoiceField(
        Pair.objects.none(),
        label=_("Pair"),
        empty_label=_("Choose a pair"),
        help_text=_("The new pair is told by mail."),
        error_messages=choose(_("Choose a pair.")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = self.fields["pair"]
        pairs.queryset = Pair.objects.current().with_people().select_related("department")
        pairs.label_from_instance = lambda pair: f"{pair.department} {pair}"

    def facts(self) -> dict[str, Any]:
        return {"pair": self.case.pair}
