"""The shelf: documents of any kind, found by their words. It does not know what a case is.

A room puts its document here in the transaction that changed it, so the two never disagree. The same documents, put on
SQLite or PostgreSQL in any order, give the same answers: all counting is in whole numbers.
"""

import re
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from math import log
from operator import or_
from typing import NamedTuple, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet, Value

from knowledge import rerank, text
from knowledge.models import Audience, Frequency, IndexedDocument, Posting, Rack
from knowledge.models.posting import TERM_LENGTH
from knowledge.words import vocabulary

T = TypeVar("T")

# BM25 with k1 = 0.9 and b = 0.5. The length that counts as average is fixed: what a term counts for then depends on
# nothing but its document, and an index that grew for years is the same to the last row as one built today.
K1, B, AVERAGE_LENGTH = 0.9, 0.5, 150
# Brings impacts to 125 at most, which is one byte on SQLite.
SCALE = 66
TITLE_COUNTS = 2
# So many postings are read for a question, the rarest terms first; LIVE while somebody is typing.
BUDGET, LIVE = 20_000, 10_000
# Before it is said that no document holds all the words, so many times as many are read.
READ_ON = 10
# So many documents are looked at in full.
CANDIDATES = 200
# The words of a question that count: all of a short one, the heaviest of a long text.
FIND_WORDS, SIMILAR_WORDS, TEXT_LENGTH = 16, 64, 10_000
# A long story holds words that no other has: what is like it need not fit more of them than what is like a short one.
TELLING_WORDS = 20
PHRASE = re.compile(r'["“”]([^"“”]+)["“”]')
# By kind, which shape its documents have (`sources.Source`); the first where nothing is said.
shapes: dict[str, int] = {}


@dataclass(frozen=True)
class Document:
    """What a room puts on the shelf. `kind` and `key` are its own names for it; facets are what one may filter by.

    `aside` is found like the texts, but says nothing of what the document is about: names, places, files. Documents are
    not similar for it. A facet has one value or several.
    """

    kind: str
    key: str
    at: datetime
    audience: str = Audience.OFFICE
    title: str = ""
    texts: Sequence[str] = ()
    aside: Sequence[str] = ()
    facets: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


def as_document(row: IndexedDocument) -> Document:
    """What was put, as far as the shelf remembers it: the texts have become one."""
    return Document(row.kind, row.key, row.at, row.rack.audience, row.title, [row.text], [row.aside], row.facets)


@dataclass(frozen=True)
class Hit:
    """A document that was found, how well its words fit, and the words of the question it holds, the heaviest first.

    `score` is that of the words (BM25) alone, a whole number; what is similar may be ordered by its sense as well, so
    that scores need not fall from one hit to the next. `share`: how much of the question those words are, by their
    weights: 1 where the document holds all of them.
    """

    document: IndexedDocument
    score: int
    words: list[str]
    share: float = 1.0


def recipe(kind: str) -> str:
    """By which dictionary and in which shape documents of a kind are put here now; what was put otherwise is put anew
    by a rebuild.
    """
    shape = shapes.get(kind, 1)
    return text.dictionary() if shape == 1 else f"{text.dictionary()}, shape {shape}"


def put(document: Document) -> None:
    """Put a document on the shelf, or its new state in place of the old, in the caller's transaction."""
    put_all([document])


@transaction.atomic(savepoint=False)
def put_all(documents: Iterable[Document], *, anew: bool = False) -> None:
    """Put many different documents at once. `anew` writes the postings even where all is as it should be."""
    documents, words = list(documents), vocabulary()
    racks = _racks({(document.kind, document.audience) for document in documents})
    _store([_row(each, racks[each.kind, each.audience], _counts(each, words)) for each in documents], anew=anew)


@transaction.atomic(savepoint=False)
def remove(kind: str, key: str) -> None:
    """Take a document off the shelf, in the caller's transaction; nothing where there is none."""
    for row in _held([(kind, key)]):
        Posting.objects.clear_away([row.number])
        rerank.forget([row.number])
        row.delete()


