"""Cases, and what else somebody looks after, go to others: with a change of pair, or when a person leaves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from consultations import elsewhere, mail, touched
from consultations.actions._event import event
from consultations.actions._giving import give
from consultations.actions._rows import as_kept
from consultations.actions.correcting import set_supporters
from consultations.actions.stepping import change_step
from consultations.elsewhere import Matter
from consultations.models import Ask, Case, Entry, NextStep
from consultations.models.case_queryset import CaseQuerySet
from knowledge import actions as knowledge
from knowledge.models import Article
from office import actions as office
from office import clock
from office.actions import ActionRefused
from office.actors import System
from office.listing import listed
from office.models import Absence, Department, Pair, User
from office.wording import era_date
from outbox import actions as outbox

ENTERED_LATE = timedelta(days=92)
PLANNED_AHEAD = timedelta(days=366)


# --- pairs


@event
def change_pair_of_department(
    *,
    department: Department,
    lead: User | None,
    partner: User | None,
    starts_on: date,
    by: User | System,
    instead_of: Pair | None = None,
    seen: str | None = None,
) -> Pair:
    """Form a department's next pair. From its first day on, the department's open cases are its own.

    `instead_of` is the planned pair that this one replaces, `seen` the state of the department's pairs that somebody
    looked at. Refused as `office.actions.form_pair` refuses, where that state has changed, where another change is
    planned, where nothing would change, and where the day is months ago or more than a year away.
    """
    _refuse_slips(starts_on)
    office.lock_departments([department])
    if seen is not None and seen != office.state_of_pairs(department):
        raise ActionRefused(
            _("Someone changed the pairs of %(department)s while you were writing. Check them, then send again.")
            % {"department": department.name}
        )
    others = department.pairs.planned().exclude(pk__in=[instead_of.pk] if instead_of else [])
    if other := others.with_people().order_by("starts_on").first():
        raise ActionRefused(
            _("Another change is already planned: %(pair)s from %(day)s. Change that one, or cancel it first.")
            % {"pair": other, "day": era_date(other.starts_on)},
            field="starts_on",
        )
    if instead_of and instead_of.starts_on != starts_on:
        office.cancel_planned_pair(pair=instead_of, by=by)
    before = office.pair_of(department, starts_on)
    if before and (before.lead, before.partner) == (lead, partner):
        raise ActionRefused(
            _("%(pair)s answer for %(department)s on that day already. Nothing would change.")
            % {"pair": before, "department": department.name}
        )
    names = _names_of_today([department])
    pair = office.form_pair(department=department, lead=lead, partner=partner, starts_on=starts_on, by=by)
    _follow_pairs(by, [department], names)
    return pair


@event
def replace_in_pairs(
    *, person: User, successor: User | None, starts_on: date, departments: Iterable[Department], by: User | System
) -> list[Pair]:
    """Give a person's seats in several departments to another, cases and all, in one go.

    Refused as `office.actions.replace_in_pairs` refuses, and where the day is months ago or more than a year away.
    """
    _refuse_slips(starts_on)
    departments = list(departments)
    office.lock_departments(departments)
    names = _names_of_today(departments)
    pairs = office.replace_in_pairs(
        person=person, successor=successor, starts_on=starts_on, departments=departments, by=by
    )
    _follow_pairs(by, departments, names)
    return pairs


@event
def hand_cases_to_current_pairs(*, by: User | System) -> int:
    """Move open cases to the pairs whose first day has come. Returns how many moved."""
    return _follow_pairs(by, Department.objects.all(), {})


def both_change(pair: Pair) -> bool:
    """Whether nobody of the pair before stays: then there is more to tell each other than a list of cases."""
    return pair.keeps_nobody_of(office.pair_of(pair.department, pair.starts_on - timedelta(days=1)))


def _refuse_slips(starts_on: date) -> None:
    if starts_on < clock.today() - ENTERED_LATE:
        raise ActionRefused(_("The first day is more than three months ago. Check the month."), field="starts_on")
    if starts_on > clock.today() + PLANNED_AHEAD:
        raise ActionRefused(_("The first day is more than a year away. Check the year."), field="starts_on")


def _names_of_today(departments: Iterable[Department]) -> dict[int, str]:
    """What today's pairs are called, before one of them is corrected in place."""
    pairs = Pair.objects.current().filter(department__in=list(departments)).with_people()
    return {pair.pk: as_kept(pair) for pair in pairs}


