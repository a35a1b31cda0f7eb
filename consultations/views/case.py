"""The page of a case: everything known about it, and everything that can be done with it."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consultations import actions, files, mail, once, queues
from consultations.actions import ActionRefused
from consultations.forms import case as forms
from consultations.forms.case import CaseForm
from consultations.models import Ask, Case, Entry, EntryKind, Support
from consultations.states import Status, Step
from consultations.views.timeline import timeline
from office import clock
from office.access import office_only
from outbox.models import Delivery, DeliveryState

looks_and_changes = require_http_methods(["GET", "HEAD", "POST"])


@office_only
@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, _case(request, number))


@office_only
@require_safe
def attachment(request: HttpRequest, number: str, pk: str) -> HttpResponseBase:
    return files.download(get_object_or_404(_case(request, number).attachments, pk=pk))


# --- what can be done: GET opens the form on the page, POST does it


@office_only
@looks_and_changes
def take_up(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.TakeUpForm, actions.take_up, _("You have taken up %(number)s."))


@office_only
@looks_and_changes
def add_note(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.NoteForm, actions.add_note, _("Your note is on the timeline."))


@office_only
@looks_and_changes
def reply(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.ReplyForm, actions.reply, _("You have replied to %(name)s."))


@office_only
@looks_and_changes
def need_no_answer(request: HttpRequest, number: str) -> HttpResponse:
    done = _("Noted: the message needs no answer.")
    return _act(request, number, forms.NoAnswerForm, actions.need_no_answer, done)


@office_only
@looks_and_changes
def answer_and_close(request: HttpRequest, number: str) -> HttpResponse:
    done = _("You have answered %(name)s and closed %(number)s.")
    return _act(request, number, forms.AnswerForm, actions.answer_and_close, done)


@office_only
@looks_and_changes
def hold(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.HoldForm, actions.hold, _("%(number)s is on hold until the day you chose."))


@office_only
@looks_and_changes
def resume(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.ResumeForm, actions.resume, _("%(number)s is in progress again."))


@office_only
@looks_and_changes
def complete(request: HttpRequest, number: str) -> HttpResponse:
    done = _("%(number)s is completed and stays open for now.")
    return _act(request, number, forms.CompleteForm, actions.complete, done)


@office_only
@looks_and_changes
def close(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.CloseForm, actions.close, _("You have closed %(number)s."))


@office_only
@looks_and_changes
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.ReopenForm, actions.reopen, _("%(number)s is open again."))


@office_only
@looks_and_changes
def describe(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.DescribeForm, actions.describe, _("The changes are saved."))


@office_only
@looks_and_changes
def correct_origin(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.OriginForm, actions.correct_origin, _("The changes are saved."))


@office_only
@looks_and_changes
def correct_contact(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.ContactForm, actions.correct_contact, _("The changes are saved."))


@office_only
@looks_and_changes
def assign_pair(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.PairForm, actions.assign_pair, _("The case is with the new pair."))


@office_only
@looks_and_changes
def choose_support(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, forms.SupportForm, actions.choose_support, _("The support menu is chosen."))


@office_only
@looks_and_changes
def settle_by_consultation(request: HttpRequest, number: str) -> HttpResponse:
    done = _("Noted: consultation alone settles this case.")
    return _act(request, number, forms.ConsultationOnlyForm, actions.settle_by_consultation, done)


@office_only
@looks_and_changes
def change_support(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    support = get_object_or_404(_case(request, number).supports.select_related("menu"), pk=pk)
    done = _("The state of the support is saved.")
    return _act(request, number, forms.ChangeSupportForm, actions.change_support, done, support=support)


@office_only
@looks_and_changes
def ask_meeting(request: HttpRequest, number: str) -> HttpResponse:
    done = _("The question goes to the weekly meeting.")
    return _act(request, number, forms.AskForm, actions.ask_meeting, done)


@office_only
@looks_and_changes
def withdraw_ask(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number)
    ask = case.asks.last()
    if ask is None:
        messages.warning(request, _("Nothing was asked at the weekly meeting about this case."))
        return redirect(case)
    return _act(request, number, forms.WithdrawAskForm, actions.withdraw_ask, _("The question is withdrawn."), ask=ask)


def _case(request: HttpRequest, number: str) -> Case:
    cases = Case.objects.visible_to(request.user).numbered(number)
    return get_object_or_404(
        cases.select_related(
            "department", "section", "topic", "closed_by", "pair__lead", "pair__partner", "pair__department"
        )
    )


def _act(
    request: HttpRequest,
    number: str,
    form_class: type[CaseForm],
    action: Callable[..., object],
    done: str,
    **about: Ask | Support,
) -> HttpResponse:
    """Show the form, or hand its words to the action. `about`: what the action changes, where that is not the case."""
    case = _case(request, number)
    if request.method != "POST":
        return _page(request, case, form_class(case, **about).focus())
    form = form_class(case, request.POST, request.FILES, **about)
    if not form.is_valid():
        return _page(request, case, form, status=422)
    words = {**form.cleaned_data, **(about or {"case": case}), "by": request.user}
    try:
        # One transaction: what is refused must not count as a first click.
        with transaction.atomic():
            if once.first_time(request):
                with files.stored(words.get("files", [])) as kept:
                    action(**words | ({"files": kept} if "files" in words else {}))
    except ActionRefused as refused:
        fresh = _case(request, number)
        form = form.on(fresh)
        form.add_error(None, str(refused))
        return _page(request, fresh, form, status=409)
    messages.success(request, done % {"number": case.number, "name": _addressee(case)})
    return redirect(case.get_absolute_url() + _list_kept(request))


def _page(request: HttpRequest, case: Case, form: CaseForm | None = None, *, status: int = 200) -> HttpResponse:
    """The whole page; `form` stands open in its place."""
    entries = timeline(
        case.entries.newest_first(), href=lambda file: reverse("case_attachment", args=[case.number, file.pk])
    )
    supports = list(case.supports.select_related("menu"))
    asks = list(case.asks.all())
    open_ask = next((ask for ask in asks if ask.settled_at is None), None)
    seen = request.POST.get("seen", "")
    refused = status == 409
    deliveries = list(Delivery.objects.about(case.label).defer("body", "headers", "subject").order_by("-pk"))
    before, after = queues.neighbours(request.user, request.GET.get("list", ""), case)
    return render(
        request,
        "consultations/case.html",
        {
            "case": case,
            "addressee": _addressee(case),
            "step": list(Step).index(case.step(has_support=bool(supports))) + 1,
            "entries": entries,
            "news": [entry for entry in entries if entry.pk > int(seen)] if refused and _is_key(seen) else [],
            "received_files": [file for entry in entries for file in entry.attachments.all()],
            "supporters": [person.name for person in case.supporters.all()],
            "waiting": _waiting(case, entries),
            "answer_by": mail.first_answer_by(case),
            "today": clock.today(),
            "panels": list(_panels(case, open_ask, form)),
            "form": form,
            "supports": supports,
            "asks": asks,
            "open_ask": open_ask,
            "deliveries": _mailings(case, deliveries),
            "not_delivered": _not_delivered(case, deliveries),
            "refused": refused,
            "files_lost": bool(request.FILES),
            "once": once.new_key(),
            "list_kept": _list_kept(request),
            "list_url": queues.back_to(request.GET.get("list", "")),
            "before": before,
            "after": after,
        },
        status=status,
    )


def _panels(case: Case, open_ask: Ask | None, form: CaseForm | None) -> Iterator[dict[str, Any]]:
    """The forms beside each other above the timeline: those that fit the case's state, and the one at work."""
    offered = {
        forms.AnswerForm: case.is_open,
        forms.ReplyForm: case.is_open,
        forms.NoteForm: True,
        forms.HoldForm: case.is_open,
        forms.CompleteForm: case.status != Status.COMPLETED,
        forms.CloseForm: case.is_open,
        forms.ReopenForm: case.status == Status.COMPLETED,
        forms.AskForm: case.is_open and not open_ask,
        forms.SupportForm: False,
    }
    if case.status == Status.NEW:
        first: type[CaseForm] = forms.AnswerForm
    elif case.is_open and (case.unanswered_since or case.follow_up_is_reached):
        first = forms.ReplyForm
    else:
        first = forms.NoteForm
    at_work = type(form) if type(form) in offered else first
    for form_class, fits in offered.items():
        if fits or form_class is at_work:
            is_at_work = isinstance(form, form_class)
            yield {"form": form if is_at_work else form_class(case), "open": form_class is at_work}


