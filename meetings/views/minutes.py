"""The minutes: confirmed once, then fixed; printable."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meetings import actions, agenda, readers
from meetings.models import Meeting
from meetings.views.agenda import REFUSED, meeting_of
from office.access import looks_and_changes, office_only
from office.actions import ActionRefused


@office_only
@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet: who was there, what was said and decided, what is carried over."""
    meeting = meeting_of(pk)
    noted = list(meeting.attendance.select_related("user"))
    context = {
        "meeting": meeting,
        "agenda": agenda.of(meeting, request.user, alike=False, said=True),
        "decisions": meeting.decisions.filter(item=None).with_people(),
        "present": [meeting.name_of(row.user) for row in noted if row.present],
        "absent": [meeting.name_of(row.user) for row in noted if not row.present],
    }
    return render(request, "meetings/minutes.html", context)


@office_only
@looks_and_changes
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """What confirming will do, and the button that does it."""
    meeting = meeting_of(pk)
    if request.method != "POST":
        return _check(request, meeting)
    try:
        actions.confirm_minutes(meeting=meeting, by=request.user)
    except ActionRefused as refused:
        return _check(request, meeting_of(pk), refusal=str(refused), status=REFUSED)
    messages.success(request, _("The minutes are confirmed. Those who were not there get them by mail."))
    return redirect("meeting_detail", meeting.pk)


def _check(request: HttpRequest, meeting: Meeting, *, refusal: str = "", status: int = 200) -> HttpResponse:
    shown = agenda.of(meeting, request.user, alike=False, said=True)
    context = {
        "meeting": meeting,
        "agenda": shown,
        "carried_over": [item for item in shown.items if item.was_left_open],
        "noted": meeting.attendance.exists(),
        "absent": readers.of_the_minutes(meeting),
        "refusal": refusal,
    }
    return render(request, "meetings/confirm.html", context, status=status)
