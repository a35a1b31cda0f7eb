"""Hearing a section: prepared with causes suspected and questions to ask, held, and written down (case study, 2-1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Required, TypedDict, Unpack

from django.utils import timezone
from django.utils.translation import gettext as _

from consultations import outline
from consultations.actions._event import event
from consultations.actions._rows import (
    as_kept,
    begin,
    change,
    locked,
    locked_open,
    locked_part,
    not_years_away,
    refuse_stale,
    save,
)
from consultations.actions.stepping import Promise, as_promised, make_step
from consultations.models import Case, EntryKind, Hearing, HearingQuestion, Hypothesis
from consultations.models.hearing import DEEPEST
from office import clock
from office.actions import ActionRefused, hold_members
from office.models import User


@dataclass(frozen=True)
class Finding:
    """What a hearing said to a hypothesis."""

    verdict: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class NewHypothesis:
    """A cause that came up in the hearing itself, maybe below another: the key of that one."""

    text: str
    finding: Finding = Finding()
    under: int | None = None


class Record(TypedDict, total=False):
    """What is written down of a hearing. What is left out stays as it was."""

    held_on: Required[date]
    place: str
    participants: str
    facts: str
    wish: str
    real_problem: str
    purpose: str
    findings: Mapping[int, Finding]  # by the key of the hypothesis
    answers: Mapping[int, str]  # by the key of the question
    new_hypotheses: Sequence[NewHypothesis]
    new_questions: Sequence[tuple[str, str]]  # question, answer
    steps: Sequence[Promise]


TEXTS = ("place", "participants", "facts", "wish", "real_problem", "purpose")


@event
def prepare_hearing(
    *,
    case: Case,
    by: User,
    starts_at: datetime | None = None,
    minutes: int = 60,
    place: str = "",
    hypotheses: outline.Tree | None = None,
    questions: Sequence[str] = (),
) -> Hearing:
    """Prepare a hearing. A new case is thereby taken up, and 「ヒアリング不要」 taken back.

    Refused where the case is closed or the day years away.
    """
    case = locked_open(case)
    begin(case)
    _set_unneeded(case, False)
    hearing = Hearing.objects.create(
        case=case,
        starts_at=_near(starts_at),
        minutes=minutes,
        place=place,
        prepared_at=clock.now(),
        prepared_by=by,
    )
    _plan(hearing, hypotheses or [], questions)
    data = {"hearing": hearing.pk, "starts_at": as_kept(starts_at), "minutes": minutes, "place": place}
    data |= {"hypotheses": hypotheses or [], "questions": list(questions)}
    case.record(kind=EntryKind.HEARING_PREPARED, by=by, data=data)
    return hearing


@event
def change_hearing(
    *,
    hearing: Hearing,
    by: User,
    starts_at: datetime | None,
    minutes: int,
    place: str,
    hypotheses: outline.Tree,
    questions: Sequence[str],
    version: int | None = None,
) -> Hearing:
    """Change the preparation. Nothing changed: no entry. Refused where it was held or called off meanwhile."""
    case, hearing = _locked(hearing, version)
    _to_come(hearing)
    set_anew = change(hearing, starts_at=_near(starts_at), minutes=minutes, place=place)
    old = {
        "hypotheses": outline.write(hearing.hypotheses.values_list("depth", "text")),
        "questions": "\n".join(hearing.questions.values_list("text", flat=True)),
    }
    new = {"hypotheses": outline.write(hypotheses), "questions": "\n".join(questions)}
    changes = set_anew | {name: [old[name], new[name]] for name in old if old[name] != new[name]}
    if changes:
        _plan(hearing, hypotheses, questions)
        save(hearing, *set_anew)
        data = {"hearing": hearing.pk, "changes": changes}
        case.record(kind=EntryKind.HEARING_PREPARED, by=by, data=data)
    return hearing


@event
def record_hearing(*, hearing: Hearing, by: User, version: int | None = None, **record: Unpack[Record]) -> Hearing:
    """Write down a hearing that was held, or put right what is written down of it. A new case is thereby taken up.

    Nothing changed: no entry. Refused where it was called off, where it is first written down after the case was
    closed, and where the day is to come or years ago; and as `promise_step` refuses a step.
    """
    _hold_owners(record)
    case, hearing = _locked(hearing, version)
    _not_called_off(hearing)
    if not hearing.is_held:
        return _hold(case, hearing, by, record)
    if written := _write(case, hearing, by, record):
        case.record(kind=EntryKind.HEARING_CHANGED, by=by, data={"hearing": hearing.pk, **written})
    return hearing


@event
def record_unprepared_hearing(*, case: Case, by: User, **record: Unpack[Record]) -> Hearing:
    """Write down a hearing that nobody had prepared: the phone rang, and one talked at once. Refused as
    `record_hearing`.
    """
    _hold_owners(record)
    case = locked(case)
    return _hold(case, Hearing(case=case, prepared_at=clock.now(), prepared_by=by), by, record)


@event
def call_off_hearing(*, hearing: Hearing, by: User, text: str = "", version: int | None = None) -> Hearing:
    """Call a prepared hearing off. Refused where it was held, or called off already."""
    case, hearing = _locked(hearing, version)
    _to_come(hearing)
    hearing.called_off_at = clock.now()
    save(hearing, "called_off_at")
    data = {"hearing": hearing.pk, "starts_at": as_kept(hearing.starts_at)}
    case.record(kind=EntryKind.HEARING_CALLED_OFF, by=by, text=text, data=data)
    return hearing


@event
def need_no_hearing(*, case: Case, by: User, version: int | None = None) -> Case:
    """Say that no hearing is needed. A new case is thereby taken up.

    Refused where the case is closed, where one is prepared or was held, and where this was said already.
    """
    case = locked_open(case, version)
    if case.hearing_unneeded:
        raise ActionRefused(_("It is noted already that no hearing is needed."))
    if case.hearings.held().exists():
        raise ActionRefused(_("A hearing was held already."))
    if case.hearings.to_come().exists():
        raise ActionRefused(_("A hearing is prepared. Call it off first."))
    begin(case)
    _set_unneeded(case, True)
    case.record(kind=EntryKind.HEARING_UNNEEDED, by=by)
    return case


# --- what they have in common


def _locked(hearing: Hearing, version: int | None) -> tuple[Case, Hearing]:
    case, hearing = locked_part(hearing)
    refuse_stale(hearing, version)
    return case, hearing


def _to_come(hearing: Hearing) -> None:
    if hearing.is_held:
        raise ActionRefused(_("This hearing was held already. Change its record instead."))
    _not_called_off(hearing)


def _not_called_off(hearing: Hearing) -> None:
    if hearing.called_off_at:
        raise ActionRefused(_("This hearing was called off. Prepare a new one."))


def _near(moment: datetime | None) -> datetime | None:
    if moment:
        not_years_away(timezone.localdate(moment))
    return moment


def _set_unneeded(case: Case, unneeded: bool) -> None:
    if case.hearing_unneeded != unneeded:
        case.hearing_unneeded = unneeded
        save(case, "hearing_unneeded")


def _hold_owners(record: Record) -> None:
    hold_members(**{f"steps_{place}_owner": promise.owner for place, promise in enumerate(record.get("steps", ()))})


def _plan(hearing: Hearing, hypotheses: Iterable[tuple[int, str]], questions: Iterable[str]) -> None:
    """Give the hearing these causes and questions. One whose words stay keeps its key, so that what somebody is just
    writing to it still finds it.
    """
    causes = {cause.text: cause.pk for cause in hearing.hypotheses.all()}
    asked = {question.text: question.pk for question in hearing.questions.all()}
    _place(hearing, Hypothesis, [Hypothesis(pk=causes.pop(text, None), depth=d, text=text) for d, text in hypotheses])
    _place(hearing, HearingQuestion, [HearingQuestion(pk=asked.pop(text, None), text=text) for text in questions])


def _place(hearing: Hearing, model: type[Hypothesis] | type[HearingQuestion], rows: Sequence[Any]) -> None:
    # Anew, and not each moved: on its way to its place a row would meet another there.
    model._default_manager.filter(hearing=hearing).delete()
    for order, row in enumerate(rows):
        row.hearing, row.order = hearing, order
    model._default_manager.bulk_create(rows)


def _hold(case: Case, hearing: Hearing, by: User, record: Record) -> Hearing:
    """Write a hearing down for the first time."""
    if case.closed_at:
        raise ActionRefused(_("This case is already closed. Reopen it first."))
    begin(case)
    _set_unneeded(case, False)
    hearing.held_by = by
    written = _write(case, hearing, by, record)
    data = {
        "hearing": hearing.pk,
        "held_on": as_kept(hearing.held_on),
        **{name: getattr(hearing, name) for name in TEXTS},
        "hypotheses": list(map(list, hearing.hypotheses.values_list("depth", "text", "verdict", "evidence"))),
        "questions": list(map(list, hearing.questions.values_list("text", "answer"))),
        "steps": written["new"]["steps"],
    }
    case.record(kind=EntryKind.HEARING_HELD, by=by, data=data)
    return hearing


def _write(case: Case, hearing: Hearing, by: User, record: Record) -> dict[str, Any]:
    """Write the record into the rows. Returns what history keeps of it, nothing where nothing changed: `changes` by
    field, `names` (what a field of a hypothesis or question is about), and what came `new`.
    """
    if record["held_on"] > clock.today():
        raise ActionRefused(_("This day is to come. Write the day on which the hearing was held."), field="held_on")
    held_on = not_years_away(record["held_on"])
    given: dict[str, Any] = dict(record)
    written = change(hearing, held_on=held_on, **{name: given[name] for name in TEXTS if name in given})
    changes = dict(written)
    names: dict[str, str] = {}

    causes = list(hearing.hypotheses.all()) if hearing.pk else []
    findings = record.get("findings", {})
    for cause in causes:
        if cause.pk in findings:
            found = change(cause, **vars(findings[cause.pk]))
            changes |= {f"{name}_{cause.pk}": values for name, values in found.items()}
            names |= {f"{name}_{cause.pk}": cause.text for name in found}
    new_causes = [_insert(causes, new) for new in record.get("new_hypotheses", ())]

    questions = list(hearing.questions.all()) if hearing.pk else []
    answers = record.get("answers", {})
    for question in questions:
        if question.pk in answers and (said := change(question, answer=answers[question.pk])):
            changes[f"answer_{question.pk}"] = said["answer"]
            names[f"answer_{question.pk}"] = question.text
    new_questions = [HearingQuestion(text=text, answer=answer) for text, answer in record.get("new_questions", ())]

    steps = record.get("steps", ())
    if not (changes or new_causes or new_questions or steps):
        return {}
    save(hearing, *written, "held_by")
    _place(hearing, Hypothesis, causes)
    _place(hearing, HearingQuestion, [*questions, *new_questions])
    new = {
        "hypotheses": [[cause.depth, cause.text, cause.verdict, cause.evidence] for cause in new_causes],
        "questions": [[question.text, question.answer] for question in new_questions],
        "steps": [as_promised(make_step(case, by, promise, hearing)) for promise in steps],
    }
    return {"changes": changes, "names": names, "new": new}


def _insert(causes: list[Hypothesis], new: NewHypothesis) -> Hypothesis:
    """Put a new cause last below the one it explains, or at the end."""
    cause, place = Hypothesis(text=new.text, **vars(new.finding)), len(causes)
    for at, above in enumerate(causes):
        if above.pk and above.pk == new.under:
            if above.depth == DEEPEST:
                raise ActionRefused(_("“%(text)s” already stands on the deepest level.") % {"text": above.text})
            cause.depth = above.depth + 1
            below = (n for n in range(at + 1, len(causes)) if causes[n].depth <= above.depth)
            place = next(below, len(causes))
    causes.insert(place, cause)
    return cause
