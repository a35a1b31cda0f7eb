"""Real servers for the tests: where their programs come from, and how they are started, hurt and stopped.

Nothing here is skipped: what cannot be had raises `Unavailable`, and its one sentence says how to get it.
"""

import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Unavailable(Exception):
    """A program that the tests need is not there; the message says how to get it."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(happens: Callable[[], T], what: str, *, within: float = 20, every: float = 0.05) -> T:
    """Ask `every` so many seconds until `happens()` is true, and return what it returned.

    Raises TimeoutError naming `what` after `within` seconds.
    """
    end = time.monotonic() + within
    while not (result := happens()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {within} s")
        time.sleep(every)
    return result
