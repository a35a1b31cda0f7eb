"""What a support menu came to so far: in cases like one in question, and in all of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db.models import Count, QuerySet

from consultations.models import Case, Support
from consultations.models.support import hours_booked
from consultations.similar import similar_cases
from consultations.states import UNCOUNTED, Result, SupportState, counted
from menus.models import Contract, SupportMenu
from office import clock, era
from office.models import User

# Of so many similar cases the supports are looked at; so many are told one by one.
ALIKE, TOLD = 20, 3


@dataclass(frozen=True)
class Counted:
    """How many there are of something that has a name."""

    label: str
    count: int


@dataclass(frozen=True)
class InSimilarCases:
    """What a menu came to in similar cases: how it ended there, and the most similar of them."""

    cases: int
    states: list[Counted]
    told: list[Support]


def in_similar_cases(case: Case, *, to: User) -> dict[int, InSimilarCases]:
    """By menu, what similar cases used and how it ended there, as far as `to` may see them. As many SQL as
    `similar_cases`, however many cases and menus.
    """
    used: dict[int, list[Support]] = defaultdict(list)
    for alike in similar_cases(case, to=to, limit=ALIKE):
        if alike.case.result not in UNCOUNTED:
            for support in alike.supports:
                support.case = alike.case
                used[support.menu_id].append(support)
    return {
        menu: InSimilarCases(
            cases=len({support.case_id for support in supports}),
            states=_states(support.state for support in supports),
            told=supports[:TOLD],
        )
        for menu, supports in used.items()
    }


@dataclass(frozen=True)
class Record:
    """What became of a menu in the cases that count."""

    cases: int
    states: list[Counted]
    results: list[Counted]  # of the closed cases that did not drop it
    median_days: int | None  # in those, from choosing the menu to the closing of the case
    departments: list[Counted]  # the most frequent first


def record_of(menu: SupportMenu, *, to: User) -> Record:
    """1 SQL, however many cases. How a case ended is no merit of a menu that was dropped on the way; of one that was
    chosen twice, the last time counts.
    """
    rows = list(
        uses_of(menu, to=to)
        .order_by("chosen_at", "pk")
        .values_list("case_id", "state", "case__department__name", "case__result", "chosen_at", "case__closed_at")
    )
    departments = Counter({case: department for case, _state, department, *_rest in rows}.values())
    ended = {case: rest for case, state, _department, *rest in rows if state != SupportState.DROPPED}.values()
    results = Counter(result for result, *_days in ended if result)
    return Record(
        cases=departments.total(),
        states=_states(state for _case, state, *_rest in rows),
        results=[Counted(str(result.label), results[result]) for result in Result if results[result]],
        median_days=_median(days for _result, *days in ended),
        departments=[Counted(name, count) for name, count in departments.most_common()],
    )


def uses_of(menu: SupportMenu, *, to: User) -> "QuerySet[Support]":
    """The supports by this menu of cases that count and that `to` may see, the newest first."""
    return menu.supports.counted().filter(case__in=Case.objects.visible_to(to)).order_by("-chosen_at", "-pk")


def booked_from(contract: Contract, *, to: User) -> "QuerySet[Support]":
    """The supports that have hours of this contract, whatever became of their cases: together, all that is booked. The
    newest first.
    """
    standing = contract.bookings.standing().values("support")
    supports = Support.objects.filter(pk__in=standing, case__in=Case.objects.visible_to(to))
    return supports.with_what_they_show(contract).order_by("-chosen_at", "-pk")


def with_use(menus: "QuerySet[SupportMenu]") -> "QuerySet[SupportMenu]":
    """Each menu with the number of the cases that count, as `used`."""
    used = Count("supports__case", filter=counted("supports__case__"), distinct=True)
    return menus.annotate(used=used).order_by("order", "pk")  # counting forgets the order of the model


@dataclass(frozen=True)
class Hours:
    """How far the contract of a year is used."""

    contract: Contract
    booked: Any

    @property
    def is_of_this_year(self) -> bool:
        return self.contract.fiscal_year == era.fiscal_year(clock.today())

    @property
    def left(self) -> Any:
        return max(self.contract.hours - self.booked, 0)

    @property
    def excess(self) -> Any:
        """What was allowed beyond it."""
        return max(self.booked - self.contract.hours, 0)


def hours_of(menu: SupportMenu) -> list[Hours]:
    """The contracts of next, this and last fiscal year, where there are such, with what is booked of each. 1 SQL."""
    this = era.fiscal_year(clock.today())
    contracts = menu.contracts.filter(fiscal_year__range=(this - 1, this + 1)).annotate(booked=hours_booked())
    return [Hours(contract, contract.booked) for contract in contracts.order_by("-fiscal_year")]


def this_year_of(years: Iterable[Hours]) -> Hours | None:
    return next((year for year in years if year.is_of_this_year), None)


def _states(states: Iterable[str]) -> list[Counted]:
    found = Counter(states)
    return [Counted(str(state.label), found[state]) for state in SupportState if found[state]]


def _median(days: Iterable[list[datetime | None]]) -> int | None:
    lasted = [(closed - chosen).days for chosen, closed in days if closed]
    return round(median(lasted)) if lasted else None
