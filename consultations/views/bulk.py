"""From the list of cases: the same for many at once. First a page that shows what will happen, then it is done."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations import actions, walk
from consultations.actions.bulk import Outcome, Seen
from consultations.filters import CaseFilter
from consultations.forms.bulk import BulkForm, CloseManyForm, HandOverManyForm, TopicOfManyForm
from consultations.models import Ask, Case, Support, TechnicalCheck
from consultations.models.case_queryset import CaseQuerySet
from office.access import looks_and_changes, office_only
from office.fields import whole_number

# So many at a time: a worker of the web server is held up for some seconds by these.
MOST = 300


@office_only
@looks_and_changes
def close(request: HttpRequest) -> HttpResponse:
    def done(count: int) -> str:
        return ngettext("You have closed %(count)s case.", "You have closed %(count)s cases.", count)

    return _many(request, CloseManyForm, actions.close_many, done)


@office_only
@looks_and_changes
def hand_over(request: HttpRequest) -> HttpResponse:
    def done(count: int) -> str:
        return ngettext("%(count)s case is with the pair.", "%(count)s cases are with the pair.", count)

    return _many(request, HandOverManyForm, actions.hand_over_many, done)


@office_only
@looks_and_changes
def set_topic(request: HttpRequest) -> HttpResponse:
    def done(count: int) -> str:
        return ngettext("The topic of %(count)s case is set.", "The topic of %(count)s cases is set.", count)

    return _many(request, TopicOfManyForm, actions.set_topic_of_many, done)


class Row(NamedTuple):
    """A case on the page. `reason`: why it is not done as it is; `final`: whatever is chosen on the page."""

    case: Case
    reason: str
    final: bool
    ticked: bool
    mend_url: str


def _many(
    request: HttpRequest, form_class: type[BulkForm], action: Callable[..., Outcome], done: Callable[[int], str]
) -> HttpResponse:
    """Show the cases that were ticked, or do it to those still ticked. What is refused stays, each with its reason."""
    if request.method != "POST":
        query = request.GET.get("list", "")
        cases, more = _chosen(request, query)
        if not cases:
            messages.warning(request, _("Tick the cases first."))
            return redirect(walk.came_from(query))
        return _page(request, query, form_class(), cases, more=more)
    query, form = request.POST.get("list", ""), form_class(request.POST)
    versions = _versions(request.POST.getlist("case"))
    shown = _versions([*request.POST.getlist("shown"), *request.POST.getlist("case")])
    cases = list(_cases(request).filter(pk__in=list(shown)[:MOST]).order_by("fiscal_year", "serial"))
    ticked = [Seen(case, versions[case.pk] or case.version) for case in cases if case.pk in versions]
    if not ticked:
        form.add_error(None, _("Tick the cases first."))
    if not form.is_valid():
        return _page(request, query, form, cases, ticked=versions, status=422)
    outcome = action(cases=ticked, by=request.user, **form.cleaned_data)
    if outcome.done:
        messages.success(request, done(outcome.done) % {"count": outcome.done})
    if outcome.refused:
        reasons = {refused.case.pk: refused.reason for refused in outcome.refused}
        left = list(_cases(request).filter(pk__in=reasons).order_by("fiscal_year", "serial"))
        return _page(request, query, form, left, reasons=reasons, status=409)
    return redirect(walk.came_from(query))


def _cases(request: HttpRequest) -> CaseQuerySet:
    rows = Case.objects.visible_to(request.user).for_the_list()
    # The list leaves out the lesson; closing asks for it.
    return (
        rows.defer(None)
        .defer("problem", "expectation")
        .prefetch_related(
            Prefetch("asks", Ask.objects.open(), to_attr="open_asks"),
            Prefetch("supports", Support.objects.waiting_for_an_answer(), to_attr="open_referrals"),
            Prefetch("checks", TechnicalCheck.objects.open(), to_attr="open_checks"),
        )
    )


def _chosen(request: HttpRequest, query: str) -> tuple[list[Case], int]:
    """The cases that were ticked in the list, or the open ones of the whole list; and how many were too many."""
    if "all" not in request.GET:
        keys = list(_versions(request.GET.getlist("case")))
        return list(_cases(request).filter(pk__in=keys[:MOST]).order_by("fiscal_year", "serial")), len(keys[MOST:])
    listed = CaseFilter(QueryDict(query), user=request.user)
    if not listed.is_valid():
        return [], 0
    keys = list(listed.qs.open().values_list("pk", flat=True))
    found = _cases(request).in_bulk(keys[:MOST])
    return [found[key] for key in keys[:MOST]], len(keys[MOST:])


def _versions(values: Iterable[str]) -> dict[int, int | None]:
    """Keys of cases, each with the version that the page showed where it says one (`41.7`)."""
    found: dict[int, int | None] = {}
    for value in values:
        key, _dot, version = value.partition(".")
        if (pk := whole_number(key)) is not None and (not version or whole_number(version) is not None):
            found[pk] = whole_number(version)
    return found


def _page(
    request: HttpRequest,
    query: str,
    form: BulkForm,
    cases: Iterable[Case],
    *,
    ticked: dict[int, int | None] | None = None,
    reasons: dict[int, str] | None = None,
    more: int = 0,
    status: int = 200,
) -> HttpResponse:
    rows = [_row(case, form, query, ticked, (reasons or {}).get(case.pk, "")) for case in cases]
    context: dict[str, Any] = {
        "form": form,
        "ready": [row for row in rows if not row.reason],
        "not_ready": [row for row in rows if row.reason],
        "told": sum(row.case.can_be_mailed for row in rows if not row.reason),
        "more": more,
        "most": MOST,
        "list": query,
        "list_url": walk.came_from(query),
        "refused": bool(reasons),
    }
    return render(request, "consultations/bulk/page.html", context, status=status)


def _row(case: Case, form: BulkForm, query: str, ticked: dict[int, int | None] | None, refused: str) -> Row:
    never, not_yet = form.never(case), form.not_yet(case)
    name = "case_close" if not_yet and not never else "case_detail"
    kept = f"?{urlencode({'list': query})}" if query else ""
    return Row(
        case,
        reason=refused or never or not_yet,
        final=bool(never),
        ticked=case.pk in ticked if ticked is not None else not (refused or never or not_yet),
        mend_url=reverse(name, args=[case.number]) + kept,
    )