def _mailings(case: Case, deliveries: list[Delivery]) -> list[dict[str, Any]]:
    """What was mailed, event by event: first what has not arrived, then the newest. `deliveries`: the newest first."""
    events = {
        "received": _("New consultation"),
        "reply": _("Reply to the requester"),
        "closed": _("Closing"),
        "message": _("Message of the requester"),
        "contact": _("New contact"),
        "pair": _("New pair"),
    }
    by_key: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_key.setdefault(delivery.key, []).append(delivery)
    mailings = []
    for key, told in by_key.items():
        event = key.removeprefix(f"{case.label}:").partition(":")[0]
        states = Counter(delivery.state for delivery in told)
        mailings.append(
            {
                "event": events.get(event, _("Other mail")),
                "at": told[0].created_at,
                "sent": states[DeliveryState.SENT],
                "waiting": states[DeliveryState.QUEUED],
                "dead": [delivery for delivery in told if delivery.state == DeliveryState.DEAD],
            }
        )
    return sorted(mailings, key=lambda mailing: not (mailing["dead"] or mailing["waiting"]))


def _not_delivered(case: Case, deliveries: list[Delivery]) -> list[str]:
    """The requester's addresses of today to which the newest mail could not be delivered."""
    newest: dict[str, str] = {}
    for delivery in deliveries:
        if delivery.state != DeliveryState.QUEUED:
            newest.setdefault(delivery.address, delivery.state)
    return [address for address in (case.email, *case.cc) if newest.get(address) == DeliveryState.DEAD]


def _waiting(case: Case, entries: list[Entry]) -> Entry | None:
    """The requester's newest message that asks for an answer and has none."""
    asking = (entry for entry in entries if entry.kind in (EntryKind.ANSWER, EntryKind.ASKED_AGAIN))
    return next(asking, None) if case.unanswered_since else None


def _addressee(case: Case) -> str:
    """The requester's family name, where name and family name are apart."""
    return next(iter(case.name.split()), "")


def _list_kept(request: HttpRequest) -> str:
    """What keeps the list in mind that the case was opened from."""
    listed = request.GET.get("list", "")
    return f"?{urlencode({'list': listed})}" if listed else ""


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 19
