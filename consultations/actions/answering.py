"""What the pair does with a case from day to day: take up, note, reply, answer and close."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from consultations import mail
from consultations.actions._event import event
from consultations.actions._rows import attach, locked, locked_open, save, tell
from consultations.actions.closing import set_closed
from consultations.models import Case, Entry, EntryKind
from consultations.states import Level, Result, Status
from knowledge.models import Topic
from office.actions import ActionRefused
from office.models import User
from office.stored import StoredFile


@event
def take_up(*, case: Case, by: User, version: int | None = None) -> Case:
    """Say that work on a new case has begun. Refused where it already has."""
    case = locked_open(case, version)
    if case.status != Status.NEW:
        raise ActionRefused(_("Work on this case has already begun."))
    case.status = Status.STARTED
    save(case, "status")
    case.record(kind=EntryKind.TAKEN_UP, by=by)
    return case


@event
def add_note(*, case: Case, by: User, text: str, files: Iterable[StoredFile] = ()) -> Entry:
    """Write an internal note. The requester never sees it; a closed case takes notes too."""
    case = locked(case)
    entry = case.record(kind=EntryKind.NOTE, by=by, text=text)
    attach(entry, files)
    return entry


@event
def reply(*, case: Case, by: User, text: str, files: Iterable[StoredFile] = (), version: int | None = None) -> Entry:
    """Answer the requester: a shared entry and a mail. A new case is thereby taken up. Refused where it is closed."""
    case = locked_open(case, version)
    entry = _say(case, by, text, files)
    tell(case, f"reply:{entry.pk}", mail.replied(case, entry))
    return entry


@event
def need_no_answer(*, case: Case, by: User, version: int | None = None) -> Case:
    """Say that the requester's message needs no answer; a closed case stays closed. Refused where none waits."""
    case = locked(case, version)
    if not case.unanswered_since:
        raise ActionRefused(_("No message of the requester waits for an answer."))
    case.unanswered_since = None
    save(case, "unanswered_since")
    case.record(kind=EntryKind.NO_ANSWER_NEEDED, by=by)
    return case


@event
def answer_and_close(
    *,
    case: Case,
    by: User,
    text: str,
    level: Level | int,
    topic: Topic,
    result: Result = Result.ANSWERED,
    lesson: str = "",
    files: Iterable[StoredFile] = (),
    version: int | None = None,
) -> Case:
    """Reply and close in one: the commonest act of the desk. One mail tells the requester both.

    Refused where the case is closed, or as `close` refuses.
    """
    case = locked_open(case, version)
    entry = _say(case, by, text, files)
    set_closed(case, by=by, result=result, level=level, topic=topic, lesson=lesson)
    tell(case, f"reply:{entry.pk}", mail.replied(case, entry))
    return case


def _say(case: Case, by: User, text: str, files: Iterable[StoredFile]) -> Entry:
    data = {}
    if case.status == Status.NEW:
        data = {"status": [case.status, Status.STARTED]}
        case.status = Status.STARTED
    case.unanswered_since = None
    save(case, "status", "unanswered_since")
    entry = case.record(kind=EntryKind.REPLY, by=by, text=text, shared=True, data=data)
    attach(entry, files)
    return entry
