"""Names and numbers in a row, as the language of the page puts them."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(words: Iterable[object]) -> str:
    """「A、B」, or “A, B”."""
    return pgettext("list", ", ").join(map(str, words))


def quoted(words: Iterable[object]) -> str:
    """「A」、「B」, or “A”, “B”."""
    return listed(pgettext("quoted", "“%s”") % word for word in words)
