"""How cases are asked for: the two doors to them, and the phrases of the desk."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations import numbers, receipts
from consultations.states import DEEP, IN_WORK, Status, counted
from knowledge import shelf
from knowledge.models import Audience
from office import clock
from office.models import Absence, Department, Pair, Role, Section, User

if TYPE_CHECKING:
    from consultations.models.case import Case  # noqa: F401  named below as text

VALID_AFTER_CLOSING = timedelta(days=365)
# What the shelf knows cases as, and how many of them one search leads to.
CASE, MOST = "case", 500
# The urgencies of cases in which the next move is ours.
WAITS_FOR_US = range(4)


def _quiet_since() -> datetime:
    return clock.now() - timedelta(days=settings.QUIET_DAYS)


class CaseQuerySet(models.QuerySet["Case"]):
    is_cut = False  # see `matching`

    # --- the two doors to a case

    def visible_to(self, user: Any) -> Self:
        """The cases a signed-in person may see: the office all, a ward account those of its confirmed section."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role == Role.OFFICE:
            return self
        if user.role == Role.WARD and user.section_id and user.section_confirmed:
            return self.filter(section_id=user.section_id)
        return self.none()

    def behind_token(self, token: str) -> Self:
        """The case of a receipt link, valid until a year after closing; nothing for a wrong or revoked token."""
        pk = receipts.case_pk(token)
        if pk is None:
            return self.none()
        row = self.filter(pk=pk).values("generation", "closed_at").first()
        if row is None or not receipts.matches(token, pk, row["generation"]):
            return self.none()
        if row["closed_at"] and row["closed_at"] + VALID_AFTER_CLOSING < clock.now():
            return self.none()
        return self.filter(pk=pk, generation=row["generation"])

    def behind_links(self, opened: Iterable[tuple[int, int]]) -> Self:
        """Those of the receipts opened before (case and generation of their links) that their links still open."""
        links = Q(pk__in=[])
        for pk, generation in opened:
            links |= Q(pk=pk, generation=generation)
        holds = Q(closed_at=None) | Q(closed_at__gte=clock.now() - VALID_AFTER_CLOSING)
        return self.filter(holds, links)

    # --- phrases

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def counted(self) -> Self:
        """Without what was withdrawn, sent twice or by mistake."""
        return self.filter(counted())

    def heard_of(self, since: datetime, until: datetime | None = None) -> Self:
        """Those that came to the desk from a moment on, and before another. What was taken down belatedly came when it
        was taken down; what was imported, when it was received.
        """
        from consultations.models.entry import Entry, EntryKind

        def between(name: str) -> Q:
            return Q(**{f"{name}__gte": since}) & (Q(**{f"{name}__lt": until}) if until else Q())

        taken_down = Entry.objects.filter(between("at"), case=models.OuterRef("pk"), kind=EntryKind.RECEIVED)
        return self.filter(Q(models.Exists(taken_down), imported=False) | Q(between("received_at"), imported=True))

    def from_section(self, department: Department, section: Section | None, other_section: str) -> Self:
        """Those of a section: one that the table knows, or one by the name that was typed."""
        return self.filter(department=department, section=section, other_section="" if section else other_section)

    def open_first(self) -> Self:
        """The open ones, then the closed ones; each with the newest number first."""
        is_closed = models.Case(models.When(closed_at=None, then=0), default=1, output_field=models.IntegerField())
        return self.order_by(is_closed, "-fiscal_year", "-serial")

    def of(self, user: User) -> Self:
        """Those that `user` answers for: as one of the pair, as a supporter, or as deputy of one who is away today."""
        absent = Absence.objects.current().filter(deputy=user).values("user")
        pairs = Pair.objects.with_member_or_deputy(user).values("pk")
        # Two questions: with one, "user or absent", PostgreSQL reads the supporters of all years.
        supporters = self.model.supporters.through.objects
        own, deputed = (supporters.filter(**who).values("case_id") for who in ({"user": user}, {"user__in": absent}))
        return self.filter(Q(pair__in=pairs) | Q(pk__in=own) | Q(pk__in=deputed))

    def untouched(self) -> Self:
        return self.open().filter(status=Status.NEW)

    def follow_up_reached(self) -> Self:
        """On hold, and the day to ask again has come."""
        return self.open().filter(status=Status.ON_HOLD, follow_up_on__lte=clock.today())

    def quiet(self) -> Self:
        """In work, and without a sign of life for too long. What waits for a day is no silence."""
        return self.open().filter(status__in=IN_WORK, last_entry_at__lte=_quiet_since())

    def replied(self) -> Self:
        """The requester wrote, and nobody has answered yet."""
        return self.filter(unanswered_since__isnull=False)

    def deep(self) -> Self:
        return self.open().filter(level__in=DEEP)

    def asked_at_meeting(self) -> Self:
        # A case has one open ask at most, so that none comes up twice.
        return self.open().filter(asks__settled_at=None, asks__isnull=False)

    def with_ict(self) -> Self:
        """A technical check waits for its answer."""
        from consultations.models.check import TechnicalCheck

        return self.open().filter(pk__in=TechnicalCheck.objects.open().values("case_id"))

    def completed_open(self) -> Self:
        return self.open().filter(status=Status.COMPLETED)

    def most_urgent_first(self) -> Self:
        """By `urgency`: 0 replied, 1 follow-up reached, 2 new, 3 quiet, each with the longest wait first.

        Then 4 the others in work, 5 the completed whose day to be closed has come, and 6 the other completed, the
        last sign of life first.
        """
        urgency = models.Case(
            models.When(unanswered_since__isnull=False, then=0),
            models.When(status=Status.ON_HOLD, follow_up_on__lte=clock.today(), then=1),
            models.When(status=Status.NEW, then=2),
            models.When(status__in=IN_WORK, last_entry_at__lte=_quiet_since(), then=3),
            models.When(status=Status.COMPLETED, review_on__lte=clock.today(), then=5),
            models.When(status=Status.COMPLETED, then=6),
            default=4,
            output_field=models.IntegerField(),
        )
        waits_since = models.Case(models.When(urgency__in=WAITS_FOR_US, then="last_entry_at"))
        return self.annotate(urgency=urgency).order_by("urgency", waits_since, "-last_entry_at", "-pk")

    def for_the_list(self) -> Self:
        """With what a row shows, and without the long texts it does not."""
        rows = self.select_related("department", "section", "topic", "pair__lead", "pair__partner")
        return rows.defer("problem", "expectation", "lesson")

    def numbered(self, number: str) -> Self:
        """The case of a number as typed; nothing where it is no number."""
        parts = numbers.read(number)
        return self.filter(fiscal_year=parts[0], serial=parts[1]) if parts else self.none()

    def matching(self, words: str, where: Mapping[str, str] | None = None) -> Self:
        """Those that hold every word, of whatever is on the shelf of them; a case number is a word too.

        `where` says by which facets the cases are narrowed anyway. `is_cut` of what comes back: the best MOST of more.
        """
        named, others = numbers.among(words)
        found = self.all()
        for year, serial in named:
            found = found.filter(fiscal_year=year, serial=serial)
        if not others:
            return found
        keys = shelf.keys(others, audience=Audience.OFFICE, kind=CASE, where=where, limit=MOST)
        found = found.filter(pk__in=[int(key) for key in keys])
        found.is_cut = len(keys) >= MOST
        return found
