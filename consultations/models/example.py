from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from consultations.states import ExampleState
from menus.models import SupportMenu
from office.models import User


class ExampleQuerySet(models.QuerySet["Example"]):
    def published(self) -> Self:
        """What every member of staff may read. One of a case that has become sensitive is not among them.

        One whose case was reopened stays: what it tells had happened, and was agreed to. Whoever finds that it no
        longer holds changes or withdraws it; it goes where the case is closed as one that does not count.
        """
        return self.filter(published_at__isnull=False, withdrawn_at=None, case__sensitive=False)

    def for_the_list(self) -> Self:
        """With what readers are shown."""
        return self.select_related("case__department", "case__topic").prefetch_related("menus")


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
        return self.is_published and not self.case.sensitive

    @property
    def is_published(self) -> bool:
        """Whether it is on the public pages, unless its case has become sensitive since."""
        return bool(self.published_at and not self.withdrawn_at)

    @property
    def was_answered(self) -> bool:
        return bool(self.agreed_at or self.declined_at)

    @property
    def was_asked(self) -> bool:
        """Whether the requester knows this very text."""
        return bool(self.asked_at) or self.was_answered

    @property
    def state(self) -> ExampleState:
        if self.published_at:
            return ExampleState.WITHDRAWN if self.withdrawn_at else ExampleState.PUBLISHED
        if self.declined_at:
            return ExampleState.DECLINED
        if self.agreed_at:
            return ExampleState.AGREED
        return ExampleState.ASKED if self.asked_at else ExampleState.DRAFT


def example_of(case: Case) -> Example | None:
    """The example that was written from a case, if one was."""
    return getattr(case, "example", None)
