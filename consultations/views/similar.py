"""Similar cases, and colleagues who know: fragments that a page fetches, each a page of its own without JavaScript."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.colleagues import colleagues
from consultations.models import Tie
from consultations.similar import MOST, similar_articles, similar_cases, similar_examples
from consultations.views.case_page import find, list_kept
from knowledge.shelf import TEXT_LENGTH
from office import once
from office.access import looks_and_changes, office_only
from office.fields import whole_number
from office.listing import listed
from office.models import Department

SHOWN, READ = 5, 20


@office_only
@require_safe
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """The cases like one, and who of the office knows about it; `hearings`: with what hearings found in them."""
    case, heard = find(request, number), "hearings" in request.GET
    near = similar_cases(case, to=request.user, limit=SHOWN if heard else READ, heard=heard)
    context = {
        "case": case,
        "similar": near[:SHOWN],
        "heard": heard,
        "tied": _tied_to(case),
        "colleagues": [] if heard else colleagues(case, similar=[each.case for each in near], to=request.user),
        "once": once.new_key(),
        "list_kept": list_kept(request),
    }
    return _part(request, "consultations/similar/of_case.html", context, title=_("Similar cases"))


@office_only
@require_safe
def colleagues_of_case(request: HttpRequest, number: str) -> HttpResponse:
    """Who of the office knows about a case."""
    case = find(request, number)
    near = similar_cases(case, to=request.user, limit=READ)
    context = {
        "case": case,
        "colleagues": colleagues(case, similar=[each.case for each in near], to=request.user),
        "list_kept": list_kept(request),
    }
    return _part(request, "consultations/similar/colleagues.html", context, title=_("Colleagues who know"))


def _part(request: HttpRequest, part: str, context: dict[str, Any], *, title: str) -> HttpResponse:
    """The part alone to htmx, else a page of the case with nothing but it."""
    if request.htmx:
        return render(request, part, context)
    return render(request, "consultations/similar/page.html", {**context, "part": part, "title": title})


@office_only
@require_POST
def while_taking_down(request: HttpRequest) -> HttpResponse:
    """The fragment of what is like a trouble that is being typed. Posted, as it may be long; changes nothing."""
    return render(request, "consultations/similar/while_taking_down.html", like_what_was_typed(request))


def like_what_was_typed(request: HttpRequest) -> dict[str, Any]:
    """Cases, examples and articles like the trouble that was typed."""
    problem = request.POST.get("problem", "")
    code = request.POST.get("department", "").replace("\0", "")
    department = Department.objects.filter(code=code).first()
    return {
        "typed": bool(problem.strip()),
        "similar": similar_cases(problem, to=request.user, department=department),
        "examples": similar_examples(problem),
        "articles": similar_articles(problem),
    }


@office_only
@looks_and_changes
def api(request: HttpRequest) -> JsonResponse:
    """Cases like a text, for other programs: `text`, of which the first 10,000 letters count, and `limit`, 1 to 50.

    Posted where the text is too long for an address; that changes nothing either.
    """
    asked = request.POST if request.method == "POST" else request.GET
    limit = whole_number(asked.get("limit", "10"))
    if limit is None:
        return JsonResponse({"error": _("“limit” must be a whole number from 1 to 50.")}, status=400)
    near = similar_cases(asked.get("text", "")[:TEXT_LENGTH], to=request.user, limit=max(1, min(limit, MOST)))
    results = [
        {"number": each.case.number, "title": each.case.title, "score": each.score, "reason": listed(each.words)}
        for each in near
    ]
    return JsonResponse({"results": results})


def _tied_to(case: Any) -> set[int]:
    """The cases that one is tied to already."""
    ends = Tie.objects.of(case).values_list("case", "earlier")
    return {pk for both in ends for pk in both} - {case.pk}
