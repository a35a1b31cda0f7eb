"""What is written in the room. Each form sends one row, so that several may write at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.forms.case import LEVELS, choose
from consultations.forms.stepping import StepFields, one_owner_each
from consultations.models import Case
from consultations.states import AdviceKind
from meetings.models import Meeting
from menus.models import SupportMenu
from office.fields import LineField, TextField
from office.models import Absence, Profession, User

USUAL_KIND = {
    Profession.SPECIALIST: AdviceKind.TECHNICAL,
    Profession.ADMINISTRATIVE: AdviceKind.ADMINISTRATIVE,
}


class AdviceForm(forms.Form):
    """What the meeting advised on one question in sum."""

    summary = TextField(
        label=_("Advice and decision"),
        rows=4,
        error_messages={
            "required": _("Write what the meeting advised."),
            "max_length": _("Shorten the advice to %(limit_value)d characters."),
        },
    )


class SayForm(forms.Form):
    """What one person says to an item: who writes it down, unless another of `people` is chosen."""

    speaker = forms.TypedChoiceField(
        label=_("Who said it"),
        required=False,
        empty_value=None,
        error_messages=choose(_("Choose who said it.")),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("advice", "Kind"),
        choices=AdviceKind.choices,
        widget=forms.RadioSelect,
        error_messages=choose(_("Choose the kind of advice.")),
    )
    text = TextField(
        label=pgettext_lazy("meeting", "What was said"),
        rows=3,
        max_length=4000,
        error_messages={"required": _("Write what was said.")},
    )
    linked = LineField(
        label=_("Case of another department"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "w-short"}),
        help_text=_("Its number, such as R8-0123."),
    )
    tool = LineField(
        label=_("Tool of another department"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "w-mid"}),
    )

    def __init__(self, *args: Any, user: User, people: list[User], **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        others = {str(person.pk): person for person in people if person != user}
        self.fields["speaker"].choices = [("", user.name), *((key, person.name) for key, person in others.items())]
        self.fields["speaker"].coerce = others.__getitem__
        self.fields["kind"].initial = USUAL_KIND.get(Profession(user.profession)) if user.profession else None

    def clean_linked(self) -> Case | None:
        number = self.cleaned_data["linked"]
        if not number:
            return None
        case = Case.objects.visible_to(self.user).numbered(number).first()
        if case is None:
            raise forms.ValidationError(_("There is no case of this number."), code="unknown")
        return case

    def clean(self) -> dict[str, Any]:
        points = self.cleaned_data.get("linked") or self.cleaned_data.get("tool")
        if points and self.cleaned_data.get("kind", AdviceKind.CROSSCUT) != AdviceKind.CROSSCUT:
            self.add_error("kind", _("A case or a tool goes with the kind “From other departments”."))
        return self.cleaned_data


class DecideForm(StepFields):
    """A decision: what, who, until when."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Decision")
        self.fields["text"].error_messages["required"] = _("Write what was decided.")
        self.fields["owner"].queryset = User.objects.office()

    def clean(self) -> dict[str, Any]:
        one_owner_each(self)
        return self.cleaned_data


class FinishForm(forms.Form):
    """The end of an item, with what the meeting advised in sum where it was a question."""

    summary = TextField(
        label=_("What the meeting advised in sum"),
        rows=2,
        required=False,
        max_length=4000,
        help_text=_("May stay empty where the advice above says it all."),
    )


class LevelForm(forms.Form):
    level = forms.TypedChoiceField(
        label=_("Level"), choices=LEVELS, coerce=int, error_messages=choose(_("Choose a level."))
    )


class MenuForm(forms.Form):
    menu = forms.ModelChoiceField(
        SupportMenu.objects.none(),
        label=_("Support menu"),
        empty_label=_("Choose a menu"),
        error_messages=choose(_("Choose a menu.")),
    )
    reason = TextField(
        label=_("Why this menu?"), rows=2, max_length=2000, error_messages={"required": _("Write the reason.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["menu"].queryset = SupportMenu.objects.on_offer()


class AttendanceForm(forms.Form):
    """Who is there: a box each for the team, and for those whose questions stand on the agenda. Only what was changed
    on this page counts, as others tick boxes too.
    """

    def __init__(self, *args: Any, meeting: Meeting, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noted = {row.user_id: row.present for row in meeting.attendance.all()}
        away = set(Absence.objects.on(meeting.held_on).values_list("user", flat=True))
        self.people = sorted(people, key=lambda person: not person.on_team)
        for person in self.people:
            self.fields[self._name(person)] = forms.BooleanField(
                label=person.name,
                required=False,
                show_hidden_initial=True,
                initial=noted.get(person.pk, person.on_team and person.pk not in away),
            )

    @staticmethod
    def _name(person: User) -> str:
        return f"person_{person.pk}"

    def clean(self) -> dict[str, Any]:
        """The keywords of the action: those whose box was changed; and of the others the team, where nobody has noted
        anything meanwhile. Who is not of the team and not ticked need not have come.
        """
        ticked = {person: self.cleaned_data[self._name(person)] for person in self.people}
        touched = set(self.changed_data)
        present = {person: there for person, there in ticked.items() if self._name(person) in touched}
        rest = {person: there for person, there in ticked.items() if person not in present}
        return {
            "present": present,
            "unless_noted": {person: there for person, there in rest.items() if there or person.on_team},
        }
