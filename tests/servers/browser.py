from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError


class Witness:
    """Watches all pages of a browser context: where their requests go, and what goes wrong in their scripts."""

    def __init__(self, context: BrowserContext) -> None:
        self.strays: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self._asked(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._asked(socket.url)))
        context.on("weberror", self._failed)
        context.on("console", self._said)

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in ("127.0.0.1", "localhost"):
            self.strays.append(url)

    def _failed(self, error: WebError) -> None:
        self.complaints.append(f"{error.page.url if error.page else ''}: {error.error}")

    def _said(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.location} {message.text}")

    def saw_nothing_wrong(self) -> None:
        """Raises AssertionError with what was seen."""
        assert not self.strays, f"Requests that leave the server: {self.strays}"
        assert not self.complaints, f"The browser complains: {self.complaints}"


# Without its copies of the stylesheets, which it puts into the page as inline styles; no rule in force needs them.
AXE = {"resultTypes": ["violations"], "preload": False}


def accessible(page: Page) -> None:
    """Raises AssertionError with a list that a person can read where axe-core finds a fault on the page.

    The page is looked at when it is whole: a link pressed is followed when the first of its page has come.
    """
    page.wait_for_load_state()
    faults = [
        f"{fault['id']} ({fault['impact']}): {fault['help']}\n    {node['html']}\n    {node['failureSummary']}"
        for fault in Axe().run(page, options=AXE).response["violations"]
        for node in fault["nodes"]
    ]
    assert not faults, f"{len(faults)} faults on {page.url}:\n" + "\n".join(faults)
