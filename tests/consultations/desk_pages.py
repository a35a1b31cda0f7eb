"""What the tests of the desk's overview share: many cases at once, and what a page shows."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from consultations import documents
from consultations.models import Case
from consultations.states import Status
from office import clock
from office.models import Department, User


def make_many(count: int, department: Department, **given: Any) -> None:
    """`count` more open cases, an hour apart; straight into the table, for tests of volume and of order."""
    start = Case.objects.count() + 1
    pair = department.pairs.first()
    made = Case.objects.bulk_create(
        Case(
            **{
                "fiscal_year": 2026,
                "serial": serial,
                "received_at": clock.now(),
                "last_entry_at": clock.now() - timedelta(hours=count - serial + start),
                "title": f"相談{serial}",
                "problem": "窓口で困っています。",
                "department": department,
                "pair": pair,
                "other_section": "総務課",
                "name": "田中",
                **given,
            }
        )
        for serial in range(start, start + count)
    )
    documents.put([case.pk for case in made])


def closed(by: User) -> dict[str, Any]:
    """The fields of a case that was withdrawn."""
    return {"status": Status.COMPLETED, "closed_at": clock.now(), "closed_by": by, "result": "withdrawn"}


def english(client: Client) -> Client:
    """The same browser, switched to English."""
    client.cookies["language"] = "en"
    return client


def numbers(response: HttpResponse) -> list[str]:
    """The case numbers of the rows, in the order of the page."""
    return re.findall(r'class="row-sub">([A-Z]\d+-\d{4})', response.content.decode())


def text(response: HttpResponse) -> str:
    """What the page says, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def hrefs(response: HttpResponse, css_class: str) -> list[str]:
    return [unescape(href) for href in re.findall(rf'class="{css_class}" href="([^"]*)"', response.content.decode())]
