"""Facts of a case that can be put right. Fields are named as the action's keywords."""

from typing import Any

from django import forms
from django.db.models import FilteredRelation, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from consultations.beside import beside
from consultations.forms.addresses import AddressesField, AddressField
from consultations.forms.case import LEVELS, OTHER, UNDECIDED, FactsForm, choose, offer_topics
from consultations.forms.sections import section_called
from consultations.models.example import example_of
from consultations.states import (
    Difficulty,
    MeasureState,
    Volume,
)
from knowledge.models import Topic
from office.fields import LineField
from office.models import Department, Pair, Role, User


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
        label=_("Handle with care"),
        required=False,
        help_text=_("Mail and printed sheets then show no text, and an article made from the case is taken back."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_topics(self)

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self.case, name) for name in self.base_fields if name != "version"}


class OriginForm(FactsForm):
    act = "origin"
    is_one_thing = True
    told_as = {"section": ("section", "other_section")}
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
        offered = Department.objects.filter(Q(pk__in=current) | Q(pk=self.case.department_id))
        self.fields["department"].queryset = offered
        self.fields["department"].choices = lambda: list(dict.fromkeys((pk, name) for pk, name, _section in self.rows))
        example = example_of(self.case)
        if example and example.was_asked:
            self.fields["department"].help_text = _(
                "In another department, its pair takes over and is told. The example of this case tells the department:"
                " it leaves the public page, and the requester has to be asked anew."
            )
        own = Q(sections__is_active=True, sections__department=self.case.department_id)
        # The departments, that of the case with each of its sections: one query for the list and what is offered there.
        self.offered = offered.annotate(own=FilteredRelation("sections", condition=own))

    @cached_property
    def rows(self) -> list[tuple[int, str, str | None]]:
        return list(self.offered.order_by("order", "code", "own__name").values_list("pk", "name", "own__name"))

    def facts(self) -> dict[str, Any]:
        return {"department": self.case.department, "section": self.case.section_name}

    def sections(self) -> list[str]:
        """The names to choose from while typing."""
        return [section for _pk, _name, section in self.rows if section]

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
    is_one_thing = True
    name = LineField(label=_("Name"), max_length=100, error_messages={"required": _("Write the name.")})
    email = AddressField(
        label=_("E-mail"),
        required=False,
        help_text=_("A new address gets a new link; the old link no longer works."),
    )
    cc = AddressesField(label=_("Copies to (CC)"), required=False)
    phone = LineField(label=_("Phone or extension"), max_length=100, required=False)

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self.case, name) for name in ("name", "email", "cc", "phone")}


class PairField(forms.ModelChoiceField):
    """Whom a case is given to. Every department has a pair: its name goes in front."""

    def __init__(self) -> None:
        super().__init__(
            Pair.objects.none(),
            label=_("Pair"),
            empty_label=_("Choose a pair"),
            help_text=_("The new pair is told by mail."),
            error_messages=choose(_("Choose a pair.")),
        )

    def offer_those_of_today(self) -> None:
        self.queryset = Pair.objects.current().with_people().select_related("department")

    def label_from_instance(self, pair: Pair) -> str:
        return f"{pair.department} {pair}"


class PairForm(FactsForm):
    act = "pair"
    pair = PairField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pair"].offer_those_of_today()

    def facts(self) -> dict[str, Any]:
        return {"pair": self.case.pair}


class SupportersForm(FactsForm):
    act = "supporters"
    supporters = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Supported by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They find the case among their own."),
        error_messages=OTHER,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["supporters"]
        pair = {self.case.pair.lead_id, self.case.pair.partner_id} - {None} if self.case.pair else set()
        helping = User.objects.filter(supported_cases=self.case).values("pk")
        free = Q(role=Role.OFFICE, is_active=True) & ~Q(pk__in=pair)
        people.queryset = User.objects.filter(free | Q(pk__in=helping)).order_by("name")
        people.label_from_instance = lambda person: person.name

    def facts(self) -> dict[str, Any]:
        return {"supporters": beside(self.case)[0]}


class ConcernedForm(FactsForm):
    act = "concerned"
    concerned = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("Other departments concerned"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=OTHER,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = Q(pk__in=Department.objects.current().values("pk")) & ~Q(pk=self.case.department_id)
        named = Department.objects.filter(cases_concerning=self.case).values("pk")
        departments = self.fields["concerned"]
        departments.queryset = Department.objects.filter(current | Q(pk__in=named))
        departments.label_from_instance = lambda department: department.name

    def facts(self) -> dict[str, Any]:
        return {"concerned": beside(self.case)[1]}
