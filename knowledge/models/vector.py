from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class VectorQuerySet(models.QuerySet["Vector"]):
    def waiting(self) -> Self:
        """Still to be encoded, or anew; the newest first."""
        return self.filter(made_of="").order_by("-document")


class Vector(models.Model):
    """The sense of a document's text as a point in space: what the encoder of the search extra makes of it."""

    document = models.BigIntegerField(_("document number"), primary_key=True)
    # of the text that was encoded: whoever puts the document sees by it whether that has changed; empty while it waits
    made_of = models.CharField(_("made of"), max_length=40, blank=True)
    values = models.BinaryField(_("values"), default=b"")  # int8, one byte each

    objects = VectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("vector")
        verbose_name_plural = _("vectors")
        indexes: ClassVar = [
            # the worker asks every half minute, and of a million few or none wait
            models.Index(fields=["document"], condition=Q(made_of=""), name="vector_waits"),
        ]

    def __str__(self) -> str:
        return str(self.document)