def find(
    words: str,
    *,
    audience: str,
    kinds: Collection[str] = (),
    where: Mapping[str, str | Sequence[str]] | None = None,
    limit: int = 20,
    budget: int = BUDGET,
    candidates: int = CANDIDATES,
    known: text.Vocabulary | None = None,
) -> list[Hit]:
    """Documents that hold every word, the best first. A "quoted phrase" must stand there as it is written.

    Of the kinds named (none: all) that the audience may see, with these facets. Any text is a question; one without a
    word in it finds nothing, unless it is empty and facets are given: then the newest that have them. Who holds the
    vocabulary already hands it over (`known`), which saves a look at its table.
    """
    words = text.clean(words[:TEXT_LENGTH])
    asked = asked_for(words, known or vocabulary())
    sought = _sought(words, asked, audience, kinds, where or {})
    scores = dict(_read(Posting.objects.holding_all, sought, budget=budget, limit=candidates))
    phrases = [text.normal(phrase) for phrase in PHRASE.findall(words)]
    rows = IndexedDocument.objects.defer("terms").in_bulk(list(scores) if phrases else list(scores)[:limit])
    says = [number for number in scores if number in rows and _says(rows[number], phrases)]
    return [Hit(rows[number], scores[number], [said.written for said in asked.values()]) for number in says[:limit]]


def keys(
    words: str,
    *,
    audience: str,
    kind: str,
    where: Mapping[str, str | Sequence[str]] | None = None,
    limit: int = CANDIDATES,
    budget: int = BUDGET,
    known: text.Vocabulary | None = None,
) -> list[str]:
    """The keys of what `find` finds of one kind, in no order: for a list that has rows and an order of its own."""
    words = text.clean(words[:TEXT_LENGTH])
    if PHRASE.search(words):
        found = find(
            words,
            audience=audience,
            kinds=[kind],
            where=where,
            limit=limit,
            candidates=limit,
            budget=budget,
            known=known,
        )
        return [hit.document.key for hit in found]
    asked = asked_for(words, known or vocabulary())
    sought = _sought(words, asked, audience, [kind], where or {})
    return _read(Posting.objects.keys_holding_all, sought, budget=budget, limit=limit)


def similar(
    question: str | Document,
    *,
    audience: str,
    kinds: Collection[str] = (),
    where: Mapping[str, str | Sequence[str]] | None = None,
    limit: int = 10,
    least: int = 0,
    budget: int = BUDGET,
    candidates: int = CANDIDATES,
    known: text.Vocabulary | None = None,
) -> list[Hit]:
    """Documents like a text, or like a document (which is not among them), the best first.

    `least`: so many percent of what a document would score that holds every word of the question once, of a long one
    the twenty heaviest. What has less, or a single one of several words, is left out: something is always nearest,
    however far away it is.
    """
    whole = "\n".join([question.title, *question.texts]) if isinstance(question, Document) else question
    asked = _asked(text.clean(whole[:TEXT_LENGTH]), known or vocabulary())
    racks, documents = _counted(audience, kinds, asked)
    if not racks or not asked:
        return []
    weights = {term: round(_weight(documents[term], racks) * (1 + log(said.times))) for term, said in asked.items()}
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:SIMILAR_WORDS]
    takes: dict[str, int] = {}
    for term in sorted(heaviest, key=lambda term: (documents[term], term)):
        if budget > 0:
            takes[term] = budget
            budget -= documents[term]
    found = Posting.objects.holding_any(
        list(racks), weights, takes, needed=_facet_terms(where or {}), without=_number_of(question), limit=candidates
    )
    telling = {term: weights[term] for term in heaviest}
    parts = _parts([number for number, _ in found], telling)
    enough = SCALE * sum(weights[term] for term in heaviest[:TELLING_WORDS]) * least // 100
    several = min(2, len(heaviest)) if least else 1
    scores = {number: sum(part.values()) for number, part in parts.items() if len(part) >= several}
    scores = {number: score for number, score in scores.items() if score >= enough}
    best = rerank.placed(whole, scores)[:limit]
    rows = IndexedDocument.objects.defer("terms").in_bulk(best)
    return [_hit(rows[number], parts[number], asked, telling) for number in best if number in rows]


# --- Putting ------------------------------------------------------------------------------------------------------


def _counts(document: Document, words: text.Vocabulary) -> Counter[str]:
    """How often each term occurs; those of the title count more."""
    counts = Counter(token.term for token in text.tokens(text.clean(document.title), words))
    for term in counts:
        counts[term] *= TITLE_COUNTS
    said = "\n".join([*document.texts, *document.aside])
    counts.update(token.term for token in text.tokens(text.clean(said), words))
    return counts


