"""The form by which a section consults us: the four questions of the case study (2-1), and no more."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from consultations.forms.addresses import AddressesField, AddressField
from consultations.forms.sections import section_called
from consultations.states import Want
from office.fields import LineField, TextField
from office.files import FilesField, Upload
from office.models import Department, Role, User

ANSWERS = (
    *("problem", "wants", "expectation", "folder"),
    *("department", "section", "name", "email", "phone", "cc"),
)
MOST_COPIES = 5
# Seen by nobody who looks at the page; programs that fill in every field fill it in.
TRAP = "website"


def prefilled(user: User) -> dict[str, Any]:
    """What we know of a person from a ward or bureau before anything is typed."""
    if not user.is_authenticated or user.role != Role.WARD:
        return {}
    known = {"name": user.name, "email": user.email, "phone": user.phone}
    if user.section:
        known |= {"department": user.section.department.code, "section": user.section.name}
    return known


def typed(data: QueryDict) -> dict[str, Any]:
    """What was typed, right or wrong, as the draft keeps it. PostgreSQL holds no NUL."""
    return {
        name: [value.replace("\0", "") for value in data.getlist(name)]
        if name == "wants"
        else data.get(name, "").replace("\0", "")
        for name in ANSWERS
    }


class WantsField(forms.MultipleChoiceField):
    """Marked as needed, although the free text beside it will do as well: the form sees to that."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[str]) -> None:
        if value:
            super().validate(value)


class IntakeForm(forms.Form):
    """`departments`: those to choose from. `kept`: how many files lie with the draft already."""

    problem = TextField(
        label=_("What are you having trouble with?"),
        help_text=_("Say when, for whom and in which work it is a problem, as far as you can."),
        rows=8,
        error_messages={"required": _("Write what you are having trouble with.")},
    )
    wants = WantsField(
        label=_("What do you expect of the Digital Design Office?"),
        help_text=_("Tick all that fits. You may also write it in your own words below; one of the two is enough."),
        choices=Want.choices,
        error_messages={"invalid_choice": _("Tick from the four that are offered.")},
    )
    expectation = TextField(label=_("In your own words"), rows=3, required=False)
    files = FilesField(
        label=_("Files"),
        help_text=_("Flow of the work, pictures of the screen, forms and so on. Up to 5 files of 20 MB each."),
    )
    folder = LineField(
        label=_("Path of a shared folder"),
        help_text=_("If the material lies in a shared folder, write where."),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-long", "autocomplete": "off"}),
    )
    department = forms.ChoiceField(
        label=_("Ward or bureau"),
        widget=forms.Select(
            attrs={"hx-get": reverse_lazy("consult"), "hx-target": "#about-department", "hx-swap": "innerHTML"}
        ),
        error_messages={
            "required": _("Choose your ward or bureau."),
            "invalid_choice": _("Choose your ward or bureau from the list."),
        },
    )
    section = LineField(
        label=_("Section"),
        help_text=_("If it is not among the suggestions, write it as it is."),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "sections", "autocomplete": "off"}),
        error_messages={"required": _("Write your section.")},
    )
    name = LineField(
        label=_("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )
    email = AddressField(
        label=_("E-mail"),
        help_text=_("The receipt and the answer go there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address.")},
    )
    phone = LineField(
        label=_("Phone or extension"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-mid", "autocomplete": "tel"}),
    )
    cc = AddressesField(
        label=_("Copies to (CC)"),
        help_text=_("E-mail addresses of colleagues who should get the receipt and the answer too; up to 5."),
        most=MOST_COPIES,
        required=False,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        departments: list[Department],
        kept: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.departments = {department.code: department for department in departments}
        grouped = groupby(departments, key=lambda department: department.get_kind_display())
        self.fields["department"].choices = [
            ("", _("Please choose")),
            *((kind, [(department.code, department.name) for department in group]) for kind, group in grouped),
        ]
        self.fields["files"].most = max(0, settings.ATTACHMENT_MAX_FILES - kept)

    @property
    def new_files(self) -> list[Upload]:
        """The files that can be taken, also where other answers cannot."""
        return self.fields["files"].accepted

    @property
    def chosen_department(self) -> Department | None:
        """The department as the page shows it, right or not yet sent."""
        return self.departments.get(str(self["department"].value()))

    def clean_department(self) -> Department:
        return self.departments[self.cleaned_data["department"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("wants") or cleaned.get("expectation") or {"wants", "expectation"} & self.errors.keys()):
            self.add_error("wants", _("Tick what you expect of us, or write it in your own words."))
        if self.data.get(TRAP):
            raise forms.ValidationError(
                _("A field that must stay empty was filled in. It is empty again now; please send once more.")
            )
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What was answered, as `send_intake` takes it."""
        answers = {name: self.cleaned_data[name] for name in ANSWERS}
        typed = answers.pop("section")
        section = section_called(typed, answers["department"])
        return {**answers, "section": section, "other_section": "" if section else typed}
