"""What somebody is to do about no case. A room above that keeps such matters says here how to ask for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.conf import settings

from office.models import User


@dataclass(frozen=True)
class Matter:
    """Something to be done by a day, and whom to remind of it."""

    text: str
    due_on: date
    who: str
    reminded: User
    path: str  # of its page
    list_path: str  # of a page with all such matters

    @property
    def url(self) -> str:
        """For mail."""
        return settings.SITE_URL + self.path


class HandOn(Protocol):
    def __call__(self, *, person: User, heir: User, by: User) -> None:
        """Give all that `person` is to do to `heir`."""


@dataclass(frozen=True)
class Keeper:
    """What a room above answers: what a person is to do, what is overdue on a day; and how it is handed on.

    `lock` is called first in a transaction that hands on: what comes before people where that room locks.
    """

    held_by: Callable[[User], list[Matter]]
    overdue: Callable[[date], list[Matter]]
    lock: Callable[[], None]
    hand_on: HandOn


_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """To be called once, where a room is ready (`AppConfig.ready`)."""
    _keepers.append(keeper)


def held_by(person: User) -> list[Matter]:
    return [matter for keeper in _keepers for matter in keeper.held_by(person)]


def overdue(today: date) -> list[Matter]:
    return [matter for keeper in _keepers for matter in keeper.overdue(today)]


def lock() -> None:
    for keeper in _keepers:
        keeper.lock()


def hand_on(*, person: User, heir: User, by: User) -> None:
    for keeper in _keepers:
        keeper.hand_on(person=person, heir=heir, by=by)
