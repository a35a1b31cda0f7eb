from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self, assert_never

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.case import Case
from office.actors import System
from office.models import User


@dataclass(frozen=True)
class Requester:
    """The person behind a receipt link: known by the case, not by an account."""

    case: Case
    name: str = ""  # where it is not the contact who writes, but somebody of the section


Actor = User | Requester | System


class AuthorKind(models.TextChoices):
    USER = "user", _("Office")
    REQUESTER = "requester", _("Requester")
    SYSTEM = "system", _("Automatic")


class EntryKind(models.TextChoices):
    RECEIVED = "received", _("Received")
    TAKEN_UP = "taken_up", _("Taken up")
    NOTE = "note", _("Note")
    REPLY = "reply", _("Reply to the requester")
    THANKS = "thanks", _("Thanks or report")
    ANSWER = "answer", _("Reply from the requester")
    ASKED_AGAIN = "asked_again", _("Asked again")
    NO_ANSWER_NEEDED = "no_answer_needed", _("No answer needed")
    HELD = "held", _("Put on hold")
    RESUMED = "resumed", _("Resumed")
    COMPLETED = "completed", _("Completed")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    CHANGED = "changed", _("Corrected")
    PAIR_CHANGED = "pair_changed", _("Pair changed")
    SUPPORT_CHOSEN = "support_chosen", _("Support chosen")
    SUPPORT_CHANGED = "support_changed", _("Support went on")
    MATCHING_NOTED = "matching_noted", _("Call for proposals went on")
    REFERRED = "referred", _("Referred to another department")
    REFERRAL_ANSWERED = "referral_answered", _("Referral answered")
    HOURS_BOOKED = "hours_booked", _("Consultants booked")
    HOURS_TAKEN_BACK = "hours_taken_back", _("Booking of consultants taken back")
    CONSULTATION_ONLY = "consultation_only", _("Settled by consultation alone")
    ASKED_MEETING = "asked_meeting", _("Brought to the weekly meeting")
    MEETING_ADVICE = "meeting_advice", _("Advice of the weekly meeting")
    MEETING_DECISION = "meeting_decision", _("Decision of the weekly meeting")
    ASK_WITHDRAWN = "ask_withdrawn", _("Withdrawn from the weekly meeting")
    HEARING_PREPARED = "hearing_prepared", _("Hearing prepared")
    HEARING_HELD = "hearing_held", _("Hearing held")
    HEARING_CHANGED = "hearing_changed", _("Record of the hearing changed")
    HEARING_CALLED_OFF = "hearing_called_off", _("Hearing called off")
    HEARING_UNNEEDED = "hearing_unneeded", _("No hearing needed")
    STEP_PROMISED = "step_promised", _("Next step promised")
    STEP_DONE = "step_done", _("Next step done")
    STEP_CHANGED = "step_changed", _("Next step changed")
    CHECK_ASKED = "check_asked", _("Technical check asked for")
    CHECK_ANSWERED = "check_answered", _("Technical check answered")
    CHECK_CHANGED = "check_changed", _("Technical check corrected")
    CHECK_WITHDRAWN = "check_withdrawn", _("Technical check withdrawn")
    PROGRESS_ASKED = "progress_asked", _("Asked how things stand")
    SOLVED = "solved", _("Solved, says the requester")
    TIED = "tied", _("Tied to another case")
    UNTIED = "untied", _("Tie taken back")
    LINK_MAILED = "link_mailed", _("Link mailed again")
    ARTICLE_BEGUN = "article_begun", _("Article begun from this case")
    EXAMPLE_WRITTEN = "example_written", _("Example written")
    CONSENT_ASKED = "consent_asked", _("Consent to an example asked for")
    CONSENT_GIVEN = "consent_given", _("Consent to an example given")
    CONSENT_DECLINED = "consent_declined", _("Consent to an example declined")
    EXAMPLE_PUBLISHED = "example_published", _("Example published")
    EXAMPLE_WITHDRAWN = "example_withdrawn", _("Example withdrawn")


MESSAGES = [EntryKind.THANKS, EntryKind.ANSWER, EntryKind.ASKED_AGAIN]


class EntryQuerySet(models.QuerySet["Entry"]):
    def in_order(self) -> Self:
        return self.order_by("at", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")

    def shared(self) -> Self:
        """What the requester sees too."""
        return self.filter(shared=True)

    def update(self, **changes: Any) -> int:
        raise HistoryIsFixed

    def delete(self) -> Any:
        raise HistoryIsFixed


class HistoryIsFixed(TypeError):
    """A case's history is written once. Whoever wants to put something right adds an entry."""


class Entry(models.Model):
    """One line of a case's history: what happened, by whom, when, and what changed. Internal unless shared."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="entries", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind.choices)
    at = models.DateTimeField(_("when"))
    author_kind = models.CharField(_("by"), max_length=10, choices=AuthorKind.choices)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("person")
    )
    author_name = models.CharField(_("name"), max_length=100, blank=True)
    text = models.TextField(_("text"), blank=True)
    shared = models.BooleanField(_("seen by the requester"), default=False)
    data = models.JSONField(_("old and new values"), default=dict, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="entry_kind_is_known", condition=Q(kind__in=EntryKind.values)),
            models.CheckConstraint(
                name="entry_says_by_whom",
                condition=Q(author_kind=AuthorKind.USER, user__isnull=False)
                | Q(author_kind__in=[AuthorKind.REQUESTER, AuthorKind.SYSTEM], user=None),
            ),
        ]
        indexes: ClassVar = [
            # the timeline of a case page
            models.Index(name="entry_timeline", fields=["case", "at", "id"])
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.get_kind_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise HistoryIsFixed
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise HistoryIsFixed

    @staticmethod
    def author(by: Actor) -> dict[str, Any]:
        """The fields that say who did it. The name is kept as it was that day."""
        if isinstance(by, User):
            return {"author_kind": AuthorKind.USER, "user": by, "author_name": by.name}
        if isinstance(by, Requester):
            return {"author_kind": AuthorKind.REQUESTER, "author_name": by.name or by.case.name}
        if isinstance(by, System):
            return {"author_kind": AuthorKind.SYSTEM}
        assert_never(by)

    @property
    def template(self) -> str:
        """One template words each kind."""
        return f"consultations/entries/{self.kind}.html"


def waiting_message(case: Case, entries: Iterable[Entry]) -> Entry | None:
    """What the requester wrote that waits for us, out of `entries`, the newest first; None where nothing does.

    What asks for something counts more than thanks that came after it.
    """
    since = case.unanswered_since
    if not since:
        return None
    written = [entry for entry in entries if entry.kind in (*MESSAGES, EntryKind.SOLVED) and entry.at >= since]
    asking = [entry for entry in written if entry.kind != EntryKind.THANKS]
    return next(iter(asking or written), None)
