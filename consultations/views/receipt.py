"""What a requester sees and does by the link of the receipt. The token in it is the key."""

from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations import actions
from consultations.actions import ActionRefused, StaleCase
from consultations.forms.example import AGREES, WordForm
from consultations.forms.receipt import HandOnForm, MessageForm, SolvedForm
from consultations.models import Attachment, Case, EntryKind, Example
from consultations.models.entry import Requester
from consultations.models.example import example_of
from consultations.views.shared_part import WITH, shared_part
from office import once
from office.access import looks_and_changes
from office.files import download, stored

# The shared entries, as the requester sees them.
LABELS = {
    EntryKind.RECEIVED: gettext_lazy("Your consultation came in"),
    EntryKind.REPLY: gettext_lazy("Answer from the office"),
    EntryKind.ANSWER: gettext_lazy("Your reply"),
    EntryKind.ASKED_AGAIN: gettext_lazy("You asked again"),
    EntryKind.THANKS: gettext_lazy("Your thanks or report"),
    EntryKind.SOLVED: gettext_lazy("You told us that it is solved"),
    EntryKind.PROGRESS_ASKED: gettext_lazy("Our question to you"),
    EntryKind.CONSENT_ASKED: gettext_lazy("Our question whether it may be told as an example"),
    EntryKind.CONSENT_GIVEN: gettext_lazy("You agreed that it is told as an example"),
    EntryKind.CONSENT_DECLINED: gettext_lazy("You did not want it told as an example"),
    EntryKind.EXAMPLE_PUBLISHED: gettext_lazy("Published as an example"),
    EntryKind.EXAMPLE_WITHDRAWN: gettext_lazy("No longer published as an example"),
}
# What somebody may have typed who finds that the link has ended.
TYPED = ("text", "word", "name", "email", "phone", "cc")
# In the session: case and generation of the receipts that this browser has opened, the last one last.
OPENED, MOST_OPENED = "receipts", 30


def remember(request: HttpRequest, case: Case) -> None:
    """Note that this browser has had the link of the case, so that a new form can go on with it."""
    link, opened = [case.pk, case.generation], request.session.get(OPENED, [])
    if link not in opened:
        request.session[OPENED] = [*(other for other in opened if other[0] != case.pk), link][-MOST_OPENED:]


def by_token(view: Any) -> Any:
    """Hand the case behind the token to the view; a page that helps on, with status 404, where there is none.

    A form that ended its own link gets the page of its success however often it is sent.
    """

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        case = Case.objects.behind_token(token).select_related(*WITH, "example").first()
        if case is None and "checked" in request.POST and once.taken_before(request):
            return redirect("receipt_handed_on")
        if case is None:
            unsent = "\n".join(filter(None, (request.POST.get(name) for name in TYPED)))
            return render(request, "consultations/receipt_gone.html", {"unsent": unsent}, status=404)
        return view(request, case, **kwargs)

    return guarded


@by_token
@require_safe
def show(request: HttpRequest, case: Case) -> HttpResponse:
    remember(request, case)
    notes = list(messages.get_messages(request))
    just_sent = any(note.extra_tags == "sent" for note in notes)
    return _page(request, case, messages=notes, just_sent=just_sent)


@by_token
@looks_and_changes
def message(request: HttpRequest, case: Case) -> HttpResponse:
    if request.method != "POST":  # after a refused message this address stands in the browser
        return redirect("receipt", case.token)
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, case, form, status=422)
    if not _may_write(request, form):
        return _page(request, case, form, status=429)
    words = dict(form.cleaned_data)
    uploads = words.pop("files")
    with transaction.atomic():
        if once.first_time(request):
            with stored(uploads, Attachment) as files:
                actions.receive_message(case=case, by=Requester(case), files=files, **words)
    messages.success(request, _("Your message has been sent to the pair in charge."))
    return redirect("receipt", case.token)


@by_token
@looks_and_changes
def solved(request: HttpRequest, case: Case) -> HttpResponse:
    if request.method != "POST":
        return redirect("receipt", case.token)
    form = SolvedForm(request.POST)
    if not form.is_valid():
        return _page(request, case, solved=form, status=422)
    if not _may_write(request, form):
        return _page(request, case, solved=form, status=429)
    try:
        with transaction.atomic():
            if once.first_time(request):
                actions.report_solved(case=case, by=Requester(case), text=form.cleaned_data["word"])
    except ActionRefused as refused:
        # The word that was to go with it can still be sent, as thanks.
        case.refresh_from_db()
        kept = MessageForm(initial={"kind": EntryKind.THANKS, "text": form.cleaned_data["word"]})
        return _page(request, case, kept, refused=str(refused), status=409)
    messages.success(request, _("Thank you for telling us. The pair in charge will close the consultation."))
    return redirect("receipt", case.token)


