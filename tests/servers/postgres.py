import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from . import Unavailable, free_port, wait_until
from .programs import SOURCES, forget_copies, postgres_folder, unprivileged


@contextmanager
def postgresql(sources: tuple[str, ...] = SOURCES, *, keep: Path | None = None) -> Iterator[str]:
    """A PostgreSQL for as long as the block lasts: the URL of a role that may create databases.

    It is the one that TEST_DATABASE_URL names, or one of our own on a free port, with its data in a temporary folder;
    or in the folder `keep`, where the next one finds it again.
    """
    if not keep and "environment" in sources and (given := os.environ.get("TEST_DATABASE_URL")):
        try:
            psycopg.connect(given, connect_timeout=5).close()
        except psycopg.OperationalError as problem:
            raise Unavailable(f"TEST_DATABASE_URL names a PostgreSQL that cannot be reached: {problem}") from None
        yield given
        return

    folder, account = postgres_folder(sources), unprivileged()
    home = keep or Path(tempfile.mkdtemp(prefix="desk-postgres-"))
    home.mkdir(exist_ok=True)
    data, log, port = home / "data", home / "log", free_port()
    environment = {"PATH": os.defpath, "LC_ALL": "C"}  # a locale that the machine lacks would stop initdb
    if account:
        os.chown(home, account["user"], account["group"])
    try:
        if not data.exists():
            how = ["-U", "desk", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
            made = subprocess.run(
                [folder / "initdb", "-D", data, *how],
                env=environment, cwd="/", capture_output=True, text=True, **account,
            )  # fmt: skip
            if made.returncode:
                raise Unavailable(f"initdb of {folder} failed: {made.stderr or made.stdout}")
        options = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "",
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
        }  # fmt: skip
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [folder / "postgres", "-D", data, *settings],
                env=environment, cwd="/", stdout=output, stderr=output, start_new_session=True, **account,
            )  # fmt: skip
        url = f"postgresql://desk@127.0.0.1:{port}/postgres"

        def answers() -> bool:
            if server.poll() is not None:
                raise Unavailable(f"PostgreSQL of {folder} did not start: {log.read_text()}")
            try:
                psycopg.connect(url, connect_timeout=2).close()
            except psycopg.OperationalError:
                return False
            return True

        try:
            wait_until(answers, "PostgreSQL answers")
            yield url
        finally:
            # at once, where nothing in there is needed again
            server.send_signal(signal.SIGINT if keep else signal.SIGQUIT)
            server.wait(120 if keep else 20)
    finally:
        if not keep:
            shutil.rmtree(home)
        forget_copies()
