"""Handing something over to be sent. Why it is sent is the caller's business."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import ClassVar

from django.db import transaction

from office import clock
from outbox import kick
from outbox.models import Delivery, DeliveryChannel, DeliveryState

_recording: ContextVar[bool] = ContextVar("recording", default=False)


@dataclass(frozen=True)
class _Message:
    channel: ClassVar[DeliveryChannel]

    address: str
    subject: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)


class Mail(_Message):
    """One mail to one address."""

    channel = DeliveryChannel.MAIL


class Post(_Message):
    """One message to a chat channel. `address` names its webhook in SECRET_WEBHOOKS; `body` is the JSON it takes."""

    channel = DeliveryChannel.WEBHOOK


def send(*, key: str, about: str, mails: Iterable[Mail] = (), posts: Iterable[Post] = ()) -> None:
    """Queue `mails` and `posts` for the event `key`, within the caller's transaction; they go out after it commits.

    The same event told twice to the same address is told once. Line breaks in subjects become spaces.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("outbox.send belongs into the transaction of the event it tells of.")
    now = clock.now()
    done = _recording.get()
    rows = [
        Delivery(
            key=key,
            about=about,
            channel=message.channel,
            address=message.address,
            subject=" ".join(message.subject.split())[:300],
            body=message.body,
            headers=message.headers,
            state=DeliveryState.SENT if done else DeliveryState.QUEUED,
            sent_at=now if done else None,
            attempts=int(done),
            created_at=now,
            next_attempt_at=now,
        )
        for message in (*mails, *posts)
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if rows and not done:
        transaction.on_commit(kick.worker)


@contextmanager
def recorded_as_sent() -> Iterator[None]:
    """Within the block deliveries are only written down as sent: for demo data and imports of what is long past."""
    token = _recording.set(True)
    try:
        yield
    finally:
        _recording.reset(token)
