from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from consultations.states import Ruling
from office import clock
from office.models import User


class TechnicalCheckQuerySet(models.QuerySet["TechnicalCheck"]):
    def open(self) -> Self:
        """Neither answered nor taken back."""
        return self.filter(answered_at=None, withdrawn_at=None)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def valid(self) -> Self:
        """Answered, and the answer holds today."""
        return self.answered().filter(Q(valid_until=None) | Q(valid_until__gte=clock.today()))


class TechnicalCheck(models.Model):
    """A question to ICT operations from a case (case study, 2-3): asked in a chat thread, or put to them here."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="checks", verbose_name=_("case"))
    question = models.TextField(_("question"))
    put_to_ict = models.BooleanField(_("put to ICT operations here"), default=True)
    thread_url = models.URLField(_("link to the thread"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))

    ruling = models.CharField(_("ruling"), max_length=15, choices=Ruling.choices, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    rule = models.CharField(_("rule cited"), max_length=300, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    version = models.PositiveIntegerField(default=1, editable=False)  # raised by every change

    objects = TechnicalCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("technical check")
        verbose_name_plural = _("technical checks")
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="check_ruling_is_known", condition=Q(ruling__in=["", *Ruling.values])),
            models.CheckConstraint(
                name="check_answered_says_what_when_and_by_whom",
                condition=Q(ruling="", answered_at=None, answered_by=None)
                | (~Q(ruling="") & Q(answered_at__isnull=False, answered_by__isnull=False, withdrawn_at=None)),
            ),
        ]
        indexes: ClassVar = [
            # the queue of ICT operations, and of the desk: few wait at any time
            models.Index(name="check_open", fields=["asked_at"], condition=Q(answered_at=None) & Q(withdrawn_at=None))
        ]

    def __str__(self) -> str:
        return self.question[:40]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def has_expired(self) -> bool:
        return bool(self.valid_until and self.valid_until < clock.today())