@by_token
@looks_and_changes
def hand_on(request: HttpRequest, case: Case) -> HttpResponse:
    """Change the contact: the form, its check, and the deed, which may end the link it was done by."""
    if request.method != "POST":
        return _hand_on_page(request, HandOnForm(case))
    if "back" in request.POST:
        form = HandOnForm(case)
        form.initial |= {name: request.POST.get(name, "") for name in form.fields}
        return _hand_on_page(request, form)
    form = HandOnForm(case, request.POST)
    if not form.is_valid():
        return _hand_on_page(request, form, status=422)
    if "checked" not in request.POST:
        return _hand_on_page(request, form, check=True)
    if not _may_write(request, form):
        return _hand_on_page(request, form, status=429)
    try:
        with transaction.atomic():
            if once.first_time(request):
                actions.correct_contact(case=case, by=Requester(case), **form.cleaned_data)
    except ActionRefused as refused:
        return _hand_on_page(request, _with(form, str(refused)), status=409)
    if form.gone:
        return redirect("receipt_handed_on")
    messages.success(request, _("The contact is changed."))
    return redirect("receipt", case.token)


@login_not_required
@require_safe
def handed_on(request: HttpRequest) -> HttpResponse:
    """Where whoever handed the contact on ends up: the link they came by opens nothing any more."""
    return render(request, "consultations/receipt_handed_on.html")


@by_token
@looks_and_changes
def example(request: HttpRequest, case: Case) -> HttpResponse:
    """The text of the case as an example, and the requester's word on it."""
    told = example_of(case)
    if told is None or not told.was_asked or case.sensitive:
        messages.info(request, _("Nothing is asked of you about an example just now."))
        return redirect("receipt", case.token)
    if request.method != "POST":
        return _example_page(request, told, WordForm(told))
    form = WordForm(told, request.POST)
    if not form.is_valid():
        return _example_page(request, told, form, status=422)
    if not _may_write(request, form):
        return _example_page(request, told, form, status=429)
    try:
        with transaction.atomic():
            if once.first_time(request):
                _take_word(told, **form.cleaned_data)
    except StaleCase:
        # On the text as it is now: a yes to what was read before is no yes to this.
        told.refresh_from_db()
        if not told.was_asked:
            messages.warning(request, _("The text is being changed just now. We ask you again once it is ready."))
            return redirect("receipt", case.token)
        stale = _("The text or its state changed while you were reading. Please read it once more, then answer.")
        return _example_page(request, told, WordForm(told), refused=stale, status=409)
    except ActionRefused as refused:
        told.refresh_from_db()
        return _example_page(request, told, WordForm(told), refused=str(refused), status=409)
    messages.success(request, _("Thank you. Your answer has been sent to the pair in charge."))
    return redirect("receipt_example", case.token)


def _take_word(told: Example, *, answer: str, name: str, version: int) -> None:
    by = Requester(told.case, name=name)
    if answer == AGREES:
        actions.give_consent(example=told, by=by, name=name, version=version)
    elif told.is_published:
        actions.withdraw_example(example=told, by=by, version=version)
    else:
        actions.decline_consent(example=told, by=by, name=name, version=version)


def _example_page(
    request: HttpRequest, told: Example, form: WordForm, *, refused: str = "", status: int = 200
) -> HttpResponse:
    page = {"case": told.case, "example": told, "form": form, "refused": refused, "once": once.new_key()}
    return render(request, "consultations/receipt_example.html", page, status=status)


@by_token
@require_safe
def attachment(request: HttpRequest, case: Case, pk: str) -> HttpResponseBase:
    """A file that the requester sent or was sent; those of internal notes stay inside."""
    return download(request, get_object_or_404(case.attachments.filter(entry__shared=True), pk=pk))


def _may_write(request: HttpRequest, form: Any) -> bool:
    """Whether this network has not sent too much of late; says so in the form where it has."""
    may = ratelimit.consume(request, action="receipt_message")
    if not may:
        form.add_error(None, _("There are too many messages from your network just now. Please wait a few minutes."))
    return may


def _with(form: Any, refusal: str) -> Any:
    form.add_error(None, refusal)
    return form


def _page(
    request: HttpRequest,
    case: Case,
    form: MessageForm | None = None,
    *,
    solved: SolvedForm | None = None,
    status: int = 200,
    **about: Any,
) -> HttpResponse:
    def href(file: Attachment) -> str:
        return reverse("receipt_attachment", args=[case.token, file.pk])

    shared = shared_part(case, href=href)
    for entry in shared["entries"]:
        entry.label = LABELS.get(entry.kind, entry.get_kind_display())
    asked = case.progress_asked_at is not None
    page = {
        **shared,
        "form": form or MessageForm(initial={"kind": EntryKind.ANSWER} if asked else {}),
        "solved": solved or SolvedForm(),
        "once": once.new_key(),
        "example": example_of(case),
        **about,
    }
    return render(request, "consultations/receipt.html", page, status=status)


def _hand_on_page(request: HttpRequest, form: HandOnForm, *, check: bool = False, status: int = 200) -> HttpResponse:
    page = {"case": form.case, "form": form, "once": once.new_key()}
    name = "receipt_contact_check" if check else "receipt_contact"
    if check:
        page["rows"] = [
            {"label": form[name].label, "items_list" if isinstance(value, list) else "value": value}
            for name, value in form.cleaned_data.items()
        ]
    return render(request, f"consultations/{name}.html", page, status=status)
