"""Technical checks at the desk: asked and answered from a case, and found again."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations import actions, queues
from consultations.filters import ALL, CheckFilter
from consultations.forms.case import CaseForm
from consultations.forms.check import AnswerCheckForm, AskCheckForm, ThreadForm, WithdrawCheckForm
from consultations.models import Case, TechnicalCheck
from consultations.similar_checks import similar_checks
from consultations.views.case_page import act, find, frame
from office.access import looks_and_changes, office_only
from office.models import User


@office_only
@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """All technical checks, to see whether the question was asked before."""
    listed = CheckFilter(request.GET, TechnicalCheck.objects.all(), state=ALL)
    found = listed.qs.for_the_list() if listed.is_valid() else TechnicalCheck.objects.none()
    page = Paginator(found, queues.PER_PAGE).get_page(request.GET.get("page"))
    chips = list(listed.chips()) if listed.is_valid() else []
    context = {"listed": listed, "chips": chips, "page": page}
    return render(request, "consultations/check/list.html", context, status=400 if listed.errors else 200)


@office_only
@looks_and_changes
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask a technical check; `look` only looks for earlier answers, where no script does while one types."""
    if "look" in request.POST:
        case = find(request, number)
        form = AskCheckForm(case, request.POST)
        return _ask_page(request, case, form, status=200 if form.is_valid() else 422)
    return act(request, number, AskCheckForm, actions.ask_check, _("The question is asked."), show=_ask_page)


@office_only
@require_POST
def similar(request: HttpRequest, number: str) -> HttpResponse:
    """The fragment of earlier answers to a question that is being typed. Posted, as it may be long; changes nothing."""
    case = find(request, number)
    return render(request, "consultations/check/similar.html", _similar(case, request.POST.get("question", "")))


@office_only
@looks_and_changes
def check(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One check of a case: what was asked, and what is the answer; the pair writes it in or puts it right."""
    check = _of(request, number, pk)
    if check.answered_at:
        action, done = actions.correct_answer, _("The answer is corrected.")
    else:
        action, done = actions.answer_check, _("The answer is written in.")
    return act(request, number, AnswerCheckForm, action, done, show=_check_page, check=check)


@office_only
@looks_and_changes
def thread(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    check, done = _of(request, number, pk), _("The link to the thread is saved.")
    return act(request, number, ThreadForm, actions.change_thread, done, show=_check_page, check=check)


@office_only
@looks_and_changes
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    check, done = _of(request, number, pk), _("The question is withdrawn.")
    return act(request, number, WithdrawCheckForm, actions.withdraw_check, done, show=_check_page, check=check)


def _of(request: HttpRequest, number: str, pk: int) -> TechnicalCheck:
    case = find(request, number)
    return get_object_or_404(case.checks.select_related("asked_by", "answered_by"), pk=pk)


def _ask_page(request: HttpRequest, case: Case, form: CaseForm, *, status: int = 200) -> HttpResponse:
    context = {
        **frame(request, case, form, status),
        **_similar(case, form["question"].value() or f"{case.title}\n{case.problem}"),
        "ict_can_be_told": User.objects.ict().exclude(email="").exists(),
    }
    return render(request, "consultations/check/ask.html", context, status=status)


def _similar(case: Case, text: str) -> dict[str, object]:
    return {"checks": similar_checks(text, beside=case)}


def _check_page(request: HttpRequest, case: Case, form: CaseForm, *, status: int = 200) -> HttpResponse:
    """The page of the check that `form` is about. The other forms stand beside it as they are."""
    forms = {kind.act: kind(case, check=form.check) for kind in (AnswerCheckForm, ThreadForm, WithdrawCheckForm)}
    context = {**frame(request, case, form, status), "check": form.check, "forms": forms | {form.act: form}}
    return render(request, "consultations/check/check.html", context, status=status)
