"""Bringing a case to the weekly meeting, and what comes back (case study, 1-2)."""

from datetime import date

from django.utils.translation import gettext as _

from consultations.actions._event import event
from consultations.actions._rows import begin, locked, locked_open, locked_part
from consultations.actions.stepping import Promise, as_promised, make_step
from consultations.models import Ask, Case, EntryKind, NextStep
from consultations.states import AdviceKind, AskKind
from office import clock
from office.actions import ActionRefused, hold_members
from office.models import User


@event
def ask_meeting(*, case: Case, by: User, kind: AskKind, question: str) -> Ask:
    """Put a question to the weekly meeting; a new case is thereby taken up.

    Refused where the case is closed or a question is already open.
    """
    case = locked_open(case)
    if case.asks.open().exists():
        raise ActionRefused(_("A question to the meeting is already open for this case. Withdraw it first."))
    begin(case)
    ask = case.asks.create(kind=kind, question=question, asked_at=clock.now(), asked_by=by)
    case.record(kind=EntryKind.ASKED_MEETING, by=by, text=question, data={"ask": ask.pk, "ask_kind": kind})
    return ask


@event
def withdraw_ask(*, ask: Ask, by: User, text: str = "") -> Ask:
    """Take a question back. Refused where it is settled."""
    case, ask = _locked(ask)
    ask.settled_at = clock.now()
    ask.save(update_fields=["settled_at"])
    case.record(kind=EntryKind.ASK_WITHDRAWN, by=by, text=text, data={"ask": ask.pk})
    return ask


@event
def record_meeting_advice(*, ask: Ask, by: User, advice: str, held_on: str, summary: str | None = None) -> Ask:
    """Write what the meeting of `held_on` (ISO date) advised onto the case; the question is settled thereby.

    `summary`: what is new of it, where people's contributions stand on the case already (`note_meeting_advice`).
    Refused where it is settled.
    """
    case, ask = _locked(ask)
    ask.settled_at, ask.advice = clock.now(), advice
    ask.save(update_fields=["settled_at", "advice"])
    case.record(
        kind=EntryKind.MEETING_ADVICE,
        by=by,
        text=advice if summary is None else summary,
        data={"ask": ask.pk, "question": ask.question, "held_on": held_on},
    )
    return ask


@event
def note_meeting_advice(
    *,
    case: Case,
    by: User,
    kind: AdviceKind,
    text: str,
    held_on: str,
    written_by: User | None = None,
    linked: Case | None = None,
    tool: str = "",
) -> Case:
    """Write what one person said to a case at the meeting of `held_on` (ISO date). A closed case allows it too.

    `by`: whose words they are; `written_by`: who kept the record, where that was another. `linked` and `tool`: the case
    or the tool of another department that it points to.
    """
    case = locked(case)
    also = {"linked": linked.number} if linked else {}
    also |= {"tool": tool} if tool else {}
    also |= {"written_by": written_by.name} if written_by else {}
    case.record(kind=EntryKind.MEETING_ADVICE, by=by, text=text, data={"advice_kind": kind, "held_on": held_on, **also})
    return case


@event
def record_meeting_decision(
    *, case: Case, by: User, text: str, due_on: date, held_on: str, owner: User | None = None, owner_name: str = ""
) -> NextStep:
    """Make what the meeting of `held_on` (ISO date) decided a next step of the case. A new case is thereby taken up.

    Refused as `promise_step`.
    """
    hold_members(owner=owner)
    case = locked_open(case)
    begin(case)
    step = make_step(case, by, Promise(text, due_on, owner, owner_name))
    case.record(kind=EntryKind.MEETING_DECISION, by=by, data={**as_promised(step), "held_on": held_on})
    return step


def _locked(ask: Ask) -> tuple[Case, Ask]:
    case, ask = locked_part(ask)
    if ask.settled_at:
        raise ActionRefused(_("This question is already settled."))
    return case, ask
