"""What the page of a search that found nothing knows of it: what it may tell the office, and has told already."""

from typing import Any

from django.http import HttpRequest

from knowledge.actions.misses import as_kept

# In the session: the searches in vain that this browser has told us of, the newest last.
TOLD, REMEMBERED = "missed", 50


def to_tell(request: HttpRequest, question: str, *, in_vain: bool) -> dict[str, Any]:
    """For `components/search_missed.html`: the question, how the list would write it ("" where it is not to be told),
    and whether this browser has told of it.
    """
    missed = as_kept(question) if in_vain else ""
    return {"question": question, "missed": missed, "told": missed in request.session.get(TOLD, [])}


def remember_told(request: HttpRequest, missed: str) -> None:
    request.session[TOLD] = [*request.session.get(TOLD, []), missed][-REMEMBERED:]
