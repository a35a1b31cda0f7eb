from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from menus.models import SupportMenu


@admin.register(SupportMenu)
class SupportMenuAdmin(SimpleHistoryAdmin):
    """The catalogue's upkeep. A menu that is given up gets an end; cases that used it keep it."""

    list_display = ("name", "kind", "order", "active_from", "active_to")
    list_filter = ("kind",)
    search_fields = ("name", "name_en", "summary", "suits")
    prepopulated_fields = {"key": ("name_en",)}  # noqa: RUF012

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
