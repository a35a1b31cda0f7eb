"""Meetings in a row: planned, changed, found again."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from consultations.models import Ask
from meetings import actions, agenda
from meetings.forms.planning import CallOffForm, MeetingForm, SeatsForm, SeriesForm
from meetings.models import AgendaItem, Decision, Meeting
from meetings.models.meeting import MeetingQuerySet
from office import clock, era, once
from office.access import looks_and_changes, office_only
from office.actions import ActionRefused
from office.models import User

REFUSED, INVALID = 409, 422
# So many open decisions are listed; the others follow as these are carried out.
MOST_DECISIONS = 30


@office_only
@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The next meeting, those planned after it, and the past ones of one fiscal year (`?year=2026`)."""
    coming = list(Meeting.objects.coming().for_the_list())
    past = Meeting.objects.past()
    year, years = _year(request, past)
    context = {
        "next": coming[0] if coming else None,
        "later": coming[1:],
        "years": years,
        "year": year,
        "past": past.in_fiscal_year(year).for_the_list() if year else [],
        **_open_decisions(),
        "open_questions": Ask.objects.open().count(),
    }
    return render(request, "meetings/meeting_list.html", context)


def _open_decisions() -> dict[str, Any]:
    """What was decided about no case and is not carried out yet, the first due first; and how many more there are."""
    rows = Decision.objects.open().about_no_case()
    shown = list(rows.with_people()[: MOST_DECISIONS + 1])
    more = rows.count() - MOST_DECISIONS if len(shown) > MOST_DECISIONS else 0
    return {"decisions": shown[:MOST_DECISIONS], "more_decisions": more}


def _year(request: HttpRequest, past: MeetingQuerySet) -> tuple[int | None, list[int]]:
    """The fiscal year that the address asks for, else the last that has begun; and all that have meetings."""
    years = sorted({era.fiscal_year(day) for day in past.values_list("held_on", flat=True)}, reverse=True)
    begun = [year for year in years if year <= era.fiscal_year(clock.today())]
    asked = [year for year in years if str(year) == request.GET.get("year")]
    return next(iter([*asked, *begun, *years]), None), years


@office_only
@looks_and_changes
def plan_meeting(request: HttpRequest) -> HttpResponse:
    """Plan the next meeting; the form opens with what is usual."""
    if request.method != "POST":
        form = MeetingForm(initial=_usual())
        return render(request, "meetings/meeting_form.html", {"form": form, "once": once.new_key()})
    form = MeetingForm(request.POST)
    status = once.take(request, form, lambda: actions.plan_meeting(by=request.user, **form.cleaned_data))
    if status == once.DONE:
        planned = Meeting.objects.filter(held_on=form.cleaned_data["held_on"], called_off_at=None).first()
        if planned is None:  # sent again by the Back button, and moved to another day in between
            return redirect("meeting_list")
        messages.success(request, _("The meeting is planned and the open questions are on its agenda."))
        return redirect("meeting_detail", planned.pk)
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
            actions.change_meeting(meeting=meeting, by=request.user, **form.changes())
        except ActionRefused as refused:
            refused.tell(form)
            status = REFUSED
        else:
            messages.success(request, _("The meeting was changed."))
            return redirect("meeting_detail", meeting.pk)
    return render(request, "meetings/meeting_form.html", {"form": form, "meeting": meeting}, status=status)


@office_only
@looks_and_changes
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """What calling a meeting off does, and the button that does it."""
    meeting = get_object_or_404(Meeting.objects.select_related("called_off_by"), pk=pk)
    form, status = CallOffForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = once.take(
            request, form, lambda: actions.call_off(meeting=meeting, by=request.user, **form.cleaned_data)
        )
        if status == once.DONE:
            messages.success(request, _("The meeting is called off."))
            return redirect("meeting_detail", meeting.pk)
    context = {"form": form, "meeting": meeting, "once": once.new_key()}
    return render(request, "meetings/call_off.html", context, status=status)


@office_only
@looks_and_changes
def plan_series(request: HttpRequest) -> HttpResponse:
    """Plan the meetings of several weeks in one act."""
    if request.method != "POST":
        # the series moves each week where the office is closed
        form = SeriesForm(initial={**_usual(), "held_on": Meeting.objects.usual_day()})
        return render(request, "meetings/meeting_form.html", {"form": form, "once": once.new_key(), "series": True})
    form = SeriesForm(request.POST)
    planned: list[Meeting] = []
    status = once.take(request, form, lambda: planned.extend(actions.plan_series(by=request.user, **form.cleaned_data)))
    if status == once.DONE:
        text = ngettext("%(count)d meeting is planned.", "%(count)d meetings are planned.", len(planned))
        if planned:
            messages.success(request, text % {"count": len(planned)})
        return redirect("meeting_list")
    context = {"form": form, "once": once.new_key(), "series": True}
    return render(request, "meetings/meeting_form.html", context, status=status)


@office_only
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """For print: what the meetings of a fiscal year (`?year=2026`) advised and decided."""
    past = Meeting.objects.past().filter(called_off_at=None)
    year, years = _year(request, past)
    items = AgendaItem.objects.visible_to(request.user).standing().for_the_agenda().with_what_was_said()
    held = past.in_fiscal_year(year) if year else past.none()
    held = (
        held.select_related("facilitator", "recorder", "confirmed_by")
        .order_by("held_on")
        .prefetch_related(
            Prefetch("items", items, to_attr="shown"),
            Prefetch("decisions", Decision.objects.filter(item=None).with_people(), to_attr="own_decisions"),
        )
    )
    meetings = [(meeting, agenda.arranged(meeting, meeting.shown)) for meeting in held]
    return render(request, "meetings/archive.html", {"year": year, "years": years, "meetings": meetings})
