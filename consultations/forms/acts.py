"""What can be done to a case. Fields are named as the action's keywords."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.forms.case import LEVELS, CaseForm, VersionedForm, choose, offer_topics
from consultations.states import (
    DEEP,
    UNCOUNTED,
    AskKind,
    Level,
    Result,
    Status,
    Want,
)
from knowledge.models import Topic
from office import clock, era
from office.fields import DayField, TextField
from office.files import FilesField

FOUR_WEEKS = timedelta(weeks=4)


# --- writing


class NoteForm(CaseForm):
    act = "note"
    heading = _("Internal note")
    text = TextField(label=_("Internal note"), rows=3, error_messages={"required": _("Write the note.")})
    files = FilesField(label=_("Files"))


class ReplyForm(VersionedForm):
    act = "reply"
    heading = _("Answer")
    text = TextField(label=_("Answer"), rows=6, error_messages={"required": _("Write the answer.")})
    files = FilesField(label=_("Files"))


class Closing(VersionedForm):
    """What closing asks for. The uncounted results need no more than themselves."""

    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=LEVELS,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages=choose(_("Choose a level.")),
    )
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label=_("Topic"),
        empty_label=_("Choose a topic"),
        error_messages=choose(_("Choose a topic.")),
    )
    lesson = TextField(
        label=_("Lesson"),
        rows=2,
        max_length=2000,
        required=False,
        help_text=_("About two lines for the next pair. Needed from level 3 up."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_topics(self)

    def facts(self) -> dict[str, Any]:
        return {"level": self.case.level, "topic": self.case.topic_id, "lesson": self.case.lesson}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("result") in UNCOUNTED:
            for name in ("level", "topic"):
                self.errors.pop(name, None)
                cleaned.setdefault(name, None)
        elif cleaned.get("level") in DEEP and not cleaned.get("lesson") and "lesson" not in self.errors:
            self.add_error("lesson", _("Write a lesson: from level 3 up, the next pair will look for it."))
        return cleaned


class AnswerForm(Closing):
    act = "answer"
    heading = _("Answer and close")
    text = TextField(label=_("Answer"), rows=6, error_messages={"required": _("Write the answer.")})
    result = forms.ChoiceField(
        label=_("Result"),
        choices=[(result.value, result.label) for result in Result if result not in UNCOUNTED],
        error_messages=choose(_("Choose a result.")),
    )
    files = FilesField(label=_("Files"))
    field_order = ("text", "level", "topic", "lesson", "result")

    def facts(self) -> dict[str, Any]:
        facts = {**super().facts(), "result": Result.ANSWERED}
        if self.case.wants == [Want.PROCEDURE]:
            facts["level"] = self.case.level or Level.ANSWER
        return facts


# --- moving the case on


class TakeUpForm(VersionedForm):
    act = "take_up"
    one_click = True


class NoAnswerForm(VersionedForm):
    act = "no_answer"
    one_click = True


class HoldForm(VersionedForm):
    act = "hold"
    follow_up_on = DayField(
        label=_("Follow up on"),
        help_text=_("Until that day nobody is reminded."),
        error_messages={"required": _("Choose the day to ask again.")},
    )
    text = TextField(label=_("What are we waiting for?"), rows=2, required=False)

    @property
    def heading(self) -> str:
        return _("Choose a later day") if self.case.status == Status.ON_HOLD else _("Put on hold")

    def facts(self) -> dict[str, Any]:
        return {"follow_up_on": era.add_business_days(clock.today() + FOUR_WEEKS, 0)}


class ResumeForm(VersionedForm):
    act = "resume"
    one_click = True


class AskProgressForm(VersionedForm):
    act = "ask_progress"
    one_click = True


class CompleteForm(VersionedForm):
    act = "complete"
    heading = _("Complete")
    review_on = DayField(
        label=_("Keep open until"),
        help_text=_("Until then the section may come back to us."),
        error_messages={"required": _("Choose until when the case stays open.")},
    )
    text = TextField(label=_("Internal note"), rows=2, required=False)

    def facts(self) -> dict[str, Any]:
        return {"review_on": era.fiscal_year_end(era.fiscal_year(clock.today()))}


class CloseForm(Closing):
    act = "close"
    heading = pgettext_lazy("act", "Close")
    result = forms.ChoiceField(
        label=_("Result"),
        choices=[("", _("Choose a result")), *Result.choices],
        error_messages=choose(_("Choose a result.")),
    )
    field_order = ("result", "level", "topic", "lesson")


class ReopenForm(VersionedForm):
    act = "reopen"
    heading = _("Reopen")
    text = TextField(label=_("Internal note"), rows=2, required=False)


class AskForm(CaseForm):
    act = "ask"
    heading = _("Ask the weekly meeting")
    kind = forms.ChoiceField(
        label=_("Why"),
        choices=AskKind.choices,
        widget=forms.RadioSelect,
        error_messages=choose(_("Choose why you ask.")),
    )
    question = TextField(
        label=_("Question to the meeting"), rows=3, error_messages={"required": _("Write the question.")}
    )


class WithdrawAskForm(CaseForm):
    act = "ask_withdraw"
    one_click = True
