"""A tree of causes as people type it: a cause in each line, and what stands further in explains the line above it."""

import re
from collections.abc import Iterable

from office.fields import without_turns

Tree = list[tuple[int, str]]

# A hyphen before a figure is its sign.
BULLET = re.compile(r"[・･•‣◦*＊└→]|[-‐‑‒–—―−－ー](?!\d)")
LINE = re.compile(rf"(?P<blank>\s*)(?P<bullets>(?:(?:{BULLET.pattern})\s*)*)(?P<words>.*)")


def read(text: str) -> Tree:
    """Depth and words of each line that says something; the first has depth 0, and none skips a depth.

    A line lies below the nearest line above it that begins further to the left. Spaces, full-width spaces and tabs
    push it in, and so does a bullet, which counts for less than any of them.
    """
    tree: Tree = []
    above: list[tuple[int, int]] = []
    for line in without_turns(text).splitlines():
        parts = LINE.match(line)
        words = without_turns(parts["words"]).strip() if parts else ""
        if parts and words:
            place = _width(parts["blank"]), len(BULLET.findall(parts["bullets"]))
            while above and above[-1] >= place:
                above.pop()
            tree.append((len(above), words))
            above.append(place)
    return tree


def write(tree: Iterable[tuple[int, str]]) -> str:
    """The lines that `read` makes this tree of."""
    return "\n".join("\u3000" * depth + words for depth, words in tree)


def _width(blank: str) -> int:
    return len(blank.replace("\u3000", "  ").expandtabs(4))
