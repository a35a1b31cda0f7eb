from datetime import date, datetime, time, timedelta
from statistics import mode
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Ask, Case
from office import clock, era
from office.models import User

TUESDAY = 1


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def coming(self) -> Self:
        """Those that are not over yet, to the minute; the next first."""
        return self.exclude(self._over()).order_by("held_on")

    def past(self) -> Self:
        """Those that are over, the last first."""
        return self.filter(self._over()).order_by("-held_on")

    @staticmethod
    def _over() -> Q:
        now = timezone.localtime(clock.now())
        return Q(held_on__lt=now.date()) | Q(held_on=now.date(), ends_at__lte=now.time())

    def in_fiscal_year(self, year: int) -> Self:
        return self.filter(held_on__range=(era.fiscal_year_start(year), era.fiscal_year_end(year)))

    def for_the_list(self) -> Self:
        """With seats, and how many questions stand on the agenda (`asked`) and still wait for advice (`waiting`)."""
        waiting = Count("items", filter=Q(items__ask__settled_at=None))
        return self.select_related("facilitator", "recorder").annotate(asked=Count("items"), waiting=waiting)

    def suggested_day(self) -> date:
        """A day for the next meeting: the usual weekday after the last one, moved on where the office is closed."""
        recent = list(self.order_by("-held_on").values_list("held_on", flat=True)[:5])
        # Of several, so that one week moved by a holiday does not move all that follow.
        weekday = mode(day.weekday() for day in recent) if recent else TUESDAY
        # Nor does one moved to the day before draw the next so near that nothing can have happened.
        after = max([clock.today() - timedelta(days=1), *(last + timedelta(days=2) for last in recent[:1])])
        return era.add_business_days(after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1), 0)


class Meeting(models.Model):
    """A weekly meeting of the consultation team (case study, 1-2)."""

    held_on = models.DateField(_("date"), unique=True)
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

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering: ClassVar = ["-held_on"]
        constraints: ClassVar = [
            models.CheckConstraint(name="meeting_starts_before_it_ends", condition=Q(starts_at__lt=F("ends_at")))
        ]

    def __str__(self) -> str:
        return self.held_on.isoformat()

    @property
    def is_past(self) -> bool:
        return self.held_on < clock.today()

    @property
    def begins_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.held_on, self.starts_at))

    def since(self) -> datetime:
        """When the meeting before began; a week earlier where there was none."""
        before = Meeting.objects.filter(held_on__lt=self.held_on).first()
        return before.begins_at if before else self.begins_at - timedelta(days=7)

    def uncollected(self) -> models.QuerySet[Ask]:
        """Open questions that stand neither on this agenda nor on that of another meeting that is not over."""
        on_agendas = AgendaItem.objects.filter(Q(meeting=self) | Q(meeting__in=Meeting.objects.coming()))
        return Ask.objects.open().filter(case__closed_at=None).exclude(pk__in=on_agendas.values("ask"))


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: Any) -> Self:
        """Those whose case the person may see."""
        return self.filter(ask__case__in=Case.objects.visible_to(user))

    def for_the_agenda(self) -> Self:
        """With all that a block shows, and the last meeting that has the question (`last_meeting`, on `last_on`)."""
        case = "ask__case"
        last = AgendaItem.objects.filter(ask=OuterRef("ask")).order_by("-meeting__held_on")
        return self.select_related(
            "ask__asked_by", f"{case}__department", f"{case}__section", f"{case}__pair__lead", f"{case}__pair__partner"
        ).annotate(
            last_meeting=Subquery(last.values("meeting")[:1]), last_on=Subquery(last.values("meeting__held_on")[:1])
        )


class AgendaItem(models.Model):
    """A pair's question on a meeting's agenda. One that is not reached is carried over to the next."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("meeting"))
    ask = models.ForeignKey(Ask, models.PROTECT, related_name="agenda_items", verbose_name=_("question"))
    order = models.PositiveIntegerField(_("order"))

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="ask_stands_once_on_an_agenda", fields=["meeting", "ask"])
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.ask}"
