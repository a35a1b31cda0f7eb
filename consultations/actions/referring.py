"""Handing a question on to another department, without letting go of it."""

from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from consultations.actions._event import event
from consultations.actions._rows import as_kept, change, locked, locked_open, not_years_away, save
from consultations.actions.stepping import Promise, make_step
from consultations.actions.supporting import begin_support, end_step
from consultations.models import Case, EntryKind, NextStep, Support
from office import clock
from office.actions import ActionRefused, hold_members
from office.models import Department, User


@event
def refer(
    *,
    support: Support,
    by: User,
    asked_on: date,
    ask_again_on: date,
    department: Department | None = None,
    place: str = "",
    version: int | None = None,
) -> Support:
    """Note whom a referral went to and when, or put it right. That they answer becomes a next step of whoever notes it,
    due on `ask_again_on`: if nothing comes until then, the morning's mail says so.

    Refused where the case is closed, nobody is named, it was answered already or has ended, a day is years away or
    asking is still to come, nothing changed, and where the menu is of another kind.
    """
    hold_members(by=by)
    case = locked_open(support.case, version)
    support = _referral(case, support)
    if support.has_ended:
        raise ActionRefused(_("This support has ended. Choose the menu anew to refer to somebody else."))
    if support.answered_on:
        raise ActionRefused(_("This referral was answered already. Choose the menu anew to refer to somebody else."))
    if not (department or place):
        raise ActionRefused(_("Say to whom: choose a department, or write a place."), field="place")
    _has_come(asked_on)
    if ask_again_on < asked_on:
        raise ActionRefused(_("The day to ask again comes before the day of asking."), field="ask_again_on")
    changes = change(support, referred_department=department, referred_place=place, asked_on=asked_on)
    is_due = support.step and not support.step.done_at and support.step.due_on == ask_again_on
    if not changes and is_due:
        raise ActionRefused(_("Nothing was changed."))
    support.step = _follow_up(case, support, by, ask_again_on)
    changes |= begin_support(support)
    support.save(update_fields=[*changes, "step"])
    save(case)
    data = {
        "menu": as_kept(support.menu),
        "support": support.pk,
        "to": support.referred_to,
        "asked_on": asked_on.isoformat(),
        "ask_again_on": ask_again_on.isoformat(),
        "changes": changes,
    }
    case.record(kind=EntryKind.REFERRED, by=by, data=data)
    return support


@event
def answer_referral(
    *, support: Support, by: User, answered_on: date, answer: str, version: int | None = None
) -> Support:
    """Note what those answered to whom a case was referred, or put it right. Nobody is reminded of it any longer.

    A closed case allows it too. Refused where nothing was asked, where the day is still to come, years away or before
    the day of asking, and where nothing changed.
    """
    case = locked(support.case, version)
    support = _referral(case, support)
    if support.asked_on is None:
        raise ActionRefused(_("Note first whom it was referred to."))
    _has_come(answered_on)
    if answered_on < support.asked_on:
        raise ActionRefused(_("The answer comes before the day of asking."), field="answered_on")
    changes = change(support, answered_on=answered_on, answer=answer)
    if not changes:
        raise ActionRefused(_("Nothing was changed."))
    support.save(update_fields=[*changes])
    if support.step:
        end_step(support.step)
    save(case)
    data = {
        "menu": as_kept(support.menu),
        "support": support.pk,
        "to": support.referred_to,
        "answered_on": answered_on.isoformat(),
        "changes": changes,
    }
    case.record(kind=EntryKind.REFERRAL_ANSWERED, by=by, text=answer, data=data)
    return support


def _referral(case: Case, support: Support) -> Support:
    support = case.supports.select_related("menu", "referred_department", "step").get(pk=support.pk)
    if not support.is_referral:
        raise ActionRefused(_("Only a referral goes to another department."))
    return support


def _has_come(day: date) -> None:
    """Refused where the day is still to come, or years ago."""
    if day > clock.today():
        raise ActionRefused(_("This day is still to come."))
    not_years_away(day)


def _follow_up(case: Case, support: Support, by: User, due_on: date) -> NextStep:
    """The next step that waits for their answer: the present one, or another where that was done."""
    with translation.override(settings.LANGUAGE_CODE):  # a step is read as it was written, in any language
        text = (_("See what %(place)s answers") % {"place": support.referred_to})[:300]
    step = support.step
    if step is None or step.done_at:
        return make_step(case, by, Promise(text, due_on, owner=by))
    not_years_away(due_on)
    if changes := change(step, text=text, due_on=due_on):
        save(step, *changes)
    return step
