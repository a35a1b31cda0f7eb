from collections import Counter
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from consultations import once
from consultations.models import Ask, Case
from consultations.states import Status
from meetings import actions
from meetings.forms import AdviceForm, MeetingForm, SeatsForm
from meetings.models import Meeting
from office import clock, era
from office.access import looks_and_changes, office_only
from office.actions import ActionRefused
from office.models import User

REFUSED, INVALID = 409, 422


@office_only
@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The next meeting, those planned after it, and the past ones of one fiscal year (`?year=2026`)."""
    coming = list(Meeting.objects.coming().for_the_list())
    past = Meeting.objects.past()
    years = sorted({era.fiscal_year(day) for day in past.values_list("held_on", flat=True)}, reverse=True)
    year = next((year for year in years if str(year) == request.GET.get("year")), years[0] if years else None)
    context = {
        "next": coming[0] if coming else None,
        "later": coming[1:],
        "years": years,
        "year": year,
        "past": past.in_fiscal_year(year).for_the_list() if year else [],
        "open_questions": Ask.objects.open().count(),
    }
    return render(request, "meetings/meeting_list.html", context)


@office_only
@looks_and_changes
def plan_meeting(request: HttpRequest) -> HttpResponse:
    """Plan the next meeting; the form opens with what is usual."""
    if request.method != "POST":
        form = MeetingForm(initial=_usual())
        return render(request, "meetings/meeting_form.html", {"form": form, "once": once.new_key()})
    form = MeetingForm(request.POST)
    status = INVALID
    if form.is_valid():
        try:
            with transaction.atomic():
                if once.first_time(request):
                    actions.plan_meeting(by=request.user, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
            status = REFUSED
        else:
            messages.success(request, _("The meeting is planned and the open questions are on its agenda."))
            return redirect("meeting_detail", Meeting.objects.get(held_on=form.cleaned_data["held_on"]).pk)
    return render(request, "meetings/meeting_form.html", {"form": form, "once": once.new_key()}, status=status)


def _usual() -> dict[str, Any]:
    """What the form for the next meeting opens with: day, time, place and facilitator as they usually are."""
    initial: dict[str, Any] = {"held_on": Meeting.objects.suggested_day(), "starts_at": "10:00", "ends_at": "11:00"}
    facilitator = User.objects.team().filter(facilitator=True).first()
    if last := Meeting.objects.select_related("facilitator").first():
        initial |= {"starts_at": last.starts_at, "ends_at": last.ends_at, "place": last.place}
        facilitator = last.facilitator or facilitator
    return {**initial, "facilitator": facilitator}


@office_only
@looks_and_changes
def change_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Change time, place, seats, and the day while it is to come; any member of the office may."""
    meeting = get_object_or_404(Meeting, pk=pk)
    form_class = SeatsForm if meeting.is_past else MeetingForm
    if request.method != "POST":
        initial = {name: getattr(meeting, name) for name in form_class.base_fields}
        form = form_class(meeting=meeting, initial=initial)
        return render(request, "meetings/meeting_form.html", {"form": form, "meeting": meeting})
    form = form_class(request.POST, meeting=meeting)
    status = INVALID
    if form.is_valid():
        try:
            actions.change_meeting(meeting=meeting, by=request.user, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
            status = REFUSED
        else:
            messages.success(request, _("The meeting was changed."))
            return redirect("meeting_detail", meeting.pk)
    return render(request, "meetings/meeting_form.html", {"form": form, "meeting": meeting}, status=status)


@office_only
@require_safe
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _meeting(pk))


@office_only
@looks_and_changes
def collect_asks(request: HttpRequest, pk: int) -> HttpResponse:
    """Put questions raised since onto the agenda."""
    meeting = _meeting(pk)
    if request.method != "POST":  # after a refusal, or a session that ended, this address stands in the browser
        return redirect("meeting_detail", meeting.pk)
    try:
        came = actions.collect_asks(meeting=meeting)
    except ActionRefused as refused:
        return _detail(request, meeting, refusal=str(refused), status=REFUSED)
    if came:
        text = ngettext("%(count)d question came onto the agenda.", "%(count)d questions came onto the agenda.", came)
        messages.success(request, text % {"count": came})
    else:
        messages.info(request, _("There is no new question. The agenda is complete."))
    return redirect("meeting_detail", meeting.pk)


@office_only
@looks_and_changes
def record_advice(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Write down what the meeting advised on one question; it stands on the case from then on."""
    meeting = _meeting(pk)
    row = get_object_or_404(meeting.items.visible_to(request.user).select_related("ask__case", "meeting"), pk=item)
    if request.method != "POST":
        return redirect(f"{reverse('meeting_detail', args=[meeting.pk])}#item-{row.pk}")
    form = _advice_form(row.pk, request.POST)
    status = INVALID
    if form.is_valid():
        try:
            with transaction.atomic():
                if once.first_time(request):
                    actions.record_advice(item=row, by=request.user, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
            status = REFUSED
        else:
            messages.success(request, _("The advice stands on case %(number)s now.") % {"number": row.ask.case.number})
            return redirect(f"{reverse('meeting_detail', args=[meeting.pk])}#item-{row.pk}")
    return _detail(request, meeting, typed={row.pk: form}, status=status)


@office_only
@require_safe
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for print: the week in figures, all open cases in a line each, a block for each question."""
    meeting = _meeting(pk)
    context = {
        "meeting": meeting,
        "items": meeting.items.visible_to(request.user).for_the_agenda(),
        **_overview(meeting, request.user),
    }
    return render(request, "meetings/agenda.html", context)


def _meeting(pk: int) -> Meeting:
    return get_object_or_404(Meeting.objects.select_related("facilitator", "recorder"), pk=pk)


def _advice_form(item: int, data: Any = None) -> AdviceForm:
    """One of several on the page: its ids carry the item's."""
    return AdviceForm(data, auto_id=f"id_{item}_%s")


def _detail(
    request: HttpRequest,
    meeting: Meeting,
    *,
    typed: dict[int, AdviceForm] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a meeting; `typed` holds the form that was sent and refused, under its agenda item."""
    typed = typed or {}
    items = meeting.items.visible_to(request.user).for_the_agenda()
    context = {
        "meeting": meeting,
        "items": [(item, typed.get(item.pk) or _advice_form(item.pk)) for item in items],
        "once": once.new_key(),
        "refused_form": next(iter(typed.values()), None),
        "refusal": refusal,
        "uncollected": 0 if meeting.is_past else meeting.uncollected().count(),
        **_overview(meeting, request.user),
    }
    return render(request, "meetings/meeting_detail.html", context, status=status)


def _overview(meeting: Meeting, user: User) -> dict[str, Any]:
    """The open cases in the official order of departments, their numbers, and what came and went since last time."""
    cases = Case.objects.visible_to(user)
    open_cases = list(cases.open().for_the_list().order_by("department__order", "fiscal_year", "serial"))
    by_status = Counter(case.status for case in open_cases)
    since, until = meeting.since(), meeting.begins_at
    return {
        "today": clock.today(),
        "cases": open_cases,
        "by_status": [(status, by_status[status]) for status in Status],
        "follow_up_reached": sum(case.follow_up_is_reached for case in open_cases),
        "since": since,
        "received": cases.counted().filter(received_at__gte=since, received_at__lt=until).count(),
        # the last entry is never older than the closing, and has an index
        "closed": cases.counted().filter(last_entry_at__gte=since, closed_at__gte=since, closed_at__lt=until).count(),
    }
