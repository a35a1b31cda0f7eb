from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.models import Ask, Case, TechnicalCheck
from consultations.states import Status
from meetings.models.decision import Decision
from meetings.models.meeting import Meeting
from office.models import User

MOST_MINUTES = 240


class ItemKind(models.TextChoices):
    """Why something stands on an agenda, in the order in which an agenda begins."""

    DECISION = "decision", _("Decision due")
    ASK = "ask", pgettext_lazy("meeting", "Question")
    NEW = "new", _("New case")
    FOLLOW_UP = "follow_up", _("Follow-up day reached")
    QUIET = "quiet", pgettext_lazy("meeting", "No sign of life")
    CHECK = "check", _("Technical check unanswered")


# How long each takes as a rule.
MINUTES = {ItemKind.DECISION: 2, ItemKind.ASK: 7}
A_WORD = 1


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: Any) -> Self:
        """Those whose case the person may see; a decision about no case is the whole office's."""
        return self.filter(Q(case__in=Case.objects.visible_to(user)) | Q(case=None))

    def standing(self) -> Self:
        """Those that nobody has dropped."""
        return self.filter(dropped_at=None)

    def to_do(self) -> Self:
        """Those that are still to be talked about: not done, and not over otherwise (`AgendaItem.over_at`)."""
        over = {"ask__settled_at": None, "decision__settled_at": None, "decision__step__done_at": None}
        return self.standing().filter(done_at=None, case__closed_at=None, **over)

    def spoken_to(self) -> Self:
        """Those to which something was said, decided or done."""
        said = Q(done_at__isnull=False) | ~Q(conclusion="") | Q(advice__isnull=False) | Q(decisions__isnull=False)
        return self.filter(said).distinct()

    def about_cases(self) -> Self:
        """Those by which a meeting hears of a case: not by a decision, nor by a question that was withdrawn."""
        withdrawn = Q(ask__settled_at__isnull=False, ask__advice="", dropped_at=None)
        return self.exclude(kind=ItemKind.DECISION).exclude(withdrawn).filter(case__isnull=False)

    def for_update(self) -> Self:
        """Locked until the transaction ends, with what says whether they are over."""
        return self.select_for_update(no_key=True, of=("self",)).select_related("case", "ask", "decision__step")

    def for_the_agenda(self) -> Self:
        """With all that a block shows, and the last meeting that has the question or new case (`last_meeting`, on
        `last_on`), and the one before this that had it (`earlier_on`): then it is carried over. And with the technical
        check of the case that has waited longest (`check_question`, asked at `check_asked_at`).
        """
        waiting = TechnicalCheck.objects.open().filter(case=OuterRef("case")).order_by("asked_at", "pk")
        same = Q(ask=OuterRef("ask")) | Q(kind=ItemKind.NEW)
        others = AgendaItem.objects.standing().filter(same, case=OuterRef("case"), kind=OuterRef("kind"))
        others = others.filter(meeting__called_off_at=None)
        last = others.order_by("-meeting__held_on")
        earlier = others.filter(meeting__held_on__lt=OuterRef("meeting__held_on")).order_by("-meeting__held_on")
        return self.select_related(
            "ask__asked_by",
            *("case__department", "case__section", "case__pair__lead", "case__pair__partner"),
            *("decision__owner", "decision__step__owner", "decision__changed__owner", "decision__meeting"),
        ).annotate(
            last_meeting=Subquery(last.values("meeting")[:1]),
            last_on=Subquery(last.values("meeting__held_on")[:1]),
            earlier_on=Subquery(earlier.values("meeting__held_on")[:1]),
            check_asked_at=Subquery(waiting.values("asked_at")[:1]),
            check_question=Subquery(waiting.values("question")[:1]),
        )

    def with_what_was_said(self) -> Self:
        """With the advice and decisions of each item, in 2 SQL."""
        from meetings.models.advice import Advice

        return self.prefetch_related(
            Prefetch("advice", Advice.objects.select_related("by", "written_by", "linked_case")),
            Prefetch("decisions", Decision.objects.with_people()),
        )


