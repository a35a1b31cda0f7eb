"""A requester without JavaScript: keeps cookies, fills in forms, follows redirects; over real HTTP."""

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart


@dataclass
class Page:
    url: str
    status: int
    html: str

    def value(self, name: str) -> str:
        """The value of the hidden field `name`."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', self.html)
        assert found, f"no field {name} on {self.url}"
        return found[1]


class Visitor:
    def __init__(self, site: str) -> None:
        self.site = site
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Page:
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.site, path)))

    def post(self, path: str, page: Page, **fields: str) -> Page:
        """Send fields to `path`, with the CSRF token of `page`."""
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": page.value("csrfmiddlewaretoken"), **fields}).encode()
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.site, path), data=data))

    def upload(self, path: str, page: Page, **fields: Any) -> Page:
        """As `post`, for a form that takes files."""
        fields["csrfmiddlewaretoken"] = page.value("csrfmiddlewaretoken")
        request = urllib.request.Request(
            urllib.parse.urljoin(self.site, path),
            data=encode_multipart(BOUNDARY, fields),
            headers={"Content-Type": MULTIPART_CONTENT},
        )
        return self._open(request)

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            with self.opener.open(request, timeout=30) as answer:
                return Page(answer.url, answer.status, answer.read().decode())
        except urllib.error.HTTPError as answer:
            with answer:
                return Page(answer.url, answer.code, answer.read().decode())

    def consult(self, *, department: str, **given: str) -> tuple[Page, float]:
        """Fill in the form, check it, send it.

        Returns the receipt page, and the seconds from the click on "send" to it. `department` is a code.
        """
        form = self.get(f"/consult/?department={department}")
        chosen = re.search(r'<option value="([^"]+)"[^>]* selected', form.html)
        assert chosen, form.html
        answers = {
            "problem": "デジタル技術の導入に必要な庁内手続きを教えてください。",
            "wants": "procedure",
            "department": chosen[1],
            "section": "地域振興課",
            "name": "田中 実",
            "email": "tanaka@kohoku.example.jp",
            **given,
        }
        check = self.post("/consult/", form, **answers)
        assert check.url.endswith("/consult/check/"), check.html
        began = time.monotonic()
        receipt = self.post("/consult/check/", check, intake=check.value("intake"))
        took = time.monotonic() - began
        assert "/receipts/" in receipt.url, receipt.html
        return receipt, took
