import uuid
from typing import ClassVar

from django.db import models
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

    def __str__(self) -> str:
        return self.name


class Attachment(StoredFile):
    """A file of a case, shown where its entry is shown."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments", verbose_name=_("case"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="attachments", verbose_name=_("entry"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar = ["entry__at", "name"]
