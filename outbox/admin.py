from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from outbox.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):
    """What went out, to look at. Nothing here is changed by hand."""

    list_display = ("created_at", "address", "subject", "state", "attempts", "last_error")
    list_filter = ("state", "channel")
    search_fields = ("key", "address", "subject")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
