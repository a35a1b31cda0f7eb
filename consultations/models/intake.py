import uuid
from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from office import clock
from office.stored import StoredFile

KEPT_FOR = timedelta(hours=24)


class IntakeQuerySet(models.QuerySet["Intake"]):
    def unfinished(self) -> Self:
        return self.filter(case=None, created_at__gt=clock.now() - KEPT_FOR)

    def forgotten(self) -> Self:
        """Those whose day is over, sent or not: a sent one is no longer needed to recognise a second click."""
        return self.filter(created_at__lte=clock.now() - KEPT_FOR)


class Intake(models.Model):
    """A form being filled in: the draft, and the key by which sending twice makes one case. Gone after 24 hours."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session_key = models.CharField(max_length=40, db_index=True)
    data = models.JSONField(default=dict, blank=True)
    # what it became: a case of its own, or a message on one that it goes on with
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="intakes")
    created_at = models.DateTimeField(default=clock.now)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("form being filled in")
        verbose_name_plural = _("forms being filled in")

    def __str__(self) -> str:
        return str(self.pk)


class IntakeFile(StoredFile):
    """A file handed in with a form that is not sent yet."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="files")

    class Meta(StoredFile.Meta):
        ordering: ClassVar = ["name"]
