"""What was renamed elsewhere is found under its new name: the cases that name it are put on the shelf anew."""

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
    User: ["pair__lead", "pair__partner", "supporters"],
    SupportMenu: ["supports__menu"],
}
REACHED = "index_renamed"
FIRST_LOOK = timedelta(days=2)
AT_ONCE = 100


def index_renamed() -> int:
    """Index the cases anew that name what was renamed since the last look. Returns how many.

    Stopped half-way, it begins again the next time.
    """
    now = clock.now()
    since = cache.get(REACHED) or now - FIRST_LOOK
    named = Q(pk__in=[])
    for model, ways in WAYS.items():
        if renamed := list(_renamed(model, since)):
            for way in ways:
                named |= Q(**{f"{way}__in": renamed})
    cases = list(Case.objects.filter(named).order_by("pk").values_list("pk", flat=True).distinct())
    for start in range(0, len(cases), AT_ONCE):
        some = cases[start : start + AT_ONCE]
        with transaction.atomic():
            list(Case.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk"))
            documents.put(some)
    cache.set(REACHED, now, None)
    return len(cases)


def _renamed(model: Any, since: datetime) -> Iterator[int]:
    """The rows whose name has changed since then. A row has history of much else too: of every sign-in, for one."""
    names: dict[int, set[str]] = {}
    for pk, name in model.history.filter(history_date__gt=since).values_list("id", "name"):
        names.setdefault(pk, set()).add(name)
    for pk, now in names.items():
        before = model.history.filter(id=pk, history_date__lte=since).values_list("name", flat=True).first()
        if before is not None and now != {before}:
            yield pk
