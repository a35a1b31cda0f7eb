"""Cases, examples and technical checks as the shelf holds them, and how they come to stand there."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.db.models import Exists, Model, OuterRef, Prefetch, QuerySet, prefetch_related_objects

from consultations.models import Ask, Attachment, Case, Entry, Example, Hearing, NextStep, Support, TechnicalCheck
from consultations.models.case_queryset import CASE
from consultations.models.check import CHECK
from consultations.models.entry import AuthorKind
from consultations.preface import without_preface
from knowledge import shelf
from knowledge.models import Audience
from knowledge.sources import Source
from menus.models import SupportMenu
from office.models import Department, User

EXAMPLE = "example"
AT_ONCE = 100
# What may hang on a case, and where to see whether it does.
HANGING: dict[str, tuple[QuerySet[Any], type[Model]]] = {
    "supporters": (User.objects.all(), Case.supporters.through),
    "concerned": (Department.objects.all(), Case.concerned.through),
    "checks": (TechnicalCheck.objects.select_related("answered_by"), TechnicalCheck),
    "asks": (Ask.objects.all(), Ask),
    "next_steps": (NextStep.objects.select_related("owner"), NextStep),
    "attachments": (Attachment.objects.all(), Attachment),
    "supports": (Support.objects.select_related("menu").prefetch_related("bookings"), Support),
    "hearings": (Hearing.objects.prefetch_related("hypotheses", "questions"), Hearing),
}


def put(cases: Collection[int]) -> None:
    """Put these cases and their checks on the shelf as they are now, their examples where everybody may read them."""
    ordered = sorted(cases)
    for start in range(0, len(ordered), AT_ONCE):
        some = _with_all(Case.objects.filter(pk__in=ordered[start : start + AT_ONCE]))
        shelf.put_all(document for case in some for document in _documents_about(case))
        for kind, key in (name for case in some for name in _no_longer_there(case)):
            shelf.remove(kind, key)


def documents_of(cases: Collection[int]) -> Iterator[shelf.Document]:
    """What the shelf is to hold of these cases, which stay as they are until the transaction ends."""
    rows = Case.objects.filter(pk__in=cases)
    _lock(rows)
    yield from map(document, _with_all(rows))


def _lock(cases: "QuerySet[Case]") -> None:
    """Nobody writes history of these cases until the transaction ends.

    To be called before anything is read of them: whoever had to wait for the lock would find what hangs on a case, and
    what it points at, as it was before.
    """
    list(cases.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _with_all(rows: "QuerySet[Case]") -> list[Case]:
    """With everything that hangs on them; what hangs on none of them is not asked for. On most hangs little."""
    has = {f"has_{name}": Exists(held.objects.filter(case=OuterRef("pk"))) for name, (_, held) in HANGING.items()}
    joined = rows.select_related("department", "section", "topic", "pair__lead", "pair__partner", "example")
    cases = list(joined.annotate(**has).order_by("pk"))
    wanted = {name: any(getattr(case, f"has_{name}") for case in cases) for name in HANGING}
    hanging = [Prefetch(name, found if wanted[name] else found.none()) for name, (found, _) in HANGING.items()]
    prefetch_related_objects(cases, Prefetch("entries", Entry.objects.in_order()), *hanging)
    prefetch_related_objects([case for case in cases if hasattr(case, "example")], "example__menus")
    return cases


def _documents_about(case: Case) -> Iterator[shelf.Document]:
    yield document(case)
    if hasattr(case, "example") and case.example.is_public:
        yield example_document(case.example)
    yield from (check_document(check) for check in case.checks.all() if not check.withdrawn_at)


def _no_longer_there(case: Case) -> Iterator[tuple[str, str]]:
    if hasattr(case, "example") and not case.example.is_public:
        yield EXAMPLE, str(case.example.pk)
    yield from ((CHECK, str(check.pk)) for check in case.checks.all() if check.withdrawn_at)


def document(case: Case) -> shelf.Document:
    """A case with everything that a colleague may remember of it, and look for it by."""
    people = [*(case.pair.people if case.pair else []), *case.supporters.all()]
    places = [case.department, *case.concerned.all()]
    return shelf.Document(
        kind=CASE,
        key=str(case.pk),
        at=case.received_at,
        title=case.title,
        texts=_each_once([*about(case), case.lesson, *_said(case)]),
        aside=_each_once(
            [
                *(place.name for place in places),
                case.section_name,
                case.name,
                *(person.name for person in people),
                *_who_had_to_do_with(case),
                *(file.name for file in case.attachments.all()),
                case.folder,
                *(step.who for step in case.next_steps.all()),
                *(hearing.place for hearing in case.hearings.all()),
            ]
        ),
        facets={
            "department": case.department.code,
            "year": str(case.fiscal_year),
            "open": "1" if case.is_open else "0",
            "topic": [case.topic.key] if case.topic else [],
            "level": [str(case.level)] if case.level else [],
            "result": [case.result] if case.result else [],
            "menu": sorted({support.menu.key for support in case.supports.all()}),
            "sensitive": ["1"] if case.sensitive else [],
        },
    )


def _who_had_to_do_with(case: Case) -> Iterator[str]:
    """Who wrote, answered or had it, whoever is its contact and its pair today: a colleague remembers that name."""
    yield from (check.answered_by.name for check in case.checks.all() if check.answered_by)
    for entry in case.entries.all():
        if entry.author_kind != AuthorKind.SYSTEM:
            yield entry.author_name
        changes = entry.data.get("changes", {})
        yield from filter(None, [*changes.get("name", []), *changes.get("pair", [])])
        yield from chain.from_iterable(changes.get("supporters", []))


def question(case: Case) -> shelf.Document:
    """What a case is about, to ask for similar ones by. Not what was said since: by that it is found."""
    texts = [without_preface(text) for text in about(case)]
    return shelf.Document(CASE, str(case.pk), case.received_at, title=case.title, texts=texts)


def about(case: Case) -> list[str]:
    """The trouble, what was hoped for, and what hearings found to lie behind it."""
    held = [hearing for hearing in case.hearings.all() if hearing.is_held]
    return [
        case.problem,
        case.expectation,
        *(text for hearing in held for text in (hearing.wish, hearing.real_problem)),
    ]


def _said(case: Case) -> Iterator[str]:
    for hearing in case.hearings.all():
        yield from (hearing.facts, hearing.wish, hearing.real_problem, hearing.purpose, hearing.participants)
        for hypothesis in hearing.hypotheses.all():
            yield from (hypothesis.text, hypothesis.evidence)
        for asked in hearing.questions.all():
            yield from (asked.text, asked.answer)
    for check in case.checks.all():
        yield from (check.question, check.answer, check.rule)
    for ask in case.asks.all():
        yield from (ask.question, ask.advice)
    for support in case.supports.all():
        yield from (support.menu.name, support.reason, support.outcome, support.matched_with, support.answer)
        yield from (booking.excess_reason for booking in support.bookings.all())
    yield from (step.text for step in case.next_steps.all())
    for entry in case.entries.all():
        yield from (entry.text, entry.data.get("tool", ""))


def _each_once(texts: Iterable[str]) -> list[str]:
    """Without what is empty or stands there already: an entry often says once more what another row says."""
    return list(dict.fromkeys(filter(None, (text.strip() for text in texts))))


# --- examples


def _with_menus(examples: "Iterable[Example]") -> "Iterable[Example]":
    rows = examples.select_related("case__department", "case__topic")  # type: ignore[attr-defined]
    return rows.order_by("pk").prefetch_related("menus")


def example_document(example: Example) -> shelf.Document:
    """An example as everybody may find it. Of the case it shows department, topic and kinds of support, no person."""
    case = example.case
    menus: list[SupportMenu] = list(example.menus.all())
    return shelf.Document(
        kind=EXAMPLE,
        key=str(example.pk),
        at=example.published_at or example.written_at,
        audience=Audience.EVERYONE,
        title=example.title,
        texts=_each_once([example.trouble, example.approach, example.outcome]),
        aside=[case.department.name, *(menu.name for menu in menus)],
        facets={
            "department": case.department.code,
            "year": str(case.fiscal_year),
            "topic": [case.topic.key] if case.topic else [],
            "level": [str(case.level)] if case.level else [],
            "menu": sorted(menu.key for menu in menus),
        },
    )


def _example_documents(keys: Sequence[str]) -> Iterator[shelf.Document]:
    _lock(Case.objects.filter(pk__in=Example.objects.filter(pk__in=keys).values("case")))
    yield from map(example_document, _with_menus(Example.objects.published().filter(pk__in=keys)))


# --- technical checks


def check_document(check: TechnicalCheck) -> shelf.Document:
    """A technical check, whose question is what it is about.

    Offered on similar questions once it is answered; never one of a case to be handled with care, whose title is not
    told either.
    """
    case = check.case
    return shelf.Document(
        kind=CHECK,
        key=str(check.pk),
        at=check.asked_at,
        title=check.question,
        texts=_each_once([check.answer, check.rule]),
        aside=[] if case.sensitive else [case.title],
        facets={
            "ict": "1" if check.put_to_ict else "0",
            "ruling": [check.ruling] if check.ruling else [],
            "offered": ["1"] if check.answered_at and not case.sensitive else [],
        },
    )


def _check_documents(keys: Sequence[str]) -> Iterator[shelf.Document]:
    _lock(Case.objects.filter(pk__in=TechnicalCheck.objects.filter(pk__in=keys).values("case")))
    rows = TechnicalCheck.objects.filter(pk__in=keys, withdrawn_at=None)
    yield from map(check_document, rows.order_by("pk").select_related("case"))


SOURCES = [
    Source(
        CASE,
        keys=lambda: map(str, Case.objects.order_by("pk").values_list("pk", flat=True)),
        documents=lambda keys: documents_of([int(key) for key in keys]),
        shape=3,
    ),
    Source(
        EXAMPLE,
        keys=lambda: map(str, Example.objects.published().order_by("pk").values_list("pk", flat=True)),
        documents=_example_documents,
    ),
    Source(
        CHECK,
        keys=lambda: map(
            str, TechnicalCheck.objects.filter(withdrawn_at=None).order_by("pk").values_list("pk", flat=True)
        ),
        documents=_check_documents,
    ),
]
