import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from config.celery import app
from office import clock
from outbox import actions as outbox
from outbox.actions import Mail
from outbox.models import Heartbeat
from outbox.tasks import heartbeat

pytestmark = pytest.mark.django_db


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def use_broker(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setattr(app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")


def test_all_is_well_when_the_worker_lives(client):
    heartbeat()
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (
        200,
        {"database": "ok", "broker": "ok", "worker": "ok", "oldest_undelivered_seconds": 0},
    )
    assert "no-cache" in response["Cache-Control"]


def test_a_worker_that_was_never_seen_is_not_well(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()["worker"]) == (503, "no sign of life yet")


def test_a_worker_that_fell_silent_is_not_well(client):
    heartbeat()
    with clock.at(Heartbeat.objects.get().at + timedelta(seconds=settings.HEARTBEAT_STALE_SECONDS + 10)):
        response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["worker"] == f"no sign of life for {settings.HEARTBEAT_STALE_SECONDS + 10} s"


def test_a_broker_that_swallows_everything_costs_two_seconds_and_no_more(client, monkeypatch):
    heartbeat()
    with silent_server() as port:
        use_broker(monkeypatch, port)
        began = time.monotonic()
        response = client.get("/healthz")
        took = time.monotonic() - began
    assert (response.status_code, response.json()["worker"]) == (503, "ok")
    assert response.json()["broker"] != "ok"
    assert took < 3


def test_a_broker_that_is_down_is_named(client, monkeypatch):
    heartbeat()
    with silent_server() as port:
        pass  # nobody listens there any more
    use_broker(monkeypatch, port)
    response = client.get("/healthz")
    assert (response.status_code, response.json()["database"]) == (503, "ok")
    assert response.json()["broker"] != "ok"


def test_the_oldest_mail_that_waits_is_told(client):
    now = clock.now()
    with clock.at(now - timedelta(minutes=5)), transaction.atomic():
        outbox.send(key="test:1", about="", mails=[Mail("a@city.example.jp", "件名", "本文")])
    with clock.at(now):
        assert client.get("/healthz").json()["oldest_undelivered_seconds"] == 300


@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_is_named(client):
    with connection.schema_editor() as schema:
        schema.delete_model(Heartbeat)
    try:
        response = client.get("/healthz")
        assert (response.status_code, response.json()["broker"]) == (503, "ok")
        assert response.json()["database"] in {OperationalError.__name__, "ProgrammingError"}
    finally:
        with connection.schema_editor() as schema:
            schema.create_model(Heartbeat)
