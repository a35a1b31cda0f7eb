"""Articles as everybody reads them."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from knowledge import actions, documents, markdown, shelf
from knowledge.forms.articles import ArticleSearch
from knowledge.misses import to_tell
from knowledge.models import Article, Audience, Topic
from office.actions import ActionRefused

AT_ONCE = 20
# So many are found by words: whoever needs more of them needs other words.
MOST = 100
RELATED = 5
# The editions that a browser has said something of.
SAID = "opinions"


@login_not_required
@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """What can be read before asking: by topic and kind, by words, the newest or the most helpful first."""
    form = ArticleSearch(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = _found(Audience.of(request.user), asked)
    page = Paginator(found, AT_ONCE).get_page(request.GET.get("page"))
    question, narrowed = asked.get("q", ""), asked.get("topic") or asked.get("kind")
    in_vain = bool(question) and not narrowed and not page.paginator.count
    return render(
        request,
        "knowledge/article_list.html",
        {
            **to_tell(request, question, in_vain=in_vain),
            "form": form,
            "page": page,
            "searched": any(asked.get(name) for name in ("q", "topic", "kind")),
            "topics": Topic.objects.in_use(),
            "topic": asked.get("topic"),
        },
        status=200 if asked or not form.errors else 422,
    )


def _found(audience: str, asked: dict[str, Any]) -> Any:
    articles = Article.objects.open_to(audience).select_related("published").prefetch_related("topics").with_numbers()
    if asked.get("topic"):
        articles = articles.filter(topics=asked["topic"])
    if asked.get("kind"):
        articles = articles.filter(kind=asked["kind"])
    helpful = asked.get("sort") == "helpful"
    if not asked.get("q"):
        return articles.order_by(*["-helped"] * helpful, "-published__read_at", "-pk")
    where = {"topic": asked["topic"].key} if asked.get("topic") else {}
    where |= {"article_kind": asked["kind"]} if asked.get("kind") else {}
    hits = shelf.find(asked["q"], audience=audience, kinds=[documents.ARTICLE], where=where, limit=MOST)
    place = {int(hit.document.key): place for place, hit in enumerate(hits)}
    rows = articles.filter(pk__in=place)
    return sorted(rows, key=lambda row: (-row.helped if helpful else 0, place[row.pk]))


@login_not_required
@require_safe
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """One article. Drafts and what was taken back are a 404, for the office too: those stand at the desk."""
    audience = Audience.of(request.user)
    found = get_object_or_404(
        Article.objects.open_to(audience).select_related("published", "owner").prefetch_related("topics"), pk=pk
    )
    asked, kinds = documents.document(found), [documents.ARTICLE]
    hits = shelf.similar(asked, audience=audience, kinds=kinds, limit=RELATED, least=documents.LEAST_LIKE)
    keys = [int(hit.document.key) for hit in hits]
    related = Article.objects.open_to(audience).select_related("published").in_bulk(keys)
    return render(
        request,
        "knowledge/article.html",
        {
            "article": found,
            "edition": found.published,
            "answer": markdown.html(found.published.answer),
            "related": [related[key] for key in keys if key in related],
            "said": found.published_id in request.session.get(SAID, []),
            "consult_url": f"{reverse('consult')}?{urlencode({'article': found.pk})}",
        },
    )


@login_not_required
@require_POST
def give_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether it helped: counted once for a browser and an edition, and not of an address that says too much.

    Who was not helped is led to the form.
    """
    found = get_object_or_404(Article.objects.open_to(Audience.of(request.user)), pk=pk)
    helped = request.POST.get("helped")
    if helped not in ("yes", "no"):
        return redirect(found)
    said = request.session.get(SAID, [])
    if found.published_id not in said:
        try:
            if ratelimit.consume(request, action="article_opinion"):
                actions.give_opinion(article=found, helped=helped == "yes")
        except ActionRefused as refused:  # taken back this very moment
            messages.error(request, str(refused))
            return redirect("article_list")
        request.session[SAID] = [*said, found.published_id][-200:]
    if helped == "yes":
        messages.success(request, _("Thank you. Good to hear that it helped."))
        return redirect(found)
    messages.info(request, _("Thank you for saying so. Please ask us: what you read is noted on the form."))
    return redirect(f"{reverse('consult')}?{urlencode({'article': found.pk})}")
