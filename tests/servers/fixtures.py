"""Fixtures of the real servers and of the browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import BrowserContext, Page

from .browser import Witness, accessible
from .clamd import Clamd
from .desk import Desk
from .programs import chromium
from .smtp import MailServer
from .valkey import Valkey
from .webhook import WebhookServer


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def webhook_server() -> Iterator[WebhookServer]:
    with WebhookServer() as server:
        yield server


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    with Clamd() as server:
        yield server


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture
def start_desk(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """`start_desk("web", "worker", broker=valkey.url, mail=mail_server.url)`: real processes on the test's database.

    No service named means all three; without `broker` and `mail`, what is built in. Further keywords are environment
    variables. All logs are shown where the test fails.
    """
    desks: list[Desk] = []

    def start(*services: str, broker: str = "", mail: str = "", **environment: str) -> Desk:
        folder = tmp_path / f"desk{len(desks)}"
        folder.mkdir()
        where = {"DATABASE_URL": database_url(), "DATA_DIR": str(settings.DATA_DIR)}
        desk = Desk(folder, CELERY_BROKER_URL=broker, EMAIL_URL=mail, **where, **environment)
        desks.append(desk)
        desk.prepare()
        desk.start(*services)
        return desk

    yield start
    try:
        for desk in desks:
            desk.stop()
    finally:
        for desk in desks:
            for log in sorted(desk.folder.glob("*.log")):
                print(f"----- {log.stem} -----\n{log.read_text('utf-8', errors='replace')}")


def database_url() -> str:
    """The test's own database, as other processes name it."""
    of = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{of['NAME']}"
    password = f":{of['PASSWORD']}" if of["PASSWORD"] else ""
    return f"postgresql://{of['USER']}{password}@{of['HOST']}:{of['PORT']}/{of['NAME']}"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": str(chromium()),
        "args": [
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-domain-reliability",
            "--disable-sync",
            "--no-first-run",
            "--no-pings",
        ],
    }


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {
        "locale": "ja-JP",
        "timezone_id": "Asia/Tokyo",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture
def context(context: BrowserContext) -> Iterator[BrowserContext]:
    """A browser that fails the test where a page asks for anything off this machine, or its script or CSP complains."""
    witness = Witness(context)
    yield context
    witness.saw_nothing_wrong()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails, with a list that a person can read, where axe-core finds a fault on the page."""
    return accessible
