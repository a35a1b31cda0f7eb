"""What ICT operations see: the questions put to them, each with the summary of its case, and nothing else of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations import actions, queues
from consultations.filters import OPEN, CheckFilter
from consultations.forms.check import IctAnswerForm
from consultations.models import TechnicalCheck
from office import once
from office.access import ict_or_office, looks_and_changes


@ict_or_office
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What waits, the longest wait first; and what was answered, to be searched."""
    put = TechnicalCheck.objects.put_to_ict()
    listed = CheckFilter(request.GET, put, state=OPEN)
    found = listed.qs.for_the_list() if listed.is_valid() else put.none()
    context = {
        "listed": listed,
        "chips": list(listed.chips()) if listed.is_valid() else [],
        "page": Paginator(found, queues.PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "consultations/ict/list.html", context, status=400 if listed.errors else 200)


@ict_or_office
@looks_and_changes
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One question. It is answered here, and the answer put right."""
    check = _find(pk)
    if request.method != "POST":
        return _page(request, IctAnswerForm(check.case, check=check))
    form = IctAnswerForm(check.case, request.POST, check=check)
    if not form.is_valid():
        return _page(request, form, status=422)
    action = actions.correct_answer if check.answered_at else actions.answer_check
    try:
        with transaction.atomic():
            if once.first_time(request):
                action(check=check, by=request.user, **form.cleaned_data)
    except actions.ActionRefused as refused:
        fresh = _find(pk)
        form = form.on(fresh.case, check=fresh)
        refused.tell(form)
        return _page(request, form, status=409)
    messages.success(request, _("The pair in charge of %(number)s is told.") % {"number": check.case.number})
    return redirect("ict")


def _find(pk: int) -> TechnicalCheck:
    put = TechnicalCheck.objects.put_to_ict()
    put = put.select_related("case__department", "case__topic", "asked_by", "answered_by")
    return get_object_or_404(put, pk=pk)


def _page(request: HttpRequest, form: IctAnswerForm, *, status: int = 200) -> HttpResponse:
    context = {
        "check": form.check,
        "case": form.case,
        "form": form,
        "refused": status == 409,
        "leave_to": reverse("ict"),
        "once": once.new_key(),
    }
    return render(request, "consultations/ict/check.html", context, status=status)
