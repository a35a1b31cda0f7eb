"""The room of a meeting, as a browser uses it."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from meetings.models import AgendaItem, Meeting


def send(browser: Client, act: str, item: AgendaItem, **typed: Any) -> HttpResponse:
    """Send the form `act` of an item, and follow where it leads."""
    return browser.post(reverse(f"meeting_{act}", args=[item.meeting_id, item.pk]), typed, follow=True)


def room(browser: Client, meeting: Meeting, **query: Any) -> str:
    return browser.get(reverse("meeting_room", args=[meeting.pk]), query).content.decode()
