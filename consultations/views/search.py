"""The one search box of every page: /search/."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from consultations import numbers
from consultations.models import Case
from consultations.search import LONGEST, search, short
from consultations.views.receipt import OPENED
from knowledge.actions import note_miss
from knowledge.misses import remember_told, to_tell
from knowledge.models import Audience


@login_not_required
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """What everybody may find, and for the office everything; the number of a case leads to it who may see it."""
    question = request.GET.get("q", "").strip()
    parts = numbers.read(question)
    if parts and (url := _page_of_case(request, question)):
        return redirect(url)
    found = search(request.GET, request.user) if question else None
    if len(question) > LONGEST:
        request.GET = short(request.GET)  # which links to other pages of the list are made from
    context = {
        **to_tell(request, question, in_vain=bool(found and found.in_vain)),
        "is_office": Audience.of(request.user) == Audience.OFFICE,
        "no_such_case": numbers.write(*parts) if parts else "",
        "found": found,
    }
    return render(request, "consultations/search.html", context)


@login_not_required
@require_POST
def missed(request: HttpRequest) -> HttpResponse:
    """Count that a search found nothing, once for a browser, where it does find nothing; back to the search.

    The page of the search posts it by itself, and without a script its reader: to look at a page changes nothing. So
    do the lists of articles and of examples, which may have nothing of what another list has.
    """
    question = request.POST.get("q", "").strip()
    address = QueryDict(mutable=True)
    address["q"] = question[:LONGEST]
    told = to_tell(request, question, in_vain=True)
    is_new = told["missed"] and not told["told"] and ratelimit.consume(request, action="search_missed")
    if is_new and search(address, request.user).in_vain:
        note_miss(words=question, audience=Audience.of(request.user))
        remember_told(request, told["missed"])
    return redirect(f"{reverse('search')}?{address.urlencode()}")


def _page_of_case(request: HttpRequest, number: str) -> str:
    """Where this person sees the case of a number: at the desk, on the page of the section, or by a receipt that this
    browser has opened; "" for everybody else.
    """
    if case := Case.objects.visible_to(request.user).numbered(number).first():
        return case.get_absolute_url() if request.user.is_office else reverse("section_case", args=[case.number])
    case = Case.objects.behind_links(request.session.get(OPENED, [])).numbered(number).first()
    return reverse("receipt", args=[case.token]) if case else ""
