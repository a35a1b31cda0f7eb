"""Menus and contracts are kept."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge import shelf
from menus import documents
from menus.models import Contract, SupportMenu
from office import actions as office
from office.actors import System
from office.models import User

OF_A_KIND = gettext_lazy("The kind of a menu stays as it is. Make a new one, and end this one by a day.")
IN_USE = gettext_lazy("Hours are booked from this contract: its menu and year stay as they are. Make a new one.")
TWICE = gettext_lazy("There is a contract of this menu and year already. Change that one.")


@transaction.atomic
def keep_menu(*, row: SupportMenu, by: User | System, seen: int | None = None) -> SupportMenu:
    """Save a menu, new or changed, and put it on the shelf.

    Refused where its kind is another than before: cases have noted what only that kind has. StaleRow as
    `office.actions.keep` raises it.
    """
    if row.pk and SupportMenu.objects.filter(pk=row.pk).exclude(kind=row.kind).exists():
        raise office.ActionRefused(str(OF_A_KIND), field="kind")
    menu = office.keep(row=row, by=by, seen=seen)
    shelf.put(documents.document(menu))
    return menu


@transaction.atomic
def keep_contract(*, row: Contract, by: User | System, seen: int | None = None) -> Contract:
    """Save the contract of a menu and year, new or changed. Refused where the menu is not one of consultants, or has
    another contract of that year, and where hours are booked from this one and it would be of another menu or year;
    StaleRow as `office.actions.keep` raises it. Hours that are booked beyond a smaller contract stay booked.
    """
    if not row.menu.has_contract:
        raise office.ActionRefused(_("Only a menu of outside consultants has a contract."))
    # The lock that a booking takes, too: none comes in between.
    before = Contract.objects.select_for_update(no_key=True).filter(pk=row.pk).first()
    for name in ("menu_id", "fiscal_year"):
        if before and getattr(row, name) != getattr(before, name) and before.bookings.standing().exists():
            raise office.ActionRefused(str(IN_USE), field=name.removesuffix("_id"))
    try:
        with transaction.atomic():
            return office.keep(row=row, by=by, seen=seen)
    except IntegrityError as twin:
        raise office.ActionRefused(str(TWICE)) from twin
