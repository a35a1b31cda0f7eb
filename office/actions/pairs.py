"""Who answers for a department, from which day on."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from office import clock
from office.actions._people import hold_members
from office.actions._refused import ActionRefused
from office.actions._signed import signed
from office.actors import System
from office.models import Department, Pair, User
from office.wording import era_date

DAY = timedelta(days=1)


def pair_of(department: Department, on: date | None = None) -> Pair | None:
    """Who answers for `department` on a day (today, unless given); None where nobody does."""
    return Pair.objects.on(on or clock.today()).filter(department=department).with_people().first()


def lock_departments(departments: Iterable[Department]) -> None:
    """Hold the departments until the transaction ends: one at a time changes their pairs, or takes a case in."""
    # NO KEY: what only points at a department (a section, a case put right) need not wait.
    rows = Department.objects.select_for_update(no_key=True).filter(pk__in=[row.pk for row in departments])
    list(rows.order_by("pk").values_list("pk"))


def state_of_pairs(department: Department) -> str:
    """The pairs of today and later, in a form that changes whenever they do."""
    rows = department.pairs.from_day(clock.today()).order_by("starts_on")
    fields = rows.values_list("pk", "lead", "partner", "starts_on", "ends_on")
    return ";".join(",".join(str(value or "") for value in row) for row in fields)


@transaction.atomic
def form_pair(
    *, department: Department, lead: User | None, partner: User | None, starts_on: date, by: User | System
) -> Pair:
    """Make `lead` and `partner` answer for `department` from `starts_on` on; the pair before ends the day before.

    A pair that starts on the very day is corrected in place. Refused where nobody or twice the same person is
    named, where someone is not in the office, and where a later pair is there already.
    """
    lock_departments([department])
    if lead is None and partner is None:
        raise ActionRefused(_("Name a lead or a partner. One of the two seats may be vacant, not both."), field="lead")
    if lead == partner:
        raise ActionRefused(_("Lead and partner are the same person. Choose two people."), field="partner")
    hold_members(lead=lead, partner=partner)
    if later := department.pairs.filter(starts_on__gt=starts_on).with_people().order_by("starts_on").first():
        planned = _("A change on %(day)s is already planned for %(department)s. Choose a later day or cancel it first.")
        begun = _("%(pair)s have answered for %(department)s since %(day)s. Choose that day or a later one.")
        raise ActionRefused(
            (planned if later.starts_on > clock.today() else begun)
            % {"day": era_date(later.starts_on), "department": department.name, "pair": later},
            field="starts_on",
        )
    if same_day := department.pairs.filter(starts_on=starts_on).first():
        same_day.lead, same_day.partner = lead, partner
        signed(same_day, by).save()
        return same_day
    for before in department.pairs.from_day(starts_on):
        before.ends_on = starts_on - DAY
        signed(before, by).save()
    pair = Pair(department=department, lead=lead, partner=partner, starts_on=starts_on)
    signed(pair, by).save()
    return pair


@transaction.atomic
def cancel_planned_pair(*, pair: Pair, by: User | System) -> None:
    """Take a planned change back: the pair before it goes on. Refused once its first day has come.

    The row goes, for it never answered for anybody; its history stays and says what had been planned, and who
    took it back.
    """
    lock_departments([pair.department])
    planned = Pair.objects.filter(pk=pair.pk).first()
    if planned is None:
        raise ActionRefused(_("This planned change is no longer there."))
    if planned.starts_on <= clock.today():
        raise ActionRefused(
            _("This pair has answered for %(department)s since %(day)s. Form the next pair instead.")
            % {"department": pair.department.name, "day": era_date(planned.starts_on)}
        )
    before = pair.department.pairs.filter(ends_on=planned.starts_on - DAY).first()
    signed(planned, by).delete()
    if before:
        before.ends_on = planned.ends_on
        signed(before, by).save()


@transaction.atomic
def replace_in_pairs(
    *, person: User, successor: User | None, starts_on: date, departments: Iterable[Department], by: User | System
) -> list[Pair]:
    """Give the seats of `person` in the pairs of `departments` to `successor` (None: vacant) from `starts_on` on.

    Planned pairs in which the person sits are changed too. Returns the pairs in which the seat is now another's.
    Refused where the person has no seat, or where nobody, or the same person twice, would be left in a pair.
    """
    departments = list(departments)
    lock_departments(departments)
    if successor == person:
        raise ActionRefused(_("Choose somebody else than %(name)s.") % {"name": person.name}, field="successor")
    hold_members(successor=successor)
    changed = []
    for department in departments:
        periods = department.pairs.with_member(person).from_day(starts_on).with_people().order_by("starts_on")
        if not periods:
            raise ActionRefused(
                _("%(name)s no longer sits in the pair of %(department)s.")
                % {"name": person.name, "department": department.name},
                field="departments",
            )
        changed += [_replace_in(pair, person, successor, starts_on, by) for pair in periods]
    return changed


def _replace_in(pair: Pair, person: User, successor: User | None, starts_on: date, by: User | System) -> Pair:
    others = [other for other in pair.people if other != person]
    names = {"department": pair.department.name, "name": successor.name if successor else ""}
    if successor in others:
        raise ActionRefused(
            _("%(name)s already sits in the pair of %(department)s. Choose somebody else there.") % names,
            field="successor",
        )
    if not (successor or others):
        raise ActionRefused(
            _("The other seat of %(department)s is vacant. Name a successor there.") % names, field="successor"
        )
    if pair.starts_on < starts_on:
        ends_on, pair.ends_on = pair.ends_on, starts_on - DAY
        signed(pair, by).save()
        pair = Pair(
            department=pair.department, lead=pair.lead, partner=pair.partner, starts_on=starts_on, ends_on=ends_on
        )
    if pair.lead == person:
        pair.lead = successor
    else:
        pair.partner = successor
    signed(pair, by).save()
    return pair
