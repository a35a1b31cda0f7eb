"""Hearings: prepared, and written down. Fields are named as the action's keywords."""

import copy
import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations import outline
from consultations.actions import Finding, NewHypothesis, Promise
from consultations.actions._rows import not_years_away
from consultations.forms.case import OTHER, AboutRow, CaseForm, FactsForm, VersionedForm
from consultations.forms.stepping import NearDayField, StepFields, ask, one_owner_each
from consultations.models import Case, Hearing, Hypothesis, QuestionTemplate
from consultations.models.hearing import DEEPEST
from consultations.states import Verdict
from office import clock
from office.fields import LineField, TextField
from office.models import User

MOST_LINES, LONGEST_LINE = 50, 500
EMPTY_ROWS = 3
ROWS = {
    "hypothesis": _("New hypothesis %(place)s"),
    "question": _("New question %(place)s"),
    "step": _("Next step %(place)s"),
}


# --- preparing


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class NearMomentField(forms.DateTimeField):
    widget = MomentInput
    default_error_messages = {"invalid": _("Write day and time as 2026-11-24 10:00.")}

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value:
            ask(not_years_away, timezone.localdate(value))


class OutlineField(TextField):
    """A tree of causes, a line each; gives the tree."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)  # the blanks before the first line say where it stands

    def clean(self, value: Any) -> outline.Tree:
        tree = outline.read(super().clean(value))
        if len(tree) > MOST_LINES:
            raise forms.ValidationError(
                _("These are %(count)d lines. Keep the %(most)d that matter most."),
                code="too_many",
                params={"count": len(tree), "most": MOST_LINES},
            )
        faults = []
        for depth, words in tree:
            said = {"line": Truncator(words).chars(30), "longest": LONGEST_LINE, "level": depth + 1}
            if len(words) > LONGEST_LINE:
                text = _("“%(line)s” is longer than %(longest)d characters. Shorten it.")
                faults.append(forms.ValidationError(text, code="too_long", params=said))
            if depth > DEEPEST:
                text = _("“%(line)s” stands on level %(level)d. Move it further left: there are %(deepest)d levels.")
                faults.append(forms.ValidationError(text, code="too_deep", params={**said, "deepest": DEEPEST + 1}))
        if faults:
            raise forms.ValidationError(faults)
        return tree


class LinesField(OutlineField):
    """Lines of their own; gives their words, without the bullets that people put before them."""

    def clean(self, value: Any) -> Any:
        flat = "\n".join(line.strip() for line in super(OutlineField, self).clean(value).splitlines())
        return [words for _depth, words in super().clean(flat)]


class PreparationFields(forms.Form):
    starts_at = NearMomentField(
        label=_("Date and time"), required=False, help_text=_("May be left open until it is agreed.")
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=5,
        max_value=480,
        widget=forms.NumberInput(attrs={"class": "w-short"}),
        error_messages={
            "required": _("Write how long it takes."),
            "invalid": _("Write the minutes in figures, such as 60."),
            "min_value": _("Write between 5 and 480 minutes."),
            "max_value": _("Write between 5 and 480 minutes."),
        },
    )
    place = LineField(
        label=_("Place or link"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        help_text=_("A room, or the link to the online meeting."),
    )
    hypotheses = OutlineField(
        label=_("Hypotheses of the cause"),
        required=False,
        rows=8,
        help_text=_(
            "A cause in each line. A line that begins further in (with blanks, “-” or “・”) says why the line above it"
            " is so."
        ),
    )
    questions = LinesField(label=_("Questions"), required=False, rows=10, help_text=_("One in each line."))


class PrepareForm(PreparationFields, CaseForm):
    act = "hearing_new"
    heading = _("Prepare a hearing")
    template = "consultations/hearing/preparation.html"

    def facts(self) -> dict[str, Any]:
        self.earlier = self.case.hearings.exclude(held_on=None, called_off_at=None).last()
        if self.earlier:
            return {"minutes": self.earlier.minutes, **left_open(self.earlier)}
        templates = QuestionTemplate.objects.for_topic(self.case.topic)
        return {"minutes": 60, "questions": "\n".join(line for template in templates for line in template.lines())}


def left_open(hearing: Hearing) -> dict[str, str]:
    """What the next hearing takes over of one that was held, or called off: causes not judged, questions open."""
    causes = hearing.hypotheses.filter(verdict__in=["", Verdict.UNCLEAR]).values_list("depth", "text")
    questions = hearing.questions.filter(answer="").values_list("text", flat=True)
    return {"hypotheses": outline.write(outline.read(outline.write(causes))), "questions": "\n".join(questions)}


class ChangeHearingForm(AboutRow, PreparationFields, FactsForm):
    act = "hearing_change"
    heading = _("Change the preparation")
    template = "consultations/hearing/preparation.html"

    @property
    def hearing(self) -> Hearing:
        return self.about["hearing"]

    def facts(self) -> dict[str, Any]:
        return {
            **{name: getattr(self.hearing, name) for name in ("starts_at", "minutes", "place")},
            "hypotheses": outline.write(self.hearing.hypotheses.values_list("depth", "text")),
            "questions": "\n".join(self.hearing.questions.values_list("text", flat=True)),
        }


class CallOffForm(AboutRow, VersionedForm):
    act = "hearing_call_off"
    template = "consultations/hearing/call_off.html"
    text = TextField(label=_("Reason"), rows=2, max_length=2000, required=False)

    @property
    def hearing(self) -> Hearing:
        return self.about["hearing"]


class NoHearingForm(VersionedForm):
    act = "hearing_none"
    one_click = True


# --- writing down


class RecordFields(forms.Form):
    held_on = NearDayField(label=_("Held on"), error_messages={"required": _("Choose the day on which it was held.")})
    place = LineField(
        label=_("Place or link"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "w-long"}),
    )
    participants = TextField(label=_("Who was there"), required=False, rows=3, max_length=2000)
    facts = TextField(
        label=pgettext_lazy("hearing", "Facts"),
        required=False,
        rows=5,
        help_text=_("What is so: how the work goes, how much of it there is, what was tried."),
    )
    wish = TextField(label=_("Stated wish"), required=False, rows=4, help_text=_("What they say they want."))
    real_problem = TextField(
        label=_("Real problem"),
        required=False,
        rows=4,
        help_text=_("What lies behind it, as the hearing showed. It may differ from the wish."),
    )
    purpose = TextField(label=_("Purpose"), required=False, rows=3, help_text=_("What shall be better in the end?"))

    def clean_held_on(self) -> date:
        day = self.cleaned_data["held_on"]
        if day > clock.today():
            raise forms.ValidationError(
                _("This day is to come. Write the day on which the hearing was held."), code="to_come"
            )
        return day


class RecordForm(RecordFields, FactsForm):
    """What was said in a hearing: one that was prepared, one that is on record already, or one out of the blue.

    Beside the fields of the record it has those of each hypothesis and question, by their keys, and rows for new ones.
    """

    act = "hearing_record"
    heading = _("Record of the hearing")
    template = "consultations/hearing/record.html"

    def __init__(self, case: Case, data: Any = None, files: Any = None, **about: Any) -> None:
        self.hearing: Hearing | None = about.get("hearing")
        self.hypotheses = list(self.hearing.hypotheses.all()) if self.hearing else []
        self.questions = list(self.hearing.questions.all()) if self.hearing else []
        super().__init__(case, self._none_lost(data), files, **about)
        for cause in self.hypotheses:
            self._add(f"verdict_{cause.pk}", _verdict(widget=forms.RadioSelect), cause.verdict)
            self._add(f"evidence_{cause.pk}", _evidence(), cause.evidence)
        for question in self.questions:
            self._add(f"answer_{question.pk}", _answer(question.text), question.answer)
        self.new = {
            "hypothesis": _new_hypothesis(self.hypotheses),
            "question": {"text": _line(pgettext_lazy("hearing", "Question")), "answer": _answer(_("Answer"))},
            "step": _new_step(),
        }
        self.rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in self.new}
        self.make_room(self.data)

    def facts(self) -> dict[str, Any]:
        hearing = self.hearing
        if hearing and hearing.is_held:
            return {name: getattr(hearing, name) for name in RecordFields.base_fields}
        planned = timezone.localdate(hearing.starts_at) if hearing and hearing.starts_at else clock.today()
        return {
            "held_on": min(planned, clock.today()),
            "place": hearing.place if hearing else "",
            "participants": _expected(self.case),
            "wish": _wish(self.case),
        }

    @property
    def judged(self) -> list[dict[str, Any]]:
        """The hypotheses, each with its fields."""
        return [
            {"cause": cause, "verdict": self[f"verdict_{cause.pk}"], "evidence": self[f"evidence_{cause.pk}"]}
            for cause in self.hypotheses
        ]

    @property
    def answered(self) -> list[dict[str, Any]]:
        """The questions, each with its field."""
        return [{"question": question, "answer": self[f"answer_{question.pk}"]} for question in self.questions]

    @property
    def panel(self) -> str:
        return f"{self.act}_{self.hearing.pk}" if self.hearing else self.act

    @property
    def url(self) -> str:
        if self.hearing:
            return reverse("case_hearing_record", args=[self.case.number, self.hearing.pk])
        return reverse("case_hearing_record_new", args=[self.case.number])

    def clean(self) -> dict[str, Any]:
        """What is typed in fields of rows, put together as the action takes it."""
        given = super().clean()
        record = {name: given[name] for name in (*RecordFields.base_fields, "version") if name in given}
        if not self.hearing:
            record.pop("version", None)
        record["findings"] = {
            cause.pk: Finding(given.get(f"verdict_{cause.pk}", ""), given.get(f"evidence_{cause.pk}", ""))
            for cause in self.hypotheses
        }
        record["answers"] = {question.pk: given.get(f"answer_{question.pk}", "") for question in self.questions}
        record["new_hypotheses"] = [
            NewHypothesis(row["text"], Finding(row["verdict"] or "", row["evidence"] or ""), row["under"])
            for row in self._filled("hypothesis", text=_("Write the hypothesis."))
        ]
        record["new_questions"] = [
            (row["text"], row["answer"] or "")
            for row in self._filled("question", text=_("Write the question that was asked."))
        ]
        needed = {name: StepFields.base_fields[name].error_messages["required"] for name in ("text", "due_on")}
        record["steps"] = [
            Promise(row["text"], row["due_on"], row["owner"], row["owner_name"])
            for row in self._filled("step", **needed)
        ]
        return record

    def make_room(self, names: Iterable[str]) -> None:
        """Rows for what is new: a few, or as many as `names` speaks of. Each holds its bound fields by name."""
        for kind, fields in self.new.items():
            for at in range(len(self.rows[kind]), max(EMPTY_ROWS, _sent(names, kind))):
                for name, field in fields.items():
                    self.fields[f"{kind}_{at}_{name}"] = copy.deepcopy(field)
                self.rows[kind].append({name: self[f"{kind}_{at}_{name}"] for name in fields})

    def on(self, fresh: Case, **about: Any) -> Self:
        """As ever; and out of its place, a field says what it is about."""
        merged = super().on(fresh, **about)
        for row in merged.judged:
            merged._name(Truncator(row["cause"].text).chars(30), row["verdict"], row["evidence"])
        for kind, title in ROWS.items():
            for place, row in enumerate(merged.rows[kind], start=1):
                merged._name(title % {"place": place}, *row.values())
        return merged

    def initials(self) -> list[str]:
        """Also what the hypotheses and questions were, in case somebody takes one away meanwhile."""
        words = [(f"cause_{cause.pk}", cause.text) for cause in self.hypotheses]
        words += [(f"asked_{question.pk}", question.text) for question in self.questions]
        return super().initials() + [format_html('<input type="hidden" name="{}" value="{}">', *each) for each in words]

    def _name(self, about: str, *fields: BoundField) -> None:
        for field in fields:
            field.label = self.fields[field.name].label = f"{about}: {field.label}"

    def _add(self, name: str, field: forms.Field, initial: Any) -> None:
        self.fields[name], self.initial[name] = field, initial

    def _filled(self, kind: str, **needed: Any) -> list[dict[str, Any]]:
        """The rows in which something was typed, without those that lack something: that is said at its field."""
        filled = []
        for fields in self.rows[kind]:
            row = {name: self.cleaned_data.get(field.name) for name, field in fields.items()}
            if not any(row.values()) and not any(self.has_error(field.name) for field in fields.values()):
                continue
            for name, words in needed.items():
                if not row[name] and not self.has_error(fields[name].name):
                    self.add_error(fields[name].name, words)
            if kind == "step":
                one_owner_each(self, fields["text"].name.removesuffix("text"))
            if not any(self.has_error(field.name) for field in fields.values()):
                filled.append(row)
        return filled

    def _none_lost(self, data: Any) -> Any:
        """What was typed to a hypothesis or question that somebody took away meanwhile goes into a row for new ones."""
        if data is None:
            return None
        data = data.copy()
        there = {f"cause_{cause.pk}" for cause in self.hypotheses} | {f"asked_{asked.pk}" for asked in self.questions}
        kinds = {"cause": ("hypothesis", ["verdict", "evidence"]), "asked": ("question", ["answer"])}
        for sent in [name for name in data if re.fullmatch(r"(cause|asked)_\d+", name) and name not in there]:
            what, key = sent.split("_")
            kind, names = kinds[what]
            [words], typed = data.pop(sent)[-1:], {name: data.pop(f"{name}_{key}", [""])[-1] for name in names}
            if any(typed.values()):
                places = range(_sent(data, kind) + 1)
                blank = (at for at in places if not any(data.get(f"{kind}_{at}_{name}") for name in ("text", *names)))
                row = f"{kind}_{next(blank)}"
                data[f"{row}_text"] = words
                for name, value in typed.items():
                    data[f"{row}_{name}"] = value
        return data


def _sent(names: Iterable[str], kind: str) -> int:
    """How many rows of a kind a form brought."""
    places = (re.fullmatch(rf"{kind}_(\d\d?)_[a-z_]+", name) for name in names)
    return max((int(place[1]) + 1 for place in places if place), default=0)


def _verdict(**given: Any) -> forms.ChoiceField:
    choices = [("", _("Not judged")), *Verdict.choices]
    return forms.ChoiceField(label=_("Verdict"), choices=choices, required=False, error_messages=OTHER, **given)


def _evidence() -> TextField:
    return TextField(label=_("Evidence"), rows=1, max_length=2000, required=False)


def _answer(label: Any) -> TextField:
    return TextField(label=label, rows=2, max_length=5000, required=False)


def _line(label: Any) -> LineField:
    widget = forms.TextInput(attrs={"class": "w-long"})
    return LineField(label=label, max_length=LONGEST_LINE, widget=widget, required=False)


def _new_hypothesis(hypotheses: list[Hypothesis]) -> dict[str, forms.Field]:
    above = [(cause.pk, Truncator(cause.text).chars(40)) for cause in hypotheses if cause.depth < DEEPEST]
    under = forms.TypedChoiceField(
        label=_("Explains"),
        choices=[("", _("none of those above")), *above],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages=OTHER,
    )
    return {"text": _line(_("Hypothesis")), "under": under, "verdict": _verdict(), "evidence": _evidence()}


def _new_step() -> dict[str, forms.Field]:
    fields = copy.deepcopy(StepFields.base_fields)
    fields["owner"].queryset = User.objects.office()
    fields["owner"].choices = list(fields["owner"].choices)  # asked for once, for all rows
    for field in fields.values():
        field.required = False
    return fields


def _expected(case: Case) -> str:
    """Who will have been there: the contact and the pair."""
    people = case.pair.people if case.pair else []
    return "\n".join([f"{case.from_where} {case.name}", *(person.name for person in people)])


def _wish(case: Case) -> str:
    """What the form told already, so that nobody asks for it again."""
    with translation.override(settings.LANGUAGE_CODE):
        return "\n".join([*(f"・{want}" for want in case.wanted), *filter(None, [case.expectation])])
