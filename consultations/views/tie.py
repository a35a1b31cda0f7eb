"""Cases that hang together: tied and untied from the page of either."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from consultations import actions
from consultations.actions import ActionRefused
from consultations.forms.tie import TieForm, UntieForm
from consultations.models import Case, Tie
from consultations.views.case_page import act, find
from office.access import looks_and_changes, office_only
from office.models import User


@office_only
@looks_and_changes
def tie(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, TieForm, _tie_by_number, _("The two cases are tied."))


def _tie_by_number(*, case: Case, by: User, number: str, **words: Any) -> Tie:
    other = Case.objects.visible_to(by).numbered(number).first()
    if other is None:
        raise ActionRefused(_("There is no case %(number)s.") % {"number": number})
    return actions.tie_cases(case=case, other=other, by=by, **words)


@office_only
@looks_and_changes
def untie(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    case = find(request, number)
    row = Tie.objects.of(case).select_related("case", "earlier").filter(pk=pk).first()
    if row is None:  # a colleague, or a second click
        messages.info(request, _("The tie has been taken back already."))
        return redirect(case)
    return act(request, number, UntieForm, actions.untie_cases, _("The tie is taken back."), tie=row)
