"""Texts cut to what a question asked for, with the words found in it marked."""

from collections.abc import Collection, Iterator

from knowledge import text

# So long is a snippet, and so many letters stand before its first mark.
LENGTH, BEFORE = 120, 24
# A shorter line, such as another name of the thing, says no more than its title.
TELLING = 12
# So many letters of a document are taken apart to find the words in it; what holds one as it was typed comes first.
LOOKED_AT = 1_500

Part = tuple[str, bool]  # some text, and whether it is marked


def marked(line: str, terms: Collection[str], words: text.Vocabulary) -> list[Part]:
    """The whole line, with the words marked that are among the terms."""
    return _cut(line, _spans(line, terms, words), 0, len(line))


def snippet(said: str, terms: Collection[str], words: text.Vocabulary) -> list[Part]:
    """The part of a text around the words found; its beginning where none of them stands there."""
    lines = [match[0] for match in text.LINE.finditer(said) if match[0].strip()]
    literally = [form for term in terms for form in [term, *map(text.normal, words.called.get(term, ()))]]
    left, best, found = LOOKED_AT, "", []
    for line in sorted(lines, key=lambda line: (-_holds(line, literally), len(line.strip()) < TELLING)):
        spans = _spans(line, terms, words)
        if len({term for _, _, term in spans}) > len({term for _, _, term in found}):
            best, found = line, spans
        left -= len(line)
        if left < 0 or len({term for _, _, term in found}) == len(terms):
            break
    if not found:
        return _cut(lines[0], [], 0, LENGTH) if lines else []
    start = max(0, _densest(found) - BEFORE)
    if len(best) - start < LENGTH:
        start = max(0, len(best) - LENGTH)
    return _cut(best, found, start, start + LENGTH)


def _holds(line: str, forms: Collection[str]) -> int:
    normal = text.normal(line)
    return sum(form in normal for form in forms)


Span = tuple[int, int, str]


def _spans(line: str, terms: Collection[str], words: text.Vocabulary) -> list[Span]:
    found = [(token.start, token.end, token.term) for token in text.tokens(line, words) if token.term in terms]
    return sorted(found)


def _densest(spans: list[Span]) -> int:
    """Where to begin so that the most different words are seen."""
    return max(
        (start for start, _, _ in spans),
        key=lambda begin: (len({term for at, end, term in spans if begin <= at and end <= begin + LENGTH}), -begin),
    )


def _cut(line: str, spans: list[Span], start: int, end: int) -> list[Part]:
    """The line from start to end in parts; what was left off is said by dots."""
    parts = list(_parts(line, spans, start, min(end, len(line))))
    return [*([("…", False)] if start else []), *parts, *([("…", False)] if end < len(line) else [])]


def _parts(line: str, spans: list[Span], start: int, end: int) -> Iterator[Part]:
    at = start
    for begin, stop, _ in spans:
        begin, stop = max(begin, at), min(stop, end)
        if begin >= stop:
            continue
        if at < begin:
            yield line[at:begin], False
        yield line[begin:stop], True
        at = stop
    if at < end:
        yield line[at:end], False
