"""What happens to the office itself: pairs are formed, people leave."""

from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from office import clock
from office.actors import System
from office.models import Department, Pair, Role, User


class ActionRefused(Exception):
    """An action cannot be done now. The message tells the person why, and what to do instead."""


@transaction.atomic
def form_pair(
    *, department: Department, lead: User | None, partner: User | None, starts_on: date, by: User | System
) -> Pair:
    """Make `lead` and `partner` answer for `department` from `starts_on` on; the pair before ends the day before.

    A pair that starts on the very day is corrected in place. Refused where nobody or twice the same person is
    named, where someone is not in the office, and where a later change is already planned.
    """
    Department.objects.select_for_update().get(pk=department.pk)
    if lead is None and partner is None:
        raise ActionRefused(_("Name a lead or a partner. One of the two seats may be vacant, not both."))
    if lead == partner:
        raise ActionRefused(_("Lead and partner are the same person. Choose two people."))
    for person in filter(None, (lead, partner)):
        if person.role != Role.OFFICE or not person.is_active:
            raise ActionRefused(_("%(name)s does not work in the office.") % {"name": person.name})
    if later := department.pairs.filter(starts_on__gt=starts_on).first():
        raise ActionRefused(
            _("A change on %(day)s is already planned for %(department)s. Choose a later day.")
            % {"day": later.starts_on.isoformat(), "department": department.name}
        )
    if same_day := department.pairs.filter(starts_on=starts_on).first():
        same_day.lead, same_day.partner = lead, partner
        same_day.save()
        return same_day
    for before in department.pairs.filter(ends_on=None):
        before.ends_on = starts_on - timedelta(days=1)
        before.save()
    return Pair.objects.create(department=department, lead=lead, partner=partner, starts_on=starts_on)


@transaction.atomic
def leave(*, user: User, by: User | System) -> User:
    """Mark a person as gone: the account can sign in no more and gets no mail. Nothing they did is touched.

    Refused while the person sits in a pair: its departments would be left without an answer.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    seats = Pair.objects.with_member(user).filter(ends_on=None).select_related("department")
    if names := [pair.department.name for pair in seats]:
        raise ActionRefused(
            _("%(name)s still answers for %(departments)s. Form new pairs there first.")
            % {"name": user.name, "departments": "、".join(names)}
        )
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def come_back(*, user: User, by: User | System) -> User:
    """Let a person who was gone sign in again. Refused where they work here."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        raise ActionRefused(_("%(name)s works here.") % {"name": user.name})
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def forget_codes(*, user: User, by: User | System) -> User:
    """Forget a person's device for one-time codes, which is lost: the password alone signs in until there is a new one.

    Refused where there is none.
    """
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise ActionRefused(_("%(name)s uses no one-time codes.") % {"name": user.name})
    return user


def pair_of(department: Department, on: date | None = None) -> Pair | None:
    """Who answers for `department` on a day (today, unless given); None where nobody does."""
    return Pair.objects.on(on or clock.today()).filter(department=department).with_people().first()
