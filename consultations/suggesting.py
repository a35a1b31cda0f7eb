"""What may answer a question before it is sent: articles first, then examples; only what everybody may read."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from django.urls import reverse

from consultations.documents import EXAMPLE
from consultations.models import Example
from consultations.nearness import BESIDE_THE_BEST, in_common, is_near
from consultations.preface import without_preface
from knowledge import shelf
from knowledge.actions import show
from knowledge.actions.showing import showing_of
from knowledge.documents import ARTICLE
from knowledge.models import Audience, ShownDocument

MOST_ARTICLES, MOST_EXAMPLES, MOST_WORDS = 3, 2, 4
# Fewer letters say nothing yet.
LEAST_LETTERS = 8
LOOKED_AT, CANDIDATES = 30, 100


@dataclass(frozen=True)
class Suggestion:
    """A document that may help, and the words that speak for it; of an example, whose it is and what came of it.

    `counted`: it is on record as shown beside the form.
    """

    kind: str
    key: str
    title: str
    words: list[str]
    department: str = ""
    tools: list[str] = field(default_factory=list)
    outcome: str = ""
    counted: bool = False

    @property
    def name(self) -> str:
        """How a form names it."""
        return f"{self.kind}:{self.key}"

    @property
    def url(self) -> str:
        return address_of(self.kind, self.key)


def address_of(kind: str, key: str) -> str:
    """The public page of an article or an example."""
    return reverse(kind, args=[key])


def suggest(problem: str) -> list[Suggestion]:
    """What may help whoever writes this; nothing where nothing is near enough.

    Everybody gets the same, the office too: the form is public, and so is what stands beside it.
    """
    problem = without_preface(problem)
    if len("".join(problem.split())) < LEAST_LETTERS:
        return []
    hits = shelf.similar(
        problem,
        audience=Audience.EVERYONE,
        kinds=[ARTICLE, EXAMPLE],
        limit=LOOKED_AT,
        budget=shelf.LIVE,
        candidates=CANDIDATES,
    )
    best = max((hit.score for hit in hits), default=0)
    near = [hit for hit in hits if is_near(hit) and hit.score * BESIDE_THE_BEST >= best]
    articles = [hit for hit in near if hit.document.kind == ARTICLE][:MOST_ARTICLES]
    return [*map(_article, articles), *_examples(hit for hit in near if hit.document.kind == EXAMPLE)]


def suggest_beside(
    form: uuid.UUID, problem: str, *, may_begin: Callable[[], object] = lambda: True
) -> list[Suggestion]:
    """The same, counted as shown beside this form: where there is any, and `may_begin` allows it."""
    suggestions = suggest(problem)
    documents = [(each.kind, each.key) for each in suggestions]
    counted = bool(documents) and show(form=form, documents=documents, may_begin=may_begin)
    return [replace(each, counted=counted) for each in suggestions]


def look_beside(form: uuid.UUID, problem: str) -> list[Suggestion]:
    """The same for whoever only looks, which counts nothing: `counted` is what was shown beside this form before."""
    shown = set(ShownDocument.objects.filter(showing=showing_of(form)).values_list("kind", "key"))
    return [replace(each, counted=(each.kind, each.key) in shown) for each in suggest(problem)]


def _article(hit: shelf.Hit) -> Suggestion:
    return Suggestion(ARTICLE, hit.document.key, hit.document.title, in_common(hit.words, most=MOST_WORDS))


def _examples(hits: Iterable[shelf.Hit]) -> Iterator[Suggestion]:
    """The nearest of those that are public, with what the shelf does not know of them: one question to the database."""
    found = {int(hit.document.key): hit for hit in hits}
    if not found:
        return
    rows = Example.objects.published().filter(pk__in=found).order_by("menus__order", "menus__pk")
    told: dict[int, tuple[str, str, str, list[str]]] = {}
    for pk, title, outcome, department, tool in rows.values_list(
        "pk", "title", "outcome", "case__department__name", "menus__name"
    ):
        told.setdefault(pk, (title, outcome, department, []))[3].append(tool)
    for pk in [pk for pk in found if pk in told][:MOST_EXAMPLES]:
        title, outcome, department, tools = told[pk]
        words = in_common(found[pk].words, most=MOST_WORDS)
        yield Suggestion(EXAMPLE, str(pk), title, words, department, list(filter(None, tools)), outcome)
