"""Putting facts right, each change with its old and new value in the history."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from consultations import mail
from consultations.actions._rows import as_kept, locked, save, tell
from consultations.models import Case, EntryKind
from knowledge.models import Topic
from office import actions as office
from office import clock
from office.actions import ActionRefused, pair_of
from office.actors import System
from office.models import Department, Pair, Section, User


def _change(case: Case, by: User | System, **new: Any) -> dict[str, list[Any]]:
    """Set fields of a locked case, save, and record old and new. Returns what changed; nothing changed: no entry."""
    changes = {}
    for field, value in new.items():
        if (old := getattr(case, field)) != value:
            changes[field] = [as_kept(old), as_kept(value)]
            setattr(case, field, value)
    if changes:
        case.search_text = case.indexed_text()
        save(case, *changes, "search_text")
        case.record(kind=EntryKind.CHANGED, by=by, data={"changes": changes})
    return changes


@transaction.atomic
def describe(
    *,
    case: Case,
    by: User,
    title: str,
    topic: Topic | None,
    level: int | None,
    volume: str = "",
    coordination: str = "",
    technical: str = "",
    measure_state: str = "",
    sensitive: bool = False,
    version: int | None = None,
) -> Case:
    """Set what the pair makes of the case: its title, topic, level and estimates.

    Refused where a closed case would lose the level or topic that its result needs.
    """
    case = locked(case, version)
    if case.closed_at and case.result and not (level and topic) and case.level and case.topic_id:
        raise ActionRefused(_("A closed case keeps a level and a topic."))
    _change(
        case,
        by,
        title=title,
        topic=topic,
        level=level,
        volume=volume,
        coordination=coordination,
        technical=technical,
        measure_state=measure_state,
        sensitive=sensitive,
    )
    return case


@transaction.atomic
def correct_origin(
    *,
    case: Case,
    by: User,
    department: Department,
    section: Section | None = None,
    other_section: str = "",
    version: int | None = None,
) -> Case:
    """Correct department and section. In another department its pair takes over, and is told."""
    case = locked(case, version)
    moved = case.department_id != department.pk
    _change(case, by, department=department, section=section, other_section="" if section else other_section)
    if moved:
        _assign(case, by, pair_of(department))
    return case


@transaction.atomic
def correct_contact(
    *,
    case: Case,
    by: User,
    name: str,
    email: str = "",
    cc: Sequence[str] = (),
    phone: str = "",
    version: int | None = None,
) -> Case:
    """Correct the contact. Where somebody is no longer among the addresses, the old link ends; the others get the new.

    A new main address is mailed the link too.
    """
    case = locked(case, version)
    gone = {case.email, *case.cc} - {email, *cc, ""}
    changes = _change(case, by, name=name, email=email, cc=list(cc), phone=phone)
    if gone:
        case.generation += 1
        save(case, "generation")
    if gone or "email" in changes:
        tell(case, f"contact:{case.version}", mail.new_contact(case))
    return case


@transaction.atomic
def assign_pair(*, case: Case, by: User | System, pair: Pair, version: int | None = None) -> Case:
    """Give the case to another pair, which is told. Refused where it has the case already."""
    case = locked(case, version)
    if case.pair_id == pair.pk:
        raise ActionRefused(_("This pair already has the case."))
    _assign(case, by, pair)
    return case


def _assign(case: Case, by: User | System, pair: Pair | None) -> None:
    old, case.pair = case.pair, pair
    if old == pair:
        return
    save(case, "pair")
    entry = case.record(kind=EntryKind.PAIR_CHANGED, by=by, data={"changes": {"pair": [as_kept(old), as_kept(pair)]}})
    tell(case, f"pair:{entry.pk}", mail.handed_over(case))


@transaction.atomic
def change_pair_of_department(
    *, department: Department, lead: User | None, partner: User | None, starts_on: date, by: User
) -> Pair:
    """Form a department's next pair. From its first day on, the department's open cases are its own.

    Refused as `office.actions.form_pair` refuses.
    """
    pair = office.form_pair(department=department, lead=lead, partner=partner, starts_on=starts_on, by=by)
    if starts_on <= clock.today():
        _hand_open_cases(department, pair, by)
    return pair


def _hand_open_cases(department: Department, pair: Pair, by: User | System) -> int:
    """Move the department's open cases that its earlier pair had. Cases given to another pair by hand stay there."""
    former = Case.objects.open().filter(department=department).exclude(pair=pair).select_related("pair")
    moved = 0
    for seen in former:
        if seen.pair is None or seen.pair.department_id == department.pk:
            case = locked(seen)
            if case.is_open and case.pair_id == seen.pair_id:  # nobody was quicker
                _assign(case, by, pair)
                moved += 1
    return moved


@transaction.atomic
def hand_cases_to_current_pairs(*, by: User | System) -> int:
    """Move open cases to the pairs whose first day has come. Returns how many moved."""
    moved = 0
    for pair in Pair.objects.current().select_related("department"):
        moved += _hand_open_cases(pair.department, pair, by)
    return moved
