"""The token in a receipt's link: derived from case and generation, never stored, so no table of them can leak."""

import base64
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "consultations.receipt"


def token(case_pk: int, generation: int) -> str:
    """The token of a case's current generation; raising the generation makes every older link worthless."""
    return f"{case_pk}-{_seal(case_pk, generation, settings.SECRET_KEY)}"


def case_pk(given: str) -> int | None:
    """The case a token speaks of, before it is checked; None where it cannot be a token."""
    match = re.fullmatch(r"(\d{1,15})-[A-Za-z0-9_-]{32}", given, re.ASCII)
    return int(match[1]) if match else None


def matches(given: str, pk: int, generation: int) -> bool:
    seal = given.partition("-")[2]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(seal, _seal(pk, generation, key)) for key in keys)


def _seal(pk: int, generation: int, key: str) -> str:
    digest = salted_hmac(SALT, f"{pk}:{generation}", secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()
