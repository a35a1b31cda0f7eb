from django.db import models
from django.utils.translation import gettext_lazy as _


class Vector(models.Model):
    """The sense of a document's text as a point in space: what the encoder of the search extra makes of it."""

    document = models.BigIntegerField(_("document number"), primary_key=True)
    # of the text that was encoded: the worker finds by it what has changed since
    made_of = models.CharField(_("made of"), max_length=40)
    values = models.BinaryField(_("values"))  # int8, one byte each

    class Meta:
        verbose_name = _("vector")
        verbose_name_plural = _("vectors")

    def __str__(self) -> str:
        return str(self.document)
