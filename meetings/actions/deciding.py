"""What is decided: who does it, and until when. On a case it is a next step from that moment on."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from consultations import actions as consultations
from consultations.actions.stepping import Promise, refuse_vague
from meetings.actions._rows import bring_back, locked_item, locked_open
from meetings.models import AgendaItem, Decision, Meeting
from office import clock
from office.actions import ActionRefused, hold_members
from office.listing import listed
from office.models import User


@transaction.atomic
def decide(
    *,
    meeting: Meeting,
    by: User,
    text: str,
    due_on: date,
    owner: User | None = None,
    owner_name: str = "",
    item: AgendaItem | None = None,
) -> Decision:
    """Write down a decision. With an `item` that has a case it is a next step of the case, else the meeting's own.
    One that was dropped meanwhile stands on the agenda again.

    Refused once the minutes are confirmed, where it is not exactly one person's or the day is years away, and for a
    case that was closed meanwhile.
    """
    if item is None:
        meeting, case = locked_open(meeting), None
    else:
        meeting, item = locked_item(item)
        bring_back(item)
        case = item.case
    held_on = meeting.held_on.isoformat()
    step = None
    if case:
        step = consultations.record_meeting_decision(
            case=case, by=by, text=text, due_on=due_on, held_on=held_on, owner=owner, owner_name=owner_name
        )
    else:
        hold_members(owner=owner)
        refuse_vague(Promise(text, due_on, owner, owner_name))
    return Decision.objects.create(
        meeting=meeting,
        item=item,
        case=case,
        text=text,
        owner=owner,
        owner_name=owner_name,
        due_on=due_on,
        decided_at=clock.now(),
        decided_by=by,
        step=step,
    )


@transaction.atomic
def settle_decision(*, decision: Decision, by: User) -> Decision:
    """Say that a decision is carried out; of one on a case, that its next step is done. Also once the minutes of its
    meeting are confirmed: what was decided stays. Refused where it is done already.
    """
    decision = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if decision.step:
        consultations.finish_step(step=decision.step, by=by)
        return decision
    if decision.settled_at:
        raise ActionRefused(_("This decision is carried out already."))
    decision.settled_at, decision.settled_by = clock.now(), by
    decision.save(update_fields=["settled_at", "settled_by"])
    return decision


def still_held(*, user: User, **_signal: Any) -> list[str]:
    """What `user` is to do about no case, in words; asked for by `office.actions.leaving`.

    What was decided on a case is a next step of it, and named there.
    """
    decisions = Decision.objects.open().filter(case=None, owner=user).order_by("due_on", "pk")
    return (
        [_("decisions of the weekly meeting (%(texts)s)") % {"texts": listed(map(str, decisions))}] if decisions else []
    )
