from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from consultations.states import AskKind
from office.models import User


class AskQuerySet(models.QuerySet["Ask"]):
    def open(self) -> Self:
        return self.filter(settled_at=None)


class Ask(models.Model):
    """What a pair wants to hear from the weekly meeting (case study, 1-2). Open until advice is recorded."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="asks", verbose_name=_("case"))
    kind = models.CharField(_("why"), max_length=20, choices=AskKind.choices)
    question = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="asks", verbose_name=_("asked by"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    advice = models.TextField(_("advice"), blank=True)

    objects = AskQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to the meeting")
        verbose_name_plural = _("questions to the meeting")
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="ask_kind_is_known", condition=Q(kind__in=AskKind.values)),
            models.UniqueConstraint(name="case_has_one_open_ask", fields=["case"], condition=Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return self.question[:40]
