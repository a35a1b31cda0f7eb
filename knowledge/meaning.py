"""What somebody may have meant: other names of the words asked for, and words that were typed wrongly.

Everything offered occurs in documents that this audience may see.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_

from django.db.models import Q
from rapidfuzz import fuzz

from knowledge import shelf, text
from knowledge.models import Frequency, Posting, Rack

# So many words of the shelf are compared with one that was typed, so many places of a question looked at.
COMPARED, PLACES = 3_000, 3
# How alike two spellings must be, of 100; a short word is another word as soon as one letter differs.
ALIKE, SHORT = 72, 3
# A reading is put together from so many words at most, and is no longer than this.
PARTS, LONGEST = 4, 16
SHOWN = 4


@dataclass(frozen=True)
class AlsoCalled:
    """A word as it was typed, and the other names by which it was looked for."""

    written: str
    others: list[str]


@dataclass(frozen=True)
class Meant:
    """The words that no document holds, and the question with the nearest ones in their place ("": there are none)."""

    unknown: list[str]
    instead: str


def also_called(asked: Mapping[str, shelf.Said], words: text.Vocabulary) -> list[AlsoCalled]:
    """The words of a question that the office knows by other names, too."""
    found = []
    for term, said in asked.items():
        own = text.normal(said.written)
        others = [form for form in words.called.get(term, ()) if text.normal(form) != own]
        if others:
            found.append(AlsoCalled(said.written, others[:SHOWN]))
    return found


def meant(question: str, *, audience: str, kinds: Collection[str], words: text.Vocabulary) -> Meant:
    """What may be wrong with a question that found nothing. Bounded, however much the shelf holds."""
    question = text.clean(question[: shelf.TEXT_LENGTH])
    asked = shelf.asked_for(question, words)
    racks = list(Rack.objects.open_to(audience).filter(kind__in=kinds).order_by("pk").values_list("pk", flat=True))
    occurring = Posting.objects.occurring(racks, list(asked))
    unknown = {term: said.written for term, said in asked.items() if term not in occurring}
    places = list(islice(_places(question, set(unknown), words), PLACES)) if racks else []
    if not places:
        return Meant(list(unknown.values()) if racks else [], "")
    readings = {place: text.reading(question[place[0] : place[1]]) for place in places}
    rows = _near([(question[start:end], readings[start, end]) for start, end in places], racks)
    guesses = {
        (start, end): list(_guesses(question[start:end], readings[start, end], rows, words)) for start, end in places
    }
    terms = {guess: list(shelf.asked_for(guess, words)) for some in guesses.values() for guess in some}
    there = Posting.objects.occurring(racks, sorted({term for some in terms.values() for term in some}))
    instead, changed = question, False
    for start, end in sorted(places, reverse=True):
        held = (guess for guess in guesses[start, end] if terms[guess] and there.issuperset(terms[guess]))
        if guess := next(held, ""):
            instead, changed = instead[:start] + guess + instead[end:], True
    return Meant([question[start:end] for start, end in places], instead if changed else "")


def _places(question: str, unknown: set[str], words: text.Vocabulary) -> Iterator[tuple[int, int]]:
    """Where a question has unknown words, but for numbers: those that stand together are one place.

    A word in hiragana is taken whole: the dictionary takes it apart where it does not know it.
    """
    place: tuple[int, int] | None = None
    before = (0, 0)
    for token in text.tokens(question, words):
        if token.inside:
            continue
        start, end = token.start, token.end
        if token.term in unknown and not token.term.isdigit():
            if place and start <= place[1]:
                start = place[0]
            elif before[1] == start and all(map(_is_hiragana, question[before[0] : end])):
                start = before[0]
            while end < len(question) and _is_hiragana(question[end - 1]) and _is_hiragana(question[end]):
                end += 1
            if place and start != place[0]:
                yield place
            place = start, end
        before = token.start, token.end
    if place:
        yield place


def _is_kana(letter: str) -> bool:
    return "ぁ" <= letter <= "ヺ" or letter == "ー"


def _is_hiragana(letter: str) -> bool:
    return "ぁ" <= letter <= "ゖ" or letter == "ー"


def _near(pieces: Collection[tuple[str, str]], racks: Collection[int]) -> dict[str, tuple[str, int]]:
    """Words of the shelf with their reading and number of documents: those read like a piece or a part of it, and those
    that begin with the same letter.
    """
    read = sorted({part for _piece, reading in pieces for part in _parts_of(reading)})
    first = sorted({text.normal(piece)[:1] for piece, _reading in pieces})
    begins = [Q(term__gte=letter, term__lt=chr(min(ord(letter) + 1, 0x10FFFF))) for letter in first]
    found = Frequency.objects.filter(reduce(or_, begins, Q(reading__in=read)), rack__in=racks)
    found = found.exclude(term__contains="=").order_by("-documents", "term")
    near: dict[str, tuple[str, int]] = {}
    for term, reading, documents in found.values_list("term", "reading", "documents")[:COMPARED]:
        near[term] = reading, documents + near.get(term, ("", 0))[1]
    return near


def _parts_of(reading: str) -> set[str]:
    kana = reading[:LONGEST]
    return {kana[start:end] for start in range(len(kana)) for end in range(start + 1, len(kana) + 1)}


def _guesses(piece: str, reading: str, rows: Mapping[str, tuple[str, int]], words: text.Vocabulary) -> Iterator[str]:
    """What the piece may stand for, the likeliest first: what reads the same, then what is written nearly so."""
    written = text.normal(piece)
    ours = [form for forms in words.called.values() for form in forms]
    same = [form for form in ours if text.reading(form) == reading and text.normal(form) != written]
    yield from same[:SHOWN]
    heard = [term for term, (read, _documents) in rows.items() if read == reading and term != written]
    yield from sorted(heard, key=lambda term: (-rows[term][1], term))[:SHOWN]
    if all(map(_is_kana, piece)) and (put_together := _put_together(reading, rows)):
        yield put_together
    if len(written) < SHORT:
        return
    likeness = {form: _likeness(written, text.normal(form)) for form in [*ours, *rows]}
    close = [form for form, alike in likeness.items() if alike >= ALIKE and text.normal(form) != written]
    yield from sorted(close, key=lambda form: (-likeness[form], form))[:SHOWN]


def _likeness(written: str, form: str) -> float:
    if len(form) < SHORT:
        return 0
    return 90 if form.startswith(written) else fuzz.ratio(written, form)


def _put_together(reading: str, rows: Mapping[str, tuple[str, int]]) -> str:
    """The fewest words of the shelf that read like this one after the other: ギジロク is 議事 and 録."""
    by_reading: dict[str, str] = {}
    for term, (read, documents) in rows.items():
        if read and not term.isdigit() and (read not in by_reading or documents > rows[by_reading[read]][1]):
            by_reading[read] = term
    best: dict[int, list[str]] = {0: []}
    for end in range(1, min(len(reading), LONGEST) + 1):
        ways = [
            [*best[start], by_reading[reading[start:end]]]
            for start in range(end)
            if start in best and len(best[start]) < PARTS and reading[start:end] in by_reading
        ]
        if ways:
            best[end] = min(ways, key=len)
    way = best.get(len(reading), [])
    return "".join(way) if len(way) > 1 else ""
