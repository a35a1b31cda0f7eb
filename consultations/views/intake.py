"""The way in for a section: fill in the form, check it, send it. What is typed lives in the session's own `Intake`."""

import hashlib
import json
import uuid
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from consultations import actions, suggesting
from consultations.forms.intake import IntakeForm, prefilled, typed
from consultations.models import Case, Intake, IntakeFile
from consultations.models.case import answer_by
from consultations.models.case_queryset import CaseQuerySet
from consultations.models.intake import KEPT_FOR
from consultations.preface import preface
from consultations.views.receipt import OPENED, remember
from knowledge.models import Article, Audience
from office import clock
from office.access import looks_and_changes
from office.actions import ActionRefused, pair_of
from office.fields import whole_number
from office.files import name_of, stored
from office.models import Department, Role

# In the session: the secret that makes forms this browser's own, and which of them is being checked.
OWNER, CHECKING = "intake_owner", "intake"
# Also: those that are put aside, because something shown beside them was the answer; the last of them, while it may be
# had back; and the one that was taken up again.
ASIDE, LAST_ASIDE, AGAIN = "intakes_aside", "intake_aside", "intake_again"
MOST_ASIDE = 50
ORIGIN = ("department", "section", "other_section")
MOST_OFFERED = 5


@login_not_required
@never_cache
@looks_and_changes
def fill_in(request: HttpRequest) -> HttpResponse:
    """The form, with what this browser typed within the last day; to htmx, what depends on the department."""
    if request.method == "POST":
        return _take_in(request)
    draft = newest_draft(request)
    initial = draft.data if draft else prefilled(request.user)
    departments = _departments()
    if request.GET.get("department") in {department.code for department in departments}:
        initial = {**initial, "department": request.GET["department"]}
    if not initial.get("problem") and (article := _read_before(request)):
        initial = {**initial, "problem": preface(article)}
    form = IntakeForm(initial=initial, departments=departments)
    if request.htmx:
        return render(request, "consultations/consult_department.html", {**_about(form), "htmx": True})
    return _form_page(request, form, draft=draft, restored=bool(draft and any(draft.data.values())))


def _read_before(request: HttpRequest) -> Article | None:
    """The article that somebody comes from without an answer, if this person may read it."""
    pk = whole_number(request.GET.get("article", ""))
    articles = Article.objects.open_to(Audience.of(request.user)).select_related("published")
    return articles.filter(pk=pk).first() if pk else None


def _take_in(request: HttpRequest) -> HttpResponse:
    key, draft = _asked_for(request)
    replaced = {name_of(file) for file in request.FILES.getlist("files")}
    dropped = set(request.POST.getlist("drop"))
    files = list(draft.files.all()) if draft else []
    kept = [file for file in files if str(file.pk) not in dropped and file.name not in replaced]
    form = IntakeForm(request.POST, request.FILES, departments=_departments(), kept=len(kept))
    valid = form.is_valid()
    if draft is None and not ratelimit.consume(request, action="consult_open"):
        return _form_page(request, form, key=key, status=429)
    try:
        with stored(form.new_files, IntakeFile) as new:
            draft = actions.keep_intake(
                key=key,
                owner=_owner(request),
                data=typed(request.POST),
                files=new,
                drop=[file.pk for file in files if str(file.pk) in dropped],
            )
    except ActionRefused as refused:
        refused.tell(form)
        return _form_page(request, form, status=409)
    take_up_again(request, draft.pk)
    if "suggest" in request.POST:
        suggesting.suggest_beside(draft.pk, request.POST.get("problem", ""))
        return redirect(f"{reverse('consult_suggest')}?{urlencode({'intake': draft.pk})}")
    if not valid:
        return _form_page(request, form, draft=draft, status=422)
    request.session[CHECKING] = str(draft.pk)
    return redirect("consult_check")


@login_not_required
@require_POST
def keep_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed. 204; 409 where the form was sent meanwhile; 429 where it cannot be kept now."""
    key, draft = _asked_for(request)
    if str(key) != request.POST.get("intake"):
        return HttpResponse(status=409)
    if draft is None and not ratelimit.consume(request, action="consult_open"):
        return HttpResponse(status=429)
    try:
        actions.keep_intake(key=key, owner=_owner(request), data=typed(request.POST))
    except ActionRefused:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@login_not_required
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw away what was typed and handed in, and begin anew."""
    _key, draft = _asked_for(request)
    if draft:
        actions.discard_intake(intake=draft)
    messages.info(request, _("What you had entered has been erased."))
    return redirect("consult")


