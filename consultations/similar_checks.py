"""Earlier technical checks that ask much the same, until the search knows them: rare words in common, counted here."""

import re
import unicodedata
from collections import Counter
from math import log

from consultations.models import Case, TechnicalCheck

REACH = 2000  # of the newest answers: some ten years of them
OFFERED = 5
# A word in Latin letters, and in Katakana, is one; a run of Kanji is a compound: its parts are its pairs of signs.
RUNS = re.compile(r"[a-z0-9][a-z0-9+#-]+|[ァ-ヺー]{2,}|[一-鿿々]{2,}")
KANJI = re.compile(r"[一-鿿々]")
LONGEST_QUERY = 1000


def similar_checks(text: str, *, beside: Case) -> list[TechnicalCheck]:
    """The answered checks of other cases whose questions are nearest to `text`, the nearest first.

    Two words in common at least, unless `text` has no more than one. Of a question asked several times the newest.
    Never one of a case to be handled with care. Two queries.
    """
    words = _words(text)
    if not words:
        return []
    shelf = TechnicalCheck.objects.answered().filter(case__sensitive=False).exclude(case=beside)
    questions = [(pk, _plain(q)) for pk, q in shelf.newest_first().values_list("pk", "question")[:REACH]]
    scores: Counter[int] = Counter()
    shared: Counter[int] = Counter()
    for word in sorted(words):
        holds = re.compile(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])").search if word.isascii() else None
        found = [pk for pk, question in questions if (holds(question) if holds else word in question)]
        shared.update(found)
        if found:
            scores.update(dict.fromkeys(found, log(1 + len(questions) / len(found))))
    near = [pk for pk in scores if shared[pk] >= min(2, len(words))]
    asked = dict(questions)
    newest = {asked[pk].strip(): pk for pk in sorted(near)}.values()  # of what was asked again and again
    best = sorted(newest, key=lambda pk: (-scores[pk], -pk))[:OFFERED]
    rows = TechnicalCheck.objects.for_the_list().in_bulk(best)
    return [rows[pk] for pk in best]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _words(text: str) -> set[str]:
    words = set()
    for run in RUNS.findall(_plain(text[:LONGEST_QUERY])):
        words |= {run[at : at + 2] for at in range(len(run) - 1)} if KANJI.match(run) else {run}
    return words
