import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from consultations.models.entry import Entry
from consultations.states import Scan


class StoredFile(models.Model):
    """A file as it was handed in: stored under a name of our own, known by the one it came with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(max_length=200)
    name = models.CharField(_("file name"), max_length=300)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    has_macros = models.BooleanField(_("contains macros"), default=False)
    scan = models.CharField(_("virus scan"), max_length=10, choices=Scan.choices, default=Scan.NOT_ASKED)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(name="%(class)s_scan_is_known", condition=Q(scan__in=Scan.values))
        ]

    def __str__(self) -> str:
        return self.name

    def handed_over(self) -> dict[str, Any]:
        """The facts of the file for another row that takes it over. The bytes stay where they lie."""
        facts = {name: getattr(self, name) for name in ("name", "size", "has_macros", "scan")}
        return {"file": self.file.name, **facts}

    @property
    def may_be_opened(self) -> bool:
        """Where there is a scanner, only what it has passed; without one, all but what one has found infected."""
        return self.scan == Scan.CLEAN or (self.scan != Scan.INFECTED and not settings.CLAMD_URL)

    @property
    def is_infected(self) -> bool:
        return self.scan == Scan.INFECTED


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def unscanned(self) -> Self:
        """What no virus scanner has looked at, the newest first."""
        return self.filter(scan__in=[Scan.WAITING, Scan.NOT_ASKED]).order_by("-entry_id", "pk")


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
