"""What a member does on the page of a case, over HTTP."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from consultations.models import Case
from outbox.models import Delivery


def look(desk: Client, case: Case) -> HttpResponse:
    return desk.get(case.get_absolute_url())


def send(desk: Client, case: Case, act: str, *args: Any, **fields: Any) -> HttpResponse:
    """Submit the form `act` of the case's page."""
    return desk.post(reverse(f"case_{act}", args=[case.number, *args]), fields)


def kinds(case: Case) -> list[str]:
    """What happened, in order."""
    return list(case.entries.in_order().values_list("kind", flat=True))


def told(case: Case, event: str) -> list[str]:
    """The addresses to which mail about `event` is queued."""
    found = Delivery.objects.about(case.label).filter(key__startswith=f"{case.label}:{event}")
    return list(found.order_by("pk").values_list("address", flat=True))
