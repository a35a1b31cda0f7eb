from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from office import clock
from office.models import User

KEPT_FOR = timedelta(days=60)


class DraftQuerySet(models.QuerySet["Draft"]):
    def forgotten(self) -> Self:
        return self.filter(saved_at__lt=clock.now() - KEPT_FOR)


class Draft(models.Model):
    """What a person has typed into one form of a case and not sent yet."""

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts", verbose_name=_("person"))
    case = models.ForeignKey(Case, models.CASCADE, related_name="drafts", verbose_name=_("case"))
    form = models.CharField(_("form"), max_length=60)
    data = models.JSONField(_("texts"), default=dict)
    saved_at = models.DateTimeField(_("saved"))

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints: ClassVar = [
            models.UniqueConstraint(name="draft_is_one_a_person_and_form", fields=["user", "case", "form"])
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.form}"
