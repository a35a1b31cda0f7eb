from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from consultations.models import Case, NextStep
from meetings.models.meeting import Meeting
from office import clock
from office.models import User


class Standing(NamedTuple):
    """What is to be done, by whom (of the office, or by name) and until when."""

    text: str
    owner: User | None
    owner_name: str
    due_on: date

    @property
    def who(self) -> str:
        return self.owner.name if self.owner else self.owner_name


class DecisionQuerySet(models.QuerySet["Decision"]):
    def open(self) -> Self:
        """Those still to be carried out: their next step is, or they have none and nobody has said that it is done."""
        return self.filter(Q(step__isnull=False, step__done_at=None) | Q(step=None, settled_at=None))

    def due(self, on: date) -> Self:
        """Open, and to be done by `on`, as the day stands now: it may have been put off. With a closed case it rests,
        and waits again once that is taken up.
        """
        as_decided = Q(step=None, changed=None, due_on__lte=on)
        of_a_case = Q(step__due_on__lte=on, case__closed_at=None)
        return self.open().filter(as_decided | Q(changed__due_on__lte=on) | of_a_case)

    def about_no_case(self) -> Self:
        """Those that live with the meeting alone, the first due first."""
        return self.filter(case=None).order_by(Coalesce("changed__due_on", "due_on"), "pk")

    def of(self, user: User) -> Self:
        """Those that `user` carries out by now."""
        return self.filter(Q(step=None, changed=None, owner=user) | Q(changed__owner=user) | Q(step__owner=user))

    def visible_to(self, user: Any) -> Self:
        return self.filter(Q(case__in=Case.objects.visible_to(user)) | Q(case=None))

    def with_people(self) -> Self:
        return self.select_related("owner", "step__owner", "changed__owner", "case", "meeting", "decided_by")


class Decision(models.Model):
    """What a meeting decided, who does it, and until when. On a case it is a next step of that case, which may be
    changed there: until the minutes are confirmed they follow it (`fix`), afterwards no longer.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", verbose_name=_("meeting"))
    item = models.ForeignKey(
        "AgendaItem", models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("agenda item")
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("case")
    )
    text = models.CharField(_("decision"), max_length=300)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("who (office)")
    )
    owner_name = models.CharField(_("who (others)"), max_length=100, blank=True)
    due_on = models.DateField(_("by"))
    decided_at = models.DateTimeField(_("when"))
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written down by"))
    step = models.OneToOneField(
        NextStep, models.PROTECT, null=True, blank=True, related_name="decision", verbose_name=_("next step")
    )
    # of one about no case: who does it by now, and until when; the fields above stay as the minutes have them
    changed = models.ForeignKey(
        "DecisionChange", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("last change")
    )
    settled_at = models.DateTimeField(_("done"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done, says")
    )

    dropped_because = models.CharField(_("no longer needed because"), max_length=300, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering: ClassVar = ["decided_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="decision_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="decision_has_one_owner",
                condition=Q(owner__isnull=False, owner_name="") | (Q(owner=None) & ~Q(owner_name="")),
            ),
            models.CheckConstraint(
                name="decision_on_a_case_is_its_next_step",
                condition=Q(case=None, step=None) | Q(case__isnull=False, step__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_settled_says_when_and_by_whom",
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False, step=None),
            ),
            models.CheckConstraint(
                name="decision_on_a_case_changes_with_its_step", condition=Q(step=None) | Q(changed=None)
            ),
            models.CheckConstraint(
                name="decision_dropped_is_settled", condition=Q(dropped_because="") | Q(settled_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def now(self) -> Standing:
        """How it stands by now: it may have been handed on or put off, on its case in other words too."""
        later = self.step or self.changed or self
        return Standing((self.step or self).text, later.owner, later.owner_name, later.due_on)

    @property
    def recorded(self) -> Standing:
        """The same as the minutes say it: on a case as it stood when they were confirmed, else as it was decided."""
        if self.step and not self.meeting.is_confirmed:
            return self.now
        return Standing(self.text, self.owner, self.owner_name, self.due_on)

    @property
    def recorded_who(self) -> str:
        """Who does it as the minutes say it, by the name of that day."""
        told = self.recorded
        return self.meeting.name_of(told.owner) if told.owner else told.owner_name

    @property
    def has_changed(self) -> bool:
        """Whether it is no longer as the minutes say."""
        return self.recorded != self.now

    @property
    def was_struck(self) -> bool:
        """Whether it was no longer needed before its minutes were confirmed: then they say so."""
        confirmed = self.meeting.confirmed_at
        return bool(self.is_dropped and self.done_at and (confirmed is None or self.done_at <= confirmed))

    def fix(self) -> None:
        """Take over, unsaved, what its next step says by now."""
        self.text, self.owner, self.owner_name, self.due_on = self.now

    @property
    def done_at(self) -> datetime | None:
        """When it was carried out, or no longer needed."""
        return self.step.done_at if self.step else self.settled_at

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def is_dropped(self) -> bool:
        return self.step.dropped if self.step else bool(self.dropped_because)

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.now.due_on < clock.today() and not (self.case and self.case.closed_at)


class DecisionChange(models.Model):
    """Who carries out a decision about no case from then on, until when, and why that changed. It is written once."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="changes", verbose_name=_("decision"))
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who (office)")
    )
    owner_name = models.CharField(_("who (others)"), max_length=100, blank=True)
    due_on = models.DateField(_("by"))
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("change of a decision")
        verbose_name_plural = _("changes of decisions")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="decision_change_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="decision_change_has_one_owner",
                condition=Q(owner__isnull=False, owner_name="") | (Q(owner=None) & ~Q(owner_name="")),
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def who(self) -> str:
        return self.owner.name if self.owner else self.owner_name
