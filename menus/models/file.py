from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from menus.models.menu import SupportMenu
from office.models import User
from office.stored import UNSCANNED, StoredFile


class MenuFileQuerySet(models.QuerySet["MenuFile"]):
    def standing(self) -> Self:
        """Those that are given out."""
        return self.filter(taken_down_at=None)

    def unscanned(self) -> Self:
        """What no virus scanner has looked at, the newest first."""
        return self.standing().filter(scan__in=UNSCANNED).order_by("-added_at", "pk")


class MenuFile(StoredFile):
    """A form or a guide that goes with a menu, for everybody. Never deleted: what is out of date is taken down."""

    menu = models.ForeignKey(SupportMenu, models.PROTECT, related_name="files", verbose_name=_("support menu"))
    added_at = models.DateTimeField(_("added"))
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    taken_down_at = models.DateTimeField(_("taken down"), null=True, blank=True)
    taken_down_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken down by")
    )

    objects = MenuFileQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("file of a support menu")
        verbose_name_plural = _("files of support menus")
        ordering: ClassVar = ["added_at", "name"]
        constraints: ClassVar = [
            *StoredFile.Meta.constraints,
            models.CheckConstraint(
                name="menu_file_taken_down_says_when_and_by_whom",
                condition=Q(taken_down_at=None, taken_down_by=None)
                | Q(taken_down_at__isnull=False, taken_down_by__isnull=False),
            ),
        ]

    @property
    def href(self) -> str:
        return reverse("catalogue_file", args=[self.menu.key, self.pk])