def _row(document: Document, rack: Rack, counts: Counter[str]) -> IndexedDocument:
    """The document as it will stand on the shelf."""
    pivot = K1 * (1 - B + B * counts.total() / AVERAGE_LENGTH)
    terms = {term: max(1, round(SCALE * count * (K1 + 1) / (count + pivot))) for term, count in counts.items()}
    return IndexedDocument(
        rack=rack,
        kind=document.kind,
        key=document.key,
        title=text.clean(document.title),
        text=text.clean("\n".join(document.texts)),
        aside=text.clean("\n".join(document.aside)),
        at=document.at,
        facets=dict(document.facets),
        terms=terms | dict.fromkeys(_facet_terms(document.facets), 0),
    )


def _racks(names: Collection[tuple[str, str]]) -> dict[tuple[str, str], Rack]:
    """The racks of these (kind, audience); those that are not there yet are made."""
    stand = Rack.objects.filter(kind__in={kind for kind, _ in names})
    racks = {(rack.kind, rack.audience): rack for rack in stand}
    for kind, audience in set(names) - set(racks):
        cut_by = {"cut_by": recipe(kind)}
        racks[kind, audience] = Rack.objects.get_or_create(kind=kind, audience=audience, defaults=cut_by)[0]
    return racks


def _store(fresh: Collection[IndexedDocument], *, anew: bool) -> None:
    """Bring these rows and their postings into the database, in place of those of the same name."""
    rows = {(row.kind, row.key): row for row in fresh}
    held = {(row.kind, row.key): row for row in _held(rows)}
    stay = {name for name, row in rows.items() if name in held and held[name].at == row.at}
    for name in stay:
        rows[name].number = held[name].number
    _number([row for name, row in rows.items() if name not in stay])
    stale = {name: row for name, row in held.items() if _place(row) != _place(rows[name])}
    Posting.objects.clear_away([row.number for row in stale.values()])
    moved = {row.number for row in held.values()} - {row.number for row in rows.values()}
    rerank.forget(moved)
    IndexedDocument.objects.filter(pk__in=moved).delete()
    IndexedDocument.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["rack", "title", "text", "aside", "at", "facets", "terms"],
    )
    rerank.expect(rows.values(), {row.number for row in held.values()})
    Posting.objects.lay_out([row.number for name, row in rows.items() if anew or name in stale or name not in held])


def _facet_terms(facets: Mapping[str, str | Sequence[str]]) -> list[str]:
    """Facets are terms that count for nothing; no word holds a "="."""
    each = [(name, [value] if isinstance(value, str) else value) for name, value in facets.items()]
    return [_facet_term(f"{name}={value}") for name, values in each for value in values]


def _facet_term(whole: str) -> str:
    """What is longer than a term is told from others by a number at its end."""
    if len(whole) <= TERM_LENGTH:
        return whole
    number = f"~{zlib.crc32(whole.encode()):08x}"
    return whole[: TERM_LENGTH - len(number)] + number


def _held(names: Iterable[tuple[str, str]]) -> QuerySet[IndexedDocument]:
    """The documents of these (kind, key) that stand on the shelf, locked."""
    keys: dict[str, list[str]] = {}
    for kind, key in names:
        keys.setdefault(kind, []).append(key)
    these = [Q(kind=kind, key__in=some) for kind, some in keys.items()]
    rows = IndexedDocument.objects.filter(reduce(or_, these, Q(pk__in=[])))
    return rows.defer("title", "text", "aside").order_by("number").select_for_update()


def _place(row: IndexedDocument) -> tuple[int, int, dict[str, int]]:
    """What its postings say."""
    return row.number, row.rack_id, row.terms


def _number(rows: Sequence[IndexedDocument]) -> None:
    """Give each a number by its date and name; the next, should another document have it."""
    for row in rows:
        second = min(max(0, int(row.at.timestamp())), 2**33 - 1)
        row.number = second << 30 | zlib.crc32(f"{row.kind}/{row.key}".encode()) >> 2
    wanted = {row.number for row in rows}
    stand = IndexedDocument.objects.filter(number__in=wanted).values_list("number", "kind", "key") if wanted else []
    names = {number: (kind, key) for number, kind, key in stand}
    taken: set[int] = set()
    for row in rows:
        if row.number in taken or names.get(row.number) not in (None, (row.kind, row.key)):
            row.number = _next_number(row, taken)
        taken.add(row.number)


def _next_number(row: IndexedDocument, taken: Collection[int]) -> int:
    """The next that neither another document nor one of `taken` has."""
    number, others = row.number, IndexedDocument.objects.exclude(kind=row.kind, key=row.key)
    while number in taken or others.filter(number=number).exists():
        number += 1
    return number


# --- Asking -------------------------------------------------------------------------------------------------------


class Said(NamedTuple):
    """How a question writes a term, how often, and whether only inside a longer word of our own."""

    written: str
    times: int
    inside: bool


