from django.contrib import admin
from django.http import HttpRequest

from knowledge.models import Topic
from office.admin import MasterData


@admin.register(Topic)
class TopicAdmin(MasterData):
    list_display = ("name", "name_en", "key", "order", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "name_en", "key")

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> tuple[str, ...]:
        """The key is what programs know it by."""
        return ("key",) if obj else ()
