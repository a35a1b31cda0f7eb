"""What is still to come in the demo year."""

from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from office import clock

# What a case, a meeting or the office itself goes through: each yields the moment at which it goes on.
Life = Iterator[datetime]


class Diary:
    """What is still to come, the next first. What lies after `until` has not happened."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.pages: list[tuple[datetime, int, Life]] = []
        self.order = count()

    def begin(self, life: Life) -> None:
        at = next(life, None)
        if at is not None and at <= self.until:
            heappush(self.pages, (at, next(self.order), life))

    def live(self) -> None:
        while self.pages:
            at, _, life = heappop(self.pages)
            with clock.at(at):
                self.begin(life)
