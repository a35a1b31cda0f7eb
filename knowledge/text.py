"""Words out of Japanese text: what a document is found by, and what a question asks for."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from sudachipy import Dictionary, Morpheme, MorphemeList, SplitMode, Tokenizer

from knowledge.models.posting import TERM_LENGTH
from knowledge.models.word import normal

# What no database stores (NUL) and no encoder takes (half of a surrogate pair).
UNFIT = re.compile("[\x00\ud800-\udfff]")
# Sudachi takes 49,149 bytes at once, and one letter may become 33 of them (ﷺ); a word reaches no further than its line.
LINE = re.compile(r"[^\r\n]{1,1000}")
# So many letters are not part of an unknown word by chance.
LONG = 4
KATAKANA = {hiragana: hiragana + 0x60 for hiragana in range(0x3041, 0x3097)}
KANA = re.compile("[ァ-ヺー]+")
# What joins words and says nothing by itself.
GRAMMAR = [
    *[(part,) for part in ("助詞", "助動詞", "接続詞", "感動詞", "連体詞", "代名詞", "接頭辞")],
    *[(part,) for part in ("補助記号", "記号", "空白")],
    *[(part, "非自立可能") for part in ("動詞", "形容詞")],
    *[("接尾辞", part) for part in ("形状詞的", "動詞的", "形容詞的")],
]


class Token(NamedTuple):
    """A term and where in the text it stands; `inside` a longer word of our own, it is not asked for by itself."""

    term: str
    start: int
    end: int
    inside: bool = False


class Vocabulary:
    """The words that are one to us, by every form they are written in."""

    def __init__(self, words: Iterable[Sequence[str]] = ()) -> None:
        """Each word is its forms, the first being its name."""
        self.names: dict[str, str] = {}
        self.called: dict[str, list[str]] = {}  # every form as the office writes it
        self.forms: dict[str, str] = {}
        self.spellings: dict[str, str] = {}  # forms that are one word to the dictionary, as it normalizes them
        for forms in words:
            term = _term(forms[0])
            self.names[term] = forms[0]
            self.called.setdefault(term, []).extend(forms)
            for form in map(clean, forms):
                self.forms.setdefault(normal(form), term)
                if one := as_one_word(form):
                    self.spellings.setdefault(one, term)
        self._by_first: dict[str, list[str]] = {}
        for form in sorted(filter(None, self.forms), key=len, reverse=True):
            self._by_first.setdefault(form[0], []).append(form)
        # The first letters stand in front: an alternative is tried only where one may begin.
        letters, either = "".join(map(re.escape, self._by_first)), "|".join(map(re.escape, filter(None, self.forms)))
        self.any = re.compile(f"(?=[{letters}])(?:{either})" if either else r"(?!)")

    def at(self, text: str, place: int) -> str | None:
        """The longest form that stands at this place of a normal text."""
        return next((form for form in self._by_first.get(text[place], ()) if text.startswith(form, place)), None)


def clean(text: str) -> str:
    """The text without what cannot be stored; every other character stays where it is."""
    return UNFIT.sub(" ", text)


def names_a_person(word: str) -> bool:
    """Whether the dictionary knows a word as a person's name and nothing else."""
    parts = _morphemes(word)
    return bool(len(parts)) and all(part.part_of_speech()[2] == "人名" for part in parts)


def as_one_word(form: str) -> str | None:
    """The term of a form that is one word to the dictionary too."""
    parts = _morphemes(form)
    return _term(parts[0].normalized_form()) if len(parts) == 1 else None


def reading(text: str) -> str:
    """How it is read aloud, in katakana: 電子 and 電視 are one. Long vowels do not count, which people leave out."""
    kana = normal(text).translate(KATAKANA)
    if not KANA.fullmatch(kana):
        kana = "".join(part.reading_form() for part in _morphemes(text)).translate(KATAKANA)
    return kana.replace("ー", "").lower()[:TERM_LENGTH]


def tokens(text: str, vocabulary: Vocabulary) -> Iterator[Token]:
    """What a clean text says, in its order. Our own words come before the words inside them, and those are marked."""
    for line in LINE.finditer(text):
        for term, start, end, inside in _of_line(line[0], vocabulary):
            yield Token(term, start + line.start(), end + line.start(), inside)


