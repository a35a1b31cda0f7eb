import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knowledge.models.document import Audience
from office import clock


class Showing(models.Model):
    """That somebody who was writing a consultation was shown what might answer it, and what came of it. Nobody is
    named, and nothing leads from here to a form or a case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("begun"), default=clock.now)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent anyway"), null=True, blank=True)

    class Meta:
        verbose_name = _("showing")
        verbose_name_plural = _("showings")
        constraints: ClassVar = [
            models.CheckConstraint(name="showing_ends_one_way", condition=Q(solved_at=None) | Q(sent_at=None))
        ]
        indexes: ClassVar = [models.Index(name="showing_by_day", fields=["at"])]  # counted month by month

    def __str__(self) -> str:
        return str(self.pk)


class ShownDocument(models.Model):
    """A document of a showing."""

    showing = models.ForeignKey(Showing, models.CASCADE, related_name="documents", verbose_name=_("showing"))
    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("key"), max_length=100)
    place = models.PositiveSmallIntegerField(_("place"))  # the best it ever had, from 1
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    solved = models.BooleanField(_("solved it"), default=False)

    class Meta:
        verbose_name = _("shown document")
        verbose_name_plural = _("shown documents")
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="document_is_shown_once", fields=["showing", "kind", "key"]),
            models.UniqueConstraint(
                name="showing_is_solved_by_one_document", fields=["showing"], condition=Q(solved=True)
            ),
        ]
        indexes: ClassVar = [
            # what became of an article
            models.Index(name="shown_document_by_name", fields=["kind", "key"])
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Miss(models.Model):
    """Words that were searched for and found nothing: what is not written down yet. Nobody is named."""

    words = models.CharField(_("words"), max_length=100)  # as `shelf.find` takes them, normal, in their order
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    times = models.PositiveIntegerField(_("times"), default=1)
    first_at = models.DateTimeField(_("first"), default=clock.now)
    last_at = models.DateTimeField(_("last"), default=clock.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("search in vain")
        verbose_name_plural = _("searches in vain")
        constraints: ClassVar = [
            models.CheckConstraint(name="miss_audience_is_known", condition=Q(audience__in=Audience.values)),
            models.UniqueConstraint(name="miss_is_counted_in_one_row", fields=["words", "audience"]),
        ]
        indexes: ClassVar = [
            # the backlog: the most frequent first
            models.Index(name="miss_open_by_times", fields=["-times", "-last_at"], condition=Q(settled_at=None))
        ]

    def __str__(self) -> str:
        return self.words
