"""Posting to chat channels through their incoming webhooks, beside the mail: neither waits for the other.

Whoever knows the URL of a webhook can post: rows, pages and logs hold its name, and words of ours about what failed.
"""

import logging
import threading
import time
from datetime import timedelta
from http.client import responses
from queue import Empty, SimpleQueue
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from office import clock
from outbox.models import Delivery
from outbox.sending import put_off

logger = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds for all of it: the name, the connection, the answer
LEASE = timedelta(seconds=6 * PATIENCE)
# Where a webhook takes nothing, its other messages need not find out one by one.
HOOK_PAUSE = timedelta(minutes=1)
TRY_LATER = (408, 429)


class HookDown(Exception):
    """The webhook takes nothing at present; the message says why, `wait` for how long it asked us to stay away."""

    def __init__(self, words: str, wait: timedelta = timedelta(0)) -> None:
        super().__init__(words)
        self.wait = wait


def post_due(*, within: timedelta = timedelta.max) -> int:
    """Post everything that is due. Returns how much went out.

    A webhook that is down is left alone for a while, and the others go on. Stops after `within`: what is left waits
    for the next call.
    """
    ends = time.monotonic() + within.total_seconds()
    posted = 0
    for hook in list(Delivery.objects.posts().due().order_by().values_list("address", flat=True).distinct()):
        waiting = Delivery.objects.posts().filter(address=hook)
        while time.monotonic() < ends and (claimed := waiting.claim(1, lease=LEASE)):
            try:
                posted += deliver(claimed[0])
            except HookDown as down:
                put_off(claimed[0], str(down), at_least=down.wait)
                waiting.due().update(next_attempt_at=clock.now() + max(HOOK_PAUSE, down.wait))
                logger.warning("The webhook %s takes nothing; its messages wait. (%s)", hook, down)
                break
    return posted


def deliver(delivery: Delivery) -> bool:
    """Post one claimed row and mark it. True where it went out. Raises HookDown."""
    if not delivery.is_still_ours(lease=LEASE):
        return False
    url = settings.SECRET_WEBHOOKS.get(delivery.address)
    if url is None:
        delivery.mark_dead("No webhook of this name is configured.")
        return False
    try:
        status, retry_after = _answer(url, delivery.body.encode())
    except OSError as problem:
        raise HookDown(f"{type(problem).__name__}: {problem}") from None
    except Exception as problem:  # whatever else an odd answer makes of our client; its words may hold the URL
        raise HookDown(type(problem).__name__) from None
    words = f"{status} {responses.get(status, '')}".strip()
    if status >= 500 or status in TRY_LATER:
        raise HookDown(words, timedelta(seconds=min(int(retry_after), 3600) if _is_number(retry_after) else 0))
    if not 200 <= status < 300:
        delivery.mark_dead(words)
        logger.warning("The webhook %s refused %s: %s", delivery.address, delivery.key, words)
        return False
    delivery.mark_sent()
    return True


class _StayHere(HTTPRedirectHandler):
    """What is sent elsewhere would go to somebody whom nobody configured."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _answer(url: str, body: bytes) -> tuple[int, str]:
    """Status and Retry-After of the answer. Raises what the client raises, and TimeoutError after PATIENCE.

    From a thread of its own: neither the look-up of a name nor a server that says one byte now and then keeps to the
    time limit of a socket.
    """
    outcome: SimpleQueue[tuple[int, str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            outcome.put(_ask(url, body))
        except Exception as problem:
            outcome.put(problem)

    threading.Thread(target=ask, name="webhook", daemon=True).start()
    try:
        told = outcome.get(timeout=PATIENCE)
    except Empty:
        raise TimeoutError(f"no answer within {PATIENCE:g} s") from None
    if isinstance(told, Exception):
        raise told
    return told


def _ask(url: str, body: bytes) -> tuple[int, str]:
    request = Request(url, body, {"Content-Type": "application/json; charset=utf-8", "User-Agent": "consultation-desk"})
    try:
        answer = build_opener(_StayHere).open(request, timeout=PATIENCE / 2)
    except HTTPError as refusal:
        answer = refusal
    with answer:
        return answer.status, answer.headers.get("Retry-After", "")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
