"""What is typed into the forms of a case: it comes here at every pause, is shown again, and goes once it is sent."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations import actions
from consultations.actions import ActionRefused, SentAlready
from consultations.forms.case import CaseForm
from consultations.models import Case, Draft
from office.access import office_only
from office.fields import whole_number
from office.models import User

LONGEST_NAME = 60


@office_only
@require_POST
def keep(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """Keep the fields sent as `text-<name>`, with `base-<name>` what they held before. 204.

    409 where the form was sent meanwhile, 413 where it is too long. With `discard` the draft is thrown away instead,
    and the answer leads back to the page.
    """
    case = get_object_or_404(Case.objects.visible_to(request.user).numbered(number))
    if len(form) > LONGEST_NAME:
        raise Http404(f"No form has so long a name: {form}")
    page = request.POST.get("once", "")
    if "discard" in request.POST:
        actions.discard_draft(case=case, by=request.user, form=form, page=page)
        messages.info(request, _("The draft is thrown away."))
        back = request.POST.get("back", "")
        # Only a path: `redirect` would take a bare word for the name of a view.
        is_path = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return redirect(back if is_path else case)
    try:
        actions.keep_draft(
            case=case,
            by=request.user,
            form=form,
            texts=_named(request, "text-"),
            bases=_named(request, "base-"),
            version=whole_number(request.POST.get("version", "")),
            page=page,
            follows=request.POST.get("draft", ""),
            path=request.POST.get("path", ""),
        )
    except SentAlready:
        return HttpResponse(status=409)
    except ActionRefused:
        return HttpResponse(status=413)
    return HttpResponse(status=204)


def _named(request: HttpRequest, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): text for name, text in request.POST.items() if name.startswith(prefix)}


# --- what the page of a case does with them


def of(user: User, case: Case) -> dict[str, Draft]:
    """This person's drafts on the case, by the form they belong to."""
    return {draft.form: draft for draft in case.drafts.filter(user=user) if not draft.is_blank}


def keep_refused(request: HttpRequest, form: CaseForm) -> Draft | None:
    """Keep what was sent and not accepted, so that it is there also where the page is not. Returns the draft."""
    if not (texts := form.typed()):
        return None
    # Too long, or a second click after the first was accepted: the page itself still holds it.
    with suppress(ActionRefused):
        return actions.keep_draft(
            case=form.case,
            by=request.user,
            form=form.panel,
            texts=texts,
            bases=form.bases(),
            version=whole_number(str(form.data.get("version", ""))),
            page=request.POST.get("once", ""),
            follows=request.POST.get("draft", ""),
            path=form.url,
        )
    return None


def drop_sent(request: HttpRequest, form: CaseForm) -> None:
    """Forget what was sent and accepted; in the transaction of the action."""
    if form.texts():
        actions.drop_draft(
            case=form.case,
            by=request.user,
            form=form.panel,
            texts=form.typed(),
            page=request.POST.get("once", ""),
            follows=request.POST.get("draft", ""),
        )


def elsewhere(case: Case, unfinished: dict[str, Draft]) -> list[dict[str, object]]:
    """The drafts whose forms are not open on the page: where each goes on, and how it begins."""
    return [
        {
            "draft": draft,
            "url": draft.path if draft.path.startswith(case.get_absolute_url()) else case.get_absolute_url(),
            "text": next(filter(None, draft.texts.values()), "") or _("emptied"),
        }
        for draft in unfinished.values()
    ]
