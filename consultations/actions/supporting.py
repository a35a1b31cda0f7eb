"""Choosing what help a case gets (case study, 2-3)."""

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.actions._rows import as_kept, locked, locked_open, save
from consultations.models import Case, EntryKind, Support
from consultations.states import Status, SupportState
from menus.models import SupportMenu
from office import clock
from office.actions import ActionRefused
from office.models import User


@transaction.atomic
def choose_support(*, case: Case, by: User, menu: SupportMenu, reason: str, version: int | None = None) -> Support:
    """Choose a support menu for a case, with the reason. Refused where it is closed or the menu already runs."""
    case = locked_open(case, version)
    if case.supports.exclude(state__in=[SupportState.DONE, SupportState.DROPPED]).filter(menu=menu).exists():
        raise ActionRefused(_("This menu is already chosen for the case."))
    if case.status == Status.NEW:
        case.status = Status.STARTED
    case.consultation_only = False
    save(case, "status", "consultation_only")
    support = case.supports.create(menu=menu, reason=reason, chosen_at=clock.now(), chosen_by=by)
    case.record(kind=EntryKind.SUPPORT_CHOSEN, by=by, text=reason, data={"menu": as_kept(menu), "support": support.pk})
    return support


@transaction.atomic
def change_support(
    *, support: Support, by: User, state: SupportState, outcome: str = "", version: int | None = None
) -> Support:
    """Note how far a support has come, and what came of it. Refused where nothing changed."""
    case = locked(support.case, version)
    support = case.supports.select_related("menu").get(pk=support.pk)
    if (support.state, support.outcome) == (state, outcome):
        raise ActionRefused(_("Nothing was changed."))
    old, support.state, support.outcome = support.state, state, outcome
    support.save(update_fields=["state", "outcome"])
    save(case)
    case.record(
        kind=EntryKind.SUPPORT_CHANGED,
        by=by,
        text=outcome,
        data={"menu": as_kept(support.menu), "support": support.pk, "state": [old, state]},
    )
    return support


@transaction.atomic
def settle_by_consultation(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """Say that no menu is needed: consultation alone settles the case. Refused where it is closed or menus run."""
    case = locked_open(case, version)
    if case.supports.exclude(state__in=[SupportState.DONE, SupportState.DROPPED]).exists():
        raise ActionRefused(_("A support menu is running. Mark it as done or dropped first."))
    if case.consultation_only:
        raise ActionRefused(_("Nothing was changed."))
    case.consultation_only = True
    if case.status == Status.NEW:
        case.status = Status.STARTED
    save(case, "consultation_only", "status")
    case.record(kind=EntryKind.CONSULTATION_ONLY, by=by, text=reason)
    return case
