from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting
from office import clock, era
from office.fields import DayField, LineField
from office.models import User

PLANNED_AHEAD = timedelta(days=366)
MOST_WEEKS = 26


class SeatsForm(forms.Form):
    """Time, place and seats of a meeting."""

    starts_at = forms.TimeField(
        label=_("Begins at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Enter when the meeting begins."), "invalid": _("Enter the time as 10:00.")},
    )
    ends_at = forms.TimeField(
        label=_("Ends at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Enter when the meeting ends."), "invalid": _("Enter the time as 11:00.")},
    )
    place = LineField(
        label=_("Place"),
        required=False,
        help_text=_("Room, and how to join from elsewhere."),
        error_messages={"max_length": _("Shorten the place to %(limit_value)d characters.")},
    )
    facilitator = forms.ModelChoiceField(
        label=_("Facilitator"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Not decided yet"),
        error_messages={"invalid_choice": _("Choose a member of the consultation team.")},
    )
    recorder = forms.ModelChoiceField(
        label=_("Recorder"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Not decided yet"),
        error_messages={"invalid_choice": _("Choose a member of the consultation team.")},
    )

    def __init__(self, *args: Any, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        # Whoever sits there already may stay, though no longer on the team.
        seated = [meeting.facilitator_id, meeting.recorder_id] if meeting else []
        people = User.objects.filter(Q(pk__in=User.objects.team()) | Q(pk__in=[pk for pk in seated if pk]))
        for seat in ("facilitator", "recorder"):
            self.fields[seat].queryset = people
        for field in self.fields.values():
            field.show_hidden_initial = meeting is not None

    def changes(self) -> dict[str, Any]:
        """What was changed on this page: somebody else may have taken a seat meanwhile."""
        changed = set(self.changed_data)
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in changed or self.add_initial_prefix(name) not in self.data
        }


class MeetingForm(SeatsForm):
    """A meeting to come."""

    held_on = DayField(label=_("Date"), error_messages={"required": _("Enter the date of the meeting.")})
    field_order = ("held_on",)
    moves_on = False  # where the office is closed on the day

    def clean_held_on(self) -> Any:
        day = self.cleaned_data["held_on"]
        if self.meeting and day == self.meeting.held_on:
            return day
        if day < clock.today():
            raise forms.ValidationError(_("This day has passed. Choose today or a later day."), code="past")
        if day > clock.today() + PLANNED_AHEAD:
            # The next meeting would be suggested for the week after it.
            raise forms.ValidationError(_("This day is more than a year away. Check the year."), code="far")
        if not (self.moves_on or era.is_business_day(day)):
            raise forms.ValidationError(_("The office is closed on this day. Choose another day."), code="closed")
        return day


class SeriesForm(MeetingForm):
    """Meetings of several weeks at once."""

    weeks = forms.IntegerField(
        label=_("How many weeks"),
        min_value=1,
        max_value=MOST_WEEKS,
        initial=13,
        widget=forms.NumberInput(attrs={"class": "w-short"}),
        help_text=_("Where the office is closed, the meeting moves to the next open day of that week."),
        error_messages={
            "invalid": _("Enter a number."),
            "min_value": _("Enter a number from %(limit_value)s on."),
            "max_value": _("Enter a number up to %(limit_value)s."),
            "required": _("Enter for how many weeks."),
        },
    )
    field_order = ("held_on", "weeks")
    moves_on = True


class CallOffForm(forms.Form):
    """Why a meeting is called off."""

    reason = LineField(
        label=_("Reason"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        help_text=_("Stands on the page of the meeting and in the mail."),
    )
