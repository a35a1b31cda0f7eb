from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from consultations.states import TieKind
from office.models import User


class TieQuerySet(models.QuerySet["Tie"]):
    def of(self, case: Case) -> Self:
        """Those in which `case` is either side."""
        return self.filter(Q(case=case) | Q(earlier=case))


class Tie(models.Model):
    """How a case hangs together with an earlier one: it goes on with it, repeats it, or is related."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="ties_back", verbose_name=_("case"))
    earlier = models.ForeignKey(Case, models.PROTECT, related_name="ties_forward", verbose_name=_("earlier case"))
    kind = models.CharField(_("kind"), max_length=15, choices=TieKind.choices)
    tied_at = models.DateTimeField(_("tied"))
    tied_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("tied by"))

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie between cases")
        verbose_name_plural = _("ties between cases")
        ordering: ClassVar = ["tied_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="tie_kind_is_known", condition=Q(kind__in=TieKind.values)),
            # The later always points back, so that two cases are tied once and no case is tied to itself.
            models.CheckConstraint(name="tie_points_back", condition=Q(case__gt=F("earlier"))),
            models.UniqueConstraint(name="cases_are_tied_once", fields=["case", "earlier"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.earlier.number}"
