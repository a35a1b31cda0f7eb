"""When things happen in the demo: on days and at hours when the city's offices are open."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from office import era

OPENS, CLOSES = time(8, 45), time(17, 15)
NOON, ONE = time(12), time(13)


def moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def open_day(day: date) -> date:
    """The first day from `day` on when offices are open."""
    return era.add_business_days(day, 0)


def open_day_before(day: date) -> date:
    """The last day before `day` when offices were open."""
    day -= timedelta(days=1)
    while not era.is_business_day(day):
        day -= timedelta(days=1)
    return day


def in_hours(at: datetime) -> datetime:
    """`at`, or the next moment when somebody is in."""
    at = timezone.localtime(at)
    if not era.is_business_day(at.date()) or at.time() > CLOSES:
        at = moment(open_day(at.date() + timedelta(days=int(at.time() > CLOSES))), OPENS)
    if at.time() < OPENS:
        at = moment(at.date(), OPENS)
    return moment(at.date(), ONE) if NOON <= at.time() < ONE else at


def some_time(chance: Random, day: date) -> datetime:
    """A moment on the first open day from `day` on."""
    minutes = chance.choice([*range(8 * 60 + 45, 12 * 60), *range(13 * 60, 17 * 60)])
    return moment(open_day(day), time(minutes // 60, minutes % 60))


def soon(chance: Random, after: datetime, *, minutes: tuple[int, int] = (15, 90)) -> datetime:
    """A little later than `after`."""
    later = after + timedelta(minutes=chance.randint(*minutes))
    at = in_hours(later)
    # Not everything that waited for the morning happens the minute the office opens.
    return at if at == timezone.localtime(later) else in_hours(at + timedelta(minutes=chance.randint(0, 80)))
