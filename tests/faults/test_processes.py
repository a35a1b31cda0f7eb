"""`make run`: web, worker and beat under one manager that starts again what ends, and leaves nothing behind."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.servers import free_port, wait_until
from tests.servers.desk import ROOT

CHILDREN = {"web": "config.wsgi", "worker": "worker", "beat": "beat"}
MANAGER = [sys.executable, "-P", "config/processes.py"]


class Run:
    """A manager on a port of its own, started by `command`; all that is printed is kept."""

    def __init__(self, command: list[str], data: Path, *, root: Path = ROOT, **environment: str) -> None:
        self.port = free_port()
        self.output = data / f"output.{self.port}"
        given = {"PATH": os.environ["PATH"], "HOME": str(data), "DATA_DIR": str(data), "PORT": str(self.port)}
        with self.output.open("wb") as output:
            self.process = psutil.Popen(
                command,
                cwd=root,
                env=given | environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
                # As from a terminal: what a shell runs in the background begins with Ctrl-C ignored.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    @property
    def text(self) -> str:
        return self.output.read_text("utf-8")

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10).close()
        except OSError:
            assert self.process.poll() is None, self.text
            return False
        return True

    def ready(self, *, within: float = 30) -> None:
        """Wait for the first page and a worker."""
        wait_until(self.answers, "the first page", within=within)
        wait_until(lambda: " ready." in self.text, "a worker")

    def child(self, name: str) -> psutil.Process | None:
        """The process of web, worker or beat that the manager started."""
        for process in self.process.children():
            with suppress(psutil.Error):  # gone between listing and reading
                if CHILDREN[name] in process.cmdline():
                    return process
        return None

    def stop(self, signal_number: int = signal.SIGTERM, *, to_all: bool = False) -> float:
        """The seconds until nothing of it was left."""
        family = [self.process, *self.process.children(recursive=True)]
        began = time.monotonic()
        (os.killpg if to_all else os.kill)(self.process.pid, signal_number)
        wait_until(lambda: not any(map(alive, family)), "nothing is left")
        return time.monotonic() - began

    def clear(self) -> None:
        for process in [self.process, *self.process.children(recursive=True)] if alive(self.process) else []:
            process.kill()
        self.process.wait()
        print(self.text)


def alive(process: psutil.Process) -> bool:
    """A zombie is not: its parent is gone, and the system clears it away in its own time."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def runs() -> Iterator[list[Run]]:
    """What is appended here is killed at the end, and its output shown where the test failed."""
    started: list[Run] = []
    yield started
    for run in started:
        run.clear()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)}
    subprocess.run([sys.executable, "manage.py", "prepare", "--no-demo"], cwd=ROOT, env=environment, check=True)
    return folder


@pytest.fixture
def run(data: Path, runs: list[Run]) -> Run:
    """Web, worker and beat, up and running."""
    runs.append(Run(MANAGER, data))
    runs[-1].ready()
    return runs[-1]


def test_a_child_that_is_killed_comes_back_and_the_others_stay(run: Run) -> None:
    for name in CHILDREN:
        before = {other: run.child(other) for other in CHILDREN}
        family = [before[name], *before[name].children(recursive=True)]
        before[name].kill()
        wait_until(lambda: run.child(name) not in (before[name], None), f"a new {name}")  # noqa: B023
        assert re.search(rf"^{name} +\| \(ended, starting again\)$", run.text, flags=re.MULTILINE)
        assert [other for other in CHILDREN if run.child(other) != before[other]] == [name]
        wait_until(lambda: not any(map(alive, family)), f"nothing of the old {name} is left", within=5)  # noqa: B023
    wait_until(run.answers, "a page from the new web")
    wait_until(lambda: run.text.count(" ready.") == 2, "the new worker is ready")
    assert run.stop() < 10


