"""Who in the office knows something of a case (詳しい室員): by what they say, and by what they have done."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations import documents
from consultations.models import Case, Entry, EntryKind
from consultations.models.case_queryset import CaseQuerySet
from consultations.models.entry import AuthorKind
from consultations.nearness import tells
from knowledge import text
from knowledge.models import Knowing
from knowledge.words import vocabulary
from office import clock, era
from office.listing import listed
from office.models import Absence, User

SUGGESTED = 3
REASONS = 2
# What a reason weighs: what somebody says, a similar case that was theirs, one case or piece of advice on the topic.
SAYS, SIMILAR, ON_TOPIC = 9, 3, 1
# Who has closed hundreds on a topic does not know more than anybody with this many.
ENOUGH = 5
# What somebody closed in so many fiscal years; before that the tools were others.
YEARS = 3


@dataclass(frozen=True)
class Colleague:
    """Somebody to ask, and why: the strongest reason first."""

    person: User
    reasons: list[str]


def colleagues(case: Case, *, similar: Iterable[Case], to: User) -> list[Colleague]:
    """Three members at most whom `to` can ask about `case`, `similar` being cases like it. 8 SQL.

    Not its pair and supporters, nobody who has left or is away today, and nobody who does not want to be suggested.
    """
    closed = [other for other in similar if not other.is_open]
    reasons: dict[int, list[tuple[int, str]]] = defaultdict(list)
    members = {person.pk: person for person in _members(case) if person != to}
    for user, weight, words in [*_who_say(case, members.values()), *_who_did(closed), *_on_topic(case)]:
        reasons[user].append((weight, words))
    best = sorted(
        reasons.keys() & members.keys(), key=lambda user: (-sum(weight for weight, _words in reasons[user]), user)
    )
    strongest = {user: sorted(reasons[user], key=lambda reason: -reason[0])[:REASONS] for user in best[:SUGGESTED]}
    return [Colleague(members[user], [words for _weight, words in strongest[user]]) for user in best[:SUGGESTED]]


def _members(case: Case) -> Iterable[User]:
    own = {case.pair.lead_id, case.pair.partner_id} if case.pair else set()
    others = User.objects.office().exclude(pk__in=own - {None}).exclude(supported_cases=case)
    others = others.exclude(pk__in=Absence.objects.current().values("user"))
    willing = others.exclude(knowing__may_be_suggested=False)
    return willing.select_related("knowing").prefetch_related("knowing__topics").order_by("pk")


def _who_say(case: Case, members: Iterable[User]) -> Iterable[tuple[int, int, str]]:
    """Those whose own words, or topics, are those of the case."""
    words, asked = vocabulary(), documents.question(case)
    about = {token.term for token in text.tokens(text.clean("\n".join([asked.title, *asked.texts])), words)}
    for person in members:
        knowing = knows(person)
        if knowing is None:
            continue
        said = text.clean(knowing.says)
        fitting = [
            said[token.start : token.end]
            for token in text.tokens(said, words)
            if token.term in about and not token.inside
        ]
        if shared := list(dict.fromkeys(filter(tells, fitting)))[:3]:
            yield person.pk, SAYS + len(shared), _("knows about: %(words)s") % {"words": listed(shared)}
        if case.topic and case.topic in knowing.topics.all():
            yield person.pk, SAYS // 2, _("knows about the topic “%(topic)s”") % {"topic": case.topic}


def knows(person: User) -> Knowing | None:
    """What a member has said to know; None where nothing."""
    return getattr(person, "knowing", None)


def _who_did(similar: Collection[Case]) -> Iterable[tuple[int, int, str]]:
    """Those who answered, closed or were in charge of similar cases."""
    theirs: dict[int, set[int]] = defaultdict(set)
    for case in similar:
        people = [case.closed_by_id, *([case.pair.lead_id, case.pair.partner_id] if case.pair else [])]
        for user in filter(None, people):
            theirs[user].add(case.pk)
    replies = Entry.objects.filter(case__in=similar, kind=EntryKind.REPLY, author_kind=AuthorKind.USER)
    for user, pk in replies.order_by().values_list("user", "case").distinct():
        theirs[user].add(pk)
    for user, cases in theirs.items():
        words = ngettext("worked on %(count)s similar case", "worked on %(count)s similar cases", len(cases))
        yield user, SIMILAR * min(len(cases), ENOUGH), words % {"count": len(cases)}


def _on_topic(case: Case) -> Iterable[tuple[int, int, str]]:
    """Those who closed cases on the topic, and who gave advice on it at the weekly meeting."""
    if not case.topic:
        return
    about = {"topic": case.topic}
    for user, count in closed_by_topic(topic=case.topic)[case.topic_id].items():
        words = ngettext("closed %(count)s case on “%(topic)s”", "closed %(count)s cases on “%(topic)s”", count)
        yield user, ON_TOPIC * min(count, ENOUGH), words % {"count": count, **about}
    for user, count in advice_by_topic(topic=case.topic)[case.topic_id].items():
        yield user, ON_TOPIC * min(count, ENOUGH), _("gave advice on “%(topic)s”") % about


def closed_by_topic(**of: Any) -> dict[int, Counter[int]]:
    """How many counted cases of recent years each person has closed, by the topics of the cases. 1 SQL."""
    rows = _recent(topic__isnull=False, **of).closed().counted().order_by()
    return _by_topic(rows.values_list("topic", "closed_by").annotate(Count("pk")))


def advice_by_topic(**of: Any) -> dict[int, Counter[int]]:
    """On how many cases of recent years each person gave advice at the meeting, by their topics. 1 SQL.

    What the meeting advised in sum is nobody's own, whoever wrote it down.
    """
    asked = _recent(topic__isnull=False, asks__isnull=False, **of).order_by().values("pk")
    advice = Entry.objects.filter(kind=EntryKind.MEETING_ADVICE, data__has_key="advice_kind").order_by()
    advice = advice.filter(user__isnull=False, case__in=asked)
    return _by_topic(advice.values_list("case__topic", "user").annotate(Count("case", distinct=True)))


def _recent(**of: Any) -> CaseQuerySet:
    since = era.fiscal_year(clock.today()) - YEARS + 1
    return Case.objects.filter(fiscal_year__gte=since, **of)


def _by_topic(rows: Iterable[tuple[int, int, int]]) -> dict[int, Counter[int]]:
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for topic, user, count in rows:
        counts[topic][user] = count
    return counts
