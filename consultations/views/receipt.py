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
from django.views.decorators.http import require_http_methods, require_safe

from consultations import actions, mail, once
from consultations.files import download, stored
from consultations.forms.receipt import MessageForm
from consultations.models import Attachment, Case, EntryKind
from consultations.models.entry import Requester
from consultations.states import Step
from consultations.views.timeline import timeline
from office import clock

# The shared entries, as the requester sees them.
LABELS = {
    EntryKind.RECEIVED: gettext_lazy("Your consultation came in"),
    EntryKind.REPLY: gettext_lazy("Answer from the office"),
    EntryKind.ANSWER: gettext_lazy("Your reply"),
    EntryKind.ASKED_AGAIN: gettext_lazy("You asked again"),
    EntryKind.THANKS: gettext_lazy("Your thanks or report"),
}


def by_token(view: Any) -> Any:
    """Hand the case behind the token to the view; a page that helps on, with status 404, where there is none."""

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        cases = Case.objects.behind_token(token)
        case = cases.select_related("department", "section", "pair__lead", "pair__partner").first()
        if case is None:
            unsent = request.POST.get("text", "")
            return render(request, "consultations/receipt_gone.html", {"unsent": unsent}, status=404)
        return view(request, case, **kwargs)

    return guarded


@by_token
@require_safe
def show(request: HttpRequest, case: Case) -> HttpResponse:
    notes = list(messages.get_messages(request))
    just_sent = any(note.extra_tags == "sent" for note in notes)
    return _page(request, case, MessageForm(), messages=notes, just_sent=just_sent)


@by_token
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, case: Case) -> HttpResponse:
    if request.method != "POST":  # after a refused message this address stands in the browser
        return redirect("receipt", case.token)
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, case, form, status=422)
    if not ratelimit.consume(request, action="receipt_message"):
        form.add_error(None, _("There are too many messages from your network just now. Please wait a few minutes."))
        return _page(request, case, form, status=429)
    words = dict(form.cleaned_data)
    uploads = words.pop("files")
    with transaction.atomic():
        if once.first_time(request):
            with stored(uploads) as files:
                actions.receive_message(case=case, by=Requester(case), files=files, **words)
    messages.success(request, _("Your message has been sent to the pair in charge."))
    return redirect("receipt", case.token)


@by_token
@require_safe
def attachment(request: HttpRequest, case: Case, pk: str) -> HttpResponseBase:
    """A file that the requester sent or was sent; those of internal notes stay inside."""
    return download(get_object_or_404(case.attachments.filter(entry__shared=True), pk=pk))


def _page(request: HttpRequest, case: Case, form: MessageForm, *, status: int = 200, **about: Any) -> HttpResponse:
    def href(file: Attachment) -> str:
        return reverse("receipt_attachment", args=[case.token, file.pk])

    entries = timeline(case.entries.shared().newest_first(), href=href)
    for entry in entries:
        entry.label = LABELS.get(entry.kind, entry.get_kind_display())
    page = {
        "case": case,
        "form": form,
        "entries": entries,
        "rows": _rows(case),
        "step": list(Step).index(case.step(has_support=case.supports.exists())) + 1,
        "answer_by": mail.first_answer_by(case),
        "today": clock.today(),
        "once": once.new_key(),
        **about,
    }
    return render(request, "consultations/receipt.html", page, status=status)


def _rows(case: Case) -> list[dict[str, Any]]:
    """What was sent; what was left out is left out here too."""
    rows = [
        {"label": _("Trouble"), "value": case.problem},
        {"label": _("Expected of us"), "items_list": case.wanted},
        {"label": _("Expected of us, in your words"), "value": case.expectation},
        {"label": _("Path of a shared folder"), "value": case.folder},
        {"label": _("From"), "value": f"{case.department.name} {case.section_name}"},
        {"label": _("Contact"), "value": "\n".join(filter(None, [case.name, case.email, case.phone]))},
        {"label": _("Copies to (CC)"), "items_list": case.cc},
    ]
    return [row for row in rows if row.get("value") or row.get("items_list")]
