"""A requester at the form: a browser without JavaScript, pages in English."""

import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from consultations.models import Case

ANSWERS: dict[str, Any] = {
    "problem": "公立保育園における保育士の勤務シフトを自動作成できるようなツールがないか。",
    "wants": ["procedure"],
    "expectation": "",
    "folder": "",
    "department": "kohoku",
    "section": "地域振興課",
    "name": "田中 実",
    "email": "tanaka@kohoku.example.jp",
    "phone": "",
    "cc": "",
}


def new_browser() -> Client:
    client = Client()
    client.cookies["language"] = "en"
    return client


class _Forms(HTMLParser):
    """The fields of each form of a page, with the values that a browser would send."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[dict[str, list[str]]] = []
        self.area = self.select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        name, kind = attributes.get("name") or "", attributes.get("type") or "text"
        if tag == "form":
            self.forms.append({})
        elif tag == "textarea":
            self.area = name
            self.forms[-1][name] = [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in attributes:
            self.forms[-1][self.select] = [attributes.get("value") or ""]
        elif tag == "input" and (kind not in ("checkbox", "radio", "file") or "checked" in attributes):
            self.forms[-1].setdefault(name, []).append(attributes.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self.area = self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1][self.area][0] += data


def shown(page: HttpResponse, having: str = "intake") -> dict[str, list[str]]:
    """What the form that has this field holds; a text area's first line break belongs to the markup."""
    fields = next(form for form in _Forms(page.content.decode()).forms if having in form)
    return {name: [value.removeprefix("\n") for value in values] for name, values in fields.items()}


def text(page: HttpResponse) -> str:
    """The words of the page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def fill_in(browser: Client, *, files: list[Any] | None = None, **answers: Any) -> HttpResponse:
    """Open the form, overwrite what it holds with these answers, and send it to be checked."""
    given = {**shown(browser.get("/consult/")), **ANSWERS, **answers}
    return browser.post("/consult/", {**given, "files": files or []})


def send(browser: Client, **answers: Any) -> Case:
    """The whole way: fill in, check, send."""
    check = browser.get(fill_in(browser, **answers)["Location"])
    receipt = browser.post("/consult/check/", shown(check))
    assert "/receipts/" in receipt["Location"]
    return Case.objects.latest("pk")
