"""Asking ICT operations whether something is technically allowed, and what they say (case study, 1-2)."""

from datetime import date
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from consultations import mail, posts
from consultations.actions._event import event
from consultations.actions._rows import StaleCase, begin, change, locked_open, locked_part, save, tell
from consultations.models import Case, EntryKind, TechnicalCheck
from consultations.states import Ruling
from office import clock
from office.actions import ActionRefused
from office.models import User


class Answer(TypedDict, total=False):
    """What is said to a technical check. What is left out stays as it was."""

    ruling: Required[Ruling | str]
    answer: str
    rule: str
    valid_until: date | None
    thread_url: str  # where it was given, where it comes out of a chat thread


@event
def ask_check(*, case: Case, by: User, question: str, put_to_ict: bool = True, thread_url: str = "") -> TechnicalCheck:
    """Ask a technical check; a new case is thereby taken up.

    `put_to_ict`: ICT operations are told at once and answer here. Without it the question is asked in a chat thread,
    whose link (`thread_url`) and answer are written in. Refused where the case is closed.
    """
    case = locked_open(case)
    begin(case)
    check = case.checks.create(
        question=question, put_to_ict=put_to_ict, thread_url=thread_url, asked_at=clock.now(), asked_by=by
    )
    about = {"check": check.pk, "put_to_ict": put_to_ict, "thread_url": thread_url}
    case.record(kind=EntryKind.CHECK_ASKED, by=by, text=question, data=about)
    if put_to_ict:
        tell(case, f"check:{check.pk}:asked", mail.check_asked(case, check), posts.check_asked(case, check))
    return check


@event
def answer_check(
    *, check: TechnicalCheck, by: User, version: int | None = None, **answer: Unpack[Answer]
) -> TechnicalCheck:
    """Answer a technical check; the pair is told at once.

    Refused where the question was withdrawn or is answered, where an answer other than "allowed" has no words, and
    where its validity is over.
    """
    case, check = _locked(check, version)
    if check.answered_at:
        raise _stale(check)
    changes = _set_answer(check, by, answer)
    about = {"check": check.pk, "question": check.question, "changes": changes}
    case.record(kind=EntryKind.CHECK_ANSWERED, by=by, text=check.answer, data=about)
    tell(case, f"check:{check.pk}:answered", mail.check_answered(case, check))
    return check


@event
def correct_answer(
    *, check: TechnicalCheck, by: User, version: int | None = None, **answer: Unpack[Answer]
) -> TechnicalCheck:
    """Put the answer of a technical check right, or renew it: it is now the answer of `by`, and the pair is told.

    Nothing changed: no entry. Refused as `answer_check`, and where there is no answer. A validity that is over may
    stay.
    """
    case, check = _locked(check, version)
    if not check.answered_at:
        raise ActionRefused(_("This question has no answer yet."))
    if changes := _set_answer(check, by, answer):
        case.record(kind=EntryKind.CHECK_CHANGED, by=by, data={"changes": changes, "check": check.pk})
        if changes.keys() != {"thread_url"}:
            told = mail.check_answered(case, check, corrected=True)
            tell(case, f"check:{check.pk}:corrected:{check.version}", told)
    return check


@event
def change_thread(*, check: TechnicalCheck, by: User, thread_url: str, version: int | None = None) -> TechnicalCheck:
    """Write down where a technical check is talked over. Nothing changed: no entry. Refused where it was withdrawn."""
    case, check = _locked(check, version)
    if changes := change(check, thread_url=thread_url):
        save(check, *changes)
        case.record(kind=EntryKind.CHECK_CHANGED, by=by, data={"changes": changes, "check": check.pk})
    return check


@event
def withdraw_check(*, check: TechnicalCheck, by: User, version: int | None = None) -> TechnicalCheck:
    """Take a question to ICT operations back. Refused where it is answered or withdrawn."""
    case, check = _locked(check, version)
    if check.answered_at:
        raise ActionRefused(_("This question is answered already."))
    check.withdrawn_at = clock.now()
    save(check, "withdrawn_at")
    case.record(kind=EntryKind.CHECK_WITHDRAWN, by=by, text=check.question, data={"check": check.pk})
    return check


def _locked(check: TechnicalCheck, version: int | None) -> tuple[Case, TechnicalCheck]:
    case, check = locked_part(check)
    if check.withdrawn_at:
        raise ActionRefused(_("This question has been withdrawn. Nobody waits for an answer any more."))
    if version is not None and version != check.version:
        raise _stale(check)
    return case, check


def _stale(check: TechnicalCheck) -> StaleCase:
    if not check.answered_by:
        return StaleCase()
    words = _("%(name)s answered this question while you were writing. Your text is still here.")
    return StaleCase(words % {"name": check.answered_by.name})


def _set_answer(check: TechnicalCheck, by: User, answer: Answer) -> dict[str, list[Any]]:
    """Write the answer into a locked check. Returns what changed, old and new; refused as `answer_check` says."""
    old = check.valid_until
    changes = change(check, **answer)
    if check.ruling != Ruling.ALLOWED and not check.answer.strip():
        raise ActionRefused(_("Write the answer: the conditions, the reason, or how to apply."), field="answer")
    if check.valid_until and check.valid_until < clock.today() and check.valid_until != old:
        passed = _("The day until which the answer holds has passed. Choose today or a later day.")
        raise ActionRefused(passed, field="valid_until")
    if changes.keys() - {"thread_url"}:
        check.answered_at, check.answered_by = clock.now(), by
    if changes:
        save(check, *changes, "answered_at", "answered_by")
    return changes