@login_not_required
@never_cache
@looks_and_changes
def check(request: HttpRequest) -> HttpResponse:
    """What will be sent, and the sending of it. However often it is sent, it is one case."""
    if request.method == "POST":
        return _send(request)
    intake = _mine(request).filter(pk=request.session.get(CHECKING)).first()
    if intake and intake.case:
        return redirect(_page_of(request, intake.case))
    form = _answered(intake) if intake else None
    if form is None or not form.is_valid():
        return redirect("consult")
    return _check_page(request, intake, form)


def _send(request: HttpRequest) -> HttpResponse:
    key, _colon, seen = request.POST.get("intake", "").partition(":")
    intake = _mine(request).filter(pk=uuid_of(key)).first()
    if intake is None:
        form = IntakeForm(initial=typed(request.POST), departments=_departments())
        return _form_page(request, form, gone=True, status=410)
    if intake.case:
        return _sent_before(request, intake.case)
    form = _answered(intake)
    if not form.is_valid():
        return _form_page(request, form, draft=intake, status=422)
    if seen != _digest(intake):
        changed = _("What you entered was changed in another window. Check it once more, then send.")
        return _check_page(request, intake, form, warning=changed, status=409)
    answers, number = form.answers(), request.POST.get("case", "")
    earlier = _open_to(request, answers["department"]).numbered(number).first() if number else None
    if number and earlier is None:
        ended = _("It can no longer be sent as part of %(number)s. Send it as a new consultation.") % {"number": number}
        return _check_page(request, intake, form, warning=ended, status=409)
    if not ratelimit.consume(request, action="consult_send"):
        return _check_page(request, intake, form, busy=True, status=429)
    if earlier:
        words = {name: value for name, value in answers.items() if name not in ORIGIN}
        case = actions.continue_case(intake=intake, case=earlier, **words)
        messages.success(request, _("It was sent as part of %(number)s.") % {"number": case.number})
        return redirect(_page_of(request, case))
    case = actions.send_intake(intake=intake, **answers)
    remember(request, case)
    messages.success(
        request, _("We have received your consultation. Its number is %(number)s.") % {"number": case.number}, "sent"
    )
    return redirect("receipt", case.token)


# --- whose form it is


def _owner(request: HttpRequest) -> str:
    owner = request.session.setdefault(OWNER, get_random_string(32))
    if not request.user.is_authenticated:
        request.session.set_expiry(int(KEPT_FOR.total_seconds()))
    return owner


def _mine(request: HttpRequest) -> Any:
    """The forms of this browser's session within a day; none before it has a session."""
    forms = Intake.objects.filter(session_key=request.session.get(OWNER, "-"))
    return forms.filter(created_at__gt=clock.now() - KEPT_FOR).select_related("case")


def newest_draft(request: HttpRequest) -> Intake | None:
    """What this browser has posted last or taken up again, or else begun last and not put aside."""
    drafts = _mine(request).unfinished().exclude(pk__in=request.session.get(ASIDE, []))
    return drafts.filter(pk=request.session.get(AGAIN)).first() or drafts.order_by("-created_at").first()


def draft_of(request: HttpRequest, form: uuid.UUID | None) -> Intake | None:
    """What lies under the key of a form, where this browser may go on with it."""
    return _mine(request).unfinished().filter(pk=form).first()


def put_aside(request: HttpRequest, form: uuid.UUID) -> None:
    """Begin anew from here on. What was typed is still to be had back, or sent from where it is open, for its day."""
    _owner(request)
    request.session[ASIDE] = [*_aside_but(request, form), str(form)][-MOST_ASIDE:]
    request.session[LAST_ASIDE] = str(form)


def take_up_again(request: HttpRequest, form: uuid.UUID) -> None:
    """Go on with this one, put aside or not, whatever was begun meanwhile."""
    request.session[ASIDE] = _aside_but(request, form)
    request.session[AGAIN] = str(form)


def _aside_but(request: HttpRequest, form: uuid.UUID) -> list[str]:
    return [other for other in request.session.get(ASIDE, []) if other != str(form)]


def receipt_of(request: HttpRequest, form: uuid.UUID) -> HttpResponse | None:
    """To the receipt of a form of this browser that was sent before; None where it was not."""
    sent = _mine(request).filter(pk=form, case__isnull=False).first()
    return _sent_before(request, sent.case) if sent else None


def _sent_before(request: HttpRequest, case: Case) -> HttpResponse:
    messages.info(request, _("This consultation had already been sent. Here is its receipt."))
    return redirect(_page_of(request, case))


