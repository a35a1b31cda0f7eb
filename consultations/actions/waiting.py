"""Waiting, always until a date."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.actions._rows import locked_open, not_too_far, save
from consultations.models import Case, EntryKind
from consultations.states import Status
from office import clock
from office.actions import ActionRefused
from office.models import User


@transaction.atomic
def hold(*, case: Case, by: User, follow_up_on: date, text: str = "", version: int | None = None) -> Case:
    """Wait until `follow_up_on`; before that day nothing nags. On hold already: the date is moved.

    Refused where the case is closed, or the day is not in the future or years away.
    """
    case = locked_open(case, version)
    if follow_up_on <= clock.today():
        raise ActionRefused(_("Choose a day after today on which to ask again."))
    case.status, case.follow_up_on, case.review_on = Status.ON_HOLD, not_too_far(follow_up_on), None
    save(case, "status", "follow_up_on", "review_on")
    case.record(kind=EntryKind.HELD, by=by, text=text, data={"follow_up_on": follow_up_on.isoformat()})
    return case


@transaction.atomic
def resume(*, case: Case, by: User, text: str = "", version: int | None = None) -> Case:
    """Take a case on hold up again. Refused where it is not on hold."""
    case = locked_open(case, version)
    if case.status != Status.ON_HOLD:
        raise ActionRefused(_("This case is not on hold."))
    case.status, case.follow_up_on = Status.STARTED, None
    save(case, "status", "follow_up_on")
    case.record(kind=EntryKind.RESUMED, by=by, text=text)
    return case
