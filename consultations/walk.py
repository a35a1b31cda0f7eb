"""The way from case to case through a list, and back to it."""

from typing import NamedTuple

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from consultations.filters import CaseFilter
from consultations.models import Case
from consultations.queues import PER_PAGE
from office.fields import whole_number
from office.models import User

DESK = "desk"
# How far a case may have moved in its list since the list was looked at.
REACH = 10


def came_from(back: str) -> str:
    """The address of the overview that a form says it was on: the desk (`DESK`), or the list with the query `back`."""
    if back == DESK:
        return reverse("desk")
    return reverse("case_list") + (f"?{back}" if back else "")


class Neighbour(NamedTuple):
    """A case before or after another in a list, with the address that keeps the list in mind."""

    case: Case
    url: str


def in_list(case: Case, query: QueryDict, at: int) -> str:
    """The address of a case that stands at place `at` (from 0) of the list that `query` asks for."""
    walk = query.copy()
    walk.pop("page", None)
    walk["at"] = str(at)
    return f"{case.get_absolute_url()}?{urlencode({'list': walk.urlencode()})}"


def back_to(list_query: str) -> str:
    """The address of the list that `list_query` (the `list` of a case's address) speaks of, at the page of the case."""
    query = QueryDict(list_query, mutable=True)
    place = _place(query)
    query.pop("at", None)
    if place and place >= PER_PAGE:
        query["page"] = str(place // PER_PAGE + 1)
    return reverse("case_list") + (f"?{query.urlencode()}" if query else "")


def _place(query: QueryDict) -> int | None:
    return whole_number(query.get("at", ""))


def neighbours(user: User, list_query: str, case: Case) -> tuple[Neighbour | None, Neighbour | None]:
    """The case before and the case after `case` in the list it was opened from; None where there is none.

    `list_query` is the `list` of the case's address. A case that has left its list since, answered perhaps, is
    followed by the one that moved up to its place.
    """
    query = QueryDict(list_query)
    place = _place(query)
    if place is None or not (listed := CaseFilter(query, user=user)).is_valid():
        return None, None
    start = max(place - REACH, 0)
    around = list(listed.qs.only("fiscal_year", "serial", "title")[start : place + REACH + 1])
    found = [found for found, near in enumerate(around) if near.pk == case.pk]
    here = found[0] if found else place - start
    after = here + 1 if found else here

    def neighbour(at: int) -> Neighbour | None:
        if not 0 <= at < len(around):
            return None
        return Neighbour(around[at], in_list(around[at], query, start + at))

    return neighbour(here - 1), neighbour(after)
