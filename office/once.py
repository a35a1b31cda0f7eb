"""A form that is sent twice, by a double click or an impatient reload, is taken once."""

import hashlib
import uuid
from collections.abc import Callable

from django.core.cache import cache
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest

from office.actions import ActionRefused

KEPT_FOR = 60 * 60  # seconds
DONE = 0


def new_key() -> str:
    """For a hidden field `once`, one for each page that is shown."""
    return uuid.uuid4().hex


def take(request: HttpRequest, form: BaseForm, act: Callable[[], object]) -> int:
    """Do what the form asks for, once. The status of the page that shows it again, or DONE, also for a second click."""
    if not form.is_valid():
        return 422
    try:
        # One transaction: what is refused must not count as a first click.
        with transaction.atomic():
            if first_time(request):
                act()
    except ActionRefused as refused:
        refused.tell(form)
        return 409
    return DONE


def first_time(request: HttpRequest) -> bool:
    """Whether this very form (same page, words and files) comes for the first time; without a key it always does.

    Ask first thing in the transaction of the action. The cache lies in the same database: a second click waits for
    the first, and what is rolled back is forgotten. The words count too, because a browser that goes back shows the
    old key: whoever writes something else there has not clicked twice.
    """
    key = _key(request)
    # False alone may also mean that the database could not write; then nothing was taken before.
    return not key or cache.add(key, True, timeout=KEPT_FOR) or cache.get(key) is None


def taken_before(request: HttpRequest) -> bool:
    """Whether this very form was taken already, for a page whose address ends with what it does."""
    key = _key(request)
    return bool(key) and cache.get(key) is not None


def _key(request: HttpRequest) -> str:
    if not request.POST.get("once"):
        return ""
    words = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = [(name, file.name, file.size) for name, files in request.FILES.lists() for file in files]
    digest = hashlib.sha256(repr((request.path, words, files)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"once:{digest}"
