"""A form as a browser without JavaScript holds it: what the page filled in, and what a person changes in it."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from consultations.models import Case


class Forms(HTMLParser):
    """The forms of a page by their address: for each, what a browser would send if nobody touched it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, list[str]]] = {}
        self.form: dict[str, list[str]] | None = None
        self.area = self.select = ""
        self.options: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.form = self.found.setdefault((given.get("action") or "").partition("?")[0], {})
        elif self.form is None:
            return
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind != "file" and (kind not in ("checkbox", "radio") or "checked" in given):
                self.form.setdefault(name, []).append(given.get("value") or "")
        elif tag == "textarea":
            self.area = name
            self.form[name] = [""]
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option" and self.select:
            self.options.append((given.get("value") or "", "selected" in given))

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.area:
            self.form[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.form is not None:
            self.form[self.area] = [self.form[self.area][0].removeprefix("\n")]
            self.area = ""
        elif tag == "select" and self.form is not None:
            chosen = [value for value, is_chosen in self.options if is_chosen] or [self.options[0][0]]
            self.form[self.select] = chosen
            self.select = ""


class Opened:
    """One form of the case page, open in one person's browser."""

    def __init__(self, browser: Client, case: Case, act: str, *args: Any) -> None:
        self.browser = browser
        self.path = reverse(f"case_{act}", args=[case.number, *args])
        self.response = browser.get(self.path)
        self._read()

    def _read(self) -> None:
        self.page = self.response.content.decode()
        self.fields = Forms(self.page).found[self.path]

    def send(self, **changes: Any) -> HttpResponse:
        """Send it with `changes`; where the same form comes back, that is what is open from now on."""
        for name, value in changes.items():
            self.fields[name] = value if isinstance(value, list) else [str(value)]
        sent = {name: [value.replace("\n", "\r\n") for value in values] for name, values in self.fields.items()}
        self.response = self.browser.post(self.path, sent)
        if self.response.status_code != 302:
            self._read()
        return self.response
