"""Minutes as they are read: on the sheet, in the archive of the year, in mail."""

import re
from contextlib import AbstractContextManager
from datetime import date, datetime

from django.test import Client
from django.urls import reverse

from meetings.models import Meeting
from office import clock
from outbox.models import Delivery
from tests.meetings.conftest import TOKYO, TUESDAY, on


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> AbstractContextManager[None]:
    return on(day, hour, minute)


def told(meeting: Meeting, event: str) -> list[Delivery]:
    return list(Delivery.objects.filter(key__startswith=f"meeting:{meeting.pk}:{event}").order_by("address"))


def sheet(desk: Client, meeting: Meeting) -> str:
    return " ".join(desk.get(reverse("meeting_minutes", args=[meeting.pk])).content.decode().split())


def archive(desk: Client) -> str:
    with clock.at(datetime(2026, 12, 28, 9, 0, tzinfo=TOKYO)):
        return " ".join(desk.get(reverse("meeting_archive")).content.decode().split())


def places(text: str, *titles: str) -> list[str | None]:
    """The number before each title."""
    found = [re.search(rf"(\d+)\. (?:\[[^]]*\] )?{re.escape(title)}", text) for title in titles]
    return [match and match[1] for match in found]
