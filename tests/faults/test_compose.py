"""docker-compose.yml, from installed binaries: PostgreSQL, Redis, and the very commands of web, worker and beat."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import quote

from django.db import connection

from tests.servers import wait_until
from tests.servers.desk import Desk
from tests.servers.valkey import Valkey


def health(desk: Desk) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(f"{desk.url}/healthz", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, json.load(answer)


def test_the_commands_of_docker_compose_run_the_site(start_desk: Callable[..., Desk], valkey: Valkey) -> None:
    desk = start_desk(broker=valkey.url)
    status, said = wait_until(lambda: (now := health(desk))[0] == 200 and now, "the site is well", within=30, every=0.5)
    assert status == 200
    assert said == {"database": "ok", "broker": "ok", "worker": "ok", "oldest_undelivered_seconds": 0}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox_heartbeat")
        assert cursor.fetchone() == (1,)


def test_a_broker_that_is_gone_is_seen_and_its_return_too(start_desk: Callable[..., Desk], valkey: Valkey) -> None:
    desk = start_desk(broker=valkey.url)
    wait_until(lambda: health(desk)[0] == 200, "the site is well", within=30, every=0.5)
    valkey.kill()
    status, said = health(desk)
    assert status == 503
    assert said["broker"] != "ok"
    valkey.start()
    wait_until(lambda: health(desk)[0] == 200, "the site is well again", within=60, every=0.5)


def test_the_pages_come_compressed_from_the_collected_files(start_desk: Callable[..., Desk]) -> None:
    desk = start_desk("web")
    with urllib.request.urlopen(f"{desk.url}/accounts/login/", timeout=10) as page:
        html = page.read().decode()
    style = html.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    request = urllib.request.Request(f"{desk.url}{style}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]


def test_an_address_may_hold_nine_hundred_japanese_letters(start_desk: Callable[..., Desk]) -> None:
    desk = start_desk("web")
    with urllib.request.urlopen(f"{desk.url}/search/?q={quote('あ' * 900)}", timeout=10) as page:
        assert page.status == 200
