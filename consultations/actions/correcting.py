"""Putting facts right, each change with its old and new value in the history."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from consultations import mail
from consultations.actions._event import event
from consultations.actions._giving import give
from consultations.actions._rows import change, locked, locked_open, save, tell
from consultations.actions.publishing import ask_anew
from consultations.models import Case, EntryKind
from consultations.models.entry import Requester
from knowledge import actions as knowledge
from knowledge.models import Topic
from office.actions import ActionRefused, hold_members, pair_of
from office.actors import System
from office.models import Department, Pair, Section, User


def _change(
    case: Case, by: User | Requester | System, also: dict[str, Any] | None = None, **new: Any
) -> dict[str, list[Any]]:
    """Set fields of a locked case, save, and record old and new, and `also` what else belongs to the event.

    Returns what changed; nothing changed: no entry.
    """
    if changes := change(case, **new):
        save(case, *changes)
        case.record(kind=EntryKind.CHANGED, by=by, data={"changes": changes, **(also or {})})
    return changes


@event
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

    Where it comes to be handled with care, the articles made from it are taken back, published or not. Refused where a
    closed case would lose the level or topic that its result needs.
    """
    case = locked(case, version)
    if case.closed_at and case.result and not (level and topic) and case.level and case.topic_id:
        raise ActionRefused(_("A closed case keeps a level and a topic."))
    retired = knowledge.retire_made_from(about=case.label, by=by) if sensitive and not case.sensitive else []
    _change(
        case,
        by,
        {"articles_retired": {str(article.pk): str(article) for article in retired}} if retired else {},
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


@event
def set_topic(*, case: Case, by: User, topic: Topic, version: int | None = None) -> Case:
    """Set what kind of consultation it is. Refused where the case is closed."""
    case = locked_open(case, version)
    _change(case, by, topic=topic)
    return case


@event
def set_level(*, case: Case, by: User, level: int, version: int | None = None) -> Case:
    """Set how deep the support goes, and nothing else. Refused where the case is closed."""
    case = locked_open(case, version)
    _change(case, by, level=level)
    return case


@event
def set_supporters(*, case: Case, by: User, supporters: Iterable[User], version: int | None = None) -> Case:
    """Set who of the office helps the pair with this case. Refused for people who do not work in the office."""
    new = set(supporters)
    hold_members(**{f"supporter_{person.pk}": person for person in new - set(case.supporters.all())})
    case = locked(case, version)
    former = set(case.supporters.all())
    if former != new:
        case.supporters.set(new)
        names = [sorted(person.name for person in people) for people in (former, new)]
        save(case)
        case.record(kind=EntryKind.CHANGED, by=by, data={"changes": {"supporters": names}})
    return case


@event
def set_concerned(*, case: Case, by: User, concerned: Iterable[Department], version: int | None = None) -> Case:
    """Set which departments the case concerns beside its own. Refused for its own."""
    case = locked(case, version)
    former, new = set(case.concerned.all()), set(concerned)
    if case.department in new:
        raise ActionRefused(_("%(name)s is the department that asks.") % {"name": case.department.name})
    if former != new:
        case.concerned.set(new)
        official = [sorted(departments, key=lambda d: (d.order, d.code)) for departments in (former, new)]
        save(case)
        names = [[department.name for department in departments] for departments in official]
        case.record(kind=EntryKind.CHANGED, by=by, data={"changes": {"concerned": names}})
    return case


@event
def correct_origin(
    *,
    case: Case,
    by: User,
    department: Department,
    section: Section | None = None,
    other_section: str = "",
    version: int | None = None,
) -> Case:
    """Correct department and section. In another department its pair takes over, and is told.

    What the requester said of an example is void then, as where its text is changed: it told the department.
    """
    case = locked(case, version)
    moved = case.department_id != department.pk
    also = ask_anew(case) if moved else {}
    _change(case, by, also, department=department, section=section, other_section="" if section else other_section)
    if moved:
        _assign(case, by, pair_of(department))
    return case


@event
def correct_contact(
    *,
    case: Case,
    by: User | Requester,
    name: str,
    email: str = "",
    cc: Sequence[str] = (),
    phone: str = "",
    version: int | None = None,
) -> Case:
    """Correct the contact, or hand it to a successor; the desk does it, or the requester by the link.

    Where somebody is no longer among the addresses, the old link ends: they are told, and the others get the new one.
    A new main address is mailed the link too. What the requester did is told to the pair.
    """
    case = locked(case, version)
    if isinstance(by, Requester) and by.case.generation != case.generation:
        raise ActionRefused(_("The contact was changed a moment ago, and this link has ended."))
    former = case.email, *case.cc
    gone = [address for address in former if address and address not in (email, *cc)]
    also = {"link_ended": gone} if gone else {}
    changes = _change(case, by, also, name=name, email=email, cc=list(cc), phone=phone)
    if gone:
        case.generation += 1
        save(case, "generation")
        tell(case, f"former:{case.version}", mail.former_contact(case, gone))
    if gone or "email" in changes:
        tell(case, f"contact:{case.version}", mail.new_contact(case))
    if changes and isinstance(by, Requester):
        tell(case, f"handed_on:{case.version}", mail.contact_handed_on(case, by.name or by.case.name))
    return case


@event
def assign_pair(*, case: Case, by: User | System, pair: Pair, version: int | None = None) -> Case:
    """Give the case to another pair, which is told. Refused where it has the case already."""
    case = locked(case, version)
    if case.pair_id == pair.pk:
        raise ActionRefused(_("This pair already has the case."))
    _assign(case, by, pair)
    return case


def _assign(case: Case, by: User | System, pair: Pair | None) -> None:
    if entry := give(case, by, pair):
        tell(case, f"pair:{entry.pk}", mail.handed_over(case))
