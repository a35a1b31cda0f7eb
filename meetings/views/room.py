"""In the meeting: one screen, the item that is talked about, and what everybody writes to it."""

import hashlib
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from meetings import actions, agenda, readers
from meetings.forms.room import AttendanceForm, DecideForm, FinishForm, LevelForm, MenuForm, SayForm
from meetings.models import AgendaItem, Decision, Meeting
from meetings.views.agenda import REFUSED, is_gone, item_of, meeting_of
from office import once
from office.access import looks_and_changes, office_only
from office.actions import ActionRefused
from office.fields import whole_number
from office.models import User

UNCHANGED = 204
# What is said once a form was taken.
DONE = {
    "say": _("Written down; it stands on the case."),
    "decide": _("The decision is written down."),
    "resolve": _("The decision is written down."),
    "finish": _("The item is done."),
    "level": _("The level was changed."),
    "menu": _("The support menu is chosen."),
    "attendance": _("Attendance is noted."),
}


@office_only
@require_safe
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The item in focus, or the one that the address names (`?item=7`)."""
    return _room(request, meeting_of(pk))


@office_only
@require_safe
def said(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the room that others change: what was said to an item, and where the meeting is by now.

    204 where the page has it all already (`?seen=`).
    """
    meeting = meeting_of(pk)
    shown = agenda.of(meeting, request.user, alike=False, said=True)
    context = {"meeting": meeting, **_standing(meeting, shown, request.GET.get("item", ""))}
    if context["stamp"] == request.GET.get("seen"):
        return HttpResponse(status=UNCHANGED)
    return render(request, "meetings/said.html", context)


