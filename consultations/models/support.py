from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.models.case import Case
from consultations.models.hearing import NextStep
from consultations.states import SupportState, counted
from menus.models import Contract, MenuKind, SupportMenu
from office import clock
from office.models import Department, User

ENDED = [SupportState.DONE, SupportState.DROPPED]
NO_HOURS = Value(Decimal(0), output_field=models.DecimalField(max_digits=7, decimal_places=1))


def hours_booked(which: Q | None = None) -> Coalesce:
    """The hours of the bookings that stand (of `which` alone), to annotate what has `bookings` with."""
    return Coalesce(Sum("bookings__hours", filter=Q(bookings__taken_back_at=None) & (which or Q())), NO_HOURS)


class SupportQuerySet(models.QuerySet["Support"]):
    def counted(self) -> Self:
        """Those of cases that count."""
        return self.filter(counted("case__"))

    def waiting_for_an_answer(self) -> Self:
        """Referrals that run and were not answered."""
        waiting = self.filter(asked_on__isnull=False, answered_on=None).exclude(state__in=ENDED)
        return waiting.select_related("referred_department")

    def with_what_they_show(self, contract: Contract | None = None) -> Self:
        """With menu, department and next step, and the hours that are booked (of one contract, where it is given).

        `hours_left_behind`: those of them that nobody will use, because the support or its case ended before their
        day. Where no day is fixed they were used if the support was done.
        """
        of_it = Q(bookings__contract=contract) if contract else Q()
        ended = Q(state__in=ENDED) | Q(case__closed_at__isnull=False)
        to_come = Q(bookings__held_on__gte=clock.today()) | Q(bookings__held_on=None) & ~Q(state=SupportState.DONE)
        return self.select_related("menu", "referred_department", "step").annotate(
            hours_booked=hours_booked(of_it), hours_left_behind=hours_booked(of_it & ended & to_come)
        )


class Support(models.Model):
    """A support menu chosen for a case, with the reason, how it goes, and what came of it.

    Beside the state each kind of menu has facts of its own: a call for proposals, a referral, or booked hours.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="supports", verbose_name=_("case"))
    menu = models.ForeignKey(SupportMenu, models.PROTECT, related_name="supports", verbose_name=_("support menu"))
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=SupportState.choices, default=SupportState.PROPOSED)
    outcome = models.TextField(_("what came of it"), blank=True)
    chosen_at = models.DateTimeField(_("chosen"))
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("chosen by"))

    # open innovation
    posted_on = models.DateField(_("posted on"), null=True, blank=True)
    proposals = models.PositiveSmallIntegerField(_("proposals received"), null=True, blank=True)
    matched_with = models.CharField(_("matched with"), max_length=200, blank=True)

    # referral
    referred_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("referred to (department)")
    )
    referred_place = models.CharField(_("referred to (section or place)"), max_length=200, blank=True)
    asked_on = models.DateField(_("asked on"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer = models.TextField(_("their answer"), blank=True)
    # That they answer is a next step of somebody's: until then it is reminded of.
    step = models.OneToOneField(
        NextStep, models.PROTECT, null=True, blank=True, related_name="support", verbose_name=_("next step")
    )

    objects = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        ordering: ClassVar = ["chosen_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="support_state_is_known", condition=Q(state__in=SupportState.values)),
            models.UniqueConstraint(
                name="support_menu_runs_once_a_case", fields=["case", "menu"], condition=~Q(state__in=ENDED)
            ),
            models.CheckConstraint(
                name="support_proposals_follow_a_posting",
                condition=Q(posted_on__isnull=False) | Q(proposals=None, matched_with=""),
            ),
            models.CheckConstraint(
                name="support_referred_says_to_whom",
                condition=Q(asked_on=None) | Q(referred_department__isnull=False) | ~Q(referred_place=""),
            ),
            models.CheckConstraint(
                name="support_answered_was_asked",
                condition=Q(answered_on=None, answer="") | Q(asked_on__isnull=False, answered_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.menu} ({self.get_state_display()})"

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_dropped(self) -> bool:
        return self.state == SupportState.DROPPED

    @property
    def result(self) -> str:
        """How its case ended, in words; nothing where it is open, or ended without this."""
        return "" if self.is_dropped else self.case.get_result_display()

    @property
    def is_matched(self) -> bool:
        """Whether it is open innovation, which looks for somebody to be matched with."""
        return self.menu.kind == MenuKind.OPEN_INNOVATION

    @property
    def is_booked(self) -> bool:
        """Whether it takes hours of a contract."""
        return self.menu.has_contract

    @property
    def is_referral(self) -> bool:
        return self.menu.kind == MenuKind.REFERRAL

    @property
    def referred_to(self) -> str:
        """The department and the place, as one says them."""
        return f"{self.referred_department or ''}{self.referred_place}"


class BookingQuerySet(models.QuerySet["Booking"]):
    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)

    def hours(self) -> Decimal:
        """Their hours in all."""
        return self.aggregate(hours=Coalesce(Sum("hours"), NO_HOURS))["hours"]


class Booking(models.Model):
    """Hours of outside consultants that a case takes from the contract of a fiscal year. Never deleted: taken back."""

    support = models.ForeignKey(Support, models.PROTECT, related_name="bookings", verbose_name=_("support"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="bookings", verbose_name=_("contract"))
    hours = models.DecimalField(_("hours"), max_digits=6, decimal_places=1)
    held_on = models.DateField(_("on"), null=True, blank=True)
    purpose = models.CharField(_("what for"), max_length=200, blank=True)
    booked_at = models.DateTimeField(_("booked"))
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("booked by"))
    # The word of a manager, where the contract did not hold so many hours.
    excess_reason = models.TextField(_("why beyond the contract"), blank=True)
    taken_back_at = models.DateTimeField(pgettext_lazy("booking", "taken back"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking of hours")
        verbose_name_plural = _("bookings of hours")
        ordering: ClassVar = ["booked_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="booking_has_hours", condition=Q(hours__gt=0)),
            models.CheckConstraint(
                name="booking_says_for_when_or_what", condition=Q(held_on__isnull=False) | ~Q(purpose="")
            ),
            models.CheckConstraint(
                name="booking_taken_back_says_when_and_by_whom",
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} {self.held_on or self.purpose}"
