"""The whole suite on real servers: `make test`. With arguments (`make test ARGS="tests/office -k pair"`) pytest gets
those instead, once on SQLite and once on PostgreSQL."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from config import messages

from .servers import Unavailable
from .servers.postgres import postgresql
from .servers.programs import chromium, clamd, valkey_server

SPREAD = ["--numprocesses=auto", "--maxprocesses=4"]
LONGEST = 45 * 60
# What says the same on whatever database the suite runs, or brings both along.
ONCE = [
    *("tests/test_ground.py", "tests/test_messages.py", "tests/config/test_environment.py"),
    *("tests/knowledge/test_article_markdown.py", "tests/knowledge/test_text.py"),
    *("tests/knowledge/test_shelf_engines.py", "tests/knowledge/test_quality.py"),
]


def main(arguments: list[str]) -> int:
    messages.compile_all()
    os.environ["TEST_VALKEY_SERVER"] = str(valkey_server())
    os.environ["TEST_CHROMIUM"] = str(chromium())
    os.environ["TEST_CLAMD"] = str(clamd())
    with tempfile.TemporaryDirectory(prefix="desk-tests-") as state, postgresql() as url:
        os.environ["TEST_DATABASE_URL"] = url
        if arguments:
            runs = {"SQLite": ("", arguments), "PostgreSQL": (url, arguments)}
        else:
            runs = {
                "SQLite, and the browser": ("", [*SPREAD, "--ignore=tests/faults"]),
                "PostgreSQL": (
                    url,
                    [*SPREAD, *(f"--ignore={each}" for each in ("tests/faults", "tests/browser", *ONCE))],
                ),
                # Mostly waiting; a file stays together, what it has prepared is used by all its tests.
                "faults, on PostgreSQL and Valkey": (url, ["--numprocesses=2", "--dist=loadfile", "tests/faults"]),
            }
        failed = [name for name, run in runs.items() if not passes(name, *run, Path(state, name.partition(",")[0]))]
    print(f"\nFailed: {'; '.join(failed)}" if failed else f"\nAll {len(runs)} runs passed.")
    return 1 if failed else 0


def passes(name: str, database_url: str, arguments: list[str], state: Path) -> bool:
    print(f"\n=== {name}", flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", *arguments]
    environment = os.environ | {"DATABASE_URL": database_url, "TEST_STATE": str(state)}
    done = subprocess.run(command, env=environment, timeout=LONGEST)
    print(f"=== {name}: {'passed' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s")
    return done.returncode == 0


def stopped(*_: object) -> None:
    raise SystemExit("Stopped.")  # so that the servers are stopped too


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stopped)
    try:
        sys.exit(main(sys.argv[1:]))
    except Unavailable as missing:
        sys.exit(str(missing))
