"""What is read instead of asked: counts by month, topics to publish, what each article did."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from consultations.models import Case, Likeness
from consultations.models.likeness import MOST
from knowledge.documents import ARTICLE
from knowledge.models import Article, Audience, Showing, ShownDocument
from office import clock, era
from office.models import User

MOST_TOPICS, MOST_MEMBERS = 10, 12
# A question that came once is none that comes again.
LEAST_CASES = 2
WINDOW = 6  # months before and after
# With fewer cases than these in both halves, or fewer months, a difference is chance as likely as not.
LEAST_TO_TELL, LEAST_MONTHS = 10, 3


# --- by month


@dataclass(frozen=True)
class Month:
    """What became of the suggestions begun in a month. `first` is its first day."""

    first: date
    shown: int = 0
    opened: int = 0
    solved: int = 0
    sent: int = 0


@dataclass(frozen=True)
class Year:
    fiscal_year: int
    months: list[Month]

    @property
    def total(self) -> Month:
        counts = {name: sum(getattr(month, name) for month in self.months) for name in COUNTS}
        return Month(self.months[0].first, **counts)


COUNTS = ("shown", "opened", "solved", "sent")


def years() -> list[Year]:
    """This fiscal year as far as it has come, and the last one: one question to the database."""
    today = clock.today()
    this = era.fiscal_year(today)
    was_opened = Exists(ShownDocument.objects.filter(showing=OuterRef("pk"), opened_at__isnull=False))
    rows = (
        Showing.objects.filter(at__gte=_last_year_began())
        .annotate(month=TruncMonth("at"), was_opened=was_opened)
        .values("month")
        .annotate(
            shown=Count("pk"),
            opened=Count("pk", filter=Q(was_opened=True)),
            solved=Count("pk", filter=Q(solved_at__isnull=False)),
            sent=Count("pk", filter=Q(sent_at__isnull=False)),
        )
        .order_by("month")
    )
    counted = {timezone.localdate(row["month"]): {name: row[name] for name in COUNTS} for row in rows}
    return [
        Year(year, [Month(first, **counted.get(first, {})) for first in _months(year, today)])
        for year in (this, this - 1)
    ]


def _last_year_began() -> datetime:
    first = era.fiscal_year_start(era.fiscal_year(clock.today()) - 1)
    return timezone.make_aware(datetime.combine(first, datetime.min.time()))


def _months(year: int, today: date) -> list[date]:
    """The first days of a fiscal year's months that have begun."""
    months = [date(year + (month > 12), (month - 1) % 12 + 1, 1) for month in range(4, 16)]
    return [first for first in months if first <= today]


# --- questions that come again


@dataclass
class Question:
    """A case as it is compared."""

    pk: int
    label: str
    number: str
    title: str
    received_at: datetime
    article: int | None
    near: dict[int, list[str]]


@dataclass
class Topic:
    """Cases that ask much the same, the newest first, and the words they have in common. `article`: made from one of
    them, being written or published, and not answering half of them yet.
    """

    cases: list[Question]
    words: list[str]
    past_year: int = 0
    article: Article | None = None
    more: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.more = max(0, len(self.cases) - MOST_MEMBERS)

    @property
    def newest(self) -> Question:
        return self.cases[0]

    @property
    def shown(self) -> list[Question]:
        return self.cases[:MOST_MEMBERS]


def questions(user: User) -> list[Question]:
    """Those that were compared, the newest first, as this person may see them: one question to the database."""
    cases = Case.objects.visible_to(user)
    rows = Likeness.objects.counting().filter(case__in=cases).select_related("case")
    rows = rows.only("near", "article_id", "case__title", "case__fiscal_year", "case__serial", "case__received_at")
    return [
        Question(
            row.case.pk,
            row.case.label,
            row.case.number,
            row.case.title,
            row.case.received_at,
            row.article_id,
            dict(row.near),
        )
        for row in rows.order_by("-case__fiscal_year", "-case__serial")[:MOST]
    ]


def compared_since(asked: Sequence[Question]) -> datetime:
    """Of which moment on all `questions` are compared: of the last fiscal year, or of the oldest of very many."""
    began = _last_year_began()
    return max(began, asked[-1].received_at) if len(asked) >= MOST else began


