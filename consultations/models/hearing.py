from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from consultations.models.case import Case
from consultations.states import Status, Verdict
from knowledge.models import Topic
from office import clock
from office.models import User

DEEPEST = 5


class HearingQuerySet(models.QuerySet["Hearing"]):
    def to_come(self) -> Self:
        """Prepared, and neither held nor called off."""
        return self.filter(held_on=None, called_off_at=None)

    def held(self) -> Self:
        return self.filter(held_on__isnull=False)


class Hearing(models.Model):
    """A talk in which the section is heard and the real problem is found (case study, 2-3). Prepared, then held."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="hearings", verbose_name=_("case"))
    starts_at = models.DateTimeField(_("when"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60)
    place = models.CharField(_("place or link"), max_length=300, blank=True)
    prepared_at = models.DateTimeField(_("prepared"))
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("prepared by"))

    held_on = models.DateField(_("held on"), null=True, blank=True)
    held_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    participants = models.TextField(_("who was there"), blank=True)
    facts = models.TextField(_("facts"), blank=True)
    wish = models.TextField(_("stated wish"), blank=True)
    real_problem = models.TextField(_("real problem"), blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)

    version = models.PositiveIntegerField(default=1, editable=False)  # raised by every change

    objects = HearingQuerySet.as_manager()

    class Meta:
        verbose_name = _("hearing")
        verbose_name_plural = _("hearings")
        ordering: ClassVar = ["prepared_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hearing_held_says_when_and_by_whom",
                condition=Q(held_on=None, held_by=None) | Q(held_on__isnull=False, held_by__isnull=False),
            ),
            models.CheckConstraint(
                name="hearing_held_is_not_called_off", condition=Q(held_on=None) | Q(called_off_at=None)
            ),
            models.CheckConstraint(name="hearing_lasts_a_while", condition=Q(minutes__gte=5, minutes__lte=480)),
        ]

    def __str__(self) -> str:
        return f"{self.case.number} {self.held_on or self.starts_at or ''}".strip()

    @property
    def is_held(self) -> bool:
        return self.held_on is not None


class Hypothesis(models.Model):
    """A cause that the pair suspects, under another that it would explain (why → why)."""

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="hypotheses", verbose_name=_("hearing"))
    order = models.PositiveSmallIntegerField(_("order"))
    depth = models.PositiveSmallIntegerField(_("depth"), default=0)
    text = models.CharField(_("hypothesis"), max_length=500)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)

    class Meta:
        verbose_name = _("hypothesis")
        verbose_name_plural = _("hypotheses")
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="hypothesis_has_its_place", fields=["hearing", "order"]),
            models.CheckConstraint(name="hypothesis_depth_is_bounded", condition=Q(depth__lte=DEEPEST)),
            models.CheckConstraint(name="hypothesis_verdict_is_known", condition=Q(verdict__in=["", *Verdict.values])),
        ]

    def __str__(self) -> str:
        return self.text


class HearingQuestion(models.Model):
    """A question to be asked in a hearing, and what was said to it."""

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="questions", verbose_name=_("hearing"))
    order = models.PositiveSmallIntegerField(_("order"))
    text = models.CharField(pgettext_lazy("hearing", "question"), max_length=500)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("question of a hearing")
        verbose_name_plural = _("questions of a hearing")
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="hearing_question_has_its_place", fields=["hearing", "order"])
        ]

    def __str__(self) -> str:
        return self.text


class NextStepQuerySet(models.QuerySet["NextStep"]):
    def open(self) -> Self:
        return self.filter(done_at=None)

    def overdue(self, on: date | None = None) -> Self:
        """Not done though the day has gone by, of an open case; one on hold is left in peace until its day."""
        on = on or clock.today()
        waiting = Q(case__status=Status.ON_HOLD, case__follow_up_on__gt=on)
        return self.open().filter(~waiting, due_on__lt=on, case__closed_at=None)


class NextStep(models.Model):
    """What somebody promised to do by a day: one of the office, or someone outside known by name."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="next_steps", verbose_name=_("case"))
    hearing = models.ForeignKey(
        Hearing, models.PROTECT, null=True, blank=True, related_name="next_steps", verbose_name=_("hearing")
    )
    text = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="next_steps", verbose_name=_("who (office)")
    )
    owner_name = models.CharField(_("who (others)"), max_length=100, blank=True)
    due_on = models.DateField(_("by"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    dropped = models.BooleanField(_("no longer needed"), default=False)  # done_at then says since when

    version = models.PositiveIntegerField(default=1, editable=False)  # raised by every change

    objects = NextStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="next_step_has_one_owner",
                condition=Q(owner__isnull=False, owner_name="") | (Q(owner=None) & ~Q(owner_name="")),
            ),
            models.CheckConstraint(
                name="next_step_dropped_says_when", condition=Q(dropped=False) | Q(done_at__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            # the digest: few promises are open at any time
            models.Index(name="next_step_open_by_day", fields=["due_on"], condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def who(self) -> str:
        return self.owner.name if self.owner else self.owner_name

    @property
    def is_overdue(self) -> bool:
        """As `NextStepQuerySet.overdue` finds it."""
        return self.done_at is None and self.due_on < clock.today() and self.case.is_open and not self.case.rests


class QuestionTemplateQuerySet(models.QuerySet["QuestionTemplate"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def for_topic(self, topic: Topic | None) -> Self:
        """Those in use that fit every topic, and those of `topic`."""
        return self.in_use().filter(Q(topic=None) | Q(topic=topic))


class QuestionTemplate(models.Model):
    """Questions that a hearing on a topic begins with; kept by the team leads."""

    topic = models.ForeignKey(
        Topic,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="question_templates",
        verbose_name=_("topic"),
        help_text=_("Left empty, the questions are offered for every topic."),
    )
    title = models.CharField(pgettext_lazy("text", "title"), max_length=100)
    questions = models.TextField(_("questions"), help_text=_("One in each line."))
    order = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = QuestionTemplateQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("question template")
        verbose_name_plural = _("question templates")
        ordering: ClassVar = [F("topic__order").asc(nulls_first=True), "order", "pk"]

    def __str__(self) -> str:
        return self.title

    def lines(self) -> list[str]:
        return [line.strip() for line in self.questions.splitlines() if line.strip()]
