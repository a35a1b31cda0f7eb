from datetime import date, datetime, time, timedelta
from statistics import mode
from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from office import clock, era
from office.models import User

TUESDAY = 1


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def coming(self) -> Self:
        """Those that are not over yet, to the minute, nor confirmed, nor called off; the next first."""
        return self.exclude(self._over()).order_by("held_on")

    def past(self) -> Self:
        """Those that are over, or were called off, the last first."""
        return self.filter(self._over()).order_by("-held_on")

    @staticmethod
    def _over() -> Q:
        now = timezone.localtime(clock.now())
        ended = Q(held_on__lt=now.date()) | Q(held_on=now.date(), ends_at__lte=now.time())
        return ended | Q(confirmed_at__isnull=False) | Q(called_off_at__isnull=False)

    def in_fiscal_year(self, year: int) -> Self:
        return self.filter(held_on__range=(era.fiscal_year_start(year), era.fiscal_year_end(year)))

    def for_the_list(self) -> Self:
        """With seats, and how many questions stand on the agenda (`asked`) and still wait for advice (`waiting`)."""
        questions = Q(items__ask__isnull=False, items__dropped_at=None, called_off_at=None)
        return self.select_related("facilitator", "recorder").annotate(
            asked=Count("items", filter=questions),
            waiting=Count("items", filter=questions & Q(items__ask__settled_at=None)),
        )

    def suggested_day(self) -> date:
        """A day for the next meeting: the usual one, moved on where the office is closed."""
        return era.add_business_days(self.usual_day(), 0)

    def usual_day(self) -> date:
        """The usual weekday after the last meeting, whether the office is open or not."""
        recent = list(self.order_by("-held_on").values_list("held_on", flat=True)[:5])
        # Of several, so that one week moved by a holiday does not move all that follow.
        weekday = mode(day.weekday() for day in recent) if recent else TUESDAY
        # Nor does one moved to the day before draw the next so near that nothing can have happened.
        after = max([clock.today() - timedelta(days=1), *(last + timedelta(days=2) for last in recent[:1])])
        return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)


class Meeting(models.Model):
    """A weekly meeting of the consultation team (case study, 1-2)."""

    held_on = models.DateField(_("date"), db_index=True)
    starts_at = models.TimeField(_("from"), default=time(10, 0))
    ends_at = models.TimeField(_("to"), default=time(11, 0))
    place = models.CharField(_("place"), max_length=200, blank=True)
    facilitator = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="facilitated", verbose_name=_("facilitator")
    )
    recorder = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="recorded", verbose_name=_("recorder")
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    # what all who are in the room look at
    focus = models.ForeignKey(
        "AgendaItem", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("under discussion")
    )
    agenda_mailed_on = models.DateField(_("agenda mailed"), null=True, blank=True)
    # as the minutes call them; names and ranks change. `names`: of all whom the minutes name, by key
    names = models.JSONField(_("names, as confirmed"), default=dict, blank=True, editable=False)
    facilitator_called = models.CharField(_("facilitator, as confirmed"), max_length=200, blank=True, editable=False)
    recorder_called = models.CharField(_("recorder, as confirmed"), max_length=200, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("minutes confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )

    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)
    called_off_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("called off by")
    )
    called_off_because = models.CharField(_("called off because"), max_length=300, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering: ClassVar = ["-held_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_meeting_a_day", fields=["held_on"], condition=Q(called_off_at=None)),
            models.CheckConstraint(
                name="meeting_called_off_says_when_and_by_whom",
                condition=Q(called_off_at=None, called_off_by=None, called_off_because="")
                | Q(called_off_at__isnull=False, called_off_by__isnull=False, confirmed_at=None),
            ),
            models.CheckConstraint(name="meeting_starts_before_it_ends", condition=Q(starts_at__lt=F("ends_at"))),
            models.CheckConstraint(
                name="meeting_confirmed_says_when_and_by_whom",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.held_on.isoformat()

    @property
    def is_past(self) -> bool:
        return self.held_on < clock.today()

    @property
    def is_over(self) -> bool:
        """To the minute, or by its minutes, or as it was called off, as the `past` ones are."""
        now = timezone.localtime(clock.now())
        return not self.is_open or (self.held_on, self.ends_at) <= (now.date(), now.time())

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_open(self) -> bool:
        """Whether it can be written to: its minutes are not confirmed, nor was it called off."""
        return not (self.confirmed_at or self.called_off_at)

    @property
    def has_begun(self) -> bool:
        return self.begins_at <= clock.now()

    @property
    def length(self) -> int:
        """In minutes."""
        begin, end = (datetime.combine(self.held_on, at) for at in (self.starts_at, self.ends_at))
        return (end - begin) // timedelta(minutes=1)

    @property
    def label(self) -> str:
        """How the meeting is known in the outbox."""
        return f"meeting:{self.pk}"

    @property
    def begins_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.held_on, self.starts_at))

    def name_of(self, person: User) -> str:
        """What its minutes call a person: once they are confirmed, as on that day."""
        return self.names.get(str(person.pk), person.name)

    def since(self) -> datetime:
        """When the meeting before began; a week earlier where there was none."""
        before = self.before
        return before.begins_at if before else self.begins_at - timedelta(days=7)

    @cached_property
    def before(self) -> "Meeting | None":
        """The meeting before this one, of those that were not called off."""
        return Meeting.objects.filter(held_on__lt=self.held_on, called_off_at=None).first()
