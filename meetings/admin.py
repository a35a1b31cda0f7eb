from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from meetings.models import AgendaItem, Attendance, Decision, Meeting
from office.admin import Record


class Looked(admin.TabularInline):
    """Rows that are only looked at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AgendaItemInline(Looked):
    model = AgendaItem
    fields = ("order", "kind", "case", "ask", "decision", "minutes", "dropped_at", "done_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("case", "ask", "decision")


class DecisionInline(Looked):
    model = Decision
    fields = ("text", "case", "owner", "owner_name", "due_on", "decided_by", "settled_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("case", "owner", "decided_by", "item")


class AttendanceInline(Looked):
    model = Attendance
    fields = ("user", "present", "noted_by")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "noted_by")


@admin.register(Meeting)
class MeetingAdmin(Record):
    """Meetings are planned and changed on their own pages."""

    list_display = ("held_on", "starts_at", "place", "facilitator", "recorder", "confirmed_at")
    list_select_related = ("facilitator", "recorder")
    date_hierarchy = "held_on"
    inlines = (AgendaItemInline, DecisionInline, AttendanceInline)
