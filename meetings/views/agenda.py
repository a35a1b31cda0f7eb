"""The agenda of one meeting: composed on its page, printed on its sheet."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from consultations.models import Case
from consultations.models.case_queryset import CaseQuerySet
from consultations.states import Status
from meetings import actions, agenda
from meetings.actions import collecting
from meetings.forms.arranging import ArrangeForm
from meetings.forms.room import AdviceForm
from meetings.models import AgendaItem, Meeting
from office import clock, once
from office.access import looks_and_changes, office_only
from office.actions import ActionRefused
from office.fields import whole_number
from office.models import User

REFUSED, INVALID = 409, 422
# What the buttons of a row do to its item.
IN_A_ROW: dict[str, Callable[..., object]] = {
    "up": partial(actions.move_item, by_places=-1),
    "down": partial(actions.move_item, by_places=1),
    "drop": actions.drop_item,
    "back": actions.bring_back_item,
}


@office_only
@require_safe
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, meeting_of(pk))


@office_only
@looks_and_changes
def collect(request: HttpRequest, pk: int) -> HttpResponse:
    """Put onto the agenda what has come up since."""
    meeting = meeting_of(pk)
    if request.method != "POST":  # after a refusal, or a session that ended, this address stands in the browser
        return redirect("meeting_detail", meeting.pk)
    try:
        came = actions.collect(meeting=meeting)
    except ActionRefused as refused:
        return _detail(request, meeting, refusal=str(refused), status=REFUSED)
    if came:
        text = ngettext("%(count)d item came onto the agenda.", "%(count)d items came onto the agenda.", came)
        messages.success(request, text % {"count": came})
    else:
        messages.info(request, _("There is nothing new. The agenda is complete."))
    return redirect("meeting_detail", meeting.pk)


@office_only
@looks_and_changes
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the places and minutes typed in all rows, then do what the button says that was pressed in one: all or
    nothing.
    """
    if request.method != "POST":
        return redirect("meeting_detail", meeting_of(pk).pk)
    act, _dash, key = request.POST.get("act", "").partition("-")
    item = (whole_number(key) or 0) if act in IN_A_ROW else None
    if item and is_gone(request, item):
        refusal = _("This item was dropped already.")
        return _detail(request, meeting_of(pk), arranging=request.POST, refusal=refusal, status=REFUSED)
    meeting, row = (meeting_of(pk), None) if item is None else item_of(request, pk, item)
    form = ArrangeForm(request.POST, items=agenda.of(meeting, request.user, alike=False).current)
    if not form.is_valid():
        return _detail(request, meeting, arranging=request.POST, status=INVALID)
    try:
        with transaction.atomic():
            actions.set_minutes(meeting=meeting, by=request.user, minutes=form.minutes)
            actions.place_items(meeting=meeting, by=request.user, places=form.places)
            if row:
                IN_A_ROW[act](item=row, by=request.user)
    except ActionRefused as refused:
        return _detail(request, meeting, arranging=request.POST, refusal=str(refused), status=REFUSED)
    messages.success(request, _("The agenda is saved."))
    shown = row or next(iter([*form.minutes, *form.places]), None)
    return redirect(f"{reverse('meeting_detail', args=[meeting.pk])}#{f'row-{shown.pk}' if shown else 'order'}")


