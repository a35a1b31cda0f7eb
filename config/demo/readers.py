"""People of the demo who read before they ask: some find their answer, some send all the same, some look in vain."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from config.demo import book, hours
from config.demo.year import SEED, Use
from consultations import suggesting
from consultations.states import Channel
from knowledge import actions
from knowledge.models import Audience, Miss
from office import clock
from office.models import User

# Of those who send a form: how many open what is shown beside it. Of those who meet the same trouble later: how many
# begin a form at all, open what is shown, and find their answer in it.
OPENED_AND_SENT = 0.25
ASKED_AGAIN, OPENED, SOLVED = 0.45, 0.8, 0.6


def read_and_send(use: Use, problem: str) -> uuid.UUID:
    """What is shown while the form of a consultation is written; `note_sent` follows. Returns the form's key."""
    chance = Random(f"{SEED} reader {use.key}")
    form = _form(chance)
    suggestions = suggesting.suggest_beside(form, problem)
    if suggestions and chance.random() < OPENED_AND_SENT:
        actions.note_opened(form=form, kind=suggestions[0].kind, key=suggestions[0].key)
    return form


def read_instead(use: Use) -> Iterator[datetime]:
    """Somebody who has the same trouble some weeks later, and sends nothing."""
    chance = Random(f"{SEED} later {use.key}")
    if use.story.channel != Channel.FORM or use.story.is_journey or chance.random() >= ASKED_AGAIN:
        return
    yield hours.some_time(chance, timezone.localdate(use.received) + timedelta(days=chance.randint(3, 70)))
    form = _form(chance)
    suggestions = suggesting.suggest_beside(form, use.tell(use.story.wording(use.number + 1)))
    if not suggestions or chance.random() >= OPENED:
        return
    first = suggestions[0]
    actions.note_opened(form=form, kind=first.kind, key=first.key)
    if chance.random() < SOLVED:
        actions.note_solved(form=form, kind=first.kind, key=first.key)


def look_in_vain(words: str, days_ago: int, audience: str, until: datetime) -> Iterator[datetime]:
    yield hours.some_time(Random(f"{SEED} {words} {days_ago}"), timezone.localdate(until) - timedelta(days=days_ago))
    actions.note_miss(words=words, audience=audience)


def searches(until: datetime) -> Iterator[Iterator[datetime]]:
    """All the searches in vain of the book."""
    for told in book.searches():
        audience = Audience(told.get("audience", Audience.EVERYONE))
        for days_ago in told["days_ago"]:
            yield look_in_vain(told["words"], days_ago, audience, until)


def settle(day_ago: int, by: User, until: datetime) -> Iterator[datetime]:
    """The office goes through the list once and settles what it has dealt with by then."""
    yield hours.some_time(Random(f"{SEED} settled"), timezone.localdate(until) - timedelta(days=day_ago))
    dealt_with = [told["words"] for told in book.searches() if told.get("settled")]
    for miss in Miss.objects.filter(words__in=dealt_with, settled_at=None, first_at__lte=clock.now()):
        actions.settle_miss(miss=miss, by=by)


def _form(chance: Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)