def _follow_pairs(by: User | System, departments: Iterable[Department], names: Mapping[int, str]) -> int:
    """Give the open cases of `departments` to the pairs of today; each member is told once, of all that is new to them.

    A case belongs to the department of its pair, also where that was chosen by hand. `names`: what the pairs were
    called before, where they may have been corrected in place. Returns how many cases changed hands.
    """
    pairs = Pair.objects.current().filter(department__in=departments).with_people().select_related("department")
    today = {pair.department_id: pair for pair in pairs}
    renamed = [pair.pk for pair in pairs if pair.pk in names and names[pair.pk] != as_kept(pair)]
    elsewhere = Q(pair=None, department__in=today) | Q(pair__department__in=today)
    settled = [pair.pk for pair in pairs if pair.pk not in renamed]
    cases = Case.objects.open().filter(elsewhere).exclude(pair__in=settled)
    for case in _locked_in_order(Case.objects.closed().filter(pair__in=renamed)):
        touched.note(case.pk)  # nothing happens to it, but it is found by other names
    handed: dict[Pair, list[Case]] = {}
    first: Entry | None = None
    for case in _locked_in_order(cases):
        pair = today[case.pair.department_id if case.pair else case.department_id]
        if entry := give(case, by, pair, names.get(pair.pk) if case.pair_id == pair.pk else None):
            handed.setdefault(pair, []).append(case)
            first = first or entry
    if first:
        outbox.send(key=f"handover:{first.pk}", about="", mails=mail.handed_over_together(handed))
    return sum(map(len, handed.values()))


def _locked_in_order(cases: CaseQuerySet) -> list[Case]:
    """The cases, locked in an order in which two who hand over do not block each other, and then read."""
    rows = cases.select_for_update(of=("self",), no_key=True).order_by("pk").only("pk")
    held = Case.objects.filter(pk__in=[case.pk for case in rows]).order_by("pk")
    return list(held.select_related("department", "section", "pair__department", "pair__lead", "pair__partner"))


# --- a person who leaves


@dataclass(frozen=True)
class Holdings:
    """What a person looks after. All but the questions to the meeting has to be handed on before they leave."""

    pairs: list[Pair]  # of today and planned
    cases: list[Case]  # open, that go with the seats
    supported: list[Case]
    steps: list[NextStep]
    deputyships: list[Absence]
    articles: list[Article]
    matters: list[Matter]  # about no case, and seats of meetings
    asks: list[Ask]  # stay with their cases: whoever has the case then takes part

    @property
    def departments(self) -> list[Department]:
        return list(dict.fromkeys(pair.department for pair in self.pairs))

    @property
    def for_one(self) -> bool:
        """Whether there is something that goes to one successor, whoever gets the seats."""
        return bool(self.supported or self.steps or self.deputyships or self.articles or self.matters)

    def __bool__(self) -> bool:
        return bool(self.pairs) or self.for_one


def holdings(person: User) -> Holdings:
    """Everything that `person` looks after today, or will by a plan."""
    seats = Pair.objects.with_member(person)
    of_case = ("department", "section", "pair__lead", "pair__partner")
    steps = NextStep.objects.open().filter(owner=person)
    return Holdings(
        pairs=list(
            seats.from_day(clock.today())
            .with_people()
            .select_related("department")
            .order_by("department__order", "department__code", "starts_on")
        ),
        cases=list(Case.objects.open().filter(pair__in=seats.values("pk")).select_related(*of_case)),
        supported=list(Case.objects.open().filter(supporters=person).select_related(*of_case)),
        steps=list(steps.select_related("case__department").order_by("due_on", "pk")),
        deputyships=list(Absence.objects.to_come().filter(deputy=person).select_related("user")),
        articles=list(Article.objects.held_by(person).select_related("published").order_by("pk")),
        matters=elsewhere.held_by(person),
        asks=list(Ask.objects.open().filter(asked_by=person).select_related("case__department")),
    )


