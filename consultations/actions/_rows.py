"""What every action on a case begins and ends with."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from consultations.models import Ask, Attachment, Case, Entry, Example, Hearing, NextStep, TechnicalCheck
from consultations.states import Status
from office import clock
from office.actions import ActionRefused
from office.stored import StoredFile
from outbox import actions as outbox
from outbox import kick
from outbox.actions import Mail, Post

FARTHEST = timedelta(days=3 * 366)
Versioned = Case | Example | Hearing | NextStep | TechnicalCheck
Part = TypeVar("Part", Ask, Example, Hearing, NextStep, TechnicalCheck)


class StaleCase(ActionRefused):
    """Somebody changed the case, or the row of it that is at issue, after the page was opened."""

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message or _("Someone changed this case while you were writing. Check the newest state, then send again.")
        )


def locked(case: Case, version: int | None = None) -> Case:
    """The case read anew and locked until the transaction ends. StaleCase where `version` is no longer the current."""
    # NO KEY: what only points at the case (a draft that is just being typed) neither waits for us nor blocks us. No
    # joins: whoever had to wait for the lock would find them as they were before.
    fresh = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    refuse_stale(fresh, version)
    return fresh


def locked_open(case: Case, version: int | None = None) -> Case:
    """As `locked`, and refused where the case is closed."""
    fresh = locked(case, version)
    if fresh.closed_at:
        raise ActionRefused(_("This case is already closed. Reopen it first."))
    return fresh


def locked_part(part: Part) -> tuple[Case, Part]:
    """A row of a case, and before it the case, both read anew and locked."""
    case = locked(part.case)
    fresh = type(part)._default_manager.select_for_update(no_key=True).get(pk=part.pk)
    fresh.case = case
    return case, fresh


def refuse_stale(row: Versioned, version: int | None) -> None:
    """StaleCase where `version` is no longer the current one of the row."""
    if version is not None and version != row.version:
        raise StaleCase


def not_too_far(day: date) -> date:
    """`day`, refused where a slip of the year would hide the case from everybody for longer than a project lasts."""
    if day > clock.today() + FARTHEST:
        raise ActionRefused(_("This day is more than three years away. Check the year."))
    return day


def not_years_away(day: date) -> date:
    """As `not_too_far`, and back as well: a day that may have passed, but not that long ago."""
    if day < clock.today() - FARTHEST:
        raise ActionRefused(_("This day is more than three years ago. Check the year."))
    return not_too_far(day)


def begin(case: Case) -> None:
    """A new case that somebody works on is taken up thereby."""
    if case.status == Status.NEW:
        case.status = Status.STARTED
        save(case, "status")


def change(row: Model, **new: Any) -> dict[str, list[Any]]:
    """Set fields of a row. Returns what changed: field by field the old and the new value, as history keeps them."""
    changes = {}
    for field, value in new.items():
        if (old := getattr(row, field)) != value:
            changes[field] = [as_kept(old), as_kept(value)]
            setattr(row, field, value)
    return changes


def save(row: Versioned, *fields: str) -> None:
    """Store the changed fields under a new version; all of them where the row is a new one."""
    row.version += 1
    row.save(update_fields=[*fields, "version"] if row.pk else None)


def attach(entry: Entry, files: Iterable[StoredFile]) -> None:
    """Give stored files to an entry. The bytes stay where they lie; a virus scanner, if there is one, looks at them."""
    rows = [Attachment(case=entry.case, entry=entry, **file.handed_over()) for file in files]
    Attachment.objects.bulk_create(rows)
    if rows and settings.CLAMD_URL:
        transaction.on_commit(partial(kick.worker, "consultations.tasks.scan_files"))


def as_kept(value: Any) -> Any:
    """A value as history keeps it: a moment by the clock on the wall, the name a row had that day in the language of
    the installation.
    """
    if value is None or isinstance(value, str | int | bool | list):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    with translation.override(settings.LANGUAGE_CODE):
        return str(value)


def tell(case: Case, event: str, mails: list[Mail], posts: Iterable[Post] = ()) -> None:
    """Queue mails and posts about an event of a case; `event` is unique within the case, e.g. `reply:812`."""
    outbox.send(key=f"{case.label}:{event}", about=case.label, mails=mails, posts=posts)
