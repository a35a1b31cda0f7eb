"""Who answers for which department, who is away, and what a person leaves behind."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations import actions
from consultations.actions import ActionRefused
from consultations.forms.ownership import AbsenceForm, DepartmentPairForm, LeavingForm, PersonPairsForm
from consultations.models import Case
from office import actions as office
from office import clock, once
from office.access import keepers_only, looks_and_changes, office_only
from office.fields import whole_number
from office.listing import listed
from office.models import Absence, Department, Pair, Role, User
from office.wording import era_date


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


# --- pairs


@dataclass
class Answering:
    """Who answers for a department: today, and by a plan."""

    department: Department
    cases: int
    pair: Pair | None = None
    planned: list[Pair] = field(default_factory=list)

    @property
    def both_change(self) -> bool:
        return any(pair.keeps_nobody_of(self.pair) for pair in self.planned[:1])

    @property
    def is_vacant(self) -> bool:
        return self.pair is None or len(self.pair.people) < 2


@keepers_only
@require_safe
def pair_list(request: HttpRequest) -> HttpResponse:
    """Every department with its pair, planned changes and open cases; and every person with their departments."""
    # A case given to another department's pair by hand is theirs.
    looked_after = Coalesce("pair__department", "department")
    open_cases = dict(Case.objects.open().order_by().values_list(looked_after).annotate(n=Count("pk")))
    departments = Department.objects.filter(Q(pk__in=Department.objects.current().values("pk")) | Q(pk__in=open_cases))
    rows = {row.pk: Answering(row, open_cases.get(row.pk, 0)) for row in departments}
    today = clock.today()
    pairs = Pair.objects.from_day(today).filter(department__in=rows).with_people().order_by("starts_on")
    for pair in pairs:
        row = rows[pair.department_id]
        if pair.starts_on > today:
            row.planned.append(pair)
        else:
            row.pair = pair
    Absence.objects.note_on(person for pair in pairs for person in pair.people)
    page = {
        "rows": list(rows.values()),
        "vacant": sum(row.is_vacant for row in rows.values()),
        "planned": sum(bool(row.planned) for row in rows.values()),
        "people": _people_in(list(rows.values())),
    }
    return render(request, "consultations/ownership/pair_list.html", page)


def _people_in(rows: list[Answering]) -> list[dict[str, Any]]:
    """Who sits in pairs, with how many departments and open cases; those with most first."""
    people: dict[int, User] = {}
    seats: Counter[int] = Counter()
    cases: Counter[int] = Counter()
    for row in rows:
        today = row.pair.people if row.pair else []
        for person in today:
            seats[person.pk] += 1
            cases[person.pk] += row.cases
        for person in [*today, *(person for pair in row.planned for person in pair.people)]:
            people.setdefault(person.pk, person)
    found = [{"person": person, "seats": seats[pk], "cases": cases[pk]} for pk, person in people.items()]
    return sorted(found, key=lambda row: (-row["seats"], row["person"].pk))


@keepers_only
@looks_and_changes
def pair_department(request: HttpRequest, code: str) -> HttpResponse:
    """The pairs of a department, before, now and planned, and the form for the next."""
    department = get_object_or_404(Department, code=code)
    planned = department.pairs.planned().with_people().order_by("starts_on").first()
    if request.method != "POST":
        like = planned or office.pair_of(department)
        initial = {"starts_on": planned.starts_on if planned else clock.today()}
        initial |= {"lead": like.lead, "partner": like.partner} if like else {}
        return _pair_department(request, department, DepartmentPairForm(initial=initial))
    form = DepartmentPairForm(request.POST)
    formed: list[Pair] = []

    def act() -> None:
        words = {"instead_of": planned, "seen": request.POST.get("seen"), "by": request.user}
        formed.append(actions.change_pair_of_department(department=department, **form.cleaned_data, **words))

    if status := once.take(request, form, act):
        return _pair_department(request, department, form, status)
    for pair in formed:
        about = {"pair": pair, "department": department.name, "day": era_date(pair.starts_on)}
        if pair.starts_on > clock.today():
            words = _("It is planned that %(pair)s answer for %(department)s from %(day)s on.")
        else:
            words = _("%(pair)s answer for %(department)s. The open cases are theirs.")
        messages.success(request, words % about)
    _warn_of_new_pairs(request, formed)
    return redirect("pair_department", department.code)


def _warn_of_new_pairs(request: HttpRequest, pairs: list[Pair]) -> None:
    """Personnel decides; but where nobody stays who knows the cases, time is needed to hand over."""
    if both := [pair.department.name for pair in pairs if actions.both_change(pair)]:
        messages.warning(
            request,
            _("In %(departments)s both members change at once. Leave them time to hand over in person.")
            % {"departments": listed(dict.fromkeys(both))},
        )


def _pair_department(
    request: HttpRequest, department: Department, form: DepartmentPairForm, status: int = 200
) -> HttpResponse:
    pairs = list(department.pairs.with_people().order_by("-starts_on"))
    Absence.objects.note_on(person for pair in pairs for person in pair.people)
    today = clock.today()
    cases = Case.objects.open().for_the_list().select_related("pair__department").order_by("fiscal_year", "serial")
    looked_after = Q(pair__department=department) | Q(pair=None, department=department)
    page = {
        "department": department,
        "form": form,
        "current": next((pair for pair in pairs if pair.starts_on <= today), None),
        "planned": [pair for pair in reversed(pairs) if pair.starts_on > today],
        "both_change": [pair for pair in pairs if pair.starts_on > today and actions.both_change(pair)],
        "former": [pair for pair in pairs if pair.ends_on and pair.ends_on < today],
        "taken_back": _taken_back(department),
        "cases": list(cases.filter(looked_after)),
        "elsewhere": list(cases.filter(department=department).exclude(looked_after)),
        # A refusal shows the newest state; who merely mistyped is still on the one first seen.
        "seen": request.POST.get("seen") if status == 422 else office.state_of_pairs(department),
        "once": once.new_key(),
    }
    return render(request, "consultations/ownership/pair_department.html", page, status=status)


def _taken_back(department: Department) -> list[dict[str, Any]]:
    """The plans that never came to be, the last first."""
    states = Pair.history.filter(department=department, history_type="-").order_by("-history_date", "-history_id")
    return [
        {
            "pair": Pair(department=department, lead=state.lead, partner=state.partner, starts_on=state.starts_on),
            "by": state.history_user,
            "at": state.history_date,
        }
        for state in states.select_related("lead", "partner", "history_user")
    ]


@keepers_only
@require_POST
def pair_cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Take a planned change back."""
    department = get_object_or_404(Department, code=code)
    pair = department.pairs.filter(pk=whole_number(request.POST.get("pair", ""))).select_related("department").first()
    try:
        if pair is None:
            raise ActionRefused(_("This planned change is no longer there."))
        office.cancel_planned_pair(pair=pair, by=request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The planned change of %(department)s is taken back.") % {"department": department})
    return redirect("pair_department", department.code)


@keepers_only
@looks_and_changes
def pair_person(request: HttpRequest, username: str) -> HttpResponse:
    """Give a person's seats, in one department or in many, to another."""
    person = get_object_or_404(User, username=username, role=Role.OFFICE)
    pairs = list(
        Pair.objects.with_member(person)
        .from_day(clock.today())
        .with_people()
        .select_related("department")
        .order_by("department__order", "department__code", "starts_on")
    )
    departments = list(dict.fromkeys(pair.department for pair in pairs))
    form = PersonPairsForm(person, departments, _sent(request), initial={"starts_on": clock.today()})
    status, formed = 200, []

    def act() -> None:
        formed.extend(actions.replace_in_pairs(person=person, by=request.user, **form.cleaned_data))

    if request.method == "POST":
        status = once.take(request, form, act)
        if status == once.DONE:
            words = _("The seats of %(name)s are handed over in %(departments)s.")
            names = dict.fromkeys(pair.department.name for pair in formed)
            messages.success(request, words % {"name": person.name, "departments": listed(names)})
            _warn_of_new_pairs(request, formed)
            return redirect("pair_list")
    page = {"person": person, "pairs": pairs, "today": clock.today(), "form": form, "once": once.new_key()}
    return render(request, "consultations/ownership/pair_person.html", page, status=status)


# --- leaving


@keepers_only
@looks_and_changes
def leaving(request: HttpRequest, username: str) -> HttpResponse:
    """Everything that a person looks after, and to whom it goes; an administrator also ends the account here."""
    person = get_object_or_404(User, username=username, role=Role.OFFICE)
    held = actions.holdings(person)
    form = LeavingForm(person, held, _sent(request))
    ends = request.user.is_superuser and person.is_active and person != request.user
    status = 200

    def act() -> None:
        if held:
            actions.hand_on(person=person, by=request.user, **form.words())
        if ends and "leave" in request.POST:
            office.leave(user=person, by=request.user)

    if request.method == "POST":
        status = once.take(request, form, act)
        if status == once.DONE:
            left = ends and "leave" in request.POST
            words = _("%(name)s has left, and the account is closed.") if left else _("All of %(name)s is handed on.")
            messages.success(request, words % {"name": person.name})
            return redirect("leaving", person.username)
    page = {"person": person, "held": held, "form": form, "ends": ends, "once": once.new_key()}
    return render(request, "consultations/ownership/leaving.html", page, status=status)


# --- absences


@office_only
@looks_and_changes
def absence_list(request: HttpRequest) -> HttpResponse:
    """Who is away, now and soon, and who stands in; with the form for another absence."""
    person = request.user
    form = AbsenceForm(Absence(), person, _sent(request), initial=_suggested(request))
    status = 200

    def act() -> None:
        office.announce_absence(**{"user": person, **form.cleaned_data}, by=person)

    if request.method == "POST":
        status = once.take(request, form, act)
        if status == once.DONE:
            messages.success(request, _("The absence is entered."))
            _warn_of_deputyships(request, form.cleaned_data.get("user", person))
            return redirect("absence_list")
    absences = list(Absence.objects.to_come().filter(user__is_active=True).select_related("user", "deputy"))
    for absence in absences:
        absence.is_mine = _may_change(request.user, absence)
        absence.deputy_away = [
            other
            for other in absences
            if other.user == absence.deputy
            and other.starts_on <= absence.ends_on
            and other.ends_on >= absence.starts_on
        ]
    page = {"absences": absences, "today": clock.today(), "form": form, "once": once.new_key()}
    return render(request, "consultations/ownership/absence_list.html", page, status=status)


def _suggested(request: HttpRequest) -> dict[str, Any]:
    return {
        "user": request.user,
        "deputy": None if request.user.is_keeper else office.usual_deputy(request.user),
        "starts_on": clock.today(),
    }


def _may_change(user: User, absence: Absence) -> bool:
    return user.is_keeper or absence.user == user


def _warn_of_deputyships(request: HttpRequest, person: User) -> None:
    """Whoever goes away while standing in for another is told; somebody else is needed then."""
    for own in Absence.objects.to_come().filter(user=person):
        both = Absence.objects.within(own.starts_on, own.ends_on).filter(deputy=person).select_related("user")
        for other in both:
            messages.warning(
                request,
                _("%(name)s was to stand in for %(other)s meanwhile. Choose another deputy there.")
                % {"name": person.name, "other": other.user.name},
            )


def _found(request: HttpRequest, absence: int) -> Absence:
    """The absence, which the person, leads and administrators may change."""
    absences = Absence.objects.to_come().select_related("user", "deputy")
    mine = absences if request.user.is_keeper else absences.filter(user=request.user)
    return get_object_or_404(mine, pk=absence)


@office_only
@looks_and_changes
def absence_change(request: HttpRequest, absence: int) -> HttpResponse:
    found = _found(request, absence)
    initial = {name: getattr(found, name) for name in ("starts_on", "ends_on", "deputy")}
    form = AbsenceForm(found, request.user, _sent(request), initial=initial)
    status = 200
    if request.method == "POST":
        status = once.take(
            request, form, lambda: office.change_absence(absence=found, by=request.user, **form.cleaned_data)
        )
        if status == once.DONE:
            messages.success(request, _("The changes are saved."))
            _warn_of_deputyships(request, found.user)
            return redirect("absence_list")
    page = {"absence": found, "form": form, "once": once.new_key()}
    return render(request, "consultations/ownership/absence_change.html", page, status=status)


@office_only
@require_POST
def absence_end(request: HttpRequest, absence: int) -> HttpResponse:
    """The person is here again."""
    found = _found(request, absence)
    try:
        office.end_absence(absence=found, by=request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s is here again.") % {"name": found.user.name})
    return redirect("absence_list")