def still_held(*, user: User, **_signal: Any) -> list[str]:
    """What `user` holds at the desk, in words; asked for by `office.actions.leaving`."""
    held = []
    if supported := Case.objects.open().filter(supporters=user).order_by("fiscal_year", "serial"):
        held.append(_("support of cases (%(numbers)s)") % {"numbers": listed(case.number for case in supported)})
    steps = NextStep.objects.open().filter(owner=user).select_related("case")
    if numbers := dict.fromkeys(step.case.number for step in steps):
        held.append(_("next steps (%(numbers)s)") % {"numbers": listed(numbers)})
    return held


@event
def hand_on(*, person: User, seats: Mapping[Department, User | None], heir: User | None, by: User) -> None:
    """Hand on everything that `person` looks after, from today on.

    `seats`: who takes the seat in each department's pair (None: it stays vacant); the open cases go along. `heir`
    takes everything else. Whoever gets something is told once. Refused where a seat or one of these would be left to
    nobody, and as `replace_in_pairs` refuses.
    """
    office.lock_departments(seats)
    elsewhere.lock()
    _lock_people(person, heir, *seats.values())
    held = holdings(person)
    if missing := [department.name for department in held.departments if department not in seats]:
        raise ActionRefused(
            _("%(name)s also answers for %(departments)s. Say who takes over there, then send again.")
            % {"name": person.name, "departments": listed(missing)}
        )
    if held.for_one and (heir is None or heir == person):
        raise ActionRefused(
            _("Choose who takes over the supports, next steps, decisions, meeting seats, deputyships and articles."),
            field="heir",
        )
    office.hold_members(**{f"seat_{department.pk}": seats[department] for department in held.departments}, heir=heir)
    names = _names_of_today(held.departments)
    for department in held.departments:
        office.replace_in_pairs(
            person=person, successor=seats[department], starts_on=clock.today(), departments=[department], by=by
        )
    # All cases at once and in order; what belongs to them is read after that, as it is now.
    keys = {case.pk for case in [*held.cases, *held.supported]} | {step.case_id for step in held.steps}
    _locked_in_order(Case.objects.filter(pk__in=keys))
    _follow_pairs(by, held.departments, names)
    if heir and held.for_one:
        _give_the_rest(person, heir, by)


def _lock_people(leaver: User, *takers: User | None) -> None:
    """Hold all who are named further on: these, and whoever `leaver` stands in for."""
    # In one go, as some of them are named only after the cases, which come after people. Whether those who are given
    # something work in the office is asked there; the others need not.
    named = Q(pk__in=[person.pk for person in (leaver, *takers) if person])
    absent = Q(pk__in=Absence.objects.to_come().filter(deputy=leaver).values("user"))
    list(User.objects.select_for_update(no_key=True).filter(named | absent).order_by("pk").values_list("pk"))


def _give_the_rest(person: User, heir: User, by: User) -> None:
    held = holdings(person)
    for case in held.supported:
        others = [each for each in case.supporters.all() if each != person]
        # whoever is in the pair needs not be named again
        more = [] if case.pair and heir in case.pair.people else [heir]
        set_supporters(case=case, by=by, supporters=[*others, *more])
    for step in held.steps:
        change_step(step=step, by=by, text=step.text, due_on=step.due_on, owner=heir)
    for absence in held.deputyships:
        office.change_absence(absence=absence, deputy=heir, starts_on=absence.starts_on, ends_on=absence.ends_on, by=by)
    knowledge.hand_on_articles(person=person, heir=heir, by=by)
    elsewhere.hand_on(person=person, heir=heir, by=by)
    outbox.send(
        key=f"handed_on:{person.pk}:{heir.pk}:{clock.now().isoformat()}",
        about="",
        mails=mail.handed_on(person, heir, held),
    )
