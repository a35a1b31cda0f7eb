from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords


class CannedTextQuerySet(models.QuerySet["CannedText"]):
    def in_use(self) -> "CannedTextQuerySet":
        return self.filter(is_active=True)


class CannedText(models.Model):
    """A text that replies are begun with; kept by the team leads."""

    title = models.CharField(pgettext_lazy("text", "title"), max_length=100)
    text = models.TextField(_("text"))
    order = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CannedTextQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("canned text")
        verbose_name_plural = _("canned texts")
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.title
