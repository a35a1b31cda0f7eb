"""Which consultation comes when, from where and from whom: the twelve months that end now, the same on every day."""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from django.utils import timezone

from config.demo import book, hours
from config.demo.book import Story
from office import era
from office.models import Department, Section, User
from office.wording import WEEKDAYS, fiscal_year_name

SEED = "yokohama"
# New staff ask in spring, budgets are asked for in autumn; in August and over New Year it is quiet.
BUSY = {1: 0.8, 2: 0.9, 3: 0.8, 4: 1.2, 5: 1.1, 6: 1.1, 7: 1.0, 8: 0.7, 9: 1.1, 10: 1.2, 11: 1.0, 12: 0.9}
KINDS = {"ward": ["ward"], "bureau": ["bureau"], "any": ["ward", "bureau"]}
SLOT = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Use:
    """One time that a story happens: the `number`-th, from 0."""

    story: Story
    number: int
    received: datetime
    section: Section
    name: str
    mail: str
    slots: dict[str, str]

    @property
    def key(self) -> tuple[str, int]:
        return self.story.key, self.number

    def chance(self) -> Random:
        """Chance of its own, so that one story more or less leaves the others as they are."""
        return Random(f"{SEED} {self.key}")

    def tell(self, text: str, *, by: User | None = None, **more: str) -> str:
        """A text of the story with all slots filled. KeyError where a slot has no filler."""
        day = timezone.localdate(self.received)
        year = era.fiscal_year(day)
        fillers = {
            "区局": self.section.department.name,
            "所管課": self.section.name,
            "相談者": self.name.split()[0],
            "担当": by.family_name if by else "",
            "今年度": fiscal_year_name(year),
            "来年度": fiscal_year_name(year + 1),
            **self.slots,
            **more,
        }

        def fill(slot: re.Match[str]) -> str:
            if counted := re.fullmatch(r"(\d+)日([後前])", slot[1]):
                days = int(counted[1]) if counted[2] == "後" else -int(counted[1])
                that = hours.open_day(day + timedelta(days=days))
                return f"{that.month}月{that.day}日（{WEEKDAYS[that.weekday()]}）"
            return SLOT.sub(fill, fillers[slot[1]])  # a filler may hold a day

        return SLOT.sub(fill, text).strip()


class Requesters:
    """Hands out people who consult: a section's own people come again."""

    def __init__(self) -> None:
        self.known: dict[Section, list[tuple[str, str]]] = {}
        self.people = self._people()

    def someone(self, section: Section, chance: Random) -> tuple[str, str]:
        known = self.known.setdefault(section, [])
        if known and chance.random() < 0.5:
            return chance.choice(known)
        return self.someone_new(section)

    def someone_new(self, section: Section) -> tuple[str, str]:
        self.known.setdefault(section, []).append(next(self.people))
        return self.known[section][-1]

    @staticmethod
    def _people() -> Iterator[tuple[str, str]]:
        """The people of the book, then further ones with their names mixed anew."""
        people = book.requesters()
        for step in range(len(people)):
            for place, (name, mail) in enumerate(people):
                other, other_mail = people[(place + step * 7) % len(people)]
                yield f"{name.split()[0]} {other.split()[1]}", f"{mail.split('-')[0]}-{other_mail.split('-')[1]}"


class Places:
    """Finds the section a story comes from; departments that have asked little come first."""

    def __init__(self) -> None:
        self.sections = list(Section.objects.select_related("department").order_by("department__order", "pk"))
        self.asked: Counter[str] = Counter()

    def named(self, department: str, section: str) -> Section:
        return next(s for s in self.sections if (s.department.name, s.name) == (department, section))

    def find(self, story: Story, slots: dict[str, str], chance: Random) -> Section:
        fitting = [
            section
            for section in self.sections
            if section.department.name == slots.get("区局", section.department.name)
            and section.name == slots.get("所管課", section.name)
            and (not story.sections or section.name in story.sections)
            and self._lies_in(section.department, story.where)
        ]
        if not fitting:
            raise LookupError(f"No section fits {story.key}: {story.where} {story.sections} {slots}")
        least = min(self.asked[section.department.name] for section in fitting)
        found = chance.choice([section for section in fitting if self.asked[section.department.name] == least])
        self.asked[found.department.name] += 1
        return found

    @staticmethod
    def _lies_in(department: Department, where: str | list[str]) -> bool:
        return department.name in where if isinstance(where, list) else department.kind in KINDS[where]


def first_day(until: datetime) -> date:
    return hours.open_day(timezone.localdate(until) - timedelta(days=365))


def last_day(until: datetime) -> date:
    """The last day that was open for at least a quarter of an hour."""
    day = timezone.localdate(until - timedelta(minutes=15))
    if era.is_business_day(day) and until >= hours.moment(day, hours.OPENS) + timedelta(minutes=15):
        return day
    return hours.open_day_before(day)


def uses(until: datetime) -> list[Use]:
    """Everything that comes in during the year before `until`, in the order in which it does."""
    chance = Random(SEED)
    places, requesters = Places(), Requesters()
    made: dict[tuple[str, int], Use] = {}
    # What repeats another consultation comes after it, whatever day was drawn.
    for day, story, number in sorted(_drawn(until, chance), key=lambda drawn: (bool(drawn[1].original), drawn[0])):
        slots = {name: fillers[number] for name, fillers in story.slots.items()}
        if story.is_journey:
            section = places.named(story.department, story.section)
            name, mail = story.requester, story.mail
        elif story.original:
            first = made[story.original, number]
            section, day = first.section, hours.open_day(timezone.localdate(first.received) + timedelta(days=1))
            name, mail = requesters.someone_new(section)
        else:
            section = places.find(story, slots, chance)
            name, mail = requesters.someone(section, chance)
        use = Use(story, number, _received(day, until, chance), section, name, f"{mail}@city.example.jp", slots)
        made[use.key] = use
    return sorted(made.values(), key=lambda use: use.received)


def _drawn(until: datetime, chance: Random) -> list[tuple[date, Story, int]]:
    """A day for each use: a story's own where it says one, else so that the year is busy as it is in a city hall."""
    first, last = first_day(until), last_day(until)
    days = [day for n in range((last - first).days + 1) if era.is_business_day(day := first + timedelta(days=n))]
    fixed, free = [], []
    for story in [*book.journeys(), *book.stories()]:
        for number in range(story.weight):
            if story.received_days_ago:
                that = last - timedelta(days=chance.randint(*story.received_days_ago))
                fixed.append((hours.open_day_before(that + timedelta(days=1)), story, number))
            elif story.months:
                fixed.append((chance.choice([day for day in days if day.month in story.months]), story, number))
            else:
                free.append((story, number))
    chance.shuffle(free)
    reached = list(accumulate(BUSY[day.month] for day in days))
    places = [bisect(reached, reached[-1] * (place + 0.5) / len(free)) for place in range(len(free))]
    return fixed + [(days[place], *use) for place, use in zip(places, free, strict=True)]


def _received(day: date, until: datetime, chance: Random) -> datetime:
    at = hours.some_time(chance, day)
    if at <= until - timedelta(minutes=5):
        return at
    opened = hours.moment(day, hours.OPENS)
    return opened + (min(until, hours.moment(day, hours.NOON)) - opened) * chance.uniform(0.1, 0.7)
