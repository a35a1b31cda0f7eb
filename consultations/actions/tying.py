"""How cases hang together: one goes on with another, repeats it, or is related."""

from django.utils.translation import gettext as _

from consultations.actions._event import event
from consultations.actions._rows import locked
from consultations.models import Case, EntryKind, Tie
from consultations.states import TieKind
from office import clock
from office.actions import ActionRefused
from office.models import User


@event
def tie_cases(*, case: Case, other: Case, kind: TieKind, by: User) -> Tie:
    """Tie two cases, whichever came first; both say so. Closed ones too: what they are to each other does not end.

    Refused where it is one and the same case, or the two are tied already.
    """
    if case.pk == other.pk:
        raise ActionRefused(_("This is the same case. Write the number of another."))
    earlier, later = _both(case, other)
    if tie := Tie.objects.filter(case=later, earlier=earlier).first():
        raise ActionRefused(
            _("The case is tied to %(number)s already (%(kind)s). To change that, take the tie back first.")
            % {"number": other.number, "kind": tie.get_kind_display()}
        )
    tie = Tie.objects.create(case=later, earlier=earlier, kind=kind, tied_at=clock.now(), tied_by=by)
    _record(tie, EntryKind.TIED, by)
    return tie


@event
def untie_cases(*, tie: Tie, by: User) -> None:
    """Take a tie back; both cases say so. Nothing happens where a colleague has been quicker."""
    _both(tie.case, tie.earlier)
    if Tie.objects.filter(pk=tie.pk).delete()[0]:
        _record(tie, EntryKind.UNTIED, by)


def _both(one: Case, another: Case) -> tuple[Case, Case]:
    """The earlier and the later of two cases, locked in this order lest two people block each other."""
    earlier, later = sorted((one, another), key=lambda case: case.pk)
    return locked(earlier), locked(later)


def _record(tie: Tie, kind: EntryKind, by: User) -> None:
    for case, other in ((tie.case, tie.earlier), (tie.earlier, tie.case)):
        back = other == tie.earlier
        case.record(kind=kind, by=by, data={"kind": tie.kind, "number": other.number, "back": back})
