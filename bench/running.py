"""`make run` in a folder of its own, as a person would start it."""

import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent


class Running:
    def __init__(self, url: str, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.url, self.process, self.seconds = url, process, seconds

    def pids(self) -> list[int]:
        """`make` and everything below it."""
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # gone between listing and reading
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found = [self.process.pid]
        for pid in found:
            found += children.get(pid, [])
        return found


@contextmanager
def make_run(data: Path, root: Path = ROOT, **environment: str) -> Iterator[Running]:
    """Start, wait for the first page (the seconds are kept), and stop at the end."""
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=root,
        env=os.environ | {"DATA_DIR": str(data), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        while not answers(url):
            if process.poll() is not None or time.monotonic() - began > 300:
                raise RuntimeError("make run did not come up; run it by hand to see why.")
            time.sleep(0.05)
        yield Running(url, process, time.monotonic() - began)
    finally:
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        print(f"stopped in {time.monotonic() - began:.1f} s")


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.URLError:
        return False
    return True


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as name:
        yield Path(name)
