from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

View = Callable[..., HttpResponse]
# The site has pages of its own for these; and nothing of ours completes while one types.
NOT_OURS = {"logout", "password_change", "password_change_done", "autocomplete"}


class AdminSite(admin.AdminSite):
    """Django's admin, for administrators who signed in where everybody does; everyone else meets a 404."""

    site_header = _("Administration of the consultation desk")
    site_title = _("Administration")
    index_title = _("Master data and records")
    enable_nav_sidebar = False  # it takes from wide tables what the breadcrumbs give for nothing

    def get_urls(self) -> list[URLPattern | URLResolver]:
        urls = [url for url in super().get_urls() if getattr(url, "name", "") not in NOT_OURS]
        for url in urls:
            if isinstance(url, URLPattern) and url.name != "login":
                url.callback.login_url = None  # strangers go to LOGIN_URL, not to a door of the admin's own
        return urls

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """No sign-in: a stranger has been led to the one of the site by now."""
        if not self.has_permission(request):
            raise Http404
        return redirect("admin:index")
