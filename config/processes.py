"""Web, worker and beat on this machine, kept running by supervisor: `python -P config/processes.py`.

Every line they print carries their name; whoever ends is started again. They all stop on SIGINT, SIGTERM and SIGHUP,
and when the program that started this one is gone.
"""

import fcntl
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

from supervisor import events
from supervisor.options import ServerOptions
from supervisor.supervisord import go

ROOT = Path(__file__).resolve().parent.parent


class Printer:
    """Prints what the children say, whole lines only, each with the name of who says it."""

    def __init__(self) -> None:
        self.unfinished: dict[str, bytes] = {}

    def said(self, event: events.ProcessLogEvent) -> None:
        name = event.process.config.name
        *lines, self.unfinished[name] = (self.unfinished.get(name, b"") + event.data).split(b"\n")
        for line in lines:
            self.print(name, line)

    def changed(self, event: events.ProcessStateEvent) -> None:
        name = event.process.config.name
        if unfinished := self.unfinished.pop(name, b""):
            self.print(name, unfinished)
        if isinstance(event, events.ProcessStateExitedEvent):
            self.print(name, b"(ended, starting again)")
        if event.process.spawnerr:
            self.print(name, f"(cannot start: {event.process.spawnerr})".encode())

    def print(self, name: str, line: bytes) -> None:
        with suppress(OSError):  # that nobody reads any more is no reason to leave the children alone
            os.write(sys.stdout.fileno(), f"{name:6} | ".encode() + line + b"\n")


def clear_up(event: events.ProcessStateEvent) -> None:
    """End what a child that is gone has left in its process group: the pool of a killed worker can wait for ever."""
    if pid := dict(event.extra_values)["pid"]:  # 0: it never ran
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


class Options(ServerOptions):
    def __init__(self) -> None:
        super().__init__()
        self.parent = os.getppid()
        # Supervisor looks round once a second; that is too slow for a stop within 10 s that gives the children 8.
        poll = self.poller.poll
        self.poller.poll = lambda timeout: poll(min(timeout, 0.2))

    def setsignals(self) -> None:
        """Called by supervisor when all is read and before the first child starts."""
        super().setsignals()
        printer = Printer()
        events.subscribe(events.ProcessLogEvent, printer.said)
        events.subscribe(events.ProcessStateEvent, printer.changed)
        events.subscribe(events.ProcessStateExitedEvent, clear_up)
        events.subscribe(events.ProcessStateStoppedEvent, clear_up)

    def get_signal(self) -> int | None:
        """Called by supervisor whenever it looks round."""
        if os.getppid() != self.parent or interrupted(self.parent):
            return signal.SIGTERM
        received = super().get_signal()
        # A closed terminal is a reason to stop; supervisor by itself would start everything anew.
        return signal.SIGTERM if received == signal.SIGHUP else received


def interrupted(make: int) -> bool:
    """Whether make got a SIGINT of its own. It hands SIGTERM on to us, but takes SIGINT for a Ctrl-C that we have had
    as well, and waits with the signal blocked until we are done. Linux only; elsewhere False."""
    try:
        status = Path(f"/proc/{make}/status").read_text()
    except OSError:
        return False
    blocked = int(next(line for line in status.splitlines() if line.startswith("SigBlk:")).split()[1], 16)
    return status.startswith("Name:\tmake\n") and bool(blocked >> signal.SIGINT - 1 & 1)


def main() -> None:
    data = Path(os.environ.get("DATA_DIR") or ROOT / "var").absolute()
    port = os.environ.get("PORT") or "8000"
    data.mkdir(parents=True, exist_ok=True)
    lock = open(data / "processes.lock", "w")  # noqa: SIM115  held until the end
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(
            f"The desk is running already with the data of {data}. Stop it first, or set DATA_DIR to another folder."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as problem:
            sys.exit(f"Port {port} cannot be used ({problem.strerror}). Choose another: make run PORT=8001")
    os.chdir(ROOT)
    os.environ |= {
        "DATA_DIR": str(data),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",  # or else a child's last words stay in its buffer when it is killed
        "REMAP_SIGTERM": "SIGQUIT",  # a worker that is stopped puts back within seconds what it had taken
    }
    options = Options()
    options.realize(["-c", str(ROOT / "config" / "processes.conf")])
    options.first, options.test = True, False
    go(options)


if __name__ == "__main__":
    main()
