"""How near a document must be to what somebody writes to be worth a look, and the words that tell why."""

import re
from collections.abc import Collection, Iterable

from knowledge import shelf, text

# Beside the form, which everybody reads: it holds this share of what the question says, in three words or more. So on
# the stories of the demo: what is about something else shares one word or two, or a tenth of what is said. Two words
# are enough where they are half of it and the heavier stands in the title: 「RPAを使いたい」.
SHARE, WORDS = 0.22, 3
SHORT_SHARE, SHORT_WORDS = 0.5, 2
# What fits less than half as well as the best only draws the eye away from it.
BESIDE_THE_BEST = 2
# Beside a case, which only the office reads: in percent of what the words of the question could bring. What has less is
# no more alike than any two letters of the city: measured on a year of cases, where what nothing is like stays below.
LEAST = 30
# The parts of verbs, and what stands in for a thing: 聞か, 届き, よう; words of one letter, and figures.
SAYS_LITTLE = re.compile(r"[一-鿿々]+[ぁ-ん]{1,2}|[ぁ-ん]+|.|[\d.,]+")


def is_near(hit: shelf.Hit) -> bool:
    """Whether a document has so much in common with what was asked that everybody may be led to it."""
    if hit.share >= SHARE and len(hit.words) >= WORDS:
        return True
    title = text.normal(hit.document.title)
    return hit.share >= SHORT_SHARE and len(hit.words) >= SHORT_WORDS and text.normal(hit.words[0]) in title


def tells(word: str) -> bool:
    """Whether a word says something to whoever reads it alone."""
    return not SAYS_LITTLE.fullmatch(word)


def in_common(words: Iterable[str], *, most: int, names: Collection[str] = ()) -> list[str]:
    """The words in common that say most to a reader, the heaviest first, without parts of one another; nobody's name,
    be it in `names` or not.
    """
    named = [word for word in words if not text.names_a_person(word) and not any(word in name for name in names)]
    telling = [word for word in named if tells(word)] or named
    told: list[str] = []
    for word in telling:
        if not any(word in longer for longer in telling if longer != word) and word not in told:
            told.append(word)
    return told[:most]
