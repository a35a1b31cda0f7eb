from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations import numbers
from consultations.models.case import Case
from consultations.models.case_queryset import MOST
from consultations.states import Ruling
from knowledge import shelf
from knowledge.models import Audience
from office import clock
from office.models import User

# What the shelf knows technical checks as.
CHECK = "check"
# When something last happened to it that counts, and to a definite order.
NEWEST_FIRST = [Coalesce("answered_at", "asked_at").desc(), F("id").desc()]


class TechnicalCheckQuerySet(models.QuerySet["TechnicalCheck"]):
    def open(self) -> Self:
        """Neither answered nor taken back."""
        return self.filter(answered_at=None, withdrawn_at=None)

    def put_to_ict(self) -> Self:
        """What ICT operations see."""
        return self.filter(put_to_ict=True)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def newest_first(self) -> Self:
        """By the newest answer; what has none, by its question."""
        return self.order_by(*NEWEST_FIRST)

    def expired(self) -> Self:
        """Answered, and the answer no longer holds."""
        return self.answered().filter(valid_until__lt=clock.today())

    def matching(self, words: str) -> Self:
        """Those that hold every word in question, answer, rule or the title of the case, whose number is a word too.

        The title of a case to be handled with care does not count.
        """
        named, others = numbers.among(words)
        found = self
        for year, serial in named:
            found = found.filter(case__fiscal_year=year, case__serial=serial)
        if not others:
            return found
        keys = shelf.keys(others, audience=Audience.OFFICE, kind=CHECK, limit=MOST)
        return found.filter(pk__in=[int(key) for key in keys])

    def for_the_list(self) -> Self:
        """With what a row shows."""
        return self.select_related("case__department", "answered_by").defer("case__problem")


class TechnicalCheck(models.Model):
    """A question to ICT operations from a case (case study, 2-3): asked in a chat thread, or put to them here."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="checks", verbose_name=_("case"))
    question = models.TextField(pgettext_lazy("check", "question"))
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
            models.CheckConstraint(
                name="check_says_more_than_no", condition=Q(ruling__in=["", Ruling.ALLOWED]) | ~Q(answer="")
            ),
        ]
        indexes: ClassVar = [
            # the queue of ICT operations, and of the desk: few wait at any time
            models.Index(name="check_open", fields=["asked_at"], condition=Q(answered_at=None) & Q(withdrawn_at=None)),
            # the list of all of them, and the newest answers, which are offered on similar questions
            models.Index(*NEWEST_FIRST, name="check_newest_first"),
        ]

    def __str__(self) -> str:
        return self.question[:40]

    def get_absolute_url(self) -> str:
        return reverse("case_check", args=[self.case.number, self.pk])

    @property
    def ict_url(self) -> str:
        """Where ICT operations answer it."""
        return settings.SITE_URL + reverse("ict_check", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def has_expired(self) -> bool:
        return bool(self.valid_until and self.valid_until < clock.today())
