"""Choosing what help a case gets (case study, 2-3)."""

from typing import Any

from django.utils.translation import gettext as _

from consultations.actions._event import event
from consultations.actions._rows import as_kept, begin, change, locked, locked_open, save
from consultations.models import Case, EntryKind, NextStep, Support
from consultations.models.support import ENDED
from consultations.states import SupportState
from menus.models import SupportMenu
from office import clock
from office.actions import ActionRefused
from office.models import User


@event
def choose_support(*, case: Case, by: User, menu: SupportMenu, reason: str, version: int | None = None) -> Support:
    """Choose a support menu for a case, with the reason. Refused where it is closed or the menu already runs."""
    case = locked_open(case, version)
    if case.supports.exclude(state__in=ENDED).filter(menu=menu).exists():
        raise ActionRefused(_("This menu is already chosen for the case."))
    begin(case)
    case.consultation_only = False
    save(case, "consultation_only")
    support = case.supports.create(menu=menu, reason=reason, chosen_at=clock.now(), chosen_by=by)
    case.record(kind=EntryKind.SUPPORT_CHOSEN, by=by, text=reason, data={"menu": as_kept(menu), "support": support.pk})
    return support


@event
def change_support(
    *, support: Support, by: User, state: SupportState, outcome: str = "", version: int | None = None
) -> Support:
    """Note how far a support has come, and what came of it. With its end nobody waits any longer for the answer to a
    referral. Refused where nothing changed, and where it would go on after its end.
    """
    case = locked(support.case, version)
    support = case.supports.select_related("menu", "step").get(pk=support.pk)
    old = support.state
    if support.has_ended and state not in ENDED:
        raise ActionRefused(_("This support has ended. Choose the menu anew to go on with it."))
    changes = change(support, state=state, outcome=outcome)
    if not changes:
        raise ActionRefused(_("Nothing was changed."))
    support.save(update_fields=[*changes])
    save(case)
    if support.has_ended and support.step:
        end_step(support.step, dropped=True)
    case.record(
        kind=EntryKind.SUPPORT_CHANGED,
        by=by,
        text=outcome,
        data={"menu": as_kept(support.menu), "support": support.pk, "state": [old, state], "changes": changes},
    )
    return support


@event
def settle_by_consultation(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """Say that no menu is needed: consultation alone settles the case. Refused where it is closed or menus run."""
    case = locked_open(case, version)
    if case.supports.exclude(state__in=ENDED).exists():
        raise ActionRefused(_("A support menu is running. Mark it as done or dropped first."))
    if case.consultation_only:
        raise ActionRefused(_("Nothing was changed."))
    begin(case)
    case.consultation_only = True
    save(case, "consultation_only")
    case.record(kind=EntryKind.CONSULTATION_ONLY, by=by, text=reason)
    return case


def begin_support(support: Support) -> dict[str, list[Any]]:
    """What is asked for, posted or booked runs. Returns what changed."""
    begins = support.state in (SupportState.PROPOSED, SupportState.AGREED)
    return change(support, state=SupportState.RUNNING) if begins else {}


def end_step(step: NextStep, *, dropped: bool = False) -> None:
    """A next step that waited for something of a support waits no longer; said in the entry of what ended it."""
    if not step.done_at:
        step.done_at, step.dropped = clock.now(), dropped
        save(step, "done_at", "dropped")
