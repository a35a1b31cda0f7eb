"""The page of a case, whole, with one of its forms at work or none: what every view of a case goes through."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import OperationalError, transaction
from django.db.models import Model, Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from consultations import actions, canned, walk
from consultations.actions import ActionRefused, StaleCase
from consultations.beside import beside
from consultations.forms import acts
from consultations.forms.case import CaseForm, FactsForm
from consultations.models import Ask, Attachment, CannedText, Case, Draft, Entry, EntryKind, NextStep, Support
from consultations.models.entry import waiting_message
from consultations.states import UNCOUNTED, Result, Status, Step
from consultations.ties import Ties, ties_of
from consultations.views import draft as drafts
from consultations.views.timeline import narrow, timeline
from office import clock, files, once
from office.fields import whole_number
from office.models import Absence
from outbox.models import Delivery, DeliveryChannel, DeliveryState

logger = logging.getLogger(__name__)


def find(request: HttpRequest, number: str, *, anew: bool = False) -> Case:
    """The case, if this person may see it; the same one throughout a request, unless it is wanted `anew`."""
    found = request.__dict__.get("_case")
    if anew or found is None or found.number != number:
        cases = Case.objects.visible_to(request.user).numbered(number)
        found = get_object_or_404(
            cases.select_related(
                *("department", "section", "topic", "closed_by", "pair__lead", "pair__partner", "pair__department"),
                "example__agreed_with",
            )
        )
        request.__dict__["_case"] = found
    return found


def rows_of(case: Case, name: str) -> list[Any]:
    """The rows that hang on a case under this name. 1 SQL for a page, whoever asks first."""
    prefetch_related_objects([case], _as_shown(name))
    return list(getattr(case, name).all())


def _as_shown(name: str) -> str | Prefetch:
    """How these rows are fetched where the page shows more of them than themselves."""
    match name:
        case "supports":  # asked for anew by each page, for what they show depends on the day
            return Prefetch(name, Support.objects.with_what_they_show().order_by("chosen_at", "pk"))
        case "next_steps":
            return Prefetch(name, NextStep.objects.select_related("owner"))
    return name


def row_of(request: HttpRequest, number: str, name: str, pk: int) -> Any:
    """One of them; a 404 where it hangs on another case."""
    for row in rows_of(find(request, number), name):
        if row.pk == pk:
            return row
    raise Http404(f"{number} has no {name} {pk}.")


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
    case = find(request, number)
    if request.method != "POST":
        form = form_class(case, **about)
        if show:  # the page of the case looks for its drafts itself, all in one
            form.resume(case.drafts.filter(user=request.user, form=form.panel).first())
        return (show or page)(request, case, form.focus())
    form = form_class(case, request.POST, request.FILES, **about)
    status, refusal = _done(request, form, action)
    if status == 409:
        form = _anew(request, form)
        if isinstance(refusal, StaleCase) and isinstance(form, FactsForm) and form.is_merged and form.is_valid():
            # Nothing of what a colleague did meanwhile is in the way.
            status, refusal = _done(request, form, action)
            if status == 409:
                form = _anew(request, form)
    if status != 302:
        if status != 503:
            form.draft = drafts.keep_refused(request, form)
        if refusal:
            refusal.tell(form)
        return (show or page)(request, form.case, form, status=status)
    messages.success(request, done % {"number": case.number, "name": _addressee(case)})
    if isinstance(form, FactsForm) and form.taken_over:
        fields = form.taken_over_labels()
        messages.info(request, _("Changed by a colleague meanwhile, and kept: %(fields)s") % {"fields": fields})
    return redirect((to or case.get_absolute_url()) + list_kept(request) + form.anchor)


def _done(request: HttpRequest, form: CaseForm, action: Callable[..., object]) -> tuple[int, ActionRefused | None]:
    """Hand the words of the form to the action. Returns the status to be answered, and why it was refused."""
    if not form.is_valid():
        return 422, None
    words = {**form.cleaned_data, **(form.about or {"case": form.case}), "by": request.user}
    try:
        # One transaction: what is refused must not count as a first click, nor lose its draft.
        with transaction.atomic():
            if once.first_time(request):
                with files.stored(words.get("files", []), Attachment) as kept:
                    action(**words | ({"files": kept} if "files" in words else {}))
            drafts.drop_sent(request, form)
    except ActionRefused as refused:
        return 409, refused
    except (OSError, OperationalError):
        # The disk is full, or the database too busy to write: nothing is lost as long as the page says so.
        logger.exception("An act on %s could not be written.", form.case.number)
        full = _("The server could not save this; nothing was done or sent. Try again in a few minutes.")
        return 503, ActionRefused(full)
    return 302, None


def _anew(request: HttpRequest, form: CaseForm) -> CaseForm:
    """What was typed, on everything as it is now."""
    fresh = find(request, form.case.number, anew=True)
    return form.on(fresh, **{name: row._meta.default_manager.get(pk=row.pk) for name, row in form.about.items()})


def page(request: HttpRequest, case: Case, form: CaseForm | None = None, *, status: int = 200) -> HttpResponse:
    """The whole page; `form` stands open in its place."""
    around = around_form(request, case, status=status)
    entries = around["entries"]
    supports = rows_of(case, "supports")
    asks = rows_of(case, "asks")
    open_ask = next((ask for ask in asks if ask.settled_at is None), None)
    hearings = rows_of(case, "hearings")
    heard = any(hearing.is_held for hearing in hearings)
    steps = rows_of(case, "next_steps")
    unfinished = drafts.of(request.user, case)
    waiting = waiting_message(case, entries)
    ties = ties_of(case, among=Case.objects.visible_to(request.user))
    panels = _panels(case, open_ask, form, unfinished, waiting=waiting, ties=ties)
    if form and not form.is_bound and not form.draft:
        form.resume(unfinished.get(form.panel))
    unfinished.pop(form.panel if form else "", None)
    received_files = [file for entry in entries for file in entry.attachments.all()]
    canned_texts = CannedText.objects.in_use()  # asked for where a form shows them
    if form and not form.is_bound and (chosen := request.GET.get("canned")):
        canned.begin(form, next((text.text for text in canned_texts if str(text.pk) == chosen), ""))
    deliveries = list(Delivery.objects.about(case.label).defer("body", "headers", "subject").order_by("-pk"))
    whole = "all" in request.GET
    before, after = walk.neighbours(request.user, request.GET.get("list", ""), case)
    made_article = any(entry.kind == EntryKind.ARTICLE_BEGUN for entry in entries)
    article = actions.article_of(case) if made_article else None
    supporters, concerned = beside(case)
    people = [*(case.pair.people if case.pair else []), *supporters]
    Absence.objects.note_on(people)
    return render(
        request,
        "consultations/case.html",
        {
            **around,
            "addressee": _addressee(case),
            "step": list(Step).index(case.step(heard=heard, has_support=bool(supports))) + 1,
            "hearings": hearings,
            "heard": heard,
            "hearing_to_come": any(not (hearing.is_held or hearing.called_off_at) for hearing in hearings),
            "next_steps": [step for step in steps if not step.done_at],
            "past_steps": [step for step in steps if step.done_at],
            "received_files": received_files,
            "infected": [file for file in received_files if file.is_infected],
            "supporters": [person.name for person in supporters],
            "people": people,
            "concerned": [department.name for department in concerned],
            "waiting": waiting,
            "ties": ties,
            "article": article,
            "may_have_article": not (case.is_open or article or case.sensitive or case.result in UNCOUNTED),
            "answer_by": case.first_answer_by,
            "today": clock.today(),
            "panels": panels,
            "merging": bool(form and around["refused"] and not form.is_merged),
            "unfinished": drafts.elsewhere(case, unfinished),
            "form": form,
            "canned": canned_texts,
            "history": narrow(entries, request.GET.get("kinds", ""), whole=whole),
            "whole": whole,
            "supports": supports,
            "asks": asks,
            "checks": list(case.checks.all()),
            "open_ask": open_ask,
            "deliveries": _mailings(case, deliveries),
            "not_delivered": _not_delivered(case, deliveries),
            "list_url": walk.back_to(request.GET.get("list", "")),
            "before": before,
            "after": after,
        },
        status=status,
    )


def frame(request: HttpRequest, case: Case, form: CaseForm, status: int) -> dict[str, Any]:
    """What the forms of a case need on a page of their own."""
    return {
        "case": case,
        "form": form,
        "refused": status in (409, 503),
        "once": once.new_key(),
        "list_kept": list_kept(request),
    }


def around_form(request: HttpRequest, case: Case, *, status: int) -> dict[str, Any]:
    """What the form of a case needs around it, on whatever page it stands; above all what happened meanwhile."""
    entries = timeline(
        case.entries.newest_first(), href=lambda file: reverse("case_attachment", args=[case.number, file.pk])
    )
    seen = whole_number(request.POST.get("seen", ""))
    refused = status in (409, 503)
    return {
        "case": case,
        "entries": entries,
        "news": [entry for entry in entries if entry.pk > seen] if refused and seen is not None else [],
        "refused": refused,
        "files_lost": bool(request.FILES),
        "once": once.new_key(),
        "list_kept": list_kept(request),
    }


def _panels(
    case: Case,
    open_ask: Ask | None,
    form: CaseForm | None,
    unfinished: dict[str, Draft],
    *,
    waiting: Entry | None,
    ties: Ties,
) -> list[dict[str, Any]]:
    """The forms beside each other above the timeline: those that fit the case's state, and the one at work.

    Takes out of `unfinished` the drafts that it shows; the last one stands open where no form was asked for.
    """
    offered = {
        acts.AnswerForm: case.is_open,
        acts.ReplyForm: case.is_open,
        acts.NoteForm: True,
        acts.HoldForm: case.is_open,
        acts.CompleteForm: case.status != Status.COMPLETED,
        acts.CloseForm: case.is_open,
        acts.ReopenForm: case.status == Status.COMPLETED,
        acts.AskForm: case.is_open and not open_ask,
    }
    if case.is_open and waiting and waiting.kind == EntryKind.SOLVED:
        first: type[CaseForm] = acts.CloseForm
    elif case.status == Status.NEW:
        first = acts.AnswerForm
    elif case.is_open and (case.unanswered_since or case.follow_up_is_reached):
        first = acts.ReplyForm
    else:
        first = acts.NoteForm
    asked_for = type(form) if type(form) in offered else None
    shown = [
        form if form_class is asked_for else form_class(case)
        for form_class, fits in offered.items()
        if fits or form_class in (asked_for, first)
    ]
    for each in shown:
        if ties.repeats and type(each) is acts.CloseForm:
            each.initial["result"] = Result.DUPLICATE
        if not each.is_bound:
            each.resume(unfinished.pop(each.panel, None))
    resumed = [each for each in shown if each.draft]
    last = max(resumed, key=lambda each: each.draft.saved_at, default=None)
    at_work = asked_for or (type(last) if last and not form else first)
    return [{"form": each, "open": type(each) is at_work} for each in shown]


def _mailings(case: Case, deliveries: list[Delivery]) -> list[dict[str, Any]]:
    """What was mailed, event by event: first what has not arrived, then the newest. `deliveries`: the newest first."""
    events = {
        "received": _("New consultation"),
        "reply": _("Reply to the requester"),
        "closed": _("Closing"),
        "message": _("Message of the requester"),
        "contact": _("New contact"),
        "pair": _("New pair"),
        "former": _("Former contact"),
        "handed_on": _("New contact, told to the pair"),
        "link": _("Link mailed again"),
        "check": _("Technical check"),
        DeliveryChannel.WEBHOOK: _("Post to the chat channel of ICT operations"),
        "progress": _("Asked how things stand"),
        "consent": _("Consent to an example"),
    }
    by_key: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in deliveries:
        by_key.setdefault((delivery.key, delivery.channel), []).append(delivery)
    mailings = []
    for (key, channel), told in by_key.items():
        event = key.removeprefix(f"{case.label}:").partition(":")[0]
        if channel == DeliveryChannel.WEBHOOK:
            event = channel
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


def _addressee(case: Case) -> str:
    """The requester's family name, where name and family name are apart."""
    return next(iter(case.name.split()), "")


def list_kept(request: HttpRequest) -> str:
    """What keeps the list in mind that the case was opened from."""
    listed = request.GET.get("list", "")
    return f"?{urlencode({'list': listed})}" if listed else ""
