from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    OFFICE = "office", _("Office")
    EVERYONE = "everyone", _("Everyone")

    @classmethod
    def of(cls, user: Any) -> "Audience":
        """The readers that somebody belongs to, signed in or not."""
        return cls.OFFICE if user.is_authenticated and user.is_office else cls.EVERYONE


class RackQuerySet(models.QuerySet["Rack"]):
    def open_to(self, audience: str) -> "RackQuerySet":
        """The office looks everywhere; what a stranger may not see is never touched by a stranger's query."""
        return self.all() if audience == Audience.OFFICE else self.filter(audience=Audience.EVERYONE)


class Rack(models.Model):
    """Where documents of one kind for one audience stand."""

    id = models.SmallAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=20)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    documents = models.PositiveIntegerField(_("documents when last counted"), default=0)
    counted_at = models.DateTimeField(_("last counted"), null=True)
    # `shelf.recipe` when all its documents were last put there, or the first.
    cut_by = models.CharField(_("dictionary"), max_length=60, blank=True)

    objects = RackQuerySet.as_manager()

    class Meta:
        verbose_name = _("rack")
        verbose_name_plural = _("racks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "audience"], name="rack_is_one_per_kind_and_audience"),
            models.CheckConstraint(name="rack_audience_is_known", condition=Q(audience__in=Audience.values)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.audience})"


class IndexedDocument(models.Model):
    """A document as the shelf keeps it: what was said of it, and the words that it is found by."""

    # Rises with `at` and depends on nothing but the document, so that newest first is the order of the postings too,
    # and an index that is built anew is the same to the last row.
    number = models.BigIntegerField(_("document number"), primary_key=True)
    rack = models.ForeignKey(Rack, models.PROTECT, related_name="+", verbose_name=_("rack"))
    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("key"), max_length=100)
    title = models.TextField(_("title"), blank=True)
    text = models.TextField(_("text"), blank=True)
    aside = models.TextField(_("names and files"), blank=True)
    at = models.DateTimeField(_("date"))
    facets = models.JSONField(_("facets"), default=dict, blank=True)
    terms = models.JSONField(_("terms"), default=dict, blank=True)

    class Meta:
        verbose_name = _("indexed document")
        verbose_name_plural = _("indexed documents")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="document_stands_on_the_shelf_once")
        ]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.key}"
