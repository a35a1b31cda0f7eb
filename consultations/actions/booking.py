"""Hours of outside consultants, taken from the contract of a fiscal year."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from consultations.actions._event import event
from consultations.actions._rows import as_kept, locked, locked_open, not_years_away, save
from consultations.actions.supporting import begin_support
from consultations.models import Booking, EntryKind, Support
from menus.models import Contract, SupportMenu
from office import clock, era
from office.actions import ActionRefused
from office.models import User
from office.wording import fiscal_year_name
from office.wording import hours as in_hours


@event
def book_hours(
    *,
    support: Support,
    by: User,
    hours: Decimal,
    held_on: date | None = None,
    purpose: str = "",
    excess_reason: str = "",
    version: int | None = None,
) -> Booking:
    """Book hours of consultants for a case, from the contract of the fiscal year of `held_on`, or of today.

    Refused where the case is closed, the support has ended or is of another kind, neither day nor purpose is said, the
    day is years away, there is no contract, and where it does not hold so many hours more: then a manager may book
    with a reason, which stays in the history.
    """
    case = locked_open(support.case, version)
    support = case.supports.select_related("menu").get(pk=support.pk)
    if not support.is_booked:
        raise ActionRefused(_("Only outside consultants are booked by the hour."))
    if support.has_ended:
        raise ActionRefused(_("This support has ended. Choose the menu anew to book more hours."))
    if not (held_on or purpose):
        raise ActionRefused(_("Say for which day, or what for."), field="purpose")
    contract = _locked_contract(support.menu, held_on)
    left = contract.hours - Booking.objects.standing().filter(contract=contract).hours()
    excess = max(hours - left, Decimal(0))
    if excess:
        _refuse_excess(contract, left, by, excess_reason)
    booking = support.bookings.create(
        contract=contract,
        hours=hours,
        held_on=held_on,
        purpose=purpose,
        excess_reason=excess_reason if excess else "",
        booked_at=clock.now(),
        booked_by=by,
    )
    if changes := begin_support(support):
        support.save(update_fields=[*changes])
    save(case)
    data = {
        **_as_booked(booking, support),
        "left": str(left - hours),
        "excess": str(excess) if excess else "",
        "excess_reason": booking.excess_reason,
        "changes": changes,
    }
    case.record(kind=EntryKind.HOURS_BOOKED, by=by, text=purpose, data=data)
    return booking


@event
def take_back_booking(*, booking: Booking, by: User, reason: str = "", version: int | None = None) -> Booking:
    """Give booked hours back to the contract. A closed case allows it too. Refused where that was done already."""
    case = locked(booking.support.case, version)
    booking = Booking.objects.select_for_update(no_key=True).get(pk=booking.pk)
    if booking.taken_back_at:
        raise ActionRefused(_("This booking was taken back already."))
    booking.taken_back_at, booking.taken_back_by = clock.now(), by
    booking.save(update_fields=["taken_back_at", "taken_back_by"])
    save(case)
    data = _as_booked(booking, Support.objects.select_related("menu").get(pk=booking.support_id))
    case.record(kind=EntryKind.HOURS_TAKEN_BACK, by=by, text=reason, data=data)
    return booking


def _locked_contract(menu: SupportMenu, held_on: date | None) -> Contract:
    """The contract that a booking draws on. Locked after the case, and until the transaction ends: of two who book its
    last hours at once, on whatever cases, one waits and finds them gone.
    """
    year = era.fiscal_year(not_years_away(held_on) if held_on else clock.today())
    contract = Contract.objects.select_for_update(no_key=True).filter(menu=menu, fiscal_year=year).first()
    if contract is None:
        raise ActionRefused(
            _("There is no contract for %(year)s. The team leads enter it under “Settings of the office”.")
            % {"year": fiscal_year_name(year)}
        )
    return contract


def _refuse_excess(contract: Contract, left: Decimal, by: User, reason: str) -> None:
    names = {"year": fiscal_year_name(contract.fiscal_year), "hours": in_hours(max(left, Decimal(0)))}
    if not by.is_manager:
        raise ActionRefused(
            _("The contract of %(year)s holds %(hours)s more. Only a manager can allow what goes beyond it.") % names
        )
    if not reason:
        raise ActionRefused(
            _("The contract of %(year)s holds %(hours)s more. Write why you allow what goes beyond it.") % names,
            field="excess_reason",
        )


def _as_booked(booking: Booking, support: Support) -> dict[str, object]:
    """A booking as history keeps it."""
    return {
        "menu": as_kept(support.menu),
        "support": support.pk,
        "booking": booking.pk,
        "hours": str(booking.hours),
        "held_on": booking.held_on.isoformat() if booking.held_on else "",
        "purpose": booking.purpose,
    }
