from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations import numbers, receipts, touched
from consultations.models.case_queryset import CaseQuerySet
from consultations.states import (
    IN_WORK,
    UNCOUNTED,
    Channel,
    Difficulty,
    Level,
    MeasureState,
    Result,
    Status,
    Step,
    Volume,
    Want,
)
from knowledge.models import Topic
from office import clock, era
from office.models import Department, Pair, Section, User

if TYPE_CHECKING:
    from consultations.models.entry import Actor, Entry, EntryKind


def answer_by(day: date) -> date:
    """The day by which the pair is in touch about what comes in on `day`."""
    return era.add_business_days(day, settings.FIRST_ANSWER_BUSINESS_DAYS)


class Case(models.Model):
    """A consultation: what a section is stuck with, and all that was done about it."""

    fiscal_year = models.PositiveIntegerField(_("fiscal year"))
    serial = models.PositiveIntegerField(_("serial number"))
    channel = models.CharField(_("received by"), max_length=10, choices=Channel.choices, default=Channel.FORM)
    received_at = models.DateTimeField(_("received"))

    # what the requester told us (case study, 2-1: four things and no more)
    title = models.CharField(_("title"), max_length=80)
    problem = models.TextField(_("what is the trouble"))
    wants = models.JSONField(_("wishes"), default=list, blank=True)
    expectation = models.TextField(_("expected of the office"), blank=True)
    folder = models.CharField(_("shared folder"), max_length=500, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="cases", verbose_name=_("department"))
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("section")
    )
    other_section = models.CharField(_("section as typed"), max_length=100, blank=True)
    name = models.CharField(_("name of the contact"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    cc = models.JSONField(_("copies to"), default=list, blank=True)
    phone = models.CharField(_("phone or extension"), max_length=100, blank=True)

    # what the pair makes of it
    pair = models.ForeignKey(Pair, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("pair"))
    supporters = models.ManyToManyField(User, blank=True, related_name="supported_cases", verbose_name=_("supporters"))
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("topic")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices, null=True, blank=True)
    volume = models.CharField(_("expected volume"), max_length=10, choices=Volume.choices, blank=True)
    coordination = models.CharField(_("expected coordination"), max_length=10, choices=Difficulty.choices, blank=True)
    technical = models.CharField(
        _("expected technical difficulty"), max_length=10, choices=Difficulty.choices, blank=True
    )
    measure_state = models.CharField(_("state of the measure"), max_length=20, choices=MeasureState.choices, blank=True)
    concerned = models.ManyToManyField(
        Department, blank=True, related_name="cases_concerning", verbose_name=_("other departments concerned")
    )
    hearing_unneeded = models.BooleanField(_("no hearing needed"), default=False)
    consultation_only = models.BooleanField(_("settled by consultation alone"), default=False)
    sensitive = models.BooleanField(_("handle with care"), default=False)

    # where it stands
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.NEW)
    follow_up_on = models.DateField(_("follow up on"), null=True, blank=True)
    review_on = models.DateField(_("keep open until"), null=True, blank=True)
    unanswered_since = models.DateTimeField(_("unanswered since"), null=True, blank=True)
    # since when our question how things stand waits for word from the requester
    progress_asked_at = models.DateTimeField(_("asked how things stand"), null=True, blank=True)
    last_entry_at = models.DateTimeField(_("last entry"))
    result = models.CharField(_("result"), max_length=10, choices=Result.choices, blank=True)
    lesson = models.TextField(_("lesson"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="closed_cases", verbose_name=_("closed by")
    )
    imported = models.BooleanField(_("imported"), default=False)

    generation = models.PositiveIntegerField(default=1, editable=False)  # of the receipt link
    version = models.PositiveIntegerField(default=1, editable=False)  # raised by every change of a fact or status

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering: ClassVar = ["-fiscal_year", "-serial"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="case_number_is_unique", fields=["fiscal_year", "serial"]),
            models.CheckConstraint(name="case_channel_is_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(name="case_status_is_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(name="case_level_is_known", condition=Q(level=None) | Q(level__in=Level.values)),
            models.CheckConstraint(name="case_volume_is_known", condition=Q(volume__in=["", *Volume.values])),
            models.CheckConstraint(
                name="case_difficulties_are_known",
                condition=Q(coordination__in=["", *Difficulty.values], technical__in=["", *Difficulty.values]),
            ),
            models.CheckConstraint(
                name="case_measure_state_is_known", condition=Q(measure_state__in=["", *MeasureState.values])
            ),
            models.CheckConstraint(
                name="case_on_hold_has_a_date",
                condition=~Q(status=Status.ON_HOLD) | Q(follow_up_on__isnull=False),
            ),
            models.CheckConstraint(
                name="case_closed_says_when_by_whom_and_how",
                condition=Q(closed_at=None, closed_by=None, result="")
                | Q(
                    status=Status.COMPLETED,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    result__in=Result.values,
                ),
            ),
            models.CheckConstraint(
                name="case_counted_when_closed_has_level_and_topic",
                condition=Q(closed_at=None)
                | Q(imported=True)
                | Q(result__in=UNCOUNTED)
                | Q(level__isnull=False, topic__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            # The desk opens on what is open: a few hundred rows, however many years lie behind. By the list's order …
            models.Index(name="case_open_by_number", fields=["-fiscal_year", "-serial"], condition=Q(closed_at=None)),
            models.Index(name="case_open_by_last_entry", fields=["-last_entry_at", "-id"], condition=Q(closed_at=None)),
            # … and by its filters. Without these SQLite, which keeps no statistics, takes the index of the foreign key
            # and reads through every year of a department.
            models.Index(name="case_open_by_department", fields=["department"], condition=Q(closed_at=None)),
            models.Index(name="case_open_by_pair", fields=["pair"], condition=Q(closed_at=None)),
            models.Index(name="case_open_by_topic", fields=["topic"], condition=Q(closed_at=None)),
            # the list with the closed ones comes from case_number_is_unique; by last entry from here
            models.Index(name="case_by_last_entry", fields=["-last_entry_at", "-id"]),
            models.Index(name="case_by_reception", fields=["-received_at", "-id"]),
            # the queue "reply received": at any time a handful
            models.Index(
                name="case_unanswered", fields=["unanswered_since"], condition=Q(unanswered_since__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("case_detail", args=[self.number])

    @property
    def number(self) -> str:
        return numbers.write(self.fiscal_year, self.serial)

    @property
    def token(self) -> str:
        return receipts.token(self.pk, self.generation)

    @property
    def receipt_url(self) -> str:
        return settings.SITE_URL + reverse("receipt", args=[self.token])

    @property
    def desk_url(self) -> str:
        return settings.SITE_URL + self.get_absolute_url()

    @property
    def label(self) -> str:
        """How the case is known in the outbox and in mail threads."""
        return f"case:{self.pk}"

    @property
    def section_name(self) -> str:
        return self.section.name if self.section else self.other_section

    @property
    def from_where(self) -> str:
        """港北区地域振興課"""
        return f"{self.department.name}{self.section_name}"

    @property
    def wanted(self) -> list[str]:
        """The ticked wishes in words."""
        return [str(Want(want).label) for want in self.wants if want in Want.values]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def may_become_example(self) -> bool:
        return bool(self.closed_at) and self.result not in UNCOUNTED and not self.sensitive

    @property
    def first_answer_by(self) -> date:
        """The day by which the pair has promised to be in touch."""
        return answer_by(timezone.localdate(self.received_at))

    @property
    def can_be_mailed(self) -> bool:
        return bool(self.email or self.cc)

    @property
    def rests(self) -> bool:
        """On hold, and its day is still to come: nothing nags."""
        return self.is_open and self.status == Status.ON_HOLD and not self.follow_up_is_reached

    @property
    def follow_up_is_reached(self) -> bool:
        return bool(
            self.is_open and self.status == Status.ON_HOLD and self.follow_up_on and self.follow_up_on <= clock.today()
        )

    @property
    def review_is_reached(self) -> bool:
        """Completed, and the day until which it stays open has come: time to close it."""
        return bool(
            self.is_open and self.status == Status.COMPLETED and self.review_on and self.review_on <= clock.today()
        )

    @property
    def quiet_days(self) -> int:
        """Days without a sign of life where somebody should have given one; 0 where nothing is amiss.

        A case on hold is left in peace until its day, a completed one altogether.
        """
        if not self.is_open or self.status not in IN_WORK:
            return 0
        days = (clock.now() - self.last_entry_at).days
        return days if days >= settings.QUIET_DAYS else 0

    def step(self, *, heard: bool, has_support: bool) -> Step:
        """The step that the facts speak of; `heard`: a hearing was held; `has_support`: a menu was chosen."""
        if self.closed_at or self.status == Status.COMPLETED:
            return Step.KNOWLEDGE
        if self.status == Status.NEW:
            return Step.RECEIVED
        if has_support or self.consultation_only:
            return Step.SUPPORT
        return Step.MENU if heard or self.hearing_unneeded else Step.HEARING

    def record(
        self,
        *,
        kind: "EntryKind",
        by: "Actor",
        text: str = "",
        shared: bool = False,
        data: dict[str, Any] | None = None,
    ) -> "Entry":
        """Write a line into the case's history, at the clock's time, and note the sign of life."""
        from consultations.models.entry import Entry

        entry = Entry.objects.create(
            case=self, kind=kind, text=text, shared=shared, data=data or {}, at=clock.now(), **Entry.author(by)
        )
        touched.note(self.pk)
        self.last_entry_at = entry.at
        Case.objects.filter(pk=self.pk).update(last_entry_at=entry.at)
        return entry


class CaseNumber(models.Model):
    """The last serial number given out in a fiscal year. Locked last of all rows, so that nobody waits long for it."""

    fiscal_year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.fiscal_year}: {self.last}"

    @classmethod
    def next(cls, fiscal_year: int) -> int:
        """The next serial number; the caller's transaction holds the counter until it ends."""
        cls.objects.get_or_create(fiscal_year=fiscal_year)
        counter = cls.objects.select_for_update().get(fiscal_year=fiscal_year)
        counter.last = F("last") + 1
        counter.save(update_fields=["last"])
        counter.refresh_from_db()
        return int(counter.last)
