from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from office.models import User


class Attendance(models.Model):
    """Whether a member of the team was there. Whoever was not gets the minutes."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance", verbose_name=_("meeting"))
    user = models.ForeignKey(User, models.PROTECT, related_name="attendance", verbose_name=_("person"))
    present = models.BooleanField(_("present"))
    noted_at = models.DateTimeField(_("noted"))
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("noted by"))

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering: ClassVar = ["user"]
        constraints: ClassVar = [models.UniqueConstraint(name="attendance_is_noted_once", fields=["meeting", "user"])]

    def __str__(self) -> str:
        return f"{self.user} {self.present}"