def topics(asked: Iterable[Question]) -> list[Topic]:
    """What comes again and no article answers, the most frequent of the past year first.

    Each case, the newest first, gathers those that are like it and that it is like. Where an article answers half of
    them or more, there is one. 1 SQL, for those that are begun.
    """
    known = {question.pk: question for question in asked}
    taken: set[int] = set()
    found = []
    since = clock.now() - timedelta(days=365)
    for pk, question in known.items():
        if pk in taken:
            continue
        others = [other for other in question.near if other in known and other not in taken and other != pk]
        members = [question, *(known[other] for other in others if pk in known[other].near)]
        if len(members) < LEAST_CASES:
            continue
        taken |= {member.pk for member in members}
        if 2 * sum(member.article is not None for member in members) >= len(members):
            continue
        members.sort(key=lambda member: member.received_at, reverse=True)
        tally = Counter(word for member in members for word in question.near.get(member.pk, []))
        words = [word for word, _times in tally.most_common(3)]
        recent = sum(member.received_at >= since for member in members)
        found.append(Topic(members, words, recent))
    found.sort(key=lambda topic: (-topic.past_year, -len(topic.cases), -topic.newest.pk))
    del found[MOST_TOPICS:]
    _note_begun(found)
    return found


def _note_begun(found: Iterable[Topic]) -> None:
    labels = {case.label: topic for topic in found for case in topic.cases}
    for article in Article.objects.filter(about__in=labels, retired_at=None):
        topic = labels[article.about]
        topic.article = topic.article or article


# --- what an article did

Published = tuple[int, str, datetime, datetime | None]


@dataclass(frozen=True)
class Effect:
    """Cases that an article would have answered, before everybody could read it and since; and what readers did.

    Once it was away for a while, months are no longer counted, though it came back.
    Of months that are no longer compared nobody knows how many there were: None.
    """

    article: int
    title: str
    published_on: date
    before: int | None
    after: int | None
    months_after: float
    shown: int = 0
    opened: int = 0
    solved: int = 0
    sent: int = 0

    @property
    def before_a_month(self) -> float:
        return (self.before or 0) / WINDOW

    @property
    def after_a_month(self) -> float:
        return (self.after or 0) / self.months_after if self.months_after else 0

    @property
    def tells(self) -> bool:
        """Whether there are enough cases and months to compare."""
        if self.before is None or self.after is None:
            return False
        return self.before + self.after >= LEAST_TO_TELL and self.months_after >= LEAST_MONTHS


def published() -> "QuerySet[Any]":
    """What everybody can read, the newest first: key and title of each article, since when, and until when unbroken.

    What only the office reads keeps nobody from asking.
    """
    articles = Article.objects.open_to(Audience.EVERYONE).order_by("-public_since", "-pk")
    return articles.values_list("pk", "published__question", "public_since", "public_until")


def effects(asked: Sequence[Question], articles: Iterable[Published]) -> list[Effect]:
    """What these articles (`published`) did. 1 SQL."""
    articles = list(articles)
    counted = {
        row["key"]: row
        for row in ShownDocument.objects.filter(kind=ARTICLE, key__in=[str(pk) for pk, *_ in articles])
        .order_by()
        .values("key")
        .annotate(
            shown=Count("pk"),
            opened_=Count("pk", filter=Q(opened_at__isnull=False)),
            solved_=Count("pk", filter=Q(solved=True)),
            sent_=Count("pk", filter=Q(showing__sent_at__isnull=False)),
        )
    }
    received: dict[int, list[datetime]] = {}
    for question in asked:
        if question.article:
            received.setdefault(question.article, []).append(question.received_at)
    since = compared_since(asked)
    return [
        _effect(article, received.get(article[0], []), counted.get(str(article[0]), {}), since=since)
        for article in articles
    ]


def _effect(article: Published, received: list[datetime], counted: dict[str, Any], *, since: datetime) -> Effect:
    pk, title, at, until = article
    window = timedelta(days=365 * WINDOW / 12)
    end = min(at + window, until or clock.now())
    return Effect(
        article=pk,
        title=title,
        published_on=timezone.localdate(at),
        before=sum(at - window <= when < at for when in received) if since <= at - window else None,
        after=sum(at <= when <= end for when in received) if since <= at else None,
        months_after=(end - at) / timedelta(days=365 / 12),
        shown=counted.get("shown", 0),
        opened=counted.get("opened_", 0),
        solved=counted.get("solved_", 0),
        sent=counted.get("sent_", 0),
    )
