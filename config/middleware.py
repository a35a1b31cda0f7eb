from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageFromCookieMiddleware:
    """Japanese unless the cookie of the language switch says otherwise.

    Django's LocaleMiddleware would follow Accept-Language; browsers on office machines often ask for English
    although nobody chose it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


class PrivatePagesMiddleware:
    """No proxy keeps a page for somebody else, and no browser shows an old one for new, unless a view says so.

    Not `no-store`: a browser that goes back would then show the form empty.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class BoundedBodyMiddleware:
    """Refuse, unread, more than all files of a form can have together; Django bounds its texts only.

    Twice as much, so that one file too many still gets a word at its field.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.most = 2 * settings.ATTACHMENT_MAX_FILES * settings.ATTACHMENT_MAX_BYTES

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > self.most:
            raise RequestDataTooBig(f"{length} bytes")
        return self.get_response(request)


class ReadablePathMiddleware:
    """Refuse an address with a NUL in it, wherever it leads: PostgreSQL cannot even be asked for such a thing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise BadRequest("There is a NUL in the address.")
        return self.get_response(request)
