"""Similar cases, examples and articles (似た案件): was there something like this before, and whom does one ask?"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from consultations import documents
from consultations.documents import EXAMPLE
from consultations.models import Ask, Case, Example, Hearing, Support
from consultations.models.case_queryset import CASE, CaseQuerySet
from consultations.nearness import LEAST, in_common
from consultations.states import Result, Status
from knowledge import shelf
from knowledge.documents import ARTICLE
from knowledge.models import Article, Audience
from office.models import Absence, Department, Pair, User

MOST = 50
# So many more are looked at, lest those that may not be shown leave nothing.
SPARE = 15
REASONS = 5


@dataclass(frozen=True)
class SimilarCase:
    """A case like the one in question: why, what came of it, and who can say more."""

    case: Case
    score: int
    words: list[str]
    ask: list[User]  # those of its pair who are still here, else the pair that its department has today
    elsewhere: bool  # another department thinks about the same at this very time
    supports: list[Support] = field(default_factory=list)
    hearings: list[Hearing] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """An example or an article like the text in question."""

    row: Any
    score: int
    words: list[str]


def similar_cases(
    question: Case | str, *, to: User, limit: int = 5, department: Department | None = None, heard: bool = False
) -> list[SimilarCase]:
    """The cases most like a case or a text, of those that `to` may see; never one to be handled with care.

    `department`: who asks, where the question is no case. `heard`: with what hearings found. 10 SQL, and 2 for that.
    """
    asker = question.department if isinstance(question, Case) else department
    asked = documents.question(question) if isinstance(question, Case) else question
    hits = _hits(asked, [CASE], limit=limit)
    cases = _to_be_offered(Case.objects.visible_to(to))
    rows = _with_what_came_of_it(cases, heard=heard).in_bulk([int(hit.document.key) for hit in hits])
    shown = [(rows[key], hit) for hit in hits if (key := int(hit.document.key)) in rows][:limit]
    pairs = _pairs_today({case.department_id for case, _ in shown if not _still_here(case.pair)})
    asking = question.name if isinstance(question, Case) else ""
    found = [
        SimilarCase(
            case=case,
            score=hit.score,
            words=in_common(hit.words, names=[case.name, asking], most=REASONS),
            ask=_still_here(case.pair) or _still_here(pairs.get(case.department_id)),
            elsewhere=bool(asker and case.status != Status.COMPLETED and case.department_id != asker.pk),
            supports=list(case.supports.all()),
            hearings=[hearing for hearing in case.hearings.all() if hearing.is_held] if heard else [],
        )
        for case, hit in shown
    ]
    Absence.objects.note_on(person for each in found for person in each.ask)
    return found


def keys_of_similar(case: Case, *, before: datetime, limit: int = 3) -> list[int]:
    """The keys of the cases most like `case`, of those received before a moment, to be kept and shown again and again
    (`told_again`). 8 SQL.
    """
    hits = _hits(documents.question(case), [CASE], limit=limit)
    keys = [int(hit.document.key) for hit in hits]
    known = set(_to_be_offered(Case.objects.filter(pk__in=keys, received_at__lt=before)).values_list("pk", flat=True))
    return [key for key in keys if key in known][:limit]


def told_again(keys: Collection[int], *, to: User) -> dict[int, Case]:
    """The cases of kept keys that `to` may see and that may still be offered, with what meetings advised on each
    (`advised`) and the menus chosen. 3 SQL.
    """
    rows = _to_be_offered(Case.objects.visible_to(to)).select_related("department").defer("problem", "expectation")
    rows = rows.prefetch_related(
        Prefetch("asks", Ask.objects.exclude(advice=""), to_attr="advised"),
        Prefetch("supports", Support.objects.select_related("menu")),
    )
    return rows.in_bulk(list(keys)) if keys else {}


def _to_be_offered(cases: CaseQuerySet) -> CaseQuerySet:
    return cases.filter(sensitive=False).exclude(result=Result.MISTAKEN)


def similar_examples(question: str, *, limit: int = 3) -> list[Found]:
    """The published examples most like a text. 8 SQL."""
    rows = Example.objects.published().select_related("case__department").prefetch_related("menus")
    return _found(question, EXAMPLE, rows, limit)


def similar_articles(question: str, *, limit: int = 3) -> list[Found]:
    """The articles for the office and for everybody that are most like a text. 7 SQL."""
    return _found(question, ARTICLE, Article.objects.open_to(Audience.OFFICE).select_related("published"), limit)


def _found(question: str, kind: str, rows: QuerySet[Any], limit: int) -> list[Found]:
    hits = _hits(question, [kind], limit=limit)
    known = rows.in_bulk([int(hit.document.key) for hit in hits])
    found = [(known[key], hit) for hit in hits if (key := int(hit.document.key)) in known]
    return [Found(row, hit.score, in_common(hit.words, most=REASONS)) for row, hit in found[:limit]]


def _hits(question: shelf.Document | str, kinds: Collection[str], *, limit: int) -> list[shelf.Hit]:
    wanted = min(limit, MOST) + SPARE
    return shelf.similar(question, audience=Audience.OFFICE, kinds=kinds, limit=wanted, least=LEAST, budget=shelf.LIVE)


def _with_what_came_of_it(cases: CaseQuerySet, *, heard: bool) -> CaseQuerySet:
    rows = cases.select_related("department", "topic", "pair__lead", "pair__partner")
    rows = rows.prefetch_related(Prefetch("supports", Support.objects.select_related("menu")))
    held = Prefetch("hearings", Hearing.objects.held().prefetch_related("hypotheses"))
    return rows.prefetch_related(held) if heard else rows


def _pairs_today(departments: Collection[int]) -> dict[int, Pair]:
    pairs = Pair.objects.current().filter(department__in=departments).with_people() if departments else []
    return {pair.department_id: pair for pair in pairs}


def _still_here(pair: Pair | None) -> list[User]:
    return [person for person in pair.people if person.is_active] if pair else []
