"""What is known of a file that somebody handed in; a room that keeps files has a model of its own on it."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Scan(models.TextChoices):
    """What the virus scanner said about a file, where there is one."""

    NOT_ASKED = "not_asked", _("Not scanned")
    WAITING = "waiting", _("Being scanned")
    CLEAN = "clean", _("Nothing found")
    INFECTED = "infected", _("Infected")


UNSCANNED = [Scan.WAITING, Scan.NOT_ASKED]


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
