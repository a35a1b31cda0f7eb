from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from office import history
from office.actions._refused import ActionRefused
from office.actions._signed import Row, signed
from office.actors import System
from office.models import User


class StaleRow(ActionRefused):
    """Somebody changed the row after the page was opened."""

    def __init__(self) -> None:
        super().__init__(_("Someone changed this while you were writing. Compare both, then save again."))


@transaction.atomic
def keep(*, row: Row, by: User | System, seen: int | None = None) -> Row:
    """Save a row of master data, new or changed; its history says who did it.

    Refused where another has its name or key, which somebody saved meanwhile; StaleRow where the newest state of its
    history is no longer `seen`.
    """
    if row.pk:
        type(row)._base_manager.select_for_update(no_key=True).get(pk=row.pk)
        if seen is not None and seen != history.newest(row):
            raise StaleRow
    try:
        with transaction.atomic():
            signed(row, by).save()
    except IntegrityError as failed:
        try:
            row.validate_unique()
        except ValidationError:
            raise ActionRefused(
                _("There is one of this name already. Change that one, or choose another name.")
            ) from failed
        raise
    return row
