"""Whom a view is for, and by which methods. Everyone else meets the same 404 as at an address that does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from office.models import Role, User

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
ward_only = _only(lambda user: user.role == Role.WARD)
keepers_only = _only(lambda user: user.is_keeper)
ict_or_office = _only(lambda user: user.is_ict or user.is_office)

# Beside Django's require_safe and require_POST: a view that shows a form and takes what is sent.
looks_and_changes = require_http_methods(["GET", "HEAD", "POST"])
