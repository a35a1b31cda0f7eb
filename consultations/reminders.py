"""What the morning's mail reminds of."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations import queues
from consultations.filters import URGENT, Queue
from consultations.models import Case, NextStep
from office.models import User

# So many of a kind are named; the rest stands in the list.
NAMED = 10


class Why(models.TextChoices):
    """Why somebody is reminded, the most urgent first."""

    REPLIED = "replied", _("The requester has been waiting for an answer")
    FIRST_ANSWER = "first_answer", _("The first answer is overdue")
    FOLLOW_UP = "follow_up", _("The day to follow up has come")
    STEP = "step", _("Next steps are overdue")
    QUIET = "quiet", _("No sign of life")

    @property
    def query(self) -> dict[str, str]:
        """What the list asks for to show such cases, as far as it can."""
        queue = {Why.REPLIED: Queue.REPLIED, Why.FIRST_ANSWER: Queue.NEW, Why.FOLLOW_UP: Queue.FOLLOW_UP}.get(self)
        return queue.query if queue else {"sort": URGENT}


class Reminder(NamedTuple):
    why: Why
    case: Case
    step: NextStep | None = None


class Part(NamedTuple):
    """The reminders of one person; `away`: a deputy reads them."""

    person: User
    away: bool
    reminders: list[Reminder]

    def groups(self) -> list[dict[str, Any]]:
        """By reason, the most urgent first, as the mail's template takes them."""
        found = {why: [reminder for reminder in self.reminders if reminder.why == why] for why in Why}
        return [
            {
                "heading": why.label,
                "count": len(reminders),
                "reminders": reminders[:NAMED],
                "more": max(len(reminders) - NAMED, 0),
                "url": settings.SITE_URL + queues.list_url(**why.query, pair=self.person.username),
            }
            for why, reminders in found.items()
            if reminders
        ]
