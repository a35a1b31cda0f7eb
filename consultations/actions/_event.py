"""What makes a function an event."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from consultations import documents, touched

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


@contextmanager
def one_event() -> Iterator[None]:
    """One transaction; at its end every case that history was written of is put on the shelf as it is then.

    Within another event it is part of that one.
    """
    with transaction.atomic():
        if touched.is_noted():
            yield
            return
        with touched.noting() as cases:
            yield
        documents.put(cases)


def event(action: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """An action that writes history of cases."""

    @wraps(action)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Returned:
        with one_event():
            return action(*args, **kwargs)

    return run
