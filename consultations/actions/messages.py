"""What the requester writes by the receipt link."""

from collections.abc import Iterable

from django.db import transaction

from consultations import mail
from consultations.actions._rows import attach, locked, save, tell
from consultations.actions.closing import set_reopened
from consultations.models import Case, Entry, EntryKind
from consultations.models.attachment import StoredFile
from consultations.models.entry import MESSAGES, Requester
from consultations.states import Status
from office import clock


@transaction.atomic
def receive_message(
    *, case: Case, by: Requester, kind: EntryKind, text: str, files: Iterable[StoredFile] = ()
) -> Entry:
    """Take a message of the requester; the pair is told at once.

    `kind`: THANKS asks for nothing; ANSWER waits for a reply; ASKED_AGAIN also reopens a completed or closed case.
    """
    if kind not in MESSAGES:
        raise ValueError(f"{kind} is no message of a requester.")
    case = locked(case)
    if kind == EntryKind.ASKED_AGAIN and case.status == Status.COMPLETED:
        set_reopened(case)
    if kind != EntryKind.THANKS and not case.unanswered_since:
        case.unanswered_since = clock.now()
        save(case, "unanswered_since")
    entry = case.record(kind=kind, by=by, text=text, shared=True)
    attach(entry, files)
    tell(case, f"message:{entry.pk}", mail.message(case, entry))
    return entry