def test_a_child_that_dies_again_and_again_is_never_given_up_and_each_line_says_whose_it_is(
    data: Path, runs: list[Run]
) -> None:
    runs.append(run := Run(MANAGER, data, OFFICE_EMAIL="壊れた"))

    def endings(name: str) -> int:
        return len(re.findall(rf"^{name} +\| \(ended, starting again\)$", run.text, flags=re.MULTILINE))

    wait_until(lambda: min(map(endings, CHILDREN)) >= 6, "each child has died six times", within=90)
    assert run.stop(signal.SIGHUP) < 10
    for name in CHILDREN:
        said = [line for line in run.lines if re.match(rf"{name} +\| ", line)]
        assert any("Traceback (most recent call last)" in line for line in said)
        assert any("OFFICE_EMAIL is '壊れた'." in line for line in said)
    assert [line for line in run.lines if not re.match(r"(web|worker|beat) +\| ", line)] == []


def test_a_child_that_does_not_react_is_stopped_too(run: Run) -> None:
    worker = run.child("worker")
    for process in [worker, *worker.children()]:
        process.suspend()
    assert run.stop() < 10


def test_everything_stops_when_the_program_that_started_it_is_gone(data: Path, runs: list[Run]) -> None:
    runs.append(run := Run(["sh", "-c", f"'{sys.executable}' -P config/processes.py; true"], data))
    run.ready()
    assert run.stop(signal.SIGKILL) < 10


def test_a_second_start_with_the_same_data_is_refused(run: Run, data: Path, runs: list[Run]) -> None:
    runs.append(second := Run(MANAGER, data))
    assert second.process.wait(10) == 1
    assert f"running already with the data of {data}" in second.text


def test_a_port_that_is_taken_is_named(data: Path, runs: list[Run]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        runs.append(run := Run(MANAGER, data, PORT=port))
        assert run.process.wait(10) == 1
    assert f"Port {port} cannot be used" in run.text


def test_make_run_needs_no_more_than_make_and_python(tmp_path: Path, runs: list[Run]) -> None:
    """In a folder with a blank and Japanese in its name, with an empty home, and no gettext to be found."""
    root, bin, home, data = (tmp_path / name for name in ("相談 デスク", "bin", "home", "data"))
    leave_out = shutil.ignore_patterns(".git", ".venv", "var", "*_cache", "__pycache__", "*.mo", "test-results")
    shutil.copytree(ROOT, root, ignore=leave_out)
    (root / ".venv").symlink_to(sys.prefix)
    for folder in (bin, home, data):
        folder.mkdir()
    for program in ("make", "python3"):
        (bin / program).symlink_to(str(shutil.which(program)))
    assert shutil.which("msgfmt", path=str(bin)) is None

    def make_run() -> Run:
        # What the lock installs is there already; the installation itself is what every `make test` begins with.
        command = [str(bin / "make"), "--assume-old=.venv/base.stamp", "run"]
        runs.append(Run(command, data, root=root, PATH=str(bin), HOME=str(home)))
        return runs[-1]

    def cases() -> int:
        with sqlite3.connect(data / "desk.sqlite3") as database:
            return database.execute("SELECT count(*) FROM consultations_case").fetchone()[0]

    first = make_run()
    first.ready(within=120)
    assert f"http://127.0.0.1:{first.port}/" in first.text
    assert "manager, chief, staff, specialist, facilitator, ict, ward, admin; password: yokohama-demo" in first.text
    assert first.stop(signal.SIGTERM) < 10
    shown = cases()
    assert shown > 0

    again = make_run()
    again.ready()
    # How many seconds that saves is measured by bench/start.py, on a machine that does nothing else.
    for work in ("Preparing the database", "Collecting static files", "Loading the demo data"):
        assert work in first.text
        assert work not in again.text
    assert again.stop(signal.SIGINT) < 10  # to make alone, as a program would; Ctrl-C goes to all of them
    assert cases() == shown

    third = make_run()
    third.ready()
    assert third.stop(signal.SIGINT, to_all=True) < 10
    assert list(home.iterdir()) == []
