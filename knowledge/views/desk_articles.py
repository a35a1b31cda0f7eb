"""Articles at the desk: written by one, read by another, and looked at again before they are out of date."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from knowledge import actions, documents, markdown
from knowledge.actions.articles import usual_review
from knowledge.forms.articles import DraftForm, FactsForm, NewArticleForm, RemarkForm, ReviewForm
from knowledge.models import Article, Edition, ShownDocument
from office import actions as office
from office import clock, once
from office.access import looks_and_changes, office_only
from office.actions import ActionRefused
from office.differences import differences
from office.fields import whole_number

AT_ONCE = 30
TABS = {
    "waiting": gettext_lazy("Waiting for a second reader"),
    "drafts": gettext_lazy("Drafts"),
    "published": gettext_lazy("Published"),
    "review": gettext_lazy("To be checked again"),
    "retired": gettext_lazy("Taken back"),
}


@office_only
@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """All articles, by where they stand; with what came of them."""
    editions = Edition.objects
    tabs: dict[str, QuerySet[Article]] = {
        "waiting": Article.objects.filter(pk__in=editions.waiting().values("article")),
        "drafts": Article.objects.filter(pk__in=editions.being_written().values("article")),
        "published": Article.objects.published(),
        "review": Article.objects.past_review(),
        "retired": Article.objects.exclude(retired_at=None),
    }
    chosen = request.GET.get("tab", "")
    if chosen not in tabs:
        chosen = "waiting" if tabs["waiting"].exists() else "published"
    order = ["review_by", "pk"] if chosen == "review" else ["-created_at", "-pk"]
    rows = tabs[chosen].with_numbers().annotate(opened=_opened()).select_related("published", "owner")
    page = Paginator(rows.prefetch_related("topics").order_by(*order), AT_ONCE).get_page(request.GET.get("page"))
    drafts = Edition.objects.filter(read_at=None, article__in=[row.pk for row in page]).select_related("written_by")
    by_article = {draft.article_id: draft for draft in drafts}
    for row in page:
        row.in_work = by_article.get(row.pk)
    return render(
        request,
        "knowledge/desk_article_list.html",
        {
            "tabs": [
                {"key": key, "label": TABS[key], "count": rows.count(), "current": key == chosen}
                for key, rows in tabs.items()
            ],
            "tab": chosen,
            "label": TABS[chosen],
            "page": page,
        },
    )


def _opened() -> Coalesce:
    """How often an article was opened from what the form suggested."""
    shown = ShownDocument.objects.filter(
        kind=documents.ARTICLE, key=Cast(OuterRef("pk"), ShownDocument._meta.get_field("key"))
    )
    counted = shown.exclude(opened_at=None).order_by().values("key").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _find(pk: int) -> Article:
    return get_object_or_404(Article.objects.select_related("published", "owner").prefetch_related("topics"), pk=pk)


@office_only
@require_safe
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """The article as its readers will see it, who wrote and read it, and what can be done with it."""
    return _page(request, _find(pk))


def _page(
    request: HttpRequest,
    found: Article,
    *,
    remark: RemarkForm | None = None,
    review: ReviewForm | None = None,
    status: int = 200,
) -> HttpResponse:
    editions = list(found.editions.select_related("written_by", "read_by"))
    draft = next((edition for edition in editions if edition.read_at is None), None)
    shown = draft or found.published or editions[0]
    for edition, former in zip(editions, [*editions[1:], None], strict=True):
        edition.pieces = differences(former.answer, edition.answer) if former else []
        edition.was = former.question if former and former.question != edition.question else ""
    opinions = found.opinions.aggregate(
        those=Count("pk", filter=Q(helped=True)), others=Count("pk", filter=Q(helped=False))
    )
    opened = ShownDocument.objects.filter(kind=documents.ARTICLE, key=str(found.pk)).exclude(opened_at=None).count()
    return render(
        request,
        "knowledge/desk_article.html",
        {
            "article": found,
            "draft": draft,
            "edition": shown,
            "answer": markdown.html(shown.answer),
            "editions": editions,
            "numbers": {"helped": opinions["those"], "unsolved": opinions["others"], "opened": opened},
            "is_writer": bool(draft and draft.written_by_id == request.user.pk),
            "remark": remark or RemarkForm(initial={"version": draft.version} if draft else {}),
            "review": review or ReviewForm(initial={"review_by": usual_review()}),
            "today": clock.today(),
        },
        status=status,
    )


# --- writing


@office_only
@looks_and_changes
def write(request: HttpRequest) -> HttpResponse:
    """A new article, from nothing."""
    form = NewArticleForm(request.POST or None, user=request.user)
    if _wants_preview(request):
        return _form_page(request, form, preview=True)
    if not form.is_bound:
        return _form_page(request, form)
    if status := once.take(
        request,
        form,
        lambda: actions.write_article(by=request.user, offer="offer" in request.POST, **form.cleaned_data),
    ):
        return _form_page(request, form, status=status)
    messages.success(request, _saved_words(request))
    # A second click has made none, and goes where the first one went.
    made = Article.objects.filter(editions__written_by=request.user).order_by("-pk").first()
    return redirect(made.get_desk_url() if made else "desk_article_list")


@office_only
@looks_and_changes
def change_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft, to be written on. Where a colleague was faster, both texts are shown and neither is lost."""
    found = _find(pk)
    draft = found.draft
    if request.method != "POST":
        if draft is None:
            return redirect(found.get_desk_url())
        return _form_page(request, DraftForm(draft=draft), found)
    form = DraftForm(request.POST)
    if _wants_preview(request):
        return _form_page(request, form, found, preview=True)
    if not form.is_valid():
        return _form_page(request, form, found, status=422)
    try:
        actions.change_draft(article=found, by=request.user, offer="offer" in request.POST, **form.cleaned_data)
    except actions.StaleDraft as stale:
        now = found.draft
        form = form.on(now) if now else form
        stale.tell(form)
        return _form_page(request, form, found, theirs=now, status=409)
    except ActionRefused as refused:
        refused.tell(form)
        return _form_page(request, form, found, status=409)
    messages.success(request, _saved_words(request))
    return redirect(found.get_desk_url())


