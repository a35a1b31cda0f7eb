"""The one search box of every page: /search/."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from consultations import numbers
from consultations.models import Case
from consultations.search import search
from consultations.views.receipt import OPENED
from knowledge.actions import note_miss
from knowledge.models import Audience


@login_not_required
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """What everybody may find, and for the office everything; the number of a case leads to it who may see it."""
    question = request.GET.get("q", "").strip()
    parts = numbers.read(question)
    if parts and (url := _page_of_case(request, question)):
        return redirect(url)
    is_office = request.user.is_authenticated and request.user.is_office
    found = search(request.GET, request.user) if question else None
    if found and found.in_vain:
        # Counted, like a page that is looked at: nothing on it changes, and nobody is named.
        note_miss(words=question, audience=Audience.OFFICE if is_office else Audience.EVERYONE)
    context = {
        "question": question,
        "is_office": is_office,
        "no_such_case": numbers.write(*parts) if parts else "",
        "found": found,
    }
    return render(request, "consultations/search.html", context)


def _page_of_case(request: HttpRequest, number: str) -> str:
    """Where this person sees the case of a number: at the desk, on the page of the section, or by a receipt that this
    browser has opened; "" for everybody else.
    """
    if case := Case.objects.visible_to(request.user).numbered(number).first():
        return case.get_absolute_url() if request.user.is_office else reverse("section_case", args=[case.number])
    case = Case.objects.behind_links(request.session.get(OPENED, [])).numbered(number).first()
    return reverse("receipt", args=[case.token]) if case else ""
