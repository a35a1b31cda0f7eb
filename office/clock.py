"""The one clock. Everything that asks for the time asks here, so that demo data and tests can live in another hour."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _frozen.get() or timezone.now()


def today() -> date:
    """The present day in the office's time zone."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block it is `moment` (aware)."""
    if timezone.is_naive(moment):
        raise ValueError("The clock needs an aware datetime.")
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
