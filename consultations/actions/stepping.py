"""What was promised until a day: next steps of a hearing, or of the case as it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from consultations.actions._event import event
from consultations.actions._rows import begin, change, locked_open, locked_part, not_years_away, refuse_stale, save
from consultations.models import Case, EntryKind, Hearing, NextStep
from office import clock
from office.actions import ActionRefused, hold_members
from office.actors import System
from office.models import User


@dataclass(frozen=True)
class Promise:
    """What somebody will do by a day: a member of the office, or someone outside known by name."""

    text: str
    due_on: date
    owner: User | None = None
    owner_name: str = ""


def one_owner(owner: User | None, owner_name: str) -> None:
    """Refused where a step would be nobody's, or two people's."""
    if not owner and not owner_name:
        raise ActionRefused(_("Say who does it: choose a member of the office, or write a name."))
    if owner and owner_name:
        raise ActionRefused(_("Choose a member of the office or write a name, not both."))


def refuse_vague(promise: Promise) -> None:
    """Refused where its day is years away or it is not one person's."""
    one_owner(promise.owner, promise.owner_name)
    not_years_away(promise.due_on)


def make_step(case: Case, by: User, promise: Promise, hearing: Hearing | None = None) -> NextStep:
    """Note a promise on a locked case. Refused where its day is years away or it is not one person's."""
    refuse_vague(promise)
    return NextStep.objects.create(
        case=case,
        hearing=hearing,
        text=promise.text,
        owner=promise.owner,
        owner_name=promise.owner_name,
        due_on=promise.due_on,
        made_at=clock.now(),
        made_by=by,
    )


def as_promised(step: NextStep) -> dict[str, Any]:
    """A step as history keeps it."""
    return {"step": step.pk, "text": step.text, "who": step.who, "due_on": step.due_on.isoformat()}


@event
def promise_step(
    *, case: Case, by: User, text: str, due_on: date, owner: User | None = None, owner_name: str = ""
) -> NextStep:
    """Promise a next step. A new case is thereby taken up.

    Refused where the case is closed, the day years away, or the step not exactly one person's, and where that person
    does not work in the office.
    """
    hold_members(owner=owner)
    case = locked_open(case)
    begin(case)
    step = make_step(case, by, Promise(text, due_on, owner, owner_name))
    case.record(kind=EntryKind.STEP_PROMISED, by=by, data=as_promised(step))
    return step


@event
def change_step(
    *,
    step: NextStep,
    by: User | System,
    text: str,
    due_on: date,
    owner: User | None = None,
    owner_name: str = "",
    version: int | None = None,
) -> NextStep:
    """Change what was promised, by whom or until when. Nothing changed: no entry. Refused as `promise_step`, and where
    the step is done.
    """
    if owner and owner.pk != step.owner_id:
        hold_members(owner=owner)
    case, step = _locked_to_do(step, version)
    one_owner(owner, owner_name)
    if due_on != step.due_on:
        not_years_away(due_on)
    if changes := change(step, text=text, owner=owner, owner_name=owner_name, due_on=due_on):
        save(step, *changes)
        case.record(kind=EntryKind.STEP_CHANGED, by=by, data={**as_promised(step), "changes": changes})
    return step


@event
def finish_step(*, step: NextStep, by: User, version: int | None = None) -> NextStep:
    """Say that a next step is done. A closed case allows it too. Refused where it was done already."""
    case, step = _locked_to_do(step, version)
    step.done_at = clock.now()
    save(step, "done_at")
    case.record(kind=EntryKind.STEP_DONE, by=by, data=as_promised(step))
    return step


@event
def drop_step(*, step: NextStep, by: User, version: int | None = None) -> NextStep:
    """Say that a next step is no longer needed. Refused where it was done already."""
    case, step = _locked_to_do(step, version)
    step.done_at, step.dropped = clock.now(), True
    save(step, "done_at", "dropped")
    case.record(kind=EntryKind.STEP_CHANGED, by=by, data={**as_promised(step), "dropped": True})
    return step


def _locked_to_do(step: NextStep, version: int | None) -> tuple[Case, NextStep]:
    case, step = locked_part(step)
    if step.done_at:
        raise ActionRefused(_("This step is no longer needed.") if step.dropped else _("This step is done already."))
    refuse_stale(step, version)
    return case, step
