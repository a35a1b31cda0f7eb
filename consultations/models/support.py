from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from consultations.states import SupportState
from menus.models import SupportMenu
from office.models import User


class Support(models.Model):
    """A support menu chosen for a case, with the reason, and what came of it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="supports", verbose_name=_("case"))
    menu = models.ForeignKey(SupportMenu, models.PROTECT, related_name="supports", verbose_name=_("support menu"))
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=SupportState.choices, default=SupportState.PROPOSED)
    outcome = models.TextField(_("what came of it"), blank=True)
    chosen_at = models.DateTimeField(_("chosen"))
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("chosen by"))

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        ordering: ClassVar = ["chosen_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="support_state_is_known", condition=Q(state__in=SupportState.values)),
            models.UniqueConstraint(
                name="support_menu_runs_once_a_case",
                fields=["case", "menu"],
                condition=~Q(state__in=[SupportState.DONE, SupportState.DROPPED]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.menu} ({self.get_state_display()})"
