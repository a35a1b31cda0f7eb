from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consultations.models import Case
from consultations.models.entry import HistoryIsFixed
from consultations.states import AdviceKind
from meetings.models.item import AgendaItem
from office.models import User


class AdviceQuerySet(models.QuerySet["Advice"]):
    def update(self, **changes: Any) -> int:
        raise HistoryIsFixed

    def delete(self) -> Any:
        raise HistoryIsFixed


class Advice(models.Model):
    """What one person said to an item: a row each, so that several may write at once. It is written once, by that
    person or by somebody who keeps the record for them.
    """

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="advice", verbose_name=_("agenda item"))
    by = models.ForeignKey(User, models.PROTECT, related_name="advice", verbose_name=_("by"))
    written_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written down by (another)")
    )
    at = models.DateTimeField(_("when"))
    kind = models.CharField(_("kind"), max_length=15, choices=AdviceKind.choices)
    text = models.TextField(_("text"))
    linked_case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case of another department")
    )
    tool = models.CharField(_("tool of another department"), max_length=100, blank=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="advice_kind_is_known", condition=Q(kind__in=AdviceKind.values)),
            models.CheckConstraint(name="advice_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="advice_names_its_writer_where_it_is_another",
                condition=Q(written_by=None) | ~Q(written_by=F("by")),
            ),
            models.CheckConstraint(
                name="advice_across_departments_points_there",
                condition=Q(kind=AdviceKind.CROSSCUT) | Q(linked_case=None, tool=""),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise HistoryIsFixed
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise HistoryIsFixed
