"""The files that go with a menu."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from menus.models import MenuFile, SupportMenu
from office import clock
from office.actions import ActionRefused
from office.models import User
from office.stored import StoredFile


@transaction.atomic
def add_files(*, menu: SupportMenu, by: User, files: Iterable[StoredFile]) -> list[MenuFile]:
    """Give stored files to a menu, for everybody. A scanner, if there is one, comes by within seconds."""
    rows = [MenuFile(menu=menu, added_at=clock.now(), added_by=by, **file.handed_over()) for file in files]
    return MenuFile.objects.bulk_create(rows)


@transaction.atomic
def take_down(*, file: MenuFile, by: User) -> MenuFile:
    """Give a file out no longer. Refused where that was done already."""
    file = MenuFile.objects.select_for_update(no_key=True).get(pk=file.pk)
    if file.taken_down_at:
        raise ActionRefused(_("This file was taken down already."))
    file.taken_down_at, file.taken_down_by = clock.now(), by
    file.save(update_fields=["taken_down_at", "taken_down_by"])
    return file
