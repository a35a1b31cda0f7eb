import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from . import free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
READY = {"worker": " ready.", "beat": " is starting."}


class Desk:
    """The site as real processes: the commands and the environment of docker-compose.yml, on this machine.

    `environment` replaces what docker-compose.yml says of its own hosts: DATABASE_URL, CELERY_BROKER_URL, DATA_DIR and
    so on. What the processes say is kept: `log("worker")`.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        ours = {"BIND": "127.0.0.1", "PORT": str(self.port), "SITE_URL": self.url, **environment}
        self.given = {name: value for name, value in ours.items() if value}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def command(self, service: str) -> tuple[list[str], dict[str, str]]:
        said = SERVICES[service]
        theirs = {name: str(value) for name, value in said["environment"].items() if "${" not in str(value)}
        theirs.pop("CELERY_BROKER_URL", None)  # unset here means the embedded broker
        return said["command"], self.environment | theirs | self.given

    def prepare(self) -> None:
        """The one-shot step before the others."""
        command, environment = self.command("prepare")
        subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)

    def start(self, *services: str) -> None:
        """Start these (all three where none is named) and wait until they are ready."""
        services = services or ("web", "worker", "beat")
        for service in services:
            command, environment = self.command(service)
            with self._file(service).open("ab") as output:
                self.running[service] = subprocess.Popen(
                    command, env=environment, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
                )
        for service in services:
            wait_until(partial(self._ready, service), f"{service} is ready", within=60)

    def _ready(self, service: str) -> bool:
        if (code := self.running[service].poll()) is not None:
            raise RuntimeError(f"{service} ended with {code}:\n{self.log(service)}")
        return READY[service] in self.log(service) if service in READY else self.answers()

    def answers(self) -> bool:
        """Whether the web server gives any answer at all."""
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=10).close()
        except urllib.error.HTTPError as answer:
            answer.close()
        except OSError:
            return False
        return True

    def log(self, service: str) -> str:
        return self._file(service).read_text("utf-8", errors="replace")

    def _file(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    def kill(self, service: str) -> None:
        """kill -9 of the process and of all its children at once; `start(service)` makes a new one."""
        process = self.running.pop(service)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._file(service).rename(self.folder / f"{service}.{process.pid}.log")  # readiness is read from a fresh one

    def stop(self) -> None:
        """Stop all as a supervisor would. Raises TimeoutError where one of them takes more than 10 s."""
        processes = list(self.running.values())
        for process in processes:
            process.terminate()
        try:
            wait_until(lambda: all(p.poll() is not None for p in processes), "everything has stopped", within=10)
        finally:
            for process in processes:
                with suppress(ProcessLookupError):  # as it should be: nothing of it is left
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            self.running.clear()
