"""The day on which a test takes place, for the test and for the server it runs in threads beside it."""

from datetime import datetime

from django.utils import timezone


class Calendar:
    """Stands in for what `office.clock` keeps for one thread: one hand for all of them."""

    def __init__(self) -> None:
        self.moment: datetime | None = None

    def get(self) -> datetime | None:
        return self.moment

    def turn_to(self, moment: str) -> None:
        """It is `moment`, such as "2026-04-20 10:00", in the office. Time only goes forward."""
        later = timezone.make_aware(datetime.fromisoformat(moment))
        assert self.moment is None or self.moment < later
        self.moment = later
