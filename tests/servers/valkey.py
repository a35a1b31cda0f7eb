import signal
import socket
import subprocess
import tempfile
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from . import free_port, wait_until
from .programs import valkey_server


class Valkey:
    """A Valkey (or Redis) on a port of its own, which can be stopped, killed and started again on the same port.

    It keeps nothing on disk: what was in it is lost with it, as in the worst case of a real one.
    """

    def __init__(self) -> None:
        self.program = valkey_server()
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            cwd=tempfile.gettempdir(), stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        wait_until(self.answers, "Valkey answers")

    def answers(self) -> bool:
        try:
            with redis.Redis(port=self.port, socket_timeout=2, retry=Retry(NoBackoff(), 0)) as client:
                return client.ping()
        except (redis.ConnectionError, redis.TimeoutError):
            return False

    def stop(self, signal_number: int = signal.SIGTERM) -> None:
        if self.process:
            self.process.send_signal(signal_number)
            self.process.wait(10)
            self.process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class BlackHole:
    """Takes connections on a port and never answers: a server that hangs, or a firewall that swallows packets."""

    def __init__(self, port: int | None = None) -> None:
        self.listener = socket.create_server(("127.0.0.1", port or 0), backlog=1024)
        self.port = self.listener.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()
