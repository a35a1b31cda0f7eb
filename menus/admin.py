from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from menus import actions
from menus.models import Contract, MenuKind, SupportMenu
from office.admin import MasterData


@admin.register(SupportMenu)
class SupportMenuAdmin(MasterData):
    list_display = ("name", "kind", "active_from", "active_to", "order")
    list_filter = ("kind",)
    search_fields = ("name", "name_en", "key", "summary")

    def save_model(self, request: HttpRequest, obj: SupportMenu, form: Any, change: bool) -> None:
        actions.keep_menu(row=obj, by=request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: SupportMenu | None = None) -> tuple[str, ...]:
        """The key is in the address of the menu's page; what cases have noted goes by its kind."""
        return ("key", "kind") if obj else ()


@admin.register(Contract)
class ContractAdmin(MasterData):
    list_display = ("menu", "fiscal_year", "hours")
    list_filter = ("fiscal_year",)
    list_select_related = ("menu",)

    def save_model(self, request: HttpRequest, obj: Contract, form: Any, change: bool) -> None:
        actions.keep_contract(row=obj, by=request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Contract | None = None) -> tuple[str, ...]:
        """What is booked from it is booked for its menu and year."""
        return ("menu", "fiscal_year") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only consultants are under contract."""
        kwargs["queryset"] = SupportMenu.objects.filter(kind=MenuKind.CONSULTANT)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
