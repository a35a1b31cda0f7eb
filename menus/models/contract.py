from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from menus.models.menu import SupportMenu
from office import clock, era
from office.wording import fiscal_year_name


class ContractQuerySet(models.QuerySet["Contract"]):
    def in_force(self) -> Self:
        """Those of this fiscal year."""
        return self.filter(fiscal_year=era.fiscal_year(clock.today()))


class Contract(models.Model):
    """The hours that the outside consultants of a menu work for us in a fiscal year."""

    menu = models.ForeignKey(SupportMenu, models.PROTECT, related_name="contracts", verbose_name=_("support menu"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    hours = models.DecimalField(_("hours"), max_digits=6, decimal_places=1)

    objects = ContractQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("contract with consultants")
        verbose_name_plural = _("contracts with consultants")
        ordering: ClassVar = ["-fiscal_year", "menu__order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="contract_is_one_a_menu_and_year", fields=["menu", "fiscal_year"]),
            models.CheckConstraint(name="contract_has_hours", condition=Q(hours__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.menu} {fiscal_year_name(self.fiscal_year)}"