@office_only
@looks_and_changes
def focus(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Go on to this item, with everybody in the room."""
    return _act(request, pk, item, lambda row: actions.focus(item=row, by=request.user), stays=False)


@office_only
@looks_and_changes
def say(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Write down what somebody says."""
    return _written(request, pk, item, "say", lambda row, typed: actions.say(item=row, by=request.user, **typed))


@office_only
@looks_and_changes
def decide(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Write down a decision on an item."""

    def act(row: AgendaItem, typed: dict[str, Any]) -> None:
        actions.decide(meeting=row.meeting, item=row, by=request.user, **typed)

    return _written(request, pk, item, "decide", act)


@office_only
@looks_and_changes
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a decision of the meeting that is about no case."""
    meeting = meeting_of(pk)
    return _sent(
        request,
        meeting,
        None,
        "resolve",
        lambda typed: actions.decide(meeting=meeting, by=request.user, **typed),
    )


@office_only
@looks_and_changes
def finish(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Say that an item is done, and go on to the item that the button named (`next`), whatever the meeting is at."""

    def act(row: AgendaItem, typed: dict[str, Any]) -> None:
        actions.finish_item(item=row, by=request.user, **typed)

    return _written(request, pk, item, "finish", act, stays=False)


@office_only
@looks_and_changes
def set_level(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Change the level of the case on the spot."""
    return _written(
        request, pk, item, "level", lambda row, typed: actions.set_level(item=row, by=request.user, **typed)
    )


@office_only
@looks_and_changes
def choose_menu(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Choose a support menu on the spot."""
    return _written(
        request, pk, item, "menu", lambda row, typed: actions.choose_menu(item=row, by=request.user, **typed)
    )


@office_only
@looks_and_changes
def take_seat(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the facilitator's seat with one click; one who is away cannot give it."""
    meeting = meeting_of(pk)
    if request.method != "POST":
        return redirect("meeting_room", meeting.pk)
    try:
        actions.take_seat(meeting=meeting, by=request.user)
    except ActionRefused as refused:
        return _room(request, meeting, refusal=str(refused), status=REFUSED)
    messages.success(request, _("You lead this meeting."))
    return redirect("meeting_room", meeting.pk)


@office_only
@looks_and_changes
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Note who is there."""
    meeting = meeting_of(pk)
    return _sent(
        request,
        meeting,
        None,
        "attendance",
        lambda noted: actions.note_attendance(meeting=meeting, by=request.user, **noted),
    )


@office_only
@looks_and_changes
def settle_decision(request: HttpRequest, pk: int, decision: int) -> HttpResponse:
    """Say that a decision is carried out."""
    meeting = meeting_of(pk)
    row = get_object_or_404(Decision.objects.visible_to(request.user), pk=decision)
    # The decision was taken at another meeting, as a rule: the room is where one is.
    if request.method != "POST":
        return redirect("meeting_room", meeting.pk)
    try:
        actions.settle_decision(decision=row, by=request.user)
    except ActionRefused as refused:
        return _room(request, meeting, refusal=str(refused), status=REFUSED)
    messages.success(request, _("The decision is noted as carried out."))
    return redirect(_address(meeting, request.POST.get("item")))


def _act(
    request: HttpRequest, pk: int, item: int, act: Callable[[AgendaItem], Any], *, stays: bool = True
) -> HttpResponse:
    """One click on an item."""
    if is_gone(request, item):
        return _room(request, meeting_of(pk), item=item, status=REFUSED)
    meeting, row = item_of(request, pk, item)
    if request.method != "POST":
        return redirect(_address(meeting, row.pk))
    try:
        act(row)
    except ActionRefused as refused:
        return _room(request, meeting, item=row.pk, refusal=str(refused), status=REFUSED)
    return redirect(_address(meeting, row.pk if stays else None))


def _written(
    request: HttpRequest,
    pk: int,
    item: int,
    name: str,
    act: Callable[[AgendaItem, dict[str, Any]], Any],
    *,
    stays: bool = True,
) -> HttpResponse:
    """A form of an item: written down, or shown again with all that was typed."""
    if request.method == "POST" and ((meeting := meeting_of(pk)).called_off_at or is_gone(request, item)):
        # What was typed is not gone.
        typed = {name: _form(request, meeting, None, name, request.POST)}
        return _room(request, meeting, item=None if meeting.called_off_at else item, typed=typed, status=REFUSED)
    meeting, row = item_of(request, pk, item)
    return _sent(request, meeting, row, name, lambda typed: act(row, typed), stays=stays)


def _sent(
    request: HttpRequest,
    meeting: Meeting,
    row: AgendaItem | None,
    name: str,
    act: Callable[[dict[str, Any]], Any],
    *,
    stays: bool = True,
) -> HttpResponse:
    if request.method != "POST":
        return redirect(_address(meeting, row.pk if row else None))
    form = _form(request, meeting, row, name, request.POST)
    status = once.take(request, form, lambda: act(form.cleaned_data))
    if status == once.DONE:
        messages.success(request, DONE[name])
        return redirect(_address(meeting, row.pk if row and stays else whole_number(request.POST.get("next", ""))))
    return _room(request, meeting, item=row.pk if row else None, typed={name: form}, status=status)


def _form(
    request: HttpRequest,
    meeting: Meeting,
    item: AgendaItem | None,
    name: str,
    data: Any = None,
    *,
    people: list[User] | None = None,
) -> forms.Form:
    """One of several on the page: its ids carry its name. `people`: who may be there, where that is known already."""
    about: dict[str, Any] = {"auto_id": f"id_{name}_%s"}
    match name:
        case "say":
            return SayForm(data, user=request.user, people=people or _people(meeting), **about)
        case "decide" | "resolve":
            return DecideForm(data, **about)
        case "finish":
            return FinishForm(data, **about)
        case "level":
            return LevelForm(data, initial={"level": item.case.level if item and item.case else None}, **about)
        case "menu":
            return MenuForm(data, **about)
    return AttendanceForm(data, meeting=meeting, people=people or _people(meeting), **about)


def _people(meeting: Meeting) -> list[User]:
    return list(readers.who_may_attend(meeting))


def _address(meeting: Meeting, item: Any) -> str:
    query = f"?item={item}" if item else ""
    return f"{reverse('meeting_room', args=[meeting.pk])}{query}"


def _standing(meeting: Meeting, shown: agenda.Agenda, asked: str) -> dict[str, Any]:
    """Which item is shown, which the meeting is at (none once all are done), which comes next, and a stamp of all that
    others may change.

    Where the one that was asked for no longer stands on the agenda, none is shown, and `gone` is its key: what is said
    or typed to it must not come under another.
    """
    by_key = {item.pk: item for item in shown.items}
    to_do = [item for item in shown.items if item.is_to_do]
    now = by_key.get(meeting.focus_id) or next(iter(to_do), None)
    key = whole_number(asked) or 0
    gone = key if key not in by_key else 0
    item = None if gone else by_key.get(key) or now or next(iter(shown.items), None)
    after = [other for other in to_do if item and other.place > item.place]
    following = next(iter(after), None) or next((other for other in to_do if other != item), None)
    parts = [
        meeting.confirmed_at,
        meeting.called_off_at,
        now.pk if now else 0,
        *(f"{row.pk}.{row.order}.{row.is_to_do}" for row in shown.items),
    ]
    if item:
        decisions = [(row.pk, row.is_open, row.now.text, row.now.who, row.now.due_on) for row in item.decisions.all()]
        parts += [len(item.advice.all()), *decisions]
    stamp = hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
    return {"item": item, "now": now, "following": following, "agenda": shown, "gone": gone, "stamp": stamp}


def _room(
    request: HttpRequest,
    meeting: Meeting,
    *,
    item: int | None = None,
    typed: dict[str, forms.Form] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; `typed` holds the form that was sent and refused."""
    shown = agenda.of(meeting, request.user, said=True)
    where = _standing(meeting, shown, str(item or request.GET.get("item", "")))
    row, typed, people = where["item"], typed or {}, _people(meeting)
    names = ["resolve", "attendance"]
    if row:
        names += ["decide", "finish"] + (["say", "level", "menu"] if row.case else [])
    context = {
        "meeting": meeting,
        "forms": {name: typed.get(name) or _form(request, meeting, row, name, people=people) for name in names},
        "decisions": [decision for decision in meeting.decisions.with_people() if decision.item_id is None],
        "once": once.new_key(),
        "refused_form": next(iter(typed.values()), None),
        "lost_form": next((form for name, form in typed.items() if not meeting.is_open or name not in names), None),
        "supports": row.case.supports.select_related("menu") if row and row.case else [],
        "checks": row.case.checks.open() if row and row.case else [],
        "refusal": refusal,
        **where,
    }
    return render(request, "meetings/room.html", context, status=status)