def _asked(question: str, words: text.Vocabulary) -> dict[str, Said]:
    """The terms of a question, in its order."""
    asked: dict[str, Said] = {}
    for token in text.tokens(question, words):
        written, times, inside = asked.get(token.term, (question[token.start : token.end], 0, True))
        asked[token.term] = Said(written, times + 1, inside and token.inside)
    return asked


def asked_for(question: str, words: text.Vocabulary) -> dict[str, Said]:
    """The terms that `find` looks for: of a longer word of our own, not the words inside it."""
    asked = {term: said for term, said in _asked(question, words).items() if not said.inside}
    return dict(list(asked.items())[:FIND_WORDS])


class Sought(NamedTuple):
    """The racks to look in, the weights of all that must stand in a document, the rarest first, and in how many
    documents the rarest occurs. No weights: look for nothing.
    """

    racks: list[int]
    weights: dict[str, int]
    rarest: int


NOTHING = Sought([], {}, 0)


def _sought(
    words: str,
    asked: Mapping[str, Said],
    audience: str,
    kinds: Collection[str],
    where: Mapping[str, str | Sequence[str]],
) -> Sought:
    terms = [*asked, *_facet_terms(where)]
    if not terms or (words.strip() and not asked):
        return NOTHING
    racks, documents = _counted(audience, kinds, terms)
    if not racks:
        return NOTHING
    rarest_first = sorted(terms, key=lambda term: (documents[term], term))
    weights = {term: _weight(documents[term], racks) for term in rarest_first}
    return Sought(list(racks), weights, documents[rarest_first[0]])


def _read(read: Callable[..., list[T]], sought: Sought, *, budget: int, limit: int) -> list[T]:
    """What holds all that is sought. Where the newest documents of the rarest word do not, older ones are read too."""
    racks, weights, rarest = sought
    if not weights:
        return []
    all_are_read = rarest * len(weights) <= budget
    return read(racks, weights, budget=budget, limit=limit) or (
        [] if all_are_read else read(racks, weights, budget=budget * READ_ON, limit=limit)
    )


def _counted(audience: str, kinds: Collection[str], terms: Collection[str]) -> tuple[dict[int, int], Counter[str]]:
    """The racks to look in, with the number of documents in each; and in how many of those each term occurs.

    One that has not been counted yet is rare, and so is one of a single document, which small racks count only.
    """
    open_to = Rack.objects.open_to(audience)
    looked_in = open_to.filter(kind__in=kinds) if kinds else open_to
    counted = Frequency.objects.filter(rack__in=looked_in.values("pk"), term__in=terms, documents__gt=1)
    rows = looked_in.values_list("pk", Value(""), "documents").union(
        counted.values_list("rack", "term", "documents"), all=True
    )
    racks: dict[int, int] = {}
    documents: Counter[str] = Counter()
    for rack, term, count in rows:
        if term:
            documents[term] += count
        else:
            racks[rack] = count
    return dict(sorted(racks.items())), documents


def _weight(documents: int, racks: Mapping[int, int]) -> int:
    """How much a term tells that occurs in so many documents."""
    known = max(sum(racks.values()), documents)
    return round(100 * log(1 + (known - documents + 0.5) / (documents + 0.5)))


def _number_of(question: str | Document) -> int:
    """Where a document that is asked about stands itself; -1, where none stands, for a text."""
    if isinstance(question, str):
        return -1
    own = IndexedDocument.objects.filter(kind=question.kind, key=question.key)
    return own.values_list("number", flat=True).first() or -1


def _says(row: IndexedDocument, phrases: Iterable[str]) -> bool:
    said = text.normal(f"{row.title}\n{row.text}\n{row.aside}")
    return all(phrase in said for phrase in phrases)


def _parts(numbers: Collection[int], weights: Mapping[str, int]) -> dict[int, dict[str, int]]:
    """What each term adds to the score of each document."""
    terms = IndexedDocument.objects.filter(number__in=numbers).values_list("number", "terms")
    return {
        number: {term: weight * held[term] for term, weight in weights.items() if term in held}
        for number, held in terms
    }


def _hit(row: IndexedDocument, parts: Mapping[str, int], asked: Mapping[str, Said], weights: Mapping[str, int]) -> Hit:
    heaviest = sorted(parts, key=lambda term: (-parts[term], term))
    share = sum(weights[term] for term in parts) / max(1, sum(weights.values()))
    return Hit(row, sum(parts.values()), [asked[term].written for term in heaviest], share)
