"""What the page of a case says about the cases it hangs together with."""

from dataclasses import dataclass, field

from consultations.models import Case, Tie
from consultations.models.case_queryset import CaseQuerySet
from consultations.states import TieKind

MOST_OFFERED = 10


@dataclass(frozen=True)
class Tied:
    """A case at the other end of a tie; `back`: it is the earlier of the two."""

    tie: Tie
    case: Case
    back: bool


@dataclass(frozen=True)
class Ties:
    """The cases that one is tied to, and the open ones of its section that it might be."""

    tied: list[Tied]
    offered: list[Case] = field(default_factory=list)

    kinds = TieKind.choices

    def _back(self, kind: TieKind) -> Case | None:
        return next((tied.case for tied in self.tied if tied.back and tied.tie.kind == kind), None)

    @property
    def continues(self) -> Case | None:
        return self._back(TieKind.CONTINUATION)

    @property
    def repeats(self) -> Case | None:
        return self._back(TieKind.DUPLICATE)


def ties_of(case: Case, *, among: CaseQuerySet) -> Ties:
    """`among`: the cases that whoever looks may see. 2 SQL."""
    rows = Tie.objects.of(case).select_related("case", "earlier")
    tied = [Tied(tie, tie.earlier, True) if tie.case_id == case.pk else Tied(tie, tie.case, False) for tie in rows]
    section = among.open().from_section(case.department, case.section, case.other_section)
    strangers = section.exclude(pk__in=[case.pk, *(other.case.pk for other in tied)])
    return Ties(tied, list(strangers.order_by("-fiscal_year", "-serial")[:MOST_OFFERED]))
