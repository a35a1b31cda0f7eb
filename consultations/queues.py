"""The desk's queues with their counts, and the way from case to case through a list."""

from collections import Counter
from typing import Any, NamedTuple

from django.db.models import Count, Value
from django.db.models.functions import Concat
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from consultations.filters import CaseFilter, Queue
from consultations.models import Case
from consultations.states import Status
from office.fields import whole_number
from office.models import User

ALL = "all"
DESK = "desk"
STATUS = "status:"
PER_PAGE = 30
# How far a case may have moved in its list since the list was looked at.
REACH = 10


def counts(user: User) -> Counter[str]:
    """How many cases stand in each queue of `user`, and of the open ones how many have each status, and how many are.

    One query: `mine`, …, `status:new`, …, `all`.
    """
    cases = Case.objects.visible_to(user)
    groups = [
        queue.of(cases if "open" in queue.query else cases.open(), user).values(group=Value(queue.value))
        for queue in Queue
    ]
    groups.append(cases.open().values(group=Concat(Value(STATUS), "status")))
    first, *rest = [group.order_by().annotate(n=Count("pk")).values_list("group", "n") for group in groups]
    found = Counter(dict(first.union(*rest, all=True)))
    found[ALL] = sum(found[STATUS + status] for status in Status)
    return found


def list_url(**query: str) -> str:
    return reverse("case_list") + (f"?{urlencode(query)}" if query else "")


def came_from(back: str) -> str:
    """The address of the overview that a form says it was on: the desk (`DESK`), or the list with the query `back`."""
    if back == DESK:
        return reverse("desk")
    return reverse("case_list") + (f"?{back}" if back else "")


def tabs(found: Counter[str], current: str) -> list[dict[str, Any]]:
    """The queues as components/queues.html takes them; `found` as `counts` gives it, `current` a queue or `ALL`."""
    everything = {"url": list_url(), "label": _("All"), "count": found[ALL], "current": current == ALL}
    return [everything] + [
        {
            "url": list_url(**queue.query),
            "label": queue.label,
            "count": found[queue],
            "current": current == queue,
        }
        for queue in Queue
    ]


def tiles(found: Counter[str]) -> list[dict[str, Any]]:
    """The open cases by status, as components/tile.html takes them."""
    return [
        {"url": list_url(status=status), "label": status.label, "count": found[STATUS + status]} for status in Status
    ]


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
