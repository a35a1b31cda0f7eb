"""What every action on a case begins and ends with."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from consultations.models import Attachment, Case, Entry
from consultations.models.attachment import StoredFile
from office import clock
from office.actions import ActionRefused
from outbox import actions as outbox
from outbox.actions import Mail

FARTHEST = timedelta(days=3 * 366)


class StaleCase(ActionRefused):
    """Somebody changed the case after the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Someone changed this case while you were writing. Check the newest state, then send again.")
        )


def locked(case: Case, version: int | None = None) -> Case:
    """The case read anew and locked until the transaction ends. StaleCase where `version` is no longer the current."""
    fresh = Case.objects.select_for_update(of=("self",)).select_related("department", "section").get(pk=case.pk)
    if version is not None and version != fresh.version:
        raise StaleCase
    return fresh


def locked_open(case: Case, version: int | None = None) -> Case:
    """As `locked`, and refused where the case is closed."""
    fresh = locked(case, version)
    if fresh.closed_at:
        raise ActionRefused(_("This case is already closed. Reopen it first."))
    return fresh


def not_too_far(day: date) -> date:
    """`day`, refused where a slip of the year would hide the case from everybody for longer than a project lasts."""
    if day > clock.today() + FARTHEST:
        raise ActionRefused(_("This day is more than three years away. Check the year."))
    return day


def save(case: Case, *fields: str) -> None:
    """Store the changed fields under a new version."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])


def attach(entry: Entry, files: Iterable[StoredFile]) -> None:
    """Give stored files to an entry. The bytes stay where they lie."""
    Attachment.objects.bulk_create(
        Attachment(
            case=entry.case,
            entry=entry,
            file=file.file.name,
            name=file.name,
            size=file.size,
            has_macros=file.has_macros,
        )
        for file in files
    )


def as_kept(value: Any) -> Any:
    """A value as history keeps it: the name a row had that day, in the language of the installation."""
    if value is None or isinstance(value, str | int | bool | list):
        return value
    with translation.override(settings.LANGUAGE_CODE):
        return str(value)


def tell(case: Case, event: str, mails: list[Mail]) -> None:
    """Queue mails about an event of a case; `event` is unique within the case, e.g. `reply:812`."""
    outbox.send(key=f"{case.label}:{event}", about=case.label, mails=mails)