def _of_line(line: str, vocabulary: Vocabulary) -> list[Token]:
    parts = list(_morphemes(line))
    ours = list(_ours(parts, vocabulary)) if vocabulary.any.search(normal(line)) else []
    if not ours:
        return list(_of_parts(parts, 0, vocabulary))
    cuts = {cut for token in ours for cut in (token.start, token.end)} - {0, *(part.end() for part in parts)}
    pieces = [(0, parts)]
    if cuts:
        pieces = [(start, list(_morphemes(line[start:end]))) for start, end in pairwise(sorted({0, len(line), *cuts}))]
    whole = {(token.start, token.end) for token in ours}
    inside = {place for token in ours for place in range(token.start, token.end)}
    others = [
        token._replace(inside=token.start in inside)
        for start, parts in pieces
        for token in _of_parts(parts, start, vocabulary)
        if (token.start, token.end) not in whole
    ]
    return sorted(ours + others, key=lambda token: (token.start, -token.end))


def _of_parts(parts: list[Morpheme], offset: int, vocabulary: Vocabulary) -> Iterator[Token]:
    is_grammar, silent, spellings = _is_grammar(), stop_words(), vocabulary.spellings
    for part in parts:
        if is_grammar(part):
            continue
        term = _term(part.normalized_form())
        if term in spellings:
            yield Token(spellings[term], offset + part.begin(), offset + part.end())
        elif term not in silent and any(map(str.isalnum, term)):
            yield Token(term, offset + part.begin(), offset + part.end())


def _ours(parts: list[Morpheme], vocabulary: Vocabulary) -> Iterator[Token]:
    """Our words in a line.

    One begins and ends where a word of the dictionary does; a long one also within something that the dictionary does
    not know: kintone is in キントーンアプリ, but LINE (ライン) is not in オンライン.
    """
    places: dict[int, int] = {}  # from the normal text to the line
    length, written = 0, []
    for part in parts:
        surface, wording = part.surface(), normal(part.surface())
        places[length] = part.begin()
        if part.is_oov() and len(wording) == len(surface):
            places |= {length + inner: part.begin() + inner for inner in range(1, len(surface))}
        written.append(wording)
        length += len(wording)
    line, reached = "".join(written), 0
    places[length] = parts[-1].end() if parts else 0
    whole = {0, *(part.end() for part in parts)}
    for place, start in places.items():
        form = vocabulary.at(line, place) if reached <= place < length else None
        if form and (end := places.get(place + len(form))) and (len(form) >= LONG or {start, end} <= whole):
            reached = place + len(form)
            yield Token(vocabulary.forms[form], start, end)


class Part(NamedTuple):
    """A word of a text as the dictionary cuts it, where it stands, and whether it is taken for somebody's name."""

    start: int
    end: int
    is_name: bool


def parts(text: str) -> Iterator[Part]:
    """Every word of a clean text, in its order."""
    for line in LINE.finditer(text):
        for part in _morphemes(line[0]):
            start, end, kind = part.begin(), part.end(), part.part_of_speech()[2:4]
            is_name = kind[0] == "人名" and (kind[1] == "姓" or end - start > 1)  # 実 and 行 are other words first
            yield Part(line.start() + start, line.start() + end, is_name)


@lru_cache(50_000)  # a few thousand words make up most texts
def _term(written: str) -> str:
    return normal(written)[:TERM_LENGTH]


@cache
def stop_words() -> frozenset[str]:
    """Words that stand in every letter: greetings, and verbs that carry another word."""
    lines = (Path(__file__).parent / "data" / "stop_words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def dictionary() -> str:
    """Which dictionary texts are cut by: by another one, the same text may have other words."""
    return f"sudachidict-small {version('sudachidict-small')}"


@cache
def _dictionary() -> Dictionary:
    """Opened by the first who needs it: most commands never do. Its pages are shared by all processes."""
    return Dictionary(dict="small")


@cache
def _is_grammar() -> Callable[[Morpheme], bool]:
    return _dictionary().pos_matcher(GRAMMAR)


_own = threading.local()


def _morphemes(text: str) -> MorphemeList:
    if not hasattr(_own, "tokenizer"):
        _own.tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    tokenizer: Tokenizer = _own.tokenizer
    return tokenizer.tokenize(text)
