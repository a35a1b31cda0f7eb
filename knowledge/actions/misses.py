"""Searches that found nothing: the list of what should be written down."""

import re
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from knowledge import text
from knowledge.models import Miss
from knowledge.models.word import normal
from office import clock
from office.actions import ActionRefused
from office.models import User

SHORTEST, LONGEST = 2, 100
KEPT_FOR = timedelta(days=365)
# What may name a person or their affairs is not kept: whatever is addressed, and whatever is a number. 様式, 仕様 and
# たくさん are words; a 様 or さん that stands behind a name is none.
PERSONAL = re.compile(
    r"@"
    r"|(?<![仕同模多異有各])様(?![式子々相態])"
    r"|(?<!たく)(?<!ぎょう)さん(?=$|[\s、。,.のにへがはをとからでも])"
    r"|(?<=\S)(?:さま|くん|ちゃん|氏|殿)(?=$|\s)"
    r"|\d[\d\s\-‐‑–−ー()./]{5,}\d"
)
# 045-671-2101, R8-0123, 12.5%: no word in it
NUMBER = re.compile(r"[a-z]{0,2}[\d\W_]+[a-z]{0,2}")


def as_kept(words: str) -> str:
    """A question as the list writes it; "" where it is not to be kept.

    That is what says too little (one letter), what is no question any more (over 100 letters), and what looks like a
    number, an address or somebody's name. That a place may be called like a person is the price.
    """
    asked = " ".join(normal(text.clean(words)).split())
    fits = SHORTEST <= len(asked) <= LONGEST and not NUMBER.fullmatch(asked) and not PERSONAL.search(asked)
    return asked if fits and not any(part.is_name for part in text.parts(asked)) else ""


@transaction.atomic
def note_miss(*, words: str, audience: str) -> Miss | None:
    """Count a search that found nothing, one row for all who wrote it alike; None where it is not to be kept.

    What was settled and is searched for again is open again.
    """
    asked = as_kept(words)
    if not asked:
        return None
    now = clock.now()
    miss, made = Miss.objects.select_for_update().get_or_create(
        words=asked, audience=audience, defaults={"first_at": now, "last_at": now}
    )
    if not made:
        Miss.objects.filter(pk=miss.pk).update(times=F("times") + 1, last_at=now, settled_at=None)
        miss.refresh_from_db()
    return miss


def forget_misses() -> int:
    """Delete what was settled, or asked once and never again, a year ago. Returns how many."""
    old = Miss.objects.filter(last_at__lt=clock.now() - KEPT_FOR)
    return old.filter(Q(settled_at__isnull=False) | Q(times=1)).delete()[0]


@transaction.atomic
def settle_miss(*, miss: Miss, by: User) -> Miss:
    """Take a search off the list: it has been dealt with. Refused where somebody has done so already."""
    miss = Miss.objects.select_for_update().get(pk=miss.pk)
    if miss.settled_at:
        raise ActionRefused(_("Somebody has settled this already."))
    miss.settled_at = clock.now()
    miss.save(update_fields=["settled_at"])
    return miss


@transaction.atomic
def reopen_miss(*, miss: Miss, by: User) -> Miss:
    """Put a search back on the list. On the list already, it stays there."""
    miss = Miss.objects.select_for_update().get(pk=miss.pk)
    miss.settled_at = None
    miss.save(update_fields=["settled_at"])
    return miss
