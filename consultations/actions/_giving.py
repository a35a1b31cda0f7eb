"""A case gets another pair, whatever the reason."""

from consultations.actions._rows import as_kept, save
from consultations.models import Case, Entry, EntryKind
from office import clock
from office.actions import pair_of
from office.actors import SYSTEM, System
from office.models import Pair, User


def give(case: Case, by: User | System, pair: Pair | None, was: str | None = None) -> Entry | None:
    """Give a locked case to `pair` and write it down; None where it has the case already.

    `was`: what the pair was called, where the same pair now has other members.
    """
    old, case.pair = case.pair, pair
    if old == pair and was in (None, as_kept(pair)):
        return None
    save(case, "pair")
    changes = {"pair": [was or as_kept(old), as_kept(pair)]}
    return case.record(kind=EntryKind.PAIR_CHANGED, by=by, data={"changes": changes})


def follow_pair(case: Case) -> None:
    """Give a locked case that comes back to whoever answers for it today. What brings it back is told by the caller."""
    ended = case.pair is None or (case.pair.ends_on and case.pair.ends_on < clock.today())
    if ended and (pair := pair_of(case.pair.department if case.pair else case.department)):
        give(case, SYSTEM, pair)
