"""Waiting, always until a date."""

from datetime import date

from django.utils.translation import gettext as _

from consultations import mail
from consultations.actions._event import event
from consultations.actions._rows import locked_open, not_too_far, save, tell
from consultations.models import Case, EntryKind
from consultations.states import Status
from office import clock, era
from office.actions import ActionRefused
from office.models import User
from office.wording import near_date

# So long an answer to our question is given time before anything nags again.
BUSINESS_DAYS_TO_ANSWER = 10


@event
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


@event
def resume(*, case: Case, by: User, text: str = "", version: int | None = None) -> Case:
    """Take a case on hold up again. Refused where it is not on hold."""
    case = locked_open(case, version)
    if case.status != Status.ON_HOLD:
        raise ActionRefused(_("This case is not on hold."))
    case.status, case.follow_up_on, case.progress_asked_at = Status.STARTED, None, None
    save(case, "status", "follow_up_on", "progress_asked_at")
    case.record(kind=EntryKind.RESUMED, by=by, text=text)
    return case


@event
def ask_progress(*, case: Case, by: User, version: int | None = None) -> Case:
    """Mail the requester the question how things stand, and leave them time to answer: until then nothing nags.

    A case in progress is thereby put on hold; a completed one stays completed, and open for as long. Refused where it
    is closed or nobody has begun, where the requester waits for us, where nobody can be mailed, and where the last
    question still has time to be answered.
    """
    case = locked_open(case, version)
    if case.status == Status.NEW:
        raise ActionRefused(_("Nobody has answered this case yet. Answer it first."))
    if case.unanswered_since:
        raise ActionRefused(_("The requester has written and waits for an answer. Answer that first."))
    if not case.can_be_mailed:
        raise ActionRefused(
            _("There is no e-mail address. Phone %(name)s (%(phone)s) and write down what you hear.")
            % {"name": case.name, "phone": case.phone or _("no number known")}
        )
    waits_until = case.review_on if case.status == Status.COMPLETED else case.follow_up_on
    if case.progress_asked_at and waits_until and waits_until > clock.today():
        raise ActionRefused(
            _("This was asked on %(asked)s and has time until %(day)s. If no word comes, ask again from that day on.")
            % {"asked": near_date(case.progress_asked_at), "day": near_date(waits_until)}
        )
    later = era.add_business_days(clock.today(), BUSINESS_DAYS_TO_ANSWER)
    until = max(waits_until or later, later)
    if case.status == Status.COMPLETED:
        case.review_on = until
    else:
        case.status, case.follow_up_on = Status.ON_HOLD, until
    case.progress_asked_at = clock.now()
    save(case, "status", "follow_up_on", "review_on", "progress_asked_at")
    entry = case.record(kind=EntryKind.PROGRESS_ASKED, by=by, shared=True, data={"until": until.isoformat()})
    tell(case, f"progress:{entry.pk}", mail.progress_asked(case, entry))
    return case
