"""The page of a case, whole, with one of its forms at work or none: what every view of a case goes through."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from consultations import files, mail, once, queues
from consultations.actions import ActionRefused
from consultations.forms import acts
from consultations.forms.case import CaseForm
from consultations.models import Ask, Case, Entry, EntryKind
from consultations.states import Status, Step
from consultations.views.timeline import timeline
from office import clock
from outbox.models import Delivery, DeliveryState


def find(request: HttpRequest, number: str) -> Case:
    cases = Case.objects.visible_to(request.user).numbered(number)
    return get_object_or_404(
        cases.select_related(
            "department", "section", "topic", "closed_by", "pair__lead", "pair__partner", "pair__department"
        )
    )


def act(
    request: HttpRequest,
    number: str,
    form_class: type[CaseForm],
    action: Callable[..., object],
    done: str,
    *,
    show: Callable[..., HttpResponse] | None = None,
    to: str = "",
    **about: Model,
) -> HttpResponse:
    """Show the form, or hand its words to the action.

    `about`: what the action changes, where that is not the case (its keyword and the row). `show`: what renders the
    form, called as `page` is, where that is not the case page; `to`: where success leads, where that is not the case.
    """
    show = show or page
    case = find(request, number)
    if request.method != "POST":
        return show(request, case, form_class(case, **about).focus())
    form = form_class(case, request.POST, request.FILES, **about)
    if not form.is_valid():
        return show(request, case, form, status=422)
    words = {**form.cleaned_data, **(about or {"case": case}), "by": request.user}
    try:
        # One transaction: what is refused must not count as a first click.
        with transaction.atomic():
            if once.first_time(request):
                with files.stored(words.get("files", [])) as kept:
                    action(**words | ({"files": kept} if "files" in words else {}))
    except ActionRefused as refused:
        fresh = find(request, number)
        form = form.on(fresh, **{name: row._meta.default_manager.get(pk=row.pk) for name, row in about.items()})
        form.add_error(None, str(refused))
        return show(request, fresh, form, status=409)
    messages.success(request, done % {"number": case.number, "name": _addressee(case)})
    return redirect((to or case.get_absolute_url()) + _list_kept(request))


def page(request: HttpRequest, case: Case, form: CaseForm | None = None, *, status: int = 200) -> HttpResponse:
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
        acts.AnswerForm: case.is_open,
        acts.ReplyForm: case.is_open,
        acts.NoteForm: True,
        acts.HoldForm: case.is_open,
        acts.CompleteForm: case.status != Status.COMPLETED,
        acts.CloseForm: case.is_open,
        acts.ReopenForm: case.status == Status.COMPLETED,
        acts.AskForm: case.is_open and not open_ask,
        acts.SupportForm: False,
    }
    if case.status == Status.NEW:
        first: type[CaseForm] = acts.AnswerForm
    elif case.is_open and (case.unanswered_since or case.follow_up_is_reached):
        first = acts.ReplyForm
    else:
        first = acts.NoteForm
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
