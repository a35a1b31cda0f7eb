"""The cases that an event writes history of: at its end the shelf is given their new state, in the same transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_touched: ContextVar[set[int] | None] = ContextVar("touched_cases", default=None)


class NoEvent(RuntimeError):
    """History is written by events only (`consultations.actions`): else the search would not learn of it."""


def note(case: int) -> None:
    """Remember that history was written of a case. NoEvent where nothing would come of it."""
    touched = _touched.get()
    if touched is None:
        raise NoEvent
    touched.add(case)


def is_noted() -> bool:
    """Whether somebody will look at what is noted."""
    return _touched.get() is not None


@contextmanager
def noting() -> Iterator[set[int]]:
    """What is noted within comes together in the set."""
    touched: set[int] = set()
    token = _touched.set(touched)
    try:
        yield touched
    finally:
        _touched.reset(token)