def _wants_preview(request: HttpRequest) -> bool:
    return "preview" in request.POST


def _saved_words(request: HttpRequest) -> str:
    if "offer" in request.POST:
        return _("The draft is saved and waits for a second reader.")
    return _("The draft is saved. Nobody but the office sees it.")


def _form_page(
    request: HttpRequest,
    form: Form,
    found: Article | None = None,
    *,
    preview: bool = False,
    theirs: Edition | None = None,
    status: int = 200,
) -> HttpResponse:
    page: dict[str, Any] = {"form": form, "article": found, "theirs": theirs, "once": once.new_key()}
    if preview:
        form.is_valid()  # what is wrong is said when it is saved
        page["previewed"] = {
            "question": form.cleaned_data.get("question", ""),
            "answer": markdown.html(form.cleaned_data.get("answer", "")),
        }
        form.errors.clear()
        if request.htmx:
            return render(request, "knowledge/article_preview.html", page)
    if theirs:
        page["pieces"] = differences(theirs.answer, str(form["answer"].value() or "").replace("\r\n", "\n"))
    return render(request, "knowledge/desk_article_form.html", page, status=status)


@office_only
@looks_and_changes
def change_facts(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    form = FactsForm(request.POST if request.method == "POST" else None, article=found, user=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.change_facts(article=found, by=request.user, **form.cleaned_data)
            except office.StaleRow as stale:
                fresh = FactsForm(article=_find(pk), user=request.user)
                form = FactsForm({**_lists(request), "seen": fresh.initial["seen"]}, article=found, user=request.user)
                stale.tell(form)
                status = 409
            except ActionRefused as refused:
                refused.tell(form)
                status = 409
            else:
                messages.success(request, _("The changes are saved."))
                return redirect(found.get_desk_url())
    return render(request, "knowledge/desk_article_facts.html", {"form": form, "article": found}, status=status)


def _lists(request: HttpRequest) -> dict[str, Any]:
    """What was sent, as a form takes it from anywhere."""
    sent: dict[str, Any] = {name: request.POST.get(name) for name in request.POST}
    return {**sent, "topics": request.POST.getlist("topics")}


# --- one click


def _click(request: HttpRequest, pk: int, action: Callable[..., object], done: str, **words: Any) -> HttpResponse:
    """Do it, and go back to the article; where it is refused the page says why."""
    found = _find(pk)
    try:
        action(article=found, by=request.user, **words)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect(found.get_desk_url())


def _version(request: HttpRequest) -> int | None:
    """The version of the draft that the page showed."""
    return whole_number(request.POST.get("version", ""))


@office_only
@require_POST
def begin_edition(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    try:
        actions.begin_edition(article=found, by=request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect(found.get_desk_url())
    messages.success(request, _("A new edition is begun. Readers see the published one until yours is read."))
    return redirect("desk_article_draft", pk)


@office_only
@require_POST
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The draft waits for a second reader.")
    return _click(request, pk, actions.offer_draft, done, version=_version(request))


@office_only
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("You have read it, and it is published.")
    return _click(request, pk, actions.publish, done, version=_version(request))


@office_only
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _page(request, _find(pk), remark=form, status=422)
    done = _("The draft is back with its writer.")
    return _click(request, pk, actions.send_back, done, **form.cleaned_data)


@office_only
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    return _click(request, pk, actions.drop_draft, _("The draft is thrown away."), version=_version(request))


@office_only
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, _find(pk), review=form, status=422)
    done = _("Noted: the article is still right.")
    return _click(request, pk, actions.confirm_still_right, done, **form.cleaned_data)


@office_only
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    return _click(request, pk, actions.retire, _("The article is taken back. Nobody but the office sees it."))


@office_only
@require_POST
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _click(request, pk, actions.bring_back, _("The article is back."))
