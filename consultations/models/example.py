from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from menus.models import SupportMenu
from office.models import User


class ExampleQuerySet(models.QuerySet["Example"]):
    def published(self) -> Self:
        """What every member of staff may read. One of a case that has become sensitive is not among them."""
        return self.filter(published_at__isnull=False, withdrawn_at=None, case__sensitive=False)


class Example(models.Model):
    """A closed case told to the whole city without its persons, once its requester has agreed (庁内事例)."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="example", verbose_name=_("case"))
    title = models.CharField(_("title"), max_length=80)
    trouble = models.TextField(_("what the trouble was"))
    approach = models.TextField(_("what was done"))
    outcome = models.TextField(_("what came of it"))
    menus = models.ManyToManyField(SupportMenu, blank=True, related_name="examples", verbose_name=_("support menus"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written"))
    # The requester agrees to this very text: whoever changes it asks anew.
    asked_at = models.DateTimeField(_("consent asked for"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    agreed_name = models.CharField(_("who agreed"), max_length=100, blank=True)
    agreed_with = models.ForeignKey(  # the member who was told so; null where the requester said it by the link
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told to")
    )
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ExampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("example")
        verbose_name_plural = _("examples")
        ordering: ClassVar = ["-published_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="example_published_is_agreed", condition=Q(published_at=None) | Q(agreed_at__isnull=False)
            ),
            models.CheckConstraint(name="example_agreed_says_who", condition=Q(agreed_at=None) | ~Q(agreed_name="")),
            models.CheckConstraint(
                name="example_withdrawn_was_published",
                condition=Q(withdrawn_at=None) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="example_is_agreed_or_declined", condition=Q(agreed_at=None) | Q(declined_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("example", args=[self.pk])

    @property
    def is_public(self) -> bool:
        """As `ExampleQuerySet.published` finds it."""
        return bool(self.published_at and not self.withdrawn_at and not self.case.sensitive)
