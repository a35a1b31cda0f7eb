"""Who answers for whom, who is away, who leaves. Fields are named as the actions' keywords."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consultations.actions import Holdings
from consultations.forms.case import OTHER, choose
from office.fields import DayField
from office.listing import listed
from office.models import Absence, Department, Pair, User

CHOOSE = _("Choose a person")
VACANT = "vacant"


def name_of(person: User) -> str:
    """鈴木 一郎係長"""
    if not person.is_lead:
        return person.name
    return gettext("%(name)s (%(rank)s)") % {"name": person.name, "rank": person.get_rank_display()}


class PersonField(forms.ModelChoiceField):
    """Somebody who works in the office."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            User.objects.none(), **{"error_messages": choose(_("Choose a person from the list.")), **kwargs}
        )

    def label_from_instance(self, person: User) -> str:
        return name_of(person)


class SuccessorField(forms.TypedChoiceField):
    """Who takes a seat. Cleaned: the person, or None where it is to stay vacant."""

    def __init__(self, people: Iterable[User], *, may_be_vacant: bool = True, **kwargs: Any) -> None:
        by_key = {str(person.pk): person for person in people}
        vacant = [(VACANT, _("Leave the seat vacant"))] if may_be_vacant else []
        super().__init__(
            choices=[("", CHOOSE), *vacant, *((key, name_of(person)) for key, person in by_key.items())],
            coerce=by_key.get,
            empty_value=None,
            error_messages=choose(_("Choose who takes the seat.")),
            **kwargs,
        )


class OfficeForm(forms.Form):
    """A form that offers the people of the office."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.people = User.objects.office()
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.queryset = self.people


class DepartmentPairForm(OfficeForm):
    """The next pair of a department."""

    lead = PersonField(label=_("Lead"), required=False, empty_label=_("Vacant"))
    partner = PersonField(label=_("Partner"), required=False, empty_label=_("Vacant"))
    starts_on = DayField(
        label=_("First day"),
        help_text=_("The pair before ends the day before. Open cases go over on this day."),
        error_messages={"required": _("Choose the first day.")},
    )


class PersonPairsForm(OfficeForm):
    """One person's seats go to another."""

    starts_on = DayField(
        label=_("First day"),
        help_text=_("Open cases go over on this day."),
        error_messages={"required": _("Choose the first day.")},
    )
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("Departments"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one department."), "invalid_choice": OTHER["invalid_choice"]},
    )

    def __init__(self, person: User, departments: list[Department], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"] = SuccessorField(self.people.exclude(pk=person.pk), label=_("Successor"))
        self.fields["departments"].queryset = Department.objects.filter(pk__in=[row.pk for row in departments])
        self.initial.setdefault("departments", departments)
        self.order_fields(["successor", "starts_on", "departments"])


class LeavingForm(OfficeForm):
    """Who takes over what a person leaves: each seat, and everything else together."""

    heir = PersonField(
        label=_("Who takes over the supports, next steps, decisions, meeting seats, deputyships and articles"),
        empty_label=CHOOSE,
        error_messages=choose(_("Choose who takes them over.")),
    )

    def __init__(self, person: User, held: Holdings, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = list(self.people.exclude(pk=person.pk))
        self.departments = held.departments
        self.fields["heir"].queryset = self.people.exclude(pk=person.pk)
        if not held.for_one:
            del self.fields["heir"]
        for department in self.departments:
            pairs = [pair for pair in held.pairs if pair.department == department]
            seated = [other for pair in pairs for other in pair.people]
            self.fields[f"seat_{department.pk}"] = SuccessorField(
                [other for other in others if other not in seated],
                may_be_vacant=all(len(pair.people) == 2 for pair in pairs),
                label=department.name,
                help_text=_seat_of(person, pairs),
            )
        self.order_fields([*(f"seat_{department.pk}" for department in self.departments), "heir"])

    def words(self) -> dict[str, Any]:
        """The keywords of the action `hand_on`."""
        seats = {department: self.cleaned_data[f"seat_{department.pk}"] for department in self.departments}
        return {"seats": seats, "heir": self.cleaned_data.get("heir")}


def _seat_of(person: User, pairs: list[Pair]) -> str:
    """What the seat is, and who sits beside it."""
    others = dict.fromkeys(other.called for pair in pairs for other in pair.people if other != person)
    cases = _("Beside: %(names)s") if others else _("The other seat is vacant, so that a successor is needed.")
    return str(cases) % {"names": listed(others)}


class AbsenceForm(OfficeForm):
    """Somebody is away, and another stands in."""

    user = PersonField(label=_("Who is away"), empty_label=CHOOSE, error_messages=choose(_("Choose who is away.")))
    starts_on = DayField(label=_("First day away"), error_messages={"required": _("Choose the first day away.")})
    ends_on = DayField(label=_("Last day away"), error_messages={"required": _("Choose the last day away.")})
    deputy = PersonField(
        label=_("Deputy"),
        required=False,
        empty_label=_("The other one of the pair"),
        help_text=_("Finds the cases among their own for as long, and gets the mails about them too."),
    )

    def __init__(self, absence: Absence, by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.absence = absence
        if absence.pk or not by.is_keeper:
            del self.fields["user"]