def _asked_for(request: HttpRequest) -> tuple[uuid.UUID, Intake | None]:
    """The key that a posted form names, and what lies under it. One that is sent, too old or another's: a new key."""
    key = uuid_of(request.POST.get("intake", "")) or uuid.uuid4()
    there = Intake.objects.filter(pk=key).exists()
    draft = draft_of(request, key) if there else None
    return (uuid.uuid4(), None) if there and draft is None else (key, draft)


def uuid_of(text: str) -> uuid.UUID | None:
    """The key of a form as it was sent; None where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _answered(intake: Intake) -> IntakeForm:
    return IntakeForm(intake.data, departments=_departments())


def _digest(intake: Intake) -> str:
    """Tells whether what lies there is still what the check page showed."""
    state = [intake.data, sorted(str(file.pk) for file in intake.files.all())]
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:16]


def _open_to(request: HttpRequest, department: Department) -> CaseQuerySet:
    """The department's cases that this person may write to: colleagues of the section by their account, and whoever
    has opened the receipt in this browser.
    """
    cases = Case.objects.behind_links(request.session.get(OPENED, []))
    if _has_section_page(request):
        cases |= Case.objects.visible_to(request.user)
    return cases.filter(department=department)


def _page_of(request: HttpRequest, case: Case) -> str:
    """Where this person sees what was sent: who went on with a colleague's case is not given its link thereby."""
    has_link = [case.pk, case.generation] in request.session.get(OPENED, [])
    if not has_link and _has_section_page(request) and Case.objects.visible_to(request.user).filter(pk=case.pk):
        return reverse("section_case", args=[case.number])
    return reverse("receipt", args=[case.token])


def _has_section_page(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.role == Role.WARD


# --- pages


def _departments() -> list[Department]:
    return list(Department.objects.current())


def _about(form: IntakeForm) -> dict[str, Any]:
    """What the page says once the department is known: who answers, and which sections there are."""
    department = form.chosen_department
    return {
        "department": department,
        "pair": pair_of(department) if department else None,
        "sections": department.sections.filter(is_active=True) if department else [],
        "answer_by": answer_by(clock.today()),
    }


def _form_page(
    request: HttpRequest,
    form: IntakeForm,
    *,
    draft: Intake | None = None,
    key: uuid.UUID | None = None,
    status: int = 200,
    **about: Any,
) -> HttpResponse:
    page = {
        "form": form,
        "intake": draft.pk if draft else key or uuid.uuid4(),
        "kept_files": draft.files.all() if draft else [],
        "kept_hours": int(KEPT_FOR.total_seconds() // 3600),
        "busy": status == 429,
        **_about(form),
        **about,
    }
    return render(request, "consultations/consult.html", page, status=status)


def _check_page(
    request: HttpRequest, intake: Intake, form: IntakeForm, *, status: int = 200, **about: Any
) -> HttpResponse:
    twin = _mine(request).filter(case__problem=form.cleaned_data["problem"]).first()
    answers = form.answers()
    offered = list(_open_to(request, answers["department"]).open().order_by("-last_entry_at")[:MOST_OFFERED])
    origin = {name: answers[name] for name in ORIGIN}
    page = {
        "form": form,
        "rows": _rows(form, list(intake.files.all())),
        "intake": f"{intake.pk}:{_digest(intake)}",
        "twin": twin.case if twin else None,
        "twin_url": _page_of(request, twin.case) if twin else "",
        "offered": offered,
        "chosen": request.POST.get("case", ""),
        # Whoever only says to be of that section learns neither number nor title.
        "others": not offered and Case.objects.open().from_section(**origin).exists(),
        **_about(form),
        **about,
    }
    return render(request, "consultations/consult_check.html", page, status=status)


def _rows(form: IntakeForm, files: list[IntakeFile]) -> list[dict[str, Any]]:
    """The answers, each with the way back to its field."""
    answers = form.answers()
    section = answers["section"].name if answers["section"] else answers["other_section"]
    shown = {
        "problem": answers["problem"],
        "wants": [label for value, label in form.fields["wants"].choices if value in answers["wants"]],
        "expectation": answers["expectation"],
        "files": [f"{file.name} ({filesizeformat(file.size)})" for file in files],
        "folder": answers["folder"],
        "department": answers["department"].name,
        "section": section,
        "name": answers["name"],
        "email": answers["email"],
        "phone": answers["phone"],
        "cc": answers["cc"],
    }
    labels = {"expectation": _("Expected of us, in your words")}
    return [
        {
            "label": labels.get(name, form[name].label),
            "items_list" if isinstance(value, list) else "value": value,
            "url": f"{reverse('consult')}#{form[name].id_for_label or form[name][0].id_for_label}",
        }
        for name, value in shown.items()
    ]
