"""The line that the form begins with where somebody comes from an article that did not solve it.

It is for whoever answers. What the trouble is about stands after it: by the words of the line the very article that did
not help would be found again.
"""

import re
from functools import cache

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, override

from knowledge.models import Article

SENTENCE = gettext_noop("I have read the article “%(question)s”, but it does not solve this:")


def preface(article: Article) -> str:
    """The line, in the language of whoever reads the form."""
    return gettext(SENTENCE) % {"question": article} + "\n"


def without_preface(problem: str) -> str:
    """What was written beside such a line, whichever language the line is in."""
    return _line().sub("", problem)


@cache
def _line() -> re.Pattern[str]:
    sentences = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            before, after = gettext(SENTENCE).split("%(question)s")
        sentences.append(f"{re.escape(before)}.*?{re.escape(after)}")
    return re.compile(rf"^(?:{'|'.join(sentences)})\s*", re.MULTILINE)
