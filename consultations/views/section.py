"""What ward and bureau accounts see: the shared part of the cases of their confirmed section. They only look."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from consultations.models import Attachment, Case
from consultations.views.shared_part import WITH, shared_part
from office.access import ward_only
from office.files import download
from office.models import User

PER_PAGE = 30


@ward_only
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The section's cases, the open ones first; to whom no section is confirmed, how to come by that."""
    user: User = request.user
    if not (user.section and user.section_confirmed):
        return render(request, "consultations/section/unconfirmed.html", {"section": user.section})
    found = Case.objects.visible_to(user).open_first().for_the_list()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "consultations/section/cases.html", {"page": page, "section": user.section})


@ward_only
@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    case = _find(request, number)

    def href(file: Attachment) -> str:
        return reverse("section_attachment", args=[case.number, file.pk])

    page = {"case": case} if case.sensitive else shared_part(case, href=href)
    return render(request, "consultations/section/case.html", {**page, "link": _own_link(request.user, case)})


@ward_only
@require_safe
def attachment(request: HttpRequest, number: str, pk: str) -> HttpResponseBase:
    """A shared file; those of a case that is handled with care are for the link only."""
    files = _find(request, number).attachments.filter(entry__shared=True, case__sensitive=False)
    return download(request, get_object_or_404(files, pk=pk))


def _find(request: HttpRequest, number: str) -> Case:
    cases = Case.objects.visible_to(request.user).numbered(number)
    return get_object_or_404(cases.select_related(*WITH))


def _own_link(user: User, case: Case) -> str:
    """The receipt, for the one to whose address its link is mailed anyway; "" for the others, or where it has ended."""
    own = user.email and user.email.casefold() in {address.casefold() for address in (case.email, *case.cc)}
    return reverse("receipt", args=[case.token]) if own and Case.objects.behind_token(case.token).exists() else ""
