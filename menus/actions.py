"""The one event of a menu: it is kept."""

from django.db import transaction

from knowledge import shelf
from menus import documents
from menus.models import SupportMenu
from office import actions as office
from office.actors import System
from office.models import User


@transaction.atomic
def keep_menu(*, row: SupportMenu, by: User | System, seen: int | None = None) -> SupportMenu:
    """Save a menu, new or changed, and put it on the shelf. StaleRow as `office.actions.keep` raises it."""
    menu = office.keep(row=row, by=by, seen=seen)
    shelf.put(documents.document(menu))
    return menu
