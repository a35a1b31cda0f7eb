from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from consultations.canned import fill_in
from consultations.models import CannedText
from consultations.views.case_page import find
from office.access import office_only


@office_only
@require_safe
def text(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A canned text, filled in for the case: what the script puts where the cursor stands."""
    case = find(request, number)
    canned = get_object_or_404(CannedText.objects.in_use(), pk=pk)
    return HttpResponse(fill_in(canned.text, case), content_type="text/plain; charset=utf-8")
