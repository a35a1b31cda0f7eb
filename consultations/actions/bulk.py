"""The same for many cases at once, each in a transaction of its own: what is refused holds up none of the others."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.actions.closing import close
from consultations.actions.correcting import assign_pair, set_topic
from consultations.models import Case
from consultations.states import Result
from knowledge.models import Topic
from office.actions import ActionRefused
from office.models import Pair, User


class Seen(NamedTuple):
    """A case, and the version of it that the person has looked at."""

    case: Case
    version: int


class Refused(NamedTuple):
    """A case as it is now, and why it was left so."""

    case: Case
    reason: str


class Outcome(NamedTuple):
    """How many cases are now as was wished, and the others."""

    done: int
    refused: list[Refused]


def close_many(*, cases: Sequence[Seen], by: User, result: Result) -> Outcome:
    """Close cases with one result; level, topic and lesson are each case's own. The requesters are told as by `close`.

    Refused case by case: as `close` refuses, and where the requester wrote and nobody has answered.
    """

    def one(case: Case, version: int) -> None:
        if why := waits_for_us(case):
            raise ActionRefused(why)
        close(
            case=case,
            by=by,
            result=result,
            level=case.level,
            topic=case.topic,
            lesson=case.lesson,
            version=version,
        )

    return _each(cases, one, lambda case: case.closed_by_id == by.pk and case.result == result)


def hand_over_many(*, cases: Sequence[Seen], by: User, pair: Pair) -> Outcome:
    """Give open cases to a pair, which is told of each. Refused case by case: where closed or changed meanwhile."""

    def one(case: Case, version: int) -> None:
        if why := is_closed(case):
            raise ActionRefused(why)
        assign_pair(case=case, by=by, pair=pair, version=version)

    return _each(cases, one, lambda case: case.pair_id == pair.pk)


def set_topic_of_many(*, cases: Sequence[Seen], by: User, topic: Topic) -> Outcome:
    """Set the topic of open cases. Refused case by case: where closed or changed meanwhile."""

    def one(case: Case, version: int) -> None:
        set_topic(case=case, by=by, topic=topic, version=version)

    return _each(cases, one, lambda case: case.topic_id == topic.pk)


def is_closed(case: Case) -> str:
    """That it is closed; empty where it is not."""
    return "" if case.is_open else _("This case is already closed. Reopen it first.")


def waits_for_us(case: Case) -> str:
    """That the requester wrote and nobody has answered; empty where not."""
    return _("The requester has written, and nobody has come to it yet.") if case.unanswered_since else ""


def _each(cases: Sequence[Seen], one: Callable[[Case, int], None], is_so: Callable[[Case], bool]) -> Outcome:
    """Do `one` to each. A case that is already as wished, by a first click perhaps, counts as done."""
    done, refused = 0, []
    for case, version in cases:
        try:
            with transaction.atomic():
                one(case, version)
        except ActionRefused as why:
            fresh = Case.objects.get(pk=case.pk)
            if not is_so(fresh):
                refused.append(Refused(fresh, str(why)))
                continue
        done += 1
    return Outcome(done, refused)
