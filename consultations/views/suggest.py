"""What may answer a question, beside the form while it is being written, and what becomes of it."""

import uuid
from functools import partial
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from consultations import suggesting
from consultations.models.intake import KEPT_FOR
from consultations.suggesting import Suggestion
from consultations.views import intake
from knowledge import actions
from office.access import looks_and_changes


@login_not_required
@never_cache
@looks_and_changes
def suggest(request: HttpRequest) -> HttpResponse:
    """What may help whoever writes `problem`: the list alone to a script, else a page, about what the draft says.

    What is posted is counted for the form `intake` that it is shown beside; to look is not, nor what an address is
    shown beside too many forms. To a script of an address that asks too often, nothing is said.
    """
    if request.method == "GET":
        return _page(request)
    if not ratelimit.consume(request, action="consult_suggest"):
        return HttpResponse(status=204)
    form = intake.uuid_of(request.POST.get("intake", ""))
    problem = request.POST.get("problem", "")
    if form:
        may_begin = partial(ratelimit.consume, request, action="consult_shown")
        suggestions = suggesting.suggest_beside(form, problem, may_begin=may_begin)
    else:
        suggestions = suggesting.suggest(problem)
    if not request.htmx:
        return _whole(request, suggestions, form=form, problem=problem)
    return render(request, "consultations/suggestions.html", {"suggestions": suggestions, "intake": form})


@login_not_required
@require_GET
def opened(request: HttpRequest) -> HttpResponse:
    """To the document, and note that it was opened. One that was not shown beside the form is not found.

    A browser that fetches it before anybody clicks is turned away: what it keeps would be shown later, uncounted.
    """
    if request.headers.get("Sec-Purpose", "").startswith("prefetch"):
        return HttpResponse(status=403)
    form, (kind, key) = intake.uuid_of(request.GET.get("intake", "")), _document(request.GET.get("document", ""))
    if not kind:
        return redirect("consult")
    if not (form and actions.note_opened(form=form, kind=kind, key=key)):
        raise Http404
    return redirect(suggesting.address_of(kind, key))


@login_not_required
@never_cache
@looks_and_changes
def solved(request: HttpRequest) -> HttpResponse:
    """One click says which document was the answer. What was typed is put aside; thanks, and the way back to it.

    Of an address that says so too often it is not counted.
    """
    if request.method == "GET":
        if intake.LAST_ASIDE not in request.session:
            return redirect("consult")
        return render(request, "consultations/consult_solved.html", {"kept_hours": _kept_hours()})
    form, (kind, key) = intake.uuid_of(request.POST.get("intake", "")), _document(request.POST.get("document", ""))
    if form and (receipt := intake.receipt_of(request, form)):
        return receipt
    counts = ratelimit.consume(request, action="consult_solved")
    if not form or (counts and not actions.note_solved(form=form, kind=kind, key=key)):
        return redirect("consult")
    intake.put_aside(request, form)
    return redirect("consult_solved")


@login_not_required
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Not solved after all: go on with what was put aside last."""
    form = intake.uuid_of(request.session.pop(intake.LAST_ASIDE, ""))
    if form:
        actions.take_back_solved(form=form)
        intake.take_up_again(request, form)
    return redirect("consult")


def _document(name: str) -> tuple[str, str]:
    """Kind and key of a document as a form names it: `article:12`. NUL is in no name that was shown."""
    kind, _colon, key = name.replace("\0", "").partition(":")
    return kind, key


def _page(request: HttpRequest) -> HttpResponse:
    """About the words in the address, or else about the draft that it names, or the newest of this browser."""
    if "problem" in request.GET:
        problem = request.GET["problem"] if ratelimit.consume(request, action="consult_suggest") else ""
        return _whole(request, suggesting.suggest(problem), form=None, problem=problem)
    named = intake.draft_of(request, intake.uuid_of(request.GET.get("intake", "")))
    draft = named or intake.newest_draft(request)
    if draft is None:
        return _whole(request, [], form=None, problem="")
    problem = draft.data.get("problem", "")
    return _whole(request, suggesting.look_beside(draft.pk, problem), form=draft.pk, problem=problem)


def _whole(
    request: HttpRequest, suggestions: list[Suggestion], *, form: uuid.UUID | None, problem: str
) -> HttpResponse:
    page: dict[str, Any] = {"suggestions": suggestions, "intake": form, "problem": problem}
    return render(request, "consultations/consult_suggest.html", page)


def _kept_hours() -> int:
    return int(KEPT_FOR.total_seconds() // 3600)
