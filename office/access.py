"""Whom a view is for. Everyone else meets the same 404 as at an address that does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from office.models import User

View = Callable[..., HttpResponse]


def _only(allowed: Callable[[User], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not (request.user.is_authenticated and allowed(request.user)):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


office_only = _only(lambda user: user.is_office)
