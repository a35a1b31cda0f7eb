"""What was renamed elsewhere is found under its new name: the cases that name it are put on the shelf anew."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Model, Q

from consultations import documents
from consultations.models import Case
from menus.models import SupportMenu
from office import clock
from office.models import Department, Section, User

# By what ways a case names them.
WAYS: dict[type[Model], list[str]] = {
    Department: ["department", "concerned"],
    Section: ["section"],
    User: ["pair__lead", "pair__partner", "supporters", "next_steps__owner", "checks__answered_by"],
    SupportMenu: ["supports__menu", "example__menus"],
}
REACHED = "index_renamed"
FIRST_LOOK = timedelta(days=2)
# What bears an earlier time may still have been on its way when we looked last.
LATE = timedelta(minutes=1)
AT_ONCE = 100


def index_renamed(*, within: timedelta) -> int:
    """Index the cases anew that name what was renamed since the last look. Returns how many.

    For about as long as `within`; the next run goes on from there.
    """
    end = time.monotonic() + within.total_seconds()
    since, until, done = cache.get(REACHED) or (clock.now() - FIRST_LOOK, None, 0)
    until = until or clock.now()
    named = Q(pk__in=[])
    for model, ways in WAYS.items():
        if renamed := list(_renamed(model, since - LATE, until)):
            for way in ways:
                named |= Q(**{f"{way}__in": renamed})
    cases = list(Case.objects.filter(named, pk__gt=done).order_by("pk").values_list("pk", flat=True).distinct())
    indexed = 0
    while (some := cases[indexed : indexed + AT_ONCE]) and time.monotonic() < end:
        with transaction.atomic():
            list(Case.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk"))
            documents.put(some)
        indexed += len(some)
        cache.set(REACHED, (since, until, some[-1]), None)
    if indexed == len(cases):
        cache.set(REACHED, (until, None, 0), None)
    return indexed


def _renamed(model: Any, since: datetime, until: datetime) -> Iterator[int]:
    """The rows whose name has changed between. A row has history of much else too."""
    names: dict[int, set[str]] = {}
    written = model.history.filter(history_date__gt=since, history_date__lte=until)
    for pk, name in written.values_list("id", "name"):
        names.setdefault(pk, set()).add(name)
    for pk, now in names.items():
        before = model.history.filter(id=pk, history_date__lte=since).values_list("name", flat=True).first()
        if before is not None and now != {before}:
            yield pk
