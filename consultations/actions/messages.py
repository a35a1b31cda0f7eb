"""What comes from the requester's side after the form: messages, word that it is solved, a lost link."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from consultations import mail
from consultations.actions._event import event
from consultations.actions._giving import follow_pair
from consultations.actions._rows import attach, locked, save, tell
from consultations.actions.closing import set_reopened
from consultations.models import Case, Entry, EntryKind, Intake
from consultations.models.entry import MESSAGES, Requester, waiting_message
from consultations.states import Status, Want
from knowledge.actions import note_sent
from office import clock
from office.actions import ActionRefused
from office.actors import System
from office.stored import StoredFile


@event
def receive_message(
    *, case: Case, by: Requester, kind: EntryKind, text: str, files: Iterable[StoredFile] = ()
) -> Entry:
    """Take a message of the requester; the pair is told at once.

    `kind`: THANKS asks for nothing, unless we had asked how things stand; ANSWER waits for a reply; ASKED_AGAIN also
    reopens a completed or closed case.
    """
    if kind not in MESSAGES:
        raise ValueError(f"{kind} is no message of a requester.")
    case = locked(case)
    asked = case.progress_asked_at is not None
    if kind == EntryKind.ASKED_AGAIN and case.status == Status.COMPLETED:
        set_reopened(case)
    if asked or kind != EntryKind.THANKS:
        _let_it_wait(case)
    entry = case.record(kind=kind, by=by, text=text, shared=True, data={"progress": True} if asked else {})
    attach(entry, files)
    tell(case, f"message:{entry.pk}", mail.message(case, entry))
    return entry


@event
def report_solved(*, case: Case, by: Requester, text: str = "") -> Entry:
    """Take the requester's word that it is solved. The pair is told at once, and closes the case.

    Refused where it is closed, or where this was said and the pair has not come to it yet.
    """
    case = locked(case)
    if case.closed_at:
        raise ActionRefused(_("This consultation is closed already. You need do nothing more."))
    waiting = waiting_message(case, case.entries.newest_first())
    if waiting and waiting.kind == EntryKind.SOLVED:
        raise ActionRefused(_("You have told us already that it is solved. The pair in charge will close it."))
    _let_it_wait(case)
    entry = case.record(kind=EntryKind.SOLVED, by=by, text=text, shared=True)
    tell(case, f"message:{entry.pk}", mail.message(case, entry))
    return entry


def _let_it_wait(case: Case) -> None:
    """What the requester wrote waits for us, the longer of two messages counting; our own question is answered.

    A closed case may have been left with a pair of former days: those who answer today have it now.
    """
    follow_pair(case)
    case.unanswered_since = case.unanswered_since or clock.now()
    case.progress_asked_at = None
    save(case, "unanswered_since", "progress_asked_at")


@event
def continue_case(
    *,
    intake: Intake,
    case: Case,
    problem: str,
    name: str,
    email: str = "",
    phone: str = "",
    cc: Sequence[str] = (),
    wants: Sequence[str] = (),
    expectation: str = "",
    folder: str = "",
) -> Case:
    """Make a message on `case` of a form that was filled in and checked, instead of a new case.

    One that is completed or closed is asked again. Who writes, and how to reach them, is kept where it is not the
    contact. Sent twice, or as a new case before, it stays what it became then.
    """
    intake = Intake.objects.select_for_update(of=("self",)).get(pk=intake.pk)
    if intake.case:
        return intake.case
    case = locked(case)
    known = {address.casefold() for address in (case.email, *case.cc)}
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(
            "consultations/continued.txt",
            {
                "problem": problem,
                "wants": [Want(want).label for want in wants],
                "expectation": expectation,
                "folder": folder,
                "name": "" if name == case.name else name,
                "email": "" if email.casefold() in known else email,
                "phone": "" if phone == case.phone else phone,
                "cc": [address for address in cc if address.casefold() not in known],
            },
        )
    receive_message(
        case=case,
        by=Requester(case, name=name),
        kind=EntryKind.ASKED_AGAIN if case.status == Status.COMPLETED else EntryKind.ANSWER,
        text=text.strip(),
        files=intake.files.all(),
    )
    intake.case, intake.data = case, {}
    intake.save(update_fields=["case", "data"])
    note_sent(form=intake.pk)
    return case


@event
def mail_link(*, number: str, email: str, by: System) -> Entry | None:
    """Mail the link of a receipt again, to an address that has it by right.

    Returns None, and nothing happens, where there is no such case, the address is neither the contact's nor one that
    gets copies, or the link opens no more.
    """
    found = Case.objects.numbered(number).first()
    if found is None:
        return None
    case = locked(found)
    address = next((known for known in (case.email, *case.cc) if known.casefold() == email.casefold()), "")
    if not address or not Case.objects.behind_token(case.token).exists():
        return None
    entry = case.record(kind=EntryKind.LINK_MAILED, by=by, data={"address": address})
    tell(case, f"link:{entry.pk}", mail.link_again(case, address))
    return entry
