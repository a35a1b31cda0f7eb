"""What is decided: who does it, and until when. On a case it is a next step from that moment on."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from consultations import actions as consultations
from consultations.actions.stepping import Promise, one_owner, refuse_vague
from meetings.actions._rows import bring_back, locked_item, locked_open
from meetings.models import AgendaItem, Decision, Meeting
from office import clock
from office.actions import ActionRefused, hold_members
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
    return _settle(decision, by)


@transaction.atomic
def drop_decision(*, decision: Decision, by: User, reason: str) -> Decision:
    """Say that a decision about no case is no longer needed, and why. Also once its minutes are confirmed.

    Refused where it is done already.
    """
    decision = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    return _settle(decision, by, dropped_because=reason)


@transaction.atomic
def change_decision(
    *,
    decision: Decision,
    by: User,
    due_on: date,
    reason: str,
    owner: User | None = None,
    owner_name: str = "",
    seen: int | None = None,
) -> Decision:
    """Have somebody else carry out a decision about no case, or until another day; what was decided stays.

    `seen`: the key of the last change that was looked at, 0 before the first. Refused where somebody has changed it
    since, where it is done, and as `decide`.
    """
    hold_members(owner=owner)
    decision = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    _refuse_done(decision)
    if seen is not None and seen != (decision.changed_id or 0):
        raise ActionRefused(_("Someone changed this decision while you were writing. Check it, then send again."))
    if due_on == decision.now.due_on:  # one that is long overdue may change hands
        one_owner(owner, owner_name)
    else:
        refuse_vague(Promise(decision.text, due_on, owner, owner_name))
    decision.changed = decision.changes.create(
        owner=owner, owner_name=owner_name, due_on=due_on, reason=reason, at=clock.now(), by=by
    )
    decision.save(update_fields=["changed"])
    return decision


def _settle(decision: Decision, by: User, dropped_because: str = "") -> Decision:
    _refuse_done(decision)
    decision.settled_at, decision.settled_by, decision.dropped_because = clock.now(), by, dropped_because
    decision.save(update_fields=["settled_at", "settled_by", "dropped_because"])
    return decision


def _refuse_done(decision: Decision) -> None:
    if decision.is_dropped:
        raise ActionRefused(_("This decision is no longer needed."))
    if not decision.is_open:
        raise ActionRefused(_("This decision is carried out already."))
