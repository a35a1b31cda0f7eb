"""Somebody is away, and a deputy looks after their cases."""

from collections import Counter
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from office import clock
from office.actions._people import hold_members
from office.actions._refused import ActionRefused
from office.actions._signed import signed
from office.actors import System
from office.models import Absence, Pair, User
from office.wording import era_date

LONGEST = timedelta(days=366)


def usual_deputy(user: User) -> User | None:
    """The other one of most pairs in which `user` sits today; None where they sit in none, or alone."""
    pairs = Pair.objects.current().with_member(user).with_people()
    others = Counter(person for pair in pairs for person in pair.people if person != user)
    return others.most_common(1)[0][0] if others else None


@transaction.atomic
def announce_absence(
    *, user: User, starts_on: date, ends_on: date, by: User | System, deputy: User | None = None
) -> Absence:
    """`user` is away from `starts_on` to `ends_on` (both included), and `deputy` looks after their cases.

    Without a deputy it is the other one of the pair. Refused where somebody else than the person, a lead or an
    administrator says so, where the days make no sense or overlap with another absence, and where the deputy is the
    person, is away then too, or does not work in the office.
    """
    return _set(Absence(user=user), deputy=deputy, starts_on=starts_on, ends_on=ends_on, by=by)


@transaction.atomic
def change_absence(
    *, absence: Absence, starts_on: date, ends_on: date, by: User | System, deputy: User | None = None
) -> Absence:
    """Set other days, or another deputy. Refused as `announce_absence` refuses, and where the absence is over."""
    return _set(absence, deputy=deputy, starts_on=starts_on, ends_on=ends_on, by=by)


@transaction.atomic
def end_absence(*, absence: Absence, by: User | System) -> None:
    """The person is here again from today on, or does not go at all; then only the history knows of it.

    Refused where the absence is over, and to everybody but the person, leads and administrators.
    """
    _refuse_others(absence.user, by)
    list(User.objects.select_for_update(no_key=True).filter(pk=absence.user_id))
    fresh = _still_to_come(absence)
    if fresh.starts_on >= clock.today():
        signed(fresh, by).delete()
    else:
        fresh.ends_on = clock.today() - timedelta(days=1)
        signed(fresh, by).save()


def _still_to_come(absence: Absence) -> Absence:
    fresh = Absence.objects.to_come().filter(pk=absence.pk).select_related("user", "deputy").first()
    if fresh is None:
        raise ActionRefused(_("This absence is over, or was taken back."))
    return fresh


def _refuse_others(user: User, by: User | System) -> None:
    if isinstance(by, User) and not (by == user or by.is_lead or by.is_superuser):
        raise ActionRefused(_("Only %(name)s or a chief or above may enter this.") % {"name": user.name}, field="user")


def _set(absence: Absence, *, deputy: User | None, starts_on: date, ends_on: date, by: User | System) -> Absence:
    user = absence.user
    _refuse_others(user, by)
    _refuse_days(starts_on, ends_on)
    if deputy is None and (deputy := usual_deputy(user)) is None:
        raise ActionRefused(
            _("%(name)s sits in no pair with another. Choose a deputy.") % {"name": user.name}, field="deputy"
        )
    if deputy == user:
        raise ActionRefused(_("Nobody is their own deputy. Choose somebody else."), field="deputy")
    hold_members(user=user, deputy=deputy)
    if absence.pk:
        absence = _still_to_come(absence)
    sharing = Absence.objects.within(starts_on, ends_on).exclude(pk=absence.pk)
    if other := sharing.filter(user=user).first():
        raise ActionRefused(
            _("%(name)s is already entered as away from %(start)s to %(end)s. Change that entry, or choose other days.")
            % _days(other),
            field="starts_on",
        )
    if other := sharing.filter(user=deputy).first():
        raise ActionRefused(
            _("%(name)s is away too, from %(start)s to %(end)s. Choose another deputy.") % _days(other), field="deputy"
        )
    absence.deputy, absence.starts_on, absence.ends_on = deputy, starts_on, ends_on
    signed(absence, by).save()
    return absence


def _days(absence: Absence) -> dict[str, str]:
    return {"name": absence.user.name, "start": era_date(absence.starts_on), "end": era_date(absence.ends_on)}


def _refuse_days(starts_on: date, ends_on: date) -> None:
    today = clock.today()
    if ends_on < starts_on:
        raise ActionRefused(_("The last day lies before the first. Check the days."), field="ends_on")
    if ends_on < today:
        raise ActionRefused(_("These days are over. Choose a last day from today on."), field="ends_on")
    if starts_on < today - LONGEST:
        raise ActionRefused(_("The first day is more than a year ago. Check the year."), field="starts_on")
    if ends_on > today + LONGEST:
        raise ActionRefused(
            _("The last day is more than a year away. Check the year; where it is right, form other pairs."),
            field="ends_on",
        )
