"""Examples: what everybody may read, and what the office does until a closed case stands there."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations import actions
from consultations.documents import EXAMPLE, example_document
from consultations.filters import ExampleFilter
from consultations.forms.case import CaseForm
from consultations.forms.example import (
    AGREES,
    AskConsentForm,
    ConsentForm,
    ExampleForm,
    PublishExampleForm,
    WithdrawExampleForm,
    left_over,
)
from consultations.models import Case, Example
from consultations.models.example import example_of
from consultations.views.case_page import act, around_form, find
from knowledge import shelf
from knowledge.documents import LEAST_LIKE
from knowledge.misses import to_tell
from knowledge.models import Audience
from office.access import looks_and_changes, office_only
from office.models import User

PER_PAGE = 20
SIMILAR = 3
# What the page of an example offers beside its text.
ACTS = (AskConsentForm, ConsentForm, PublishExampleForm, WithdrawExampleForm)


# --- for everybody


@login_not_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What is published, as the query asks: by department, support menu, topic, words."""
    listed = ExampleFilter(request.GET)
    found = listed.qs.for_the_list() if listed.is_valid() else Example.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    chips = list(listed.chips()) if listed.is_valid() else []
    question = listed.query.get("q", "").strip()
    in_vain = bool(question) and len(chips) == 1 and not page.paginator.count
    context = {
        **to_tell(request, question, in_vain=in_vain),
        "listed": listed,
        "chips": chips,
        "page": page,
        "by_words": bool(question),
    }
    return render(request, "consultations/example/list.html", context, status=400 if listed.errors else 200)


@login_not_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One example, with those like it. Only the office learns which case it is."""
    example = get_object_or_404(Example.objects.published().for_the_list(), pk=pk)
    asked = example_document(example)
    hits = shelf.similar(asked, audience=Audience.EVERYONE, kinds=[EXAMPLE], limit=SIMILAR, least=LEAST_LIKE)
    rows = Example.objects.published().for_the_list().in_bulk([int(hit.document.key) for hit in hits])
    similar = [rows[pk] for hit in hits if (pk := int(hit.document.key)) in rows]
    return render(request, "consultations/example/show.html", {"example": example, "similar": similar})


# --- at the desk


@office_only
@looks_and_changes
def write(request: HttpRequest, number: str) -> HttpResponse:
    """The text of the example of a case: to be written, or changed."""
    if example := example_of(find(request, number)):
        done = _("The example is saved. It is published once the requester has agreed to this text.")
        return _act(request, number, ExampleForm, actions.change_example, done, example=example)
    done = _("The example is saved. Nobody but the office sees it yet.")
    return _act(request, number, ExampleForm, actions.write_example, done)


@office_only
@looks_and_changes
def ask(request: HttpRequest, number: str) -> HttpResponse:
    done = _("The question and the link to the text are on their way to %(name)s.")
    return _act(request, number, AskConsentForm, actions.ask_consent, done, example=_example(request, number))


@office_only
@looks_and_changes
def record_consent(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, ConsentForm, _record, _("It is on record."), example=_example(request, number))


def _record(*, example: Example, by: User, answer: str, **words: Any) -> Example:
    record = actions.give_consent if answer == AGREES else actions.decline_consent
    return record(example=example, by=by, **words)


@office_only
@looks_and_changes
def publish(request: HttpRequest, number: str) -> HttpResponse:
    done = _("The example is published. Everybody in the city can read it.")
    return _act(request, number, PublishExampleForm, actions.publish_example, done, example=_example(request, number))


@office_only
@looks_and_changes
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    done = _("The example has left the public page.")
    return _act(request, number, WithdrawExampleForm, actions.withdraw_example, done, example=_example(request, number))


def _example(request: HttpRequest, number: str) -> Example:
    example = example_of(find(request, number))
    if example is None:
        raise Http404(f"{number} has no example.")
    return example


def _act(
    request: HttpRequest, number: str, form: type[CaseForm], action: Any, done: str, **about: Example
) -> HttpResponse:
    return act(request, number, form, action, done, show=_page, to=reverse("case_example", args=[number]), **about)


def _page(request: HttpRequest, case: Case, form: CaseForm, *, status: int = 200) -> HttpResponse:
    """The example of a case: how it stands, what can be done, the text as readers see it, and as it is written."""
    example = example_of(case)
    offered = {kind.act: kind(case, example=example) for kind in (*ACTS, ExampleForm)} if example else {}
    context = {
        **around_form(request, case, status=status),
        "form": form,
        "forms": offered | {form.act: form},
        "example": example,
        "left_over": left_over(example) if example else [],
    }
    return render(request, "consultations/example/page.html", context, status=status)
