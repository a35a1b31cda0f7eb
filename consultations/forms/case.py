"""The forms of the case page, one for each action. Fields are named as the action's keywords."""

from datetime import timedelta
from typing import Any, ClassVar, Self

from django import forms
from django.core.validators import EmailValidator
from django.db.models import Model, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.files import FilesField
from consultations.forms.addresses import AddressesField
from consultations.forms.intake import AddressField
from consultations.forms.sections import section_called
from consultations.models import Case, Support
from consultations.states import (
    DEEP,
    UNCOUNTED,
    AskKind,
    Difficulty,
    Level,
    MeasureState,
    Result,
    Status,
    SupportState,
    Volume,
    Want,
)
from consultations.templatetags.case_words import in_words
from knowledge.models import Topic
from menus.models import SupportMenu
from office import clock, era
from office.fields import LineField, TextField
from office.models import Department, Pair

FOUR_WEEKS = timedelta(weeks=4)
UNDECIDED = [("", _("Undecided"))]
LEVELS = [(level.value, format_lazy("{} {}", level.value, level.label)) for level in Level]


def choose(words: Any) -> dict[str, Any]:
    """What is said where nothing was chosen, or something that is not offered."""
    return {"required": words, "invalid_choice": words}


OTHER = choose(_("Choose one from the list."))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CaseForm(forms.Form):
    """Something that can be done to a case. `act` names its URL (case_<act>), its template and its ids."""

    act: ClassVar[str]
    heading: ClassVar[Any]
    one_click: ClassVar[bool] = False

    def __init__(self, case: Case, data: Any = None, files: Any = None, **about: Any) -> None:
        self.case, self.about = case, about
        super().__init__(data, files, auto_id=f"id_{self.panel}_%s", initial=self.facts())

    def facts(self) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        return {}

    def focus(self) -> Self:
        """The same form, with the cursor in its first field once the page is there."""
        for field in self.visible_fields()[:1]:
            field.field.widget.attrs["autofocus"] = True
        return self

    @property
    def panel(self) -> str:
        return self.act

    @property
    def url(self) -> str:
        return reverse(f"case_{self.act}", args=[self.case.number])

    @property
    def template(self) -> str:
        return f"consultations/case/{self.act}.html"

    def on(self, fresh: Case) -> Self:
        """What was typed, on the case as it is now."""
        return type(self)(fresh, self.data, self.files, **self.about)


class VersionedForm(CaseForm):
    """One that must not overrule what a colleague did while it was being filled in."""

    version = forms.IntegerField(
        required=False, widget=forms.HiddenInput, error_messages={"invalid": _("Open the page anew, then send again.")}
    )


class FactsForm(VersionedForm):
    """One that shows facts of the case to be put right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = not field.widget.is_hidden

    def on(self, fresh: Case) -> Self:
        """What was typed, on the case as it is now: a field that this person left alone takes the newest value."""
        data, now = QueryDict(mutable=True), type(self)(fresh)
        data.update({name: self.data.get(self.add_prefix(name), "") for name in self.changed_data})
        for name in self.fields:
            value = now[name].value()
            data.setdefault(name, value)
            data[f"initial-{name}"] = value
        return type(self)(fresh, data)

    def differing(self) -> list[tuple[str, str]]:
        """Label and present value of the fields in which something else was typed."""
        names = [name for name in self.changed_data if self.fields[name].show_hidden_initial]
        return [(str(self[name].label), self._present(name)) for name in names]

    def _present(self, name: str) -> str:
        value = self.initial[name]
        return in_words(str(value) if isinstance(value, Model) else value, name)


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
        self.fields["topic"].queryset = Topic.objects.filter(Q(is_active=True) | Q(pk=self.case.topic_id))

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
    follow_up_on = forms.DateField(
        label=_("Follow up on"),
        widget=DayInput,
        help_text=_("Until that day nobody is reminded."),
        error_messages={"required": _("Choose the day to ask again."), "invalid": _("Write the day as 2026-11-24.")},
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


class CompleteForm(VersionedForm):
    act = "complete"
    heading = _("Complete")
    review_on = forms.DateField(
        label=_("Keep open until"),
        widget=DayInput,
        help_text=_("Until then the section may come back to us."),
        error_messages={
            "required": _("Choose until when the case stays open."),
            "invalid": _("Write the day as 2026-11-24."),
        },
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


# --- putting facts right


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


# --- support


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


class ChangeSupportForm(VersionedForm):
    act = "support_change"
    state = forms.ChoiceField(label=_("State"), choices=SupportState.choices, error_messages=OTHER)
    outcome = TextField(label=_("What came of it"), rows=2, max_length=2000, required=False)

    @property
    def support(self) -> Support:
        return self.about["support"]

    def facts(self) -> dict[str, Any]:
        return {"state": self.support.state, "outcome": self.support.outcome}

    @property
    def panel(self) -> str:
        return f"{self.act}_{self.support.pk}"

    @property
    def url(self) -> str:
        return reverse(f"case_{self.act}", args=[self.case.number, self.support.pk])
