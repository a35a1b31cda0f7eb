"""An agenda as it is shown: in its order, with places, minutes, and what is like each question."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from consultations import similar
from consultations.models import Case
from meetings.models import AgendaItem, Meeting
from office.models import User


@dataclass(frozen=True)
class Agenda:
    items: list[AgendaItem]  # each with `place`, from 1, and `alike`: the past cases that are like it; the moot last
    dropped: list[AgendaItem]
    length: int  # of the meeting, in minutes

    @property
    def current(self) -> list[AgendaItem]:
        """Without what was over before the meeting began."""
        return [item for item in self.items if not item.is_moot]

    @property
    def moot(self) -> list[AgendaItem]:
        """What was over before the meeting began."""
        return [item for item in self.items if item.is_moot]

    @property
    def questions(self) -> list[AgendaItem]:
        return [item for item in self.current if item.ask_id]

    @property
    def others(self) -> list[AgendaItem]:
        return [item for item in self.current if not item.ask_id]

    @property
    def talked_about(self) -> list[AgendaItem]:
        """What the minutes tell in full: all that something was said to, and the questions."""
        return [item for item in self.items if item.has_words or (item.ask_id and not item.is_moot)]

    @property
    def gone_through(self) -> list[AgendaItem]:
        """What the meeting was done with without a word of it."""
        return [item for item in self._silent if item.was_gone_through]

    @property
    def left_open(self) -> list[AgendaItem]:
        """What the meeting did not come to and the next one will, the questions apart."""
        return [item for item in self._silent if item.was_left_open]

    @property
    def _silent(self) -> list[AgendaItem]:
        return [item for item in self.items if not item.has_words and not item.ask_id]

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.current)

    @property
    def over(self) -> int:
        """By how many minutes it does not fit."""
        return max(self.minutes - self.length, 0)

    @property
    def left(self) -> int:
        return max(self.length - self.minutes, 0)


def of(meeting: Meeting, user: User, *, alike: bool = True, said: bool = False) -> Agenda:
    """What `user` may see of a meeting's agenda. `alike`: with similar cases, in 3 SQL; `said`: with what was said and
    decided, in 2.
    """
    rows = meeting.items.visible_to(user).for_the_agenda()
    if said:
        rows = rows.with_what_was_said()
    shown = arranged(meeting, rows)
    if alike:
        add_alike(shown.items, user)
    return shown


def arranged(meeting: Meeting, rows: Iterable[AgendaItem]) -> Agenda:
    """These items of a meeting in the order and with the places that page, sheet, archive and mail give them."""
    rows = list(rows)
    # Sorting keeps the order of each half.
    standing = sorted((item for item in rows if item.dropped_at is None), key=lambda item: item.is_moot)
    for place, item in enumerate(standing, start=1):
        item.place = place
    return Agenda(standing, [item for item in rows if item.dropped_at], meeting.length)


def add_alike(items: Iterable[AgendaItem], user: User) -> None:
    """Write onto each item what is like it, as `user` may see it."""
    items = list(items)
    cases: dict[int, Any] = similar.told_again({key for item in items for key in item.similar}, to=user)
    for item in items:
        item.alike = [cases[key] for key in item.similar if key in cases]


def open_cases(user: User) -> list[Case]:
    """All open cases that `user` may see, in the official order of departments, a line each."""
    rows = Case.objects.visible_to(user).open().for_the_list()
    return list(rows.order_by("department__order", "fiscal_year", "serial"))
