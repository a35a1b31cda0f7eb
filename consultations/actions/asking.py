"""Bringing a case to the weekly meeting, and what comes back (case study, 1-2)."""

from django.utils.translation import gettext as _

from consultations.actions._event import event
from consultations.actions._rows import begin, locked_open, locked_part
from consultations.models import Ask, Case, EntryKind
from consultations.states import AskKind
from office import clock
from office.actions import ActionRefused
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
def record_meeting_advice(*, ask: Ask, by: User, advice: str, held_on: str) -> Ask:
    """Write what the meeting of `held_on` (ISO date) advised onto the case; the question is settled thereby.

    Refused where it is settled.
    """
    case, ask = _locked(ask)
    ask.settled_at, ask.advice = clock.now(), advice
    ask.save(update_fields=["settled_at", "advice"])
    case.record(
        kind=EntryKind.MEETING_ADVICE,
        by=by,
        text=advice,
        data={"ask": ask.pk, "question": ask.question, "held_on": held_on},
    )
    return ask


def _locked(ask: Ask) -> tuple[Case, Ask]:
    case, ask = locked_part(ask)
    if ask.settled_at:
        raise ActionRefused(_("This question is already settled."))
    return case, ask