@office_only
@looks_and_changes
def record_advice(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Write down what the meeting advised on one question; it stands on the case from then on."""
    if request.method == "POST" and ((meeting := meeting_of(pk)).called_off_at or is_gone(request, item)):
        refusal = "" if meeting.called_off_at else _("This item was dropped already.")
        form = _advice_form(item, request.POST)
        return _detail(request, meeting, typed={item: form}, refusal=refusal, status=REFUSED)
    meeting, row = item_of(request, pk, item)
    back = f"{reverse('meeting_detail', args=[meeting.pk])}#item-{row.pk}"
    if request.method != "POST":
        return redirect(back)
    form = _advice_form(row.pk, request.POST)
    status = once.take(request, form, lambda: actions.finish_item(item=row, by=request.user, **form.cleaned_data))
    if status == once.DONE:
        messages.success(request, _("The advice stands on case %(number)s now.") % {"number": row.case.number})
        return redirect(back)
    return _detail(request, meeting, typed={row.pk: form}, status=status)


@office_only
@require_safe
def print_agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for print: the week in figures, all open cases in a line each, a block for each question."""
    meeting = meeting_of(pk)
    context = {"meeting": meeting, "agenda": agenda.of(meeting, request.user), **_overview(meeting, request.user)}
    return render(request, "meetings/agenda.html", context)


def meeting_of(pk: int) -> Meeting:
    return get_object_or_404(
        Meeting.objects.select_related("facilitator", "recorder", "confirmed_by", "called_off_by"), pk=pk
    )


def item_of(request: HttpRequest, pk: int, item: int) -> tuple[Meeting, AgendaItem]:
    meeting = meeting_of(pk)
    rows = meeting.items.visible_to(request.user).select_related("ask__case", "case", "meeting")
    return meeting, get_object_or_404(rows, pk=item)


def is_gone(request: HttpRequest, item: int) -> bool:
    """Whether a form was sent of an item that stands on no agenda any more: there was no more reason for it, or it came
    onto an earlier agenda, as another row.
    """
    return bool(request.POST) and not AgendaItem.objects.filter(pk=item).exists()


def _advice_form(item: int, data: Any = None) -> AdviceForm:
    """One of several on the page: its ids carry the item's."""
    return AdviceForm(data, auto_id=f"id_{item}_%s")


def _detail(
    request: HttpRequest,
    meeting: Meeting,
    *,
    typed: dict[int, AdviceForm] | None = None,
    arranging: Any = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a meeting; `typed` holds the form that was sent and refused, under its agenda item, `arranging` what
    was sent and refused of the rows.
    """
    typed = typed or {}
    shown = agenda.of(meeting, request.user)
    arrange_form = ArrangeForm(arranging, items=shown.current)
    there = {item.pk for item in shown.questions}
    context = {
        "meeting": meeting,
        "agenda": shown,
        "items": [(item, typed.get(item.pk) or _advice_form(item.pk)) for item in shown.questions],
        "once": once.new_key(),
        "arrange_form": arrange_form,
        "refused_form": next(iter(typed.values()), arrange_form),
        # Somebody has dropped the question meanwhile.
        "lost_form": next((form for item, form in typed.items() if item not in there), None),
        "refusal": refusal,
        "may_arrange": meeting.is_open and not meeting.is_past,
        "uncollected": 0 if meeting.is_past or not meeting.is_open else collecting.uncollected(meeting),
        **_overview(meeting, request.user),
    }
    return render(request, "meetings/meeting_detail.html", context, status=status)


def _overview(meeting: Meeting, user: User) -> dict[str, Any]:
    """The open cases in the official order of departments, their numbers, and what came and went since last time."""
    cases = Case.objects.visible_to(user)
    open_cases = agenda.open_cases(user)
    by_status = Counter(case.status for case in open_cases)
    since, until = meeting.since(), meeting.begins_at
    return {
        "today": clock.today(),
        "cases": open_cases,
        "by_status": [(status, by_status[status]) for status in Status],
        "follow_up_reached": sum(case.follow_up_is_reached for case in open_cases),
        "since": since,
        **_came_and_went(cases, since, until),
    }


def _came_and_went(cases: CaseQuerySet, since: datetime, until: datetime) -> dict[str, int]:
    """How many cases came to the desk between two moments, and how many closed. 1 SQL."""
    # the last entry is older than neither, and has an index
    touched = cases.counted().filter(last_entry_at__gte=since)
    groups = {
        "received": touched.heard_of(since, until),
        "closed": touched.filter(closed_at__gte=since, closed_at__lt=until),
    }
    counts = [
        rows.order_by().values(group=Value(name)).annotate(n=Count("pk")).values_list("group", "n")
        for name, rows in groups.items()
    ]
    return dict.fromkeys(groups, 0) | dict(counts[0].union(counts[1], all=True))
