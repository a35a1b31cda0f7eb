"""Decisions about no case, after their meeting: carried out, changed, or no longer needed."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from meetings import actions
from meetings.forms.deciding import ChangeDecisionForm, DropDecisionForm
from meetings.models import Decision
from meetings.views.agenda import REFUSED
from office import once
from office.access import looks_and_changes, office_only
from office.actions import ActionRefused

DROP_ID = "id_drop_%s"  # both forms ask for a reason


@office_only
@looks_and_changes
def change(request: HttpRequest, decision: int) -> HttpResponse:
    """What was decided and what changed since; with the form that changes who carries it out, and until when."""
    row = _decision_of(decision)
    if request.method != "POST":
        return _page(request, row)
    form = ChangeDecisionForm(request.POST, decision=row)
    words = _("The decision was changed. The minutes stay as they are.")
    return _sent(
        request, row, form, lambda: actions.change_decision(decision=row, by=request.user, **form.cleaned_data), words
    )


@office_only
@looks_and_changes
def drop(request: HttpRequest, decision: int) -> HttpResponse:
    """Say that it is no longer needed, and why."""
    row = _decision_of(decision)
    if request.method != "POST":
        return redirect("meeting_decision", row.pk)
    form = DropDecisionForm(request.POST, auto_id=DROP_ID)
    words = _("The decision is noted as no longer needed.")
    return _sent(
        request, row, form, lambda: actions.drop_decision(decision=row, by=request.user, **form.cleaned_data), words
    )


@office_only
@looks_and_changes
def settle(request: HttpRequest, decision: int) -> HttpResponse:
    """Say that it is carried out."""
    row = _decision_of(decision)
    if request.method != "POST":
        return redirect("meeting_decision", row.pk)
    try:
        actions.settle_decision(decision=row, by=request.user)
    except ActionRefused as refused:
        return _page(request, _decision_of(decision), refusal=str(refused), status=REFUSED)
    messages.success(request, _("The decision is noted as carried out."))
    return redirect("meeting_list")


def _decision_of(pk: int) -> Decision:
    return get_object_or_404(Decision.objects.about_no_case().with_people().select_related("settled_by"), pk=pk)


def _sent(request: HttpRequest, row: Decision, form: forms.Form, act: Callable[[], object], words: str) -> HttpResponse:
    status = once.take(request, form, act)
    if status == once.DONE:
        messages.success(request, words)
        return redirect("meeting_decision", row.pk)
    fresh = _decision_of(row.pk)
    if status == REFUSED and isinstance(form, ChangeDecisionForm):
        # What was refused stands beside how it is by now: sent again, it counts.
        form = form.seen_again(fresh)
    return _page(request, fresh, form, status=status)


def _page(
    request: HttpRequest, row: Decision, typed: forms.Form | None = None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The page; `typed` is the form that was sent and refused."""
    context = {
        "decision": row,
        "changes": row.changes.select_related("owner", "by"),
        "change": typed if isinstance(typed, ChangeDecisionForm) else ChangeDecisionForm(None, decision=row),
        "drop": typed if isinstance(typed, DropDecisionForm) else DropDecisionForm(auto_id=DROP_ID),
        "refused_form": typed,
        "refusal": refusal,
        "once": once.new_key(),
    }
    return render(request, "meetings/decision_detail.html", context, status=status)
