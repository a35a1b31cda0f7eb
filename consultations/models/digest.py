from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Digest(models.Model):
    """The morning's reminders of a business day were handed to the outbox."""

    day = models.DateField(_("day"), primary_key=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()
