"""Readers of the environment. A wrong value stops the start and says which one and how to mend it."""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def text(name: str, default: Any = "") -> Any:
    """The value of `name`, or `default` where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str) -> bool:
    """True or False; unset is False."""
    given = os.environ.get(name, "").strip().lower()
    if given not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {given!r}. Write 1 for on or 0 for off.")
    return given in TRUE


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least `least`."""
    given = text(name, str(default))
    if not given.isascii() or not given.isdigit() or int(given) < least:
        raise ImproperlyConfigured(f"{name} is {given!r}. Write a whole number of {least} or more.")
    return int(given)


def secret(name: str, *, kept_in: Path) -> str:
    """The secret called `name`; where it is unset, one made once and kept in the file `kept_in`."""
    if given := os.environ.get(name, ""):
        if len(given) < 32:
            raise ImproperlyConfigured(f"{name} is shorter than 32 characters. Write a long random text.")
        return given
    if not kept_in.exists():
        # Web, worker and beat may start together: the first link counts, and nobody reads a file that is half written.
        with NamedTemporaryFile("w", dir=kept_in.parent, encoding="ascii") as draft:
            draft.write(secrets.token_urlsafe(64))
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, kept_in)
    kept = kept_in.read_text(encoding="ascii").strip()
    if len(kept) < 32:
        raise ImproperlyConfigured(f"{kept_in} holds no key. Delete it, or set {name}.")
    return kept


def url(name: str, default: str, *, schemes: set[str], example: str) -> SplitResult:
    """A URL whose scheme is one of `schemes`."""
    given = text(name, default)
    try:
        parts = urlsplit(given)
        parts.port  # noqa: B018  reading it raises where the port is no number
    except ValueError as problem:
        raise ImproperlyConfigured(f"{name} is {given!r}: {problem}. Example: {example}") from None
    if parts.scheme not in schemes:
        known = ", ".join(sorted(schemes))
        raise ImproperlyConfigured(f"{name} is {given!r}. It begins with one of {known}. Example: {example}")
    return parts


def email(name: str, *, folder: Path) -> dict[str, Any]:
    """Django's EMAIL_* settings from a URL: `smtp://user:password@host:25`, `smtp+tls://` (STARTTLS), `smtps://`.

    Unset, mails are written as files into `folder`.
    """
    if not text(name):
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
    parts = url(name, "", schemes={"smtp", "smtp+tls", "smtps"}, example="smtp+tls://user:password@mail.example.jp:587")
    if not parts.hostname:
        raise ImproperlyConfigured(f"{name} names no host. Example: smtp://mail.example.jp:25")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def webhook(name: str) -> str:
    """The URL of an incoming webhook, or nothing. Whoever knows it can post: what is wrong is said without it."""
    given = text(name)
    try:
        parts = urlsplit(given)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if given and not (sound and re.fullmatch(r"[!-~]+", given)):
        raise ImproperlyConfigured(f"{name} is no URL. Copy it from the chat as a whole; it begins with https://")
    return given


def scanner(name: str) -> SplitResult | None:
    """Where clamd is reached, `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`; None where it is unset."""
    if not text(name):
        return None
    parts = url(name, "", schemes={"tcp", "unix"}, example="tcp://clamav.example.jp:3310")
    if parts.scheme == "tcp" and not parts.hostname:
        raise ImproperlyConfigured(f"{name} names no host. Example: tcp://clamav.example.jp:3310")
    if parts.scheme == "unix" and (parts.netloc or not parts.path):
        raise ImproperlyConfigured(f"{name} names no socket. Example: unix:///run/clamav/clamd.ctl")
    return parts


def address(name: str, default: str) -> str:
    """One e-mail address."""
    given = text(name, default)
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", given):
        raise ImproperlyConfigured(f"{name} is {given!r}. Write one e-mail address, e.g. {default}")
    return given


def directory(name: str, default: Path) -> Path:
    """A folder that exists (it is made) and can be written."""
    path = Path(text(name, str(default))).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ImproperlyConfigured(f"{name} is {str(path)!r}, which cannot be made: {problem.strerror}.") from None
    if not os.access(path, os.W_OK):
        raise ImproperlyConfigured(f"{name} is {str(path)!r}, which this account cannot write to.")
    return path
