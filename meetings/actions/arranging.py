"""The facilitator's hand: what comes when, how long it takes, and what is left out."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from meetings.actions._rows import bring_back, locked_item, refuse_past
from meetings.actions.collecting import place_all
from meetings.models import AgendaItem, Meeting
from meetings.models.item import MOST_MINUTES
from office import clock
from office.actions import ActionRefused
from office.models import User


@transaction.atomic
def place_item(*, item: AgendaItem, by: User, place: int) -> AgendaItem:
    """Put an item at a place of the agenda, from 1; the others move on. What lies beyond the end is the end.

    What is being written to the item, or to another, is not touched by it. Refused where the day of the meeting has
    passed, or its minutes are confirmed.
    """
    meeting, item = _locked(item)
    return _place(meeting, item, lambda _now: place)


@transaction.atomic
def move_item(*, item: AgendaItem, by: User, by_places: int) -> AgendaItem:
    """Move an item up (below 0) or down by so many places. Refused as `place_item`."""
    meeting, item = _locked(item)
    return _place(meeting, item, lambda now: now + by_places)


@transaction.atomic
def set_minutes(*, item: AgendaItem, by: User, minutes: int) -> AgendaItem:
    """Say how long an item may take. Refused as `place_item`, and beyond a day's patience."""
    _meeting, item = _locked(item)
    if not 0 <= minutes <= MOST_MINUTES:
        raise ActionRefused(_("Enter between 0 and %(most)s minutes.") % {"most": MOST_MINUTES}, field="minutes")
    item.minutes = minutes
    item.save(update_fields=["minutes"])
    return item


@transaction.atomic
def drop_item(*, item: AgendaItem, by: User) -> AgendaItem:
    """Leave an item out of the meeting. A question stays open and comes to the next one.

    Refused as `place_item`, and where it was talked about already, or dropped.
    """
    _meeting, item = _locked(item)
    if item.dropped_at:
        raise ActionRefused(_("This item was dropped already."))
    if item.done_at or item.advice.exists() or item.decisions.exists():
        raise ActionRefused(_("This item was talked about already. It stays on the agenda."))
    item.dropped_at, item.dropped_by = clock.now(), by
    item.save(update_fields=["dropped_at", "dropped_by"])
    return item


@transaction.atomic
def bring_back_item(*, item: AgendaItem, by: User) -> AgendaItem:
    """Take back that an item was dropped. Refused as `place_item`, and where it stands there."""
    _meeting, item = _locked(item)
    if not item.dropped_at:
        raise ActionRefused(_("This item stands on the agenda."))
    bring_back(item)
    return item


def _locked(item: AgendaItem) -> tuple[Meeting, AgendaItem]:
    meeting, item = locked_item(item)
    refuse_past(meeting)
    return meeting, item


def _place(meeting: Meeting, item: AgendaItem, where: Callable[[int], int]) -> AgendaItem:
    # Places are counted as they are seen: without what was dropped, or need not be talked about any more.
    rows = list(meeting.items.for_update())
    shown = [row for row in rows if row.dropped_at is None and not row.is_moot]
    if item not in shown:
        dropped = any(row == item and row.dropped_at for row in rows)
        raise ActionRefused(
            _("This item was dropped already.") if dropped else _("This item need not be talked about any more.")
        )
    here = shown.index(item)
    place = min(max(where(here + 1), 1), len(shown))
    moved = shown.pop(here)
    shown.insert(place - 1, moved)
    place_all([*shown, *(row for row in rows if row not in shown)])
    AgendaItem.objects.bulk_update(rows, ["order"])
    return moved