class AgendaItem(models.Model):
    """A line of a meeting's agenda. A question that is not reached is carried over to the next, and so is a new case
    that nobody has taken up.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("meeting"))
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind.choices)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("case")
    )
    ask = models.ForeignKey(
        Ask, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("question")
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("decision")
    )
    order = models.PositiveIntegerField(_("order"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    # of cases that are like a question's, found when it came onto the agenda
    similar = models.JSONField(_("similar cases"), default=list, blank=True)
    conclusion = models.TextField(_("what the meeting advised in sum"), blank=True)
    # its `facts` when the minutes were confirmed
    kept = models.JSONField(_("as confirmed"), null=True, blank=True, editable=False)
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)
    dropped_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dropped by")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="ask_stands_once_on_an_agenda", fields=["meeting", "ask"]),
            models.UniqueConstraint(name="decision_stands_once_on_an_agenda", fields=["meeting", "decision"]),
            models.UniqueConstraint(
                name="case_stands_once_on_an_agenda",
                fields=["meeting", "case"],
                condition=~Q(kind__in=[ItemKind.DECISION, ItemKind.ASK]),
            ),
            models.CheckConstraint(
                name="agenda_item_is_about_what_its_kind_says",
                condition=Q(kind=ItemKind.DECISION, decision__isnull=False, ask=None)
                | Q(kind=ItemKind.ASK, ask__isnull=False, case__isnull=False, decision=None)
                | Q(
                    kind__in=[ItemKind.NEW, ItemKind.FOLLOW_UP, ItemKind.QUIET, ItemKind.CHECK],
                    case__isnull=False,
                    ask=None,
                    decision=None,
                ),
            ),
            models.CheckConstraint(name="agenda_item_takes_some_hours_at_most", condition=Q(minutes__lte=MOST_MINUTES)),
            models.CheckConstraint(
                name="agenda_item_dropped_says_when_and_by_whom",
                condition=Q(dropped_at=None, dropped_by=None)
                | Q(dropped_at__isnull=False, dropped_by__isnull=False, done_at=None),
            ),
            models.CheckConstraint(
                name="agenda_item_done_says_when_and_by_whom",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.ask or self.decision or self.case}"

    @property
    def is_to_do(self) -> bool:
        return self.over_at is None and self.dropped_at is None and self.done_at is None

    @property
    def over_at(self) -> datetime | None:
        """Since when nobody waits for it: the question was settled or withdrawn, the decision carried out, or the case
        closed. Once the minutes are confirmed, as it was then: a case may be taken up again.
        """
        if self.kept and "over_at" in self.kept:
            return datetime.fromisoformat(self.kept["over_at"]) if self.kept["over_at"] else None
        ends = [
            self.ask and self.ask.settled_at,
            self.decision and self.decision.done_at,
            self.case and self.case.closed_at,
        ]
        return min((end for end in ends if end), default=None)

    @property
    def is_moot(self) -> bool:
        """Whether it was over before the meeting began: then nobody talks about it."""
        return self.done_at is None and self.over_at is not None and self.over_at < self.meeting.begins_at

    @property
    def facts(self) -> dict[str, Any]:
        """What it is called by now, what became of its decision, whose its case is and where that stands, since when it
        is over, and which other meetings have it.
        """
        over_at = self.over_at
        facts: dict[str, Any] = {
            "over_at": over_at and over_at.isoformat(),
            "is_carried_over": self.is_carried_over,
            "came_later": self._came_later,
        }
        if case := self.case:
            people = case.pair.people if case.pair else []
            facts |= {"title": case.title, "from_where": case.from_where, "pair": [who.called for who in people]}
            facts |= {"status": case.status, "is_closed": not case.is_open, "level": case.level}
        if decision := self.decision:
            facts |= {"title": decision.now.text, "is_done": not decision.is_open, "is_dropped": decision.is_dropped}
        return facts

    @property
    def recorded(self) -> dict[str, Any]:
        """Its facts as the minutes say them: once they are confirmed, as they were then."""
        return self.kept or self.facts

    @property
    def was_left_open(self) -> bool:
        """Whether the meeting did not reach its question or new case, as its minutes say: what comes after its day, or
        after they are confirmed, changes nothing in them.
        """
        return self.goes_on and self.dropped_at is None and not self._was_over

    @property
    def goes_on(self) -> bool:
        """Whether it is of a kind that comes to the next meeting by itself, if this one does not reach it. A new case
        does until its pair takes it up; one that stands on a later agenda was not taken up before.
        """
        if self.kind == ItemKind.NEW:
            return self._came_later or self.recorded["status"] == Status.NEW
        return self.kind == ItemKind.ASK

    @property
    def was_gone_through(self) -> bool:
        """Whether the meeting was done with it, as its minutes say: somebody said so, or it was over on that day."""
        return self.dropped_at is None and not self.is_moot and self._was_over

    @property
    def _was_over(self) -> bool:
        """Whether nobody had to wait for it any more at the end of the day, whenever the minutes are confirmed."""
        over = self.over_at is not None and timezone.localdate(self.over_at) <= self.meeting.held_on
        return self.done_at is not None or over

    @property
    def has_words(self) -> bool:
        """Whether something was said or decided on it."""
        return bool(self.advice.all() or self.decisions.all() or self.conclusion)

    @property
    def is_carried_over(self) -> bool:
        """Whether an earlier meeting had the question or new case too, where `for_the_agenda` has looked; once the
        minutes are confirmed, as it was then.
        """
        return self._kept("is_carried_over", bool(getattr(self, "earlier_on", None)))

    @property
    def _came_later(self) -> bool:
        """Whether a later meeting has it too; looked for and kept as `is_carried_over`."""
        last_on = getattr(self, "last_on", None)
        return self._kept("came_later", last_on is not None and last_on > self.meeting.held_on)

    def _kept(self, fact: str, now: bool) -> bool:
        return self.kept.get(fact, now) if self.kept else now
