from datetime import time
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consultations.models import Ask
from office import clock
from office.models import User


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


class AgendaItem(models.Model):
    """A pair's question on a meeting's agenda. One that is not reached is carried over to the next."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("meeting"))
    ask = models.ForeignKey(Ask, models.PROTECT, related_name="agenda_items", verbose_name=_("question"))
    order = models.PositiveIntegerField(_("order"))

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="ask_stands_once_on_an_agenda", fields=["meeting", "ask"])
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.ask}"
