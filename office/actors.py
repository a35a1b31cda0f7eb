"""Who can cause an event besides a person with an account."""


class System:
    """The desk itself: timetable, import, demo."""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM = System()
