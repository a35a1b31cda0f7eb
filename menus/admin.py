from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from menus import actions
from menus.models import SupportMenu
from office.admin import MasterData


@admin.register(SupportMenu)
class SupportMenuAdmin(MasterData):
    list_display = ("name", "kind", "active_from", "active_to", "order")
    list_filter = ("kind",)
    search_fields = ("name", "name_en", "key", "summary")

    def save_model(self, request: HttpRequest, obj: SupportMenu, form: Any, change: bool) -> None:
        actions.keep_menu(row=obj, by=request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: SupportMenu | None = None) -> tuple[str, ...]:
        """The key is in the address of the menu's page."""
        return ("key",) if obj else ()
