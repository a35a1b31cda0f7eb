"""The forms of the desk's overview: a consultation taken down, and the link to the form for somebody who called."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.forms.addresses import AddressField
from consultations.states import DEEP, Channel, Level
from knowledge.models import Topic
from office import clock
from office.fields import DayField, LineField, TextField
from office.models import Department, DepartmentKind, Pair, User

# Older ones come in with the import of earlier years.
OLDEST = timedelta(days=366)
UNTOLD = {"required": _("Choose a department."), "invalid_choice": _("Choose a department from the list.")}


class DepartmentField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Department.objects.none(), label=_("Department"), to_field_name="code", error_messages=UNTOLD, **kwargs
        )

    def offer(self, departments: QuerySet[Department], user: User) -> None:
        """Offer `departments`, those of `user`'s pairs first: it is mostly they who ring."""
        self.queryset = departments
        own = set(Pair.objects.current().with_member(user).values_list("department_id", flat=True))
        groups: dict[Any, list[Any]] = {_("Yours"): [], **{kind.label: [] for kind in DepartmentKind}}
        for department in departments:
            kind = _("Yours") if department.pk in own else DepartmentKind(department.kind).label
            groups[kind].append((department.code, department.name))
        self.choices = [("", _("Choose a department")), *[(kind, rows) for kind, rows in groups.items() if rows]]


class TakeDownForm(forms.Form):
    """Somebody rang, wrote or came by. Cleaned: the keywords of the action `take_down`."""

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Open this page anew."), "invalid": _("Open this page anew.")},
    )
    channel = forms.ChoiceField(
        label=_("Received by"),
        choices=[(channel.value, channel.label) for channel in Channel if channel != Channel.FORM],
        widget=forms.RadioSelect,
        initial=Channel.PHONE,
        error_messages={"required": _("Choose how the consultation came in.")},
    )
    department = DepartmentField(
        widget=forms.Select({"hx-get": reverse_lazy("case_new"), "hx-target": "#sections", "autofocus": True})
    )
    section = LineField(
        label=_("Section"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "sections", "autocomplete": "off"}),
        error_messages={"required": _("Write the section.")},
    )
    name = LineField(
        label=_("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the name of the person who asks.")},
    )
    phone = LineField(
        label=_("Phone or extension"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = AddressField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("With an address, the receipt and the answers are mailed there."),
    )
    problem = TextField(
        label=_("What is the trouble"),
        widget=forms.Textarea(
            {
                "rows": 4,
                "hx-post": reverse_lazy("case_new_similar"),
                # The end of a conversion is typing too; while it goes on, typing.js lets nothing out.
                "hx-trigger": "input changed delay:400ms, compositionend delay:400ms",
                "hx-target": "#similar",
                "hx-sync": "this:replace",
            }
        ),
        error_messages={"required": _("Write the trouble.")},
    )
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label=_("Topic"),
        to_field_name="key",
        required=False,
        empty_label=_("Choose a topic"),
        help_text=_("Needed where the answer was given."),
        error_messages={"required": _("Choose a topic."), "invalid_choice": _("Choose a topic from the list.")},
    )
    answered = forms.BooleanField(
        label=_("Answered on the spot"),
        required=False,
        help_text=_("The answer is kept, and the case is closed at once."),
    )
    answer = TextField(
        label=_("Answer given"), rows=4, error_messages={"required": _("Write the answer that was given.")}
    )
    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=Level.choices,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a level.")},
    )
    lesson = TextField(
        label=_("Lesson"),
        rows=2,
        max_length=2000,
        required=False,
        help_text=_("About two lines for the next pair. Needed from level 3 up."),
    )
    title = LineField(
        label=_("Title"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-long", "autocomplete": "off"}),
        help_text=_("Left empty, it is made from the trouble."),
    )
    received_on = DayField(label=_("Day received"), required=False, help_text=_("Left empty, it is now."))
    received_time = forms.TimeField(
        label=_("Time received"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time as 10:05.")},
    )

    def __init__(self, *args: Any, user: User, typed: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """`typed`: what the fields hold without having been sent."""
        initial = {"key": uuid.uuid4(), **(typed or {})}
        super().__init__(*args, initial=initial, use_required_attribute=False, **kwargs)
        self.fields["department"].offer(Department.objects.current(), user)
        self.fields["topic"].queryset = Topic.objects.in_use()
        if self.is_bound:
            for name in ("topic", "answer", "level"):
                self.fields[name].required = "answered" in self.data

    def sections(self) -> list[str]:
        """The names to choose from, once a department is chosen."""
        department = self.is_bound and not self.errors.get("department") and self.cleaned_data["department"]
        return list(department.sections.filter(is_active=True).values_list("name", flat=True)) if department else []

    def clean_received_on(self) -> date | None:
        day = self.cleaned_data["received_on"]
        if day and day < clock.today() - OLDEST:
            raise forms.ValidationError(_("That is more than a year ago. Choose a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.pop("answered", False):
            if given.get("level") in DEEP and not given.get("lesson") and "lesson" not in self.errors:
                self.add_error("lesson", _("Write a lesson: from level 3 up, the next pair will look for it."))
        elif given.get("answer"):
            self.add_error("answered", _("Tick this to keep the answer, or take the answer out."))
        else:
            given["level"], given["lesson"] = None, ""
        if self.errors:
            return given
        # The words count too: whoever goes back and writes something else there has not clicked twice.
        given["key"] = uuid.uuid5(given["key"], repr(sorted(self.data.lists())))
        given["received_at"] = _moment(given.pop("received_on"), given.pop("received_time"))
        given["other_section"] = given["section"]
        given["section"] = given["department"].sections.filter(name=given["section"]).first()
        return given


def _moment(day: date | None, hour: time | None) -> datetime | None:
    """The moment of reception; None for now. A day without a time is its beginning, a time without a day today's."""
    if day is None and hour is None:
        return None
    return timezone.make_aware(datetime.combine(day or clock.today(), hour or time()))


class FormLinkForm(forms.Form):
    """Where the link to the form is to go. Cleaned: the keywords of the action `request_form`."""

    email = AddressField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "w-long"}),
        error_messages={"required": _("Write the address to which the link is to go.")},
    )
    department = DepartmentField(
        required=False, help_text=_("The form opens with it filled in."), widget=forms.Select(attrs={"class": "w-long"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, prefix="link", use_required_attribute=False, **kwargs)
        self.fields["department"].offer(Department.objects.current(), user)
