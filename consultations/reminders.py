"""What the morning's mail reminds of."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations import queues
from consultations.elsewhere import Matter
from consultations.models import Case, NextStep
from consultations.queues import URGENT, Queue
from knowledge.models import Article
from office.models import User

# So many of a kind are named; the rest stands in the list.
NAMED = 10


class Why(models.TextChoices):
    """Why somebody is reminded, the most urgent first."""

    REPLIED = "replied", _("The requester has been waiting for an answer")
    FIRST_ANSWER = "first_answer", _("The first answer is overdue")
    FOLLOW_UP = "follow_up", _("The day to follow up has come")
    STEP = "step", _("Next steps are overdue")
    MATTER = "matter", _("Decisions about no case are overdue")
    QUIET = "quiet", _("No sign of life")
    REVIEW = "review", _("Articles to be checked again")

    def url(self, person: User) -> str:
        """The list that shows what is of this kind of a person, as far as there is one."""
        if self == Why.REVIEW:
            return f"{reverse('desk_article_list')}?tab=review"
        queue = {Why.REPLIED: Queue.REPLIED, Why.FIRST_ANSWER: Queue.NEW, Why.FOLLOW_UP: Queue.FOLLOW_UP}.get(self)
        return queues.list_url(**(queue.query if queue else {"sort": URGENT}), pair=person.username)


class Reminder(NamedTuple):
    """One thing that waits: a case, one of its steps, what is to be done about no case, or an article."""

    why: Why
    case: Case | None = None
    step: NextStep | None = None
    matter: Matter | None = None
    article: Article | None = None

    def list_url(self, person: User) -> str:
        """The list that shows this and what else is of its kind."""
        return self.matter.list_path if self.matter else self.why.url(person)


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
                "url": settings.SITE_URL + reminders[0].list_url(self.person),
            }
            for why, reminders in found.items()
            if reminders
        ]
