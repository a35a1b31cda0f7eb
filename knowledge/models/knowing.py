from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge.models.topic import Topic
from office.models import User


class Knowing(models.Model):
    """What a member of the office says to know, for colleagues who look for somebody to ask."""

    user = models.OneToOneField(User, models.PROTECT, related_name="knowing", verbose_name=_("person"))
    says = models.TextField(_("knows about"), blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="+", verbose_name=_("topics"))
    may_be_suggested = models.BooleanField(_("may be suggested to colleagues"), default=True)

    class Meta:
        verbose_name = _("what a member knows")
        verbose_name_plural = _("what members know")
        ordering: ClassVar = ["user"]

    def __str__(self) -> str:
        return str(self.user)
