from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from meetings.models import AgendaItem, Meeting
from office.admin import Record


class AgendaItemInline(admin.TabularInline):
    model = AgendaItem

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Meeting)
class MeetingAdmin(Record):
    """Meetings are planned and changed on their own pages."""

    list_display = ("held_on", "starts_at", "place", "facilitator", "recorder")
    list_select_related = ("facilitator", "recorder")
    date_hierarchy = "held_on"
    inlines = (AgendaItemInline,)
