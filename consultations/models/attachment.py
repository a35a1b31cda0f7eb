from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from consultations.models.entry import Entry
from office.stored import UNSCANNED, StoredFile


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def unscanned(self) -> Self:
        """What no virus scanner has looked at, the newest first."""
        return self.filter(scan__in=UNSCANNED).order_by("-entry_id", "pk")


class Attachment(StoredFile):
    """A file of a case, shown where its entry is shown."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments", verbose_name=_("case"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="attachments", verbose_name=_("entry"))

    objects = AttachmentQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar = ["entry__at", "name"]
        indexes: ClassVar = [
            # the scanner, every few seconds; not partial, as SQLite does not see that a condition with values holds
            models.Index(name="attachment_by_scan", fields=["scan", "-entry", "id"])
        ]
