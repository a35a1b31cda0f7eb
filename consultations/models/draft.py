from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

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
    """What a person has typed into one form of a case and not sent yet.

    `data`: `texts` by field; `bases`, what these fields held before, and `version`, on which the typing began; `page`,
    the page it was typed on, and `path`, where its form opens; `beside`, what another page of the same person holds
    that this one never saw; `sent`, the last pages that were sent: what comes late from one of them is not kept.
    """

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

    @property
    def texts(self) -> dict[str, str]:
        return self.data.get("texts", {})

    @property
    def bases(self) -> dict[str, str]:
        return self.data.get("bases", {})

    @property
    def version(self) -> int | None:
        return self.data.get("version")

    @property
    def page(self) -> str:
        return self.data.get("page", "")

    @property
    def path(self) -> str:
        return self.data.get("path", "")

    @property
    def beside(self) -> list[dict[str, Any]]:
        return self.data.get("beside", [])

    def others(self) -> list[tuple[datetime, list[str]]]:
        """What lies beside: when it was saved, and the texts."""
        return [(datetime.fromisoformat(each["at"]), list(each["texts"].values())) for each in self.beside]

    @property
    def sent(self) -> list[str]:
        return self.data.get("sent", [])

    @property
    def is_blank(self) -> bool:
        return not (self.texts or self.beside)
