"""Sending mail that was claimed, one row at a time, each marked at once.

Lock-send-mark: a crash between sending and marking sends a mail twice; the other order would lose it. The second copy
carries the same Message-ID.
"""

import hashlib
import logging
import smtplib
import time
from datetime import timedelta
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from office import clock
from outbox.models import Delivery

logger = logging.getLogger(__name__)

BATCH = 10
# Longer than all of SMTP's timeouts for one mail together: connect, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, text.
LEASE = timedelta(seconds=10 * settings.EMAIL_TIMEOUT)
RELAY_PAUSE = timedelta(seconds=15)
# 1, 2, 4 … minutes, then hourly: about three days of "try again later" before we give up.
MAX_ATTEMPTS = 75
NOT_WANTED = (smtplib.SMTPHeloError, smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError)
# What a relay that knows SIZE answers to MAIL FROM: that is about this one mail.
TOO_LARGE = 552


class RelayDown(Exception):
    """The mail server cannot be talked to at all; no recipient is to blame."""


def send_due(*, within: timedelta = timedelta.max) -> int:
    """Send everything that is due, in batches. Returns how many went out.

    Stops early where the relay is down, and after `within`: what is left waits for the next call.
    """
    ends = time.monotonic() + within.total_seconds()
    sent = 0
    while time.monotonic() < ends and (batch := Delivery.objects.mails().claim(BATCH, lease=LEASE)):
        connection = get_connection()
        try:
            for position, delivery in enumerate(batch):
                if time.monotonic() >= ends:
                    for waiting in batch[position:]:
                        waiting.put_off(clock.now(), waiting.last_error, counts=False)
                    return sent
                try:
                    sent += deliver(delivery, connection)
                except RelayDown as down:
                    for waiting in batch[position:]:
                        waiting.put_off(clock.now() + RELAY_PAUSE, str(down), counts=False)
                    logger.warning(
                        "The mail server cannot be reached; %d mails wait. (%s)", len(batch) - position, down
                    )
                    return sent
        finally:
            connection.close()
    return sent


def deliver(delivery: Delivery, connection: BaseEmailBackend) -> bool:
    """Send one claimed row and mark it. True where it went out. Raises RelayDown."""
    if not delivery.is_still_ours(lease=LEASE):
        return False
    message = as_message(delivery)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as problem:
        raise RelayDown(_words(problem)) from problem
    try:
        connection.send_messages([message])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as problem:
        connection.close()
        code, words = _answer(problem)
        if isinstance(problem, NOT_WANTED) and code != TOO_LARGE:
            raise RelayDown(words) from problem  # the relay does not want us, whoever the recipient
        if 500 <= code < 600:
            delivery.mark_dead(words)
            logger.warning("%s refused: %s", delivery.address, words)
        else:
            put_off(delivery, words)
        return False
    except (OSError, smtplib.SMTPException) as problem:
        # Broken off in the middle: perhaps this mail's fault, so it counts, and the others go on without it.
        connection.close()
        put_off(delivery, _words(problem))
        return False
    except ValueError as problem:
        delivery.mark_dead(_words(problem))
        logger.warning("%s cannot be written to: %s", delivery.address, problem)
        return False
    except Exception as problem:  # a fault of ours: the row waits, the others go on, and the log tells where to look
        logger.exception("%s to %s could not be sent", delivery.key, delivery.address)
        connection.close()
        put_off(delivery, _words(problem))
        return False
    delivery.mark_sent()
    return True


def put_off(delivery: Delivery, words: str, *, at_least: timedelta = timedelta(0)) -> None:
    if delivery.attempts + 1 >= MAX_ATTEMPTS:
        delivery.mark_dead(words)
        return
    pause = timedelta(minutes=min(2**delivery.attempts, 60))
    delivery.put_off(clock.now() + max(pause, at_least), words, counts=True)


def as_message(delivery: Delivery) -> EmailMessage:
    """The mail of a row. Message-ID is derived from the row, so that a second copy can be recognised."""
    digest = hashlib.sha256(f"{delivery.key} {delivery.address} {delivery.pk}".encode()).hexdigest()[:32]
    headers = {
        "Message-ID": f"<{digest}@{urlsplit(settings.SITE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
        **delivery.headers,
    }
    return EmailMessage(
        subject=delivery.subject,
        body=delivery.body,
        from_email=formataddr((str(settings.SERVICE_NAME), settings.OFFICE_EMAIL)),
        to=[delivery.address],
        reply_to=[settings.OFFICE_EMAIL],
        headers=headers,
    )


def _answer(problem: smtplib.SMTPException) -> tuple[int, str]:
    """Code and words of the server, whichever of the two exceptions carries them."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(problem.recipients.values()))
    else:
        code, words = problem.smtp_code, problem.smtp_error  # type: ignore[attr-defined]
    said = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return code, f"{code} {said}"


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"
