"""People leave the office, and come back."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from office import clock
from office.actions._refused import ActionRefused
from office.actors import System
from office.listing import listed
from office.models import Absence, Pair, Role, User

# Sent with `user`, who is about to go. A room above answers with what the person still holds there, in words:
# this room knows of pairs and absences only.
leaving = Signal()


def still_held(user: User) -> list[str]:
    """What `user` would leave behind without anybody to see to it, in words; nothing where all is handed on."""
    pairs = Pair.objects.with_member(user).from_day(clock.today()).select_related("department")
    held = []
    if departments := dict.fromkeys(pair.department.name for pair in pairs):
        held.append(_("departments to answer for (%(names)s)") % {"names": listed(departments)})
    deputyships = Absence.objects.to_come().filter(deputy=user).select_related("user")
    if absent := dict.fromkeys(absence.user.name for absence in deputyships):
        held.append(_("standing in for somebody (%(names)s)") % {"names": listed(absent)})
    for _receiver, words in leaving.send(sender=User, user=user):
        held += words or []
    return held


def _refuse_while_held(user: User) -> None:
    if held := still_held(user):
        raise ActionRefused(
            _("%(name)s still has: %(held)s. Hand this on first.") % {"name": user.name, "held": listed(held)}
        )


@transaction.atomic
def leave(*, user: User, by: User | System) -> User:
    """Mark a person as gone: the account can sign in no more and gets no mail. Nothing they did is touched.

    Refused while the person still holds something, today or by a plan: it would be left without anybody.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _refuse_while_held(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


def check_role(*, user: User, role: str) -> None:
    """Refuse a `role` outside of the office to somebody who still holds something in it."""
    if user.role == Role.OFFICE != role:
        _refuse_while_held(user)


@transaction.atomic
def come_back(*, user: User, by: User | System) -> User:
    """Let a person who was gone sign in again. Refused where they work here."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
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
