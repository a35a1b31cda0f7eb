"""What is different between two texts, so that a person can read it: Japanese has no blanks between its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# Runs of one script are near enough to words: 保育士 / の / シフト / を / Excel / で.
WORDS = re.compile(r"[一-鿿々〆ヶ]+|[ァ-ヿ]+|[ぁ-ゟ]+|[0-9A-Za-z]+|\n|[^\S\n]+|.", re.DOTALL)
# Comparing takes time by the square; beyond this many words a passage is shown as a whole.
MOST_WORDS = 600


@dataclass(frozen=True)
class Piece:
    """A stretch of text: in both (""), in the old one only ("old"), or in the new one only ("new")."""

    side: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """The stretches of both texts in order. Joined without the new ones they are `old`, without the old ones `new`."""
    pieces: list[Piece] = []
    for piece in _by_line(old, new):
        if pieces and pieces[-1].side == piece.side:
            piece = Piece(piece.side, pieces.pop().text + piece.text)
        if piece.text:
            pieces.append(piece)
    return pieces


def _by_line(old: str, new: str) -> Iterator[Piece]:
    lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for same, before, after in _compared(*lines):
        if same:
            yield Piece("", before)
        else:
            yield from _by_word(before, after)


def _by_word(old: str, new: str) -> Iterator[Piece]:
    words = WORDS.findall(old), WORDS.findall(new)
    if max(map(len, words)) > MOST_WORDS:
        yield from (Piece("old", old), Piece("new", new))
        return
    for same, before, after in _compared(*words):
        if same:
            yield Piece("", before)
        else:
            yield from (Piece("old", before), Piece("new", after))


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[bool, str, str]]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", "".join(old[i1:i2]), "".join(new[j1:j2])
