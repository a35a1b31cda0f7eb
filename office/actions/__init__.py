"""What happens to the office itself: pairs are formed, people are away for a while, people leave."""

from office.actions._people import hold_members
from office.actions._refused import ActionRefused
from office.actions._signed import signed
from office.actions.absences import announce_absence, change_absence, end_absence, usual_deputy
from office.actions.keeping import StaleRow, keep
from office.actions.pairs import (
    cancel_planned_pair,
    form_pair,
    lock_departments,
    pair_of,
    replace_in_pairs,
    state_of_pairs,
)
from office.actions.people import check_role, come_back, forget_codes, leave, leaving, still_held

__all__ = [
    "ActionRefused",
    "StaleRow",
    "announce_absence",
    "cancel_planned_pair",
    "change_absence",
    "check_role",
    "come_back",
    "end_absence",
    "forget_codes",
    "form_pair",
    "hold_members",
    "keep",
    "leave",
    "leaving",
    "lock_departments",
    "pair_of",
    "replace_in_pairs",
    "signed",
    "state_of_pairs",
    "still_held",
    "usual_deputy",
]
