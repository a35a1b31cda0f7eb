from django.contrib import admin

from office.admin import Record
from outbox.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(Record):
    """What went out, to look at. Nothing here is changed by hand."""

    list_display = ("created_at", "address", "subject", "state", "attempts", "last_error")
    list_filter = ("state", "channel")
    search_fields = ("key", "address", "subject")
