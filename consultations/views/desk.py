"""The desk's overview: what waits, the list of cases, and taking a consultation down."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations import actions, numbers, queues, walk
from consultations.filters import CaseFilter
from consultations.forms.desk import FormLinkForm, TakeDownForm
from consultations.models import Case
from consultations.models.case_queryset import WAITS_FOR_US
from consultations.queues import Queue
from consultations.views.similar import like_what_was_typed
from office import once
from office.access import looks_and_changes, office_only
from office.models import Absence, User


@office_only
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What waits for the person who has signed in, and how the whole desk stands."""
    query = QueryDict(mutable=True)
    query.update(Queue.MINE.query)
    counts = queues.counts(request.user)
    mine = CaseFilter(query, user=request.user).qs.for_the_list()[: queues.PER_PAGE]
    rows = [(case, walk.in_list(case, query, at)) for at, case in enumerate(mine)]
    people = _note_absences(mine)
    return render(
        request,
        "consultations/dashboard.html",
        {
            "tiles": queues.tiles(counts),
            "queues": queues.tabs(counts, current=Queue.MINE),
            "waiting": [row for row in rows if row[0].urgency in WAITS_FOR_US],
            "others": [row for row in rows if row[0].urgency not in WAITS_FOR_US],
            "once": once.new_key(),
            "standing_in": dict.fromkeys(
                person.away for person in people if person.away and person.away.deputy == request.user
            ),
            "mine": counts[Queue.MINE],
            "more": counts[Queue.MINE] > len(rows),
            "all_mine": queues.list_url(**Queue.MINE.query),
            "all_new": queues.list_url(**Queue.NEW.query),
        },
    )


def _note_absences(cases: Iterable[Case]) -> list[User]:
    """The pairs of the cases, who know whether they are away today, and who stands in."""
    people = [person for case in cases if case.pair for person in case.pair.people]
    Absence.objects.note_on(people)
    return people


@office_only
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases that the query asks for; a case number in `q` leads to its case."""
    words = request.GET.get("q", "")
    if case := Case.objects.visible_to(request.user).numbered(words).first():
        return redirect(case)
    listed = CaseFilter(request.GET, user=request.user)
    cases = listed.qs.for_the_list() if listed.is_valid() else Case.objects.none()
    page = Paginator(cases, queues.PER_PAGE).get_page(request.GET.get("page"))
    _note_absences(page)
    counts = queues.counts(request.user)
    chips = list(listed.chips()) if listed.is_valid() else []
    context = {
        "listed": listed,
        "chips": chips,
        "page": page,
        "query": request.GET.urlencode(),
        "once": once.new_key(),
        "pick": any(case.is_open for case in page),
        "only_open": listed.data.get("open") == "1",
        "empty": _way_on(listed, filtered=bool(chips)),
        "rows": [(case, walk.in_list(case, request.GET, at)) for at, case in enumerate(page, page.start_index() - 1)],
        "queues": queues.tabs(counts, current=listed.data.get("queue") or queues.ALL),
    }
    return render(request, "consultations/case_list.html", context, status=400 if listed.errors else 200)


def _way_on(listed: CaseFilter, *, filtered: bool) -> dict[str, str]:
    """What an empty list says, and where it leads."""
    if parts := numbers.read(listed.data.get("q", "")):
        title = _("There is no case %(number)s.") % {"number": numbers.write(*parts)}
        return {"title": title, "url": queues.list_url(), "link": _("See all open cases")}
    if filtered and listed.data["open"] == "1":
        query = f"{listed.query_without('open')}&open=all"
        return {"title": _("No open case fits."), "url": f"?{query}", "link": _("Search the closed ones too")}
    if filtered:
        return {"title": _("No case fits."), "url": queues.list_url(), "link": _("Remove all filters")}
    if listed.data.get("queue"):
        return {"title": _("Nothing stands in this queue."), "url": queues.list_url(), "link": _("See all open cases")}
    return {"title": _("No case is open."), "url": queues.list_url(open="all"), "link": _("See the closed ones too")}


# Whoever goes back after sending gets an empty page with a key of its own, not the old one filled in.
@never_cache
@office_only
@looks_and_changes
def take_down(request: HttpRequest) -> HttpResponse:
    """Take a consultation down; to htmx, the sections of the department just chosen.

    `look` only looks for what is like it, where no script does while one types.
    """
    if request.method == "GET" and request.htmx:
        form = TakeDownForm(request.GET, user=request.user)
        return render(request, "consultations/case_new.html#sections", {"form": form})
    if request.method != "POST":
        return _case_new(request, TakeDownForm(user=request.user), FormLinkForm(user=request.user))
    if "look" in request.POST:
        form = TakeDownForm(user=request.user, typed=request.POST.dict())
        return _case_new(request, form, FormLinkForm(user=request.user), **like_what_was_typed(request))
    form, status = TakeDownForm(request.POST, user=request.user), 422
    if form.is_valid():
        try:
            case = actions.take_down(by=request.user, session_key=request.session.session_key, **form.cleaned_data)
        except actions.ActionRefused as refused:
            refused.tell(form)
            status = 409
        else:
            done = _("%(number)s was answered and closed.") if case.closed_at else _("%(number)s was taken down.")
            messages.success(request, done % {"number": case.number})
            return redirect(case)
    return _case_new(request, form, FormLinkForm(user=request.user), status)


@office_only
@looks_and_changes
def send_form_link(request: HttpRequest) -> HttpResponse:
    """Mail the form to somebody who had better write it themselves."""
    if request.method != "POST":  # after a refusal, or a session that ended, this address stands in the browser
        return redirect("case_new")
    form = FormLinkForm(request.POST, user=request.user)
    if not form.is_valid():
        return _case_new(request, TakeDownForm(user=request.user), form, 422)
    with transaction.atomic():
        if once.first_time(request):
            actions.request_form(by=request.user, **form.cleaned_data)
    messages.success(request, _("The link to the form goes to %(email)s.") % {"email": form.cleaned_data["email"]})
    return redirect("case_new")


def _case_new(
    request: HttpRequest, form: TakeDownForm, link_form: FormLinkForm, status: int = 200, **like_it: Any
) -> HttpResponse:
    page = {"form": form, "link_form": link_form, "once": once.new_key(), **like_it}
    return render(request, "consultations/case_new.html", page, status=status)
