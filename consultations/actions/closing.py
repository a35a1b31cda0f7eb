"""The end of a case, and its return."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from consultations import mail
from consultations.actions._event import event
from consultations.actions._giving import follow_pair
from consultations.actions._rows import locked, locked_open, not_too_far, save, tell
from consultations.actions.publishing import withdraw_uncounted
from consultations.models import Ask, Case, EntryKind, Support, TechnicalCheck
from consultations.states import DEEP, UNCOUNTED, Level, Result, Status
from knowledge.models import Topic
from office import clock, era
from office.actions import ActionRefused
from office.models import User


@event
def complete(
    *, case: Case, by: User, text: str = "", review_on: date | None = None, version: int | None = None
) -> Case:
    """Our part is done, but the section may come back: the case stays open until `review_on`.

    `review_on` is the end of the fiscal year unless given. Refused where the case is closed or completed.
    """
    case = locked_open(case, version)
    if case.status == Status.COMPLETED:
        raise ActionRefused(_("This case is already completed."))
    review_on = review_on or era.fiscal_year_end(era.fiscal_year(clock.today()))
    if review_on < clock.today():
        raise ActionRefused(_("The day until which the case stays open has passed. Choose today or a later day."))
    case.status, case.review_on = Status.COMPLETED, not_too_far(review_on)
    case.follow_up_on = case.progress_asked_at = None
    save(case, "status", "review_on", "follow_up_on", "progress_asked_at")
    case.record(kind=EntryKind.COMPLETED, by=by, text=text, data={"review_on": review_on.isoformat()})
    return case


@event
def close(
    *,
    case: Case,
    by: User,
    result: Result,
    level: Level | int | None,
    topic: Topic | None,
    lesson: str = "",
    version: int | None = None,
) -> Case:
    """Close a case; the requester is told. A lesson of two lines is asked for from level 3 up.

    Refused where it is closed, or where a counted result lacks level, topic or lesson.
    """
    case = locked_open(case, version)
    set_closed(case, by=by, result=result, level=level, topic=topic, lesson=lesson)
    if result != Result.MISTAKEN:
        tell(case, f"closed:{case.version}", mail.closed(case))
    return case


def not_described(*, level: Level | int | None, topic: Topic | None, lesson: str) -> str:
    """What a case that counts still lacks to be closed; empty where nothing."""
    if not (level and topic):
        return _("Choose a level and a topic before closing.")
    if level in DEEP and not lesson.strip():
        return _("Write a lesson of about two lines: from level 3 up, the next pair will look for it.")
    return ""


def still_asked(ask: Ask | None) -> str:
    """That an open question to the weekly meeting keeps a case from being closed; empty where there is none."""
    if ask is None:
        return ""
    return _("A question to the weekly meeting is still open: “%(question)s”. Withdraw it or wait for the advice.") % {
        "question": ask.question[:60]
    }


def still_checked(check: TechnicalCheck | None) -> str:
    """That an open technical check keeps a case from being closed; empty where there is none."""
    if check is None:
        return ""
    return _("A technical check is still open: “%(question)s”. Withdraw it or wait for the answer.") % {
        "question": check.question[:60]
    }


def still_referred(support: Support | None) -> str:
    """That a referral without an answer keeps a case from being closed; empty where there is none."""
    if support is None:
        return ""
    return _(
        "%(place)s was asked and has not answered yet. Note the answer, or note that the support is done or dropped."
    ) % {"place": support.referred_to}


def still_waits(asks: Iterable[Ask], checks: Iterable[TechnicalCheck], supports: Iterable[Support]) -> str:
    """Why what a case waits for keeps it from being closed; empty where nothing does. Of each kind, those that wait."""
    return (
        still_asked(next(iter(asks), None))
        or still_checked(next(iter(checks), None))
        or still_referred(next(iter(supports), None))
    )


def set_closed(
    case: Case, *, by: User, result: Result, level: Level | int | None, topic: Topic | None, lesson: str
) -> None:
    """Close a locked case and write it down; its example is withdrawn where it counts no more. Refused as `close`."""
    why = not_described(level=level, topic=topic, lesson=lesson) if result not in UNCOUNTED else ""
    if why := why or still_waits(case.asks.open(), case.checks.open(), case.supports.waiting_for_an_answer()):
        raise ActionRefused(why)
    case.status, case.result, case.level, case.topic, case.lesson = Status.COMPLETED, result, level, topic, lesson
    case.closed_at, case.closed_by = clock.now(), by
    case.follow_up_on = case.unanswered_since = case.progress_asked_at = None
    save(
        case,
        *("status", "result", "level", "topic", "lesson", "closed_at", "closed_by"),
        *("follow_up_on", "unanswered_since", "progress_asked_at"),
    )
    case.record(kind=EntryKind.CLOSED, by=by, text=lesson, data={"result": result, "level": level})
    if result in UNCOUNTED:
        withdraw_uncounted(case, by)


@event
def reopen(*, case: Case, by: User, text: str = "", version: int | None = None) -> Case:
    """Take a closed or completed case up again. Refused where it is in work."""
    case = locked(case, version)
    if case.status != Status.COMPLETED:
        raise ActionRefused(_("This case is not closed."))
    set_reopened(case)
    case.record(kind=EntryKind.REOPENED, by=by, text=text)
    follow_pair(case)
    return case


def set_reopened(case: Case) -> None:
    """Put a locked, completed case back to work."""
    case.status, case.result = Status.STARTED, ""
    case.closed_at = case.closed_by = case.review_on = case.progress_asked_at = None
    save(case, "status", "result", "closed_at", "closed_by", "review_on", "progress_asked_at")
