"""What the house stands on: locks, commands, environment, and the servers of the tests themselves."""

import configparser
import os
import re
import shlex
import smtplib
import subprocess
import sys
import tomllib
from email.message import EmailMessage
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.servers import Unavailable, programs
from tests.servers.desk import ROOT, SERVICES
from tests.servers.postgres import postgresql
from tests.servers.smtp import MailServer
from tests.servers.valkey import BlackHole, Valkey

LOCKS = "base", "search", "test"
# Every module, as a server imports it, with a clock that tells who looks at it.
IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
import django
from office import clock

def refused():
    raise AssertionError("asked for the time while it was imported")

clock.now = clock.today = refused
django.setup()
for name in sys.argv[1:]:
    for module in pkgutil.walk_packages(importlib.import_module(name).__path__, name + "."):
        importlib.import_module(module.name)
"""


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==(\S+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_release_has_its_hashes_and_no_lock_names_a_host(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    for release in re.split(r"\n(?=\S)", text):
        assert release.startswith("#") or "--hash=sha256:" in release, release
    assert not re.search(r"://|^-|file:", text, flags=re.MULTILINE)


def test_the_locks_agree_and_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {"base": project["dependencies"]} | project["optional-dependencies"]
    for lock, dependencies in wanted.items():
        names = {re.match(r"[a-z0-9-]+", dependency).group() for dependency in dependencies}
        assert names <= pins(lock).keys()
        assert pins("base").items() <= pins(lock).items()


def test_every_dependency_says_why_it_is_there() -> None:
    lines = re.findall(r'^    "[a-z].*$', (ROOT / "pyproject.toml").read_text(), flags=re.MULTILINE)
    dependencies = [line for line in lines if re.search(r"[<>]=", line)]
    assert dependencies
    assert [line for line in dependencies if not re.search(r"# \w+", line)] == []


def test_nothing_keeps_the_day_on_which_the_server_was_started() -> None:
    packages = [path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("bench", "tests")]
    assert {"config", "consultations", "meetings"} <= set(packages)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", IMPORT_EVERYTHING, *packages]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_make_run_and_docker_compose_start_the_same_commands() -> None:
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "config" / "processes.conf", "utf-8")
    commands = {
        name.removeprefix("program:"): shlex.split(config[name]["command"])
        for name in config.sections()
        if name.startswith("program:")
    }
    assert commands == {name: SERVICES[name]["command"] for name in ("web", "worker", "beat")}
    assert config["group:desk"]["programs"].split(",") == list(commands)


def test_docker_compose_runs_nothing_as_root_and_waits_for_what_it_needs() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert lines.index("USER desk") > max(number for number, line in enumerate(lines) if line.startswith("RUN"))
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    assert SERVICES["prepare"]["depends_on"]["postgres"] == {"condition": "service_healthy"}
    for name in ("postgres", "redis", "web"):
        assert SERVICES[name]["healthcheck"]["test"]


def test_the_example_of_the_environment_is_complete() -> None:
    read = set()
    for path in (ROOT / "config").glob("*.py"):
        code = path.read_text("utf-8")
        read |= set(re.findall(r'(?:env\.\w+|environ\.get)\(\s*["\']([A-Z_]+)["\']', code))
    compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), flags=re.MULTILINE))
    assert example == (read | compose) - {"PATH"}


def test_postgresql_of_the_wheel_runs_without_rights_and_leaves_nothing() -> None:
    with postgresql(("wheels",)) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE another")
        (files,) = connection.execute("SHOW data_directory").fetchone()
        assert Path(files).exists()
        backend = psutil.Process(connection.info.backend_pid)
        assert backend.uids().real != 0
        server = backend.parent()
    assert server
    assert not server.is_running()
    assert not Path(files).exists()


def test_valkey_comes_from_the_wheel_where_the_machine_has_none() -> None:
    assert programs.runs(programs.valkey_server(("wheels",)))


def test_a_program_that_the_environment_names_is_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    named = programs.valkey_server(("wheels",))
    monkeypatch.setenv("TEST_VALKEY_SERVER", str(named))
    assert programs.valkey_server() == named


def test_what_cannot_be_had_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_VALKEY_SERVER", "/nowhere/valkey-server")
    with pytest.raises(Unavailable, match="apt-get install redis-server.*TEST_VALKEY_SERVER"):
        programs.valkey_server(("environment",))
    with pytest.raises(Unavailable, match="apt-get install chromium.*TEST_CHROMIUM"):
        programs.chromium(())
    with pytest.raises(Unavailable, match="apt-get install clamav-daemon.*TEST_CLAMD"):
        programs.clamd(())
    with pytest.raises(Unavailable, match="apt-get install postgresql.*TEST_DATABASE_URL"):
        programs.postgres_folder(())


def send(server: MailServer, *recipients: str) -> dict[str, tuple[int, bytes]]:
    mail = EmailMessage()
    mail["Subject"] = "相談"
    mail.set_content("お世話になります")
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
        return client.send_message(mail, "desk@example.jp", recipients)


def test_the_mail_server_remembers_refuses_goes_down_and_comes_back() -> None:
    with MailServer() as server:
        server.refuse["busy@example.jp"] = "450 4.2.1 Mailbox busy"
        assert send(server, "suzuki@example.jp", "busy@example.jp")["busy@example.jp"][0] == 450
        server.refuse_all = "554 5.7.1 No"
        with pytest.raises(smtplib.SMTPDataError, match="554"):
            send(server, "suzuki@example.jp")
        server.refuse_all = ""
        server.stop()
        with pytest.raises(ConnectionRefusedError):
            send(server, "suzuki@example.jp")
        server.start()
        send(server, "sato@example.jp")
        assert server.recipients == ["suzuki@example.jp", "sato@example.jp"]
        assert server.received[0].text.strip() == "お世話になります"


def test_valkey_dies_comes_back_on_its_port_and_gives_way_to_a_black_hole(valkey: Valkey) -> None:
    valkey.kill()
    assert not valkey.answers()
    valkey.start()
    assert valkey.answers()
    valkey.stop()
    with BlackHole(valkey.port):
        assert not valkey.answers()
