"""The desk's queues, with their counts and their addresses."""

from collections import Counter
from typing import Any

from django.db import models
from django.db.models import Count, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Case
from consultations.models.case_queryset import CaseQuerySet
from consultations.states import Status
from office.models import User

ALL = "all"
STATUS = "status:"
URGENT = "urgent"
PER_PAGE = 30


class Queue(models.TextChoices):
    """The same cases, looked at from the side of what has to be done."""

    MINE = "mine", gettext_lazy("Mine")
    NEW = "new", gettext_lazy("Not started")
    FOLLOW_UP = "follow_up", gettext_lazy("To follow up")
    REPLIED = "replied", gettext_lazy("Reply received")
    ICT = "ict", gettext_lazy("With ICT operations")
    DEEP = "deep", gettext_lazy("Level 3 and above")
    ASKED = "asked", gettext_lazy("For the weekly meeting")
    COMPLETED_OPEN = "completed_open", gettext_lazy("Completed, not closed")

    def of(self, cases: CaseQuerySet, user: User) -> CaseQuerySet:
        """Those of `cases` that stand in this queue of `user`."""
        match self:
            case Queue.MINE:
                return cases.of(user)
            case Queue.NEW:
                return cases.untouched()
            case Queue.FOLLOW_UP:
                return cases.follow_up_reached()
            case Queue.REPLIED:
                return cases.replied()
            case Queue.ICT:
                return cases.with_ict()
            case Queue.DEEP:
                return cases.deep()
            case Queue.ASKED:
                return cases.asked_at_meeting()
            case Queue.COMPLETED_OPEN:
                return cases.completed_open()

    @property
    def query(self) -> dict[str, str]:
        """What the address of the list says for this queue."""
        # Someone may write by the link of a closed case, and is answered too.
        closed_too = {"open": "all"} if self == Queue.REPLIED else {}
        urgent = [Queue.MINE, Queue.NEW, Queue.FOLLOW_UP, Queue.REPLIED, Queue.COMPLETED_OPEN]
        return {"queue": self.value, **closed_too, **({"sort": URGENT} if self in urgent else {})}


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
