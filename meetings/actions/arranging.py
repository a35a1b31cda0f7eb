"""The facilitator's hand: what comes when, how long it takes, and what is left out."""

from collections.abc import Callable, Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from meetings.actions._rows import bring_back, locked_item, locked_open, refuse_past
from meetings.actions.collecting import place_all
from meetings.models import AgendaItem, Meeting
from meetings.models.item import MOST_MINUTES
from office import clock
from office.actions import ActionRefused
from office.models import User


@transaction.atomic
def place_items(*, meeting: Meeting, by: User, places: Mapping[AgendaItem, int]) -> None:
    """Put items at places of the agenda, from 1, all at once; the others move on. What lies beyond the end is the end.

    What is being written to an item is not touched by it. Refused where the day of the meeting has passed, or its
    minutes are confirmed, and where an item was dropped or need not be talked about any more.
    """
    _place(_locked_meeting(meeting), places, lambda item, _now: places[item])


@transaction.atomic
def move_item(*, item: AgendaItem, by: User, by_places: int) -> None:
    """Move an item up (below 0) or down by so many places. Refused as `place_items`."""
    meeting, item = _locked(item)
    _place(meeting, [item], lambda _item, now: now + by_places)


@transaction.atomic
def set_minutes(*, meeting: Meeting, by: User, minutes: Mapping[AgendaItem, int]) -> None:
    """Say how long items may take. Refused where the day of the meeting has passed, or its minutes are confirmed, and
    beyond a day's patience.
    """
    meeting = _locked_meeting(meeting)
    if not all(0 <= each <= MOST_MINUTES for each in minutes.values()):
        raise ActionRefused(_("Enter between 0 and %(most)s minutes.") % {"most": MOST_MINUTES})
    rows = list(meeting.items.select_for_update(no_key=True).filter(pk__in=[item.pk for item in minutes]))
    for row in rows:
        row.minutes = minutes[row]
    AgendaItem.objects.bulk_update(rows, ["minutes"])


@transaction.atomic
def drop_item(*, item: AgendaItem, by: User) -> AgendaItem:
    """Leave an item out of the meeting. A question stays open and comes to the next one.

    Refused as `set_minutes`, and where it was talked about already, or dropped.
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
    """Take back that an item was dropped. Refused as `set_minutes`, and where it stands there."""
    _meeting, item = _locked(item)
    if not item.dropped_at:
        raise ActionRefused(_("This item stands on the agenda."))
    bring_back(item)
    return item


def _locked_meeting(meeting: Meeting) -> Meeting:
    meeting = locked_open(meeting)
    refuse_past(meeting)
    return meeting


def _locked(item: AgendaItem) -> tuple[Meeting, AgendaItem]:
    meeting, item = locked_item(item)
    refuse_past(meeting)
    return meeting, item


def _place(meeting: Meeting, items: Collection[AgendaItem], where: Callable[[AgendaItem, int], int]) -> None:
    rows = list(meeting.items.for_update())
    # Places are counted as they are seen: without what was dropped, or need not be talked about any more.
    shown = [row for row in rows if row.dropped_at is None and not row.is_moot]
    for item in items:
        if item not in shown:
            dropped = any(row == item and row.dropped_at for row in rows)
            raise ActionRefused(
                _("This item was dropped already.") if dropped else _("This item need not be talked about any more.")
            )
    places = {row: min(max(where(row, now), 1), len(shown)) for now, row in enumerate(shown, start=1) if row in items}
    order = [row for row in shown if row not in places]
    # The foremost first: what comes in behind it does not move it.
    for row in sorted(places, key=places.__getitem__):
        order.insert(places[row] - 1, row)
    place_all([*order, *(row for row in rows if row not in shown)])
    AgendaItem.objects.bulk_update(rows, ["order"])
