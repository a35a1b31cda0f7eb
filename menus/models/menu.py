from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from office import clock


class MenuKind(models.TextChoices):
    EXISTING_TOOL = "existing_tool", _("Existing tool")
    OPEN_INNOVATION = "open_innovation", _("Open innovation")
    CONSULTANT = "consultant", _("Outside consultant")
    REFERRAL = "referral", _("Referral to another department")


class SupportMenuQuerySet(models.QuerySet["SupportMenu"]):
    def on_offer(self) -> "SupportMenuQuerySet":
        """Those that can be chosen today."""
        today = clock.today()
        return self.filter(Q(active_from=None) | Q(active_from__lte=today), Q(active_to=None) | Q(active_to__gte=today))

    def by_kind(self) -> "list[SupportMenu]":
        """Kind by kind, in their order within each."""
        return sorted(self, key=lambda menu: MenuKind.values.index(menu.kind))


class SupportMenu(models.Model):
    """A kind of help the office can offer beyond its own advice (case study, 2-3)."""

    key = models.SlugField(_("key"), unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=MenuKind.choices)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    summary = models.TextField(_("what it is"))
    suits = models.TextField(_("suits"), blank=True)
    does_not_suit = models.TextField(_("does not suit"), blank=True)
    steps = models.TextField(_("steps to apply"), blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    url = models.URLField(_("link"), blank=True)
    active_from = models.DateField(_("offered from"), null=True, blank=True)
    active_to = models.DateField(_("offered until"), null=True, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)

    objects = SupportMenuQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("support menu")
        verbose_name_plural = _("support menus")
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="menu_kind_is_known", condition=Q(kind__in=MenuKind.values)),
            models.CheckConstraint(
                name="menu_starts_before_it_ends",
                condition=Q(active_from=None) | Q(active_to=None) | Q(active_from__lte=F("active_to")),
            ),
        ]

    def __str__(self) -> str:
        return (self.name_en if get_language() == "en" else "") or self.name

    @property
    def has_contract(self) -> bool:
        """Whether its hours are bought by the year."""
        return self.kind == MenuKind.CONSULTANT

    @property
    def is_on_offer(self) -> bool:
        """As `SupportMenuQuerySet.on_offer` finds it."""
        today = clock.today()
        return (self.active_from or today) <= today <= (self.active_to or today)
