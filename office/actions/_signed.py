from typing import TypeVar

from django.db.models import Model

from office import clock
from office.actors import System
from office.models import User

Row = TypeVar("Row", bound=Model)


def signed(row: Row, by: User | System) -> Row:
    """The row, whose history will say that `by` saved or deleted it now."""
    row._history_user = by if isinstance(by, User) else None  # type: ignore[attr-defined]
    row._history_date = clock.now()  # type: ignore[attr-defined]
    return row
