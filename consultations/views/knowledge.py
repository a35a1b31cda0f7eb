"""What the office learns from what was read instead of asked: figures, topics to publish, searches in vain."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations import deflection
from consultations.deflection import COUNTS, Year
from knowledge import actions
from knowledge.models import Miss
from office.access import office_only
from office.actions import ActionRefused

MOST_MISSES, MOST_SETTLED, ARTICLES_AT_ONCE = 30, 10, 20
# The chart, in units of its own: a month's width, a bar's, and the height of the tallest.
SLOT, BAR, TALL, HEAD = 72, 16, 150, 20


@office_only
@require_safe
def knowledge(request: HttpRequest) -> HttpResponse:
    asked = deflection.questions(request.user)
    years = deflection.years()
    articles = Paginator(deflection.published(), ARTICLES_AT_ONCE).get_page(request.GET.get("page"))
    page = {
        "years": [(year, chart(year)) for year in years],
        "topics": deflection.topics(asked),
        "effects": deflection.effects(asked, articles),
        "compared_since": deflection.compared_since(asked),
        "articles": articles,
        "misses": Miss.objects.filter(settled_at=None).order_by("-times", "-last_at")[:MOST_MISSES],
        "settled": Miss.objects.filter(settled_at__isnull=False).order_by("-settled_at")[:MOST_SETTLED],
        "window": deflection.WINDOW,
        "least": deflection.LEAST_TO_TELL,
        "least_months": deflection.LEAST_MONTHS,
    }
    return render(request, "consultations/knowledge.html", page)


@office_only
@require_POST
def settle_miss(request: HttpRequest, pk: int) -> HttpResponse:
    return _on_miss(request, pk, actions.settle_miss, _("“%(words)s” is off the list."))


@office_only
@require_POST
def reopen_miss(request: HttpRequest, pk: int) -> HttpResponse:
    return _on_miss(request, pk, actions.reopen_miss, _("“%(words)s” is on the list again."))


def _on_miss(request: HttpRequest, pk: int, action: Callable[..., Miss], done: str) -> HttpResponse:
    miss = get_object_or_404(Miss, pk=pk)
    try:
        action(miss=miss, by=request.user)
    except ActionRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, done % {"words": miss.words})
    return redirect("knowledge")


@dataclass(frozen=True)
class Bar:
    """A bar of the chart, and where its number stands."""

    kind: str
    count: int
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + BAR // 2

    @property
    def above(self) -> int:
        return self.y - 5


def chart(year: Year) -> dict[str, Any]:
    """The months of a year as bars, all on one scale."""
    tallest = max((month.shown for month in year.months), default=0) or 1

    def bar(place: int, kind: str, count: int) -> Bar:
        height = round(TALL * count / tallest)
        x = place * SLOT + 4 + COUNTS.index(kind) * BAR
        return Bar(kind, count, x, HEAD + TALL - height, height)

    return {
        "width": SLOT * len(year.months),
        "height": HEAD + TALL + 24,
        "floor": HEAD + TALL,
        "months": [
            {
                "first": month.first,
                "middle": place * SLOT + 4 + 2 * BAR,
                "bars": [bar(place, kind, getattr(month, kind)) for kind in COUNTS],
            }
            for place, month in enumerate(year.months)
        ],
        "bar": BAR,
        "label_at": HEAD + TALL + 18,
    }
