"""The agenda writes itself: what came due, what was asked, what is new, what has gone quiet."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from consultations.models import Ask, Case, TechnicalCheck
from consultations.models.ask import AskQuerySet
from consultations.models.case_queryset import CaseQuerySet
from consultations.models.check import TechnicalCheckQuerySet
from consultations.similar import keys_of_similar
from consultations.states import Status
from meetings.actions._rows import lock_agendas, locked_open, refuse_past
from meetings.models import MINUTES, AgendaItem, Decision, ItemKind, Meeting
from meetings.models.decision import DecisionQuerySet
from meetings.models.item import A_WORD, AgendaItemQuerySet
from office import clock

KINDS = list(ItemKind)


@transaction.atomic
def collect(*, meeting: Meeting) -> int:
    """Put what has come up since onto the agenda, after what is of its kind. Returns how many items came.

    A question that an earlier meeting did not reach is carried over thereby, and so is a new case that nobody took up.
    What somebody has dropped does not come again; what came for a reason that is gone, and nobody has touched, is taken
    off until the meeting begins. Refused where the day of the meeting has passed, or its minutes are confirmed.
    """
    lock_agendas()
    meeting = locked_open(meeting)
    refuse_past(meeting)
    return gather(meeting)


@transaction.atomic
def compose_next() -> int:
    """Bring the agenda of the next meeting up to date. Returns how many items came; 0 where none is planned."""
    lock_agendas()
    following = Meeting.objects.coming().first()
    return collect(meeting=following) if following else 0


def gather(meeting: Meeting) -> int:
    """As `collect`, for a meeting that is locked, and those to come with it."""
    if not meeting.has_begun:
        _take_off(meeting.items.to_do().filter(_without_reason(meeting)))
    found = list(_found(meeting))
    if found:
        _put(meeting, found)
    if not meeting.is_over:
        _take_from_later(meeting)
    return len(found)


def _put(meeting: Meeting, found: list[tuple[ItemKind, dict[str, Any]]]) -> None:
    standing = list(meeting.items.for_update())
    waiting = {item.case_id: item for item in standing if _is_about_the_case_itself(item) and item.is_to_do}
    new = []
    for kind, about in found:
        item = waiting.get(about["case"].pk) if kind == ItemKind.ASK else None
        if item is None:
            item = AgendaItem(meeting=meeting, order=0)
            new.append(item)
        # A case that stood there for another reason is talked about once, with its question.
        item.kind, item.minutes = kind, MINUTES.get(kind, A_WORD)
        item.similar = _similar(about["ask"], meeting) if kind == ItemKind.ASK else []
        for name, row in about.items():
            setattr(item, name, row)
    asked = [item for item in standing if item in waiting.values() and item.kind == ItemKind.ASK]
    place_all(_in_their_places(standing, new))
    AgendaItem.objects.bulk_create(new)
    AgendaItem.objects.bulk_update([*standing], ["order"])
    AgendaItem.objects.bulk_update(asked, ["kind", "minutes", "ask", "similar"])


def _take_from_later(meeting: Meeting) -> None:
    """Take off the agendas of later meetings what comes up at this one already and nobody has touched there."""
    standing = meeting.items.standing()
    later = Meeting.objects.coming().filter(held_on__gt=meeting.held_on)
    asks = standing.filter(ask__isnull=False).values("ask")
    decisions = standing.filter(decision__isnull=False).values("decision")
    cases = standing.about_cases().values("case")
    twice = Q(ask__in=asks) | Q(decision__in=decisions) | (Q(ask=None, decision=None) & Q(case__in=cases))
    _take_off(AgendaItem.objects.standing().filter(twice, meeting__in=later, done_at=None))


def _take_off(items: AgendaItemQuerySet) -> None:
    """Take those of the items off their agendas to which nothing was said or decided."""
    keys = list(items.filter(advice=None, decisions=None).values_list("pk", flat=True))
    if keys:
        Meeting.objects.filter(focus__in=keys).update(focus=None)
        AgendaItem.objects.filter(pk__in=keys).delete()


def _without_reason(meeting: Meeting) -> Q:
    """Of items of a meeting: whether what brought them onto its agenda holds no more. A question waits for its answer,
    and a new case is told of, whatever happens meanwhile.
    """
    is_due = Q(decision__in=Decision.objects.due(meeting.held_on).values("pk"))
    reasons = {
        ItemKind.FOLLOW_UP: Case.objects.follow_up_reached().values("pk"),
        ItemKind.QUIET: Case.objects.quiet().values("pk"),
        ItemKind.CHECK: _waiting_checks().values("case"),
    }
    gone = Q(kind=ItemKind.DECISION) & ~is_due
    for kind, cases in reasons.items():
        gone |= Q(kind=kind) & ~Q(case__in=cases)
    return gone


def _waiting_checks() -> TechnicalCheckQuerySet:
    """Technical checks that were not answered on the day they were asked for."""
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return TechnicalCheck.objects.open().filter(asked_at__lt=midnight)


def find_similar(meeting: Meeting) -> None:
    """Look anew for what is like the questions of a meeting: since they came, more was heard of their cases."""
    questions = list(meeting.items.filter(ask__isnull=False).select_related("ask__case"))
    for item in questions:
        item.similar = _similar(item.ask, meeting) if item.ask else []
    AgendaItem.objects.bulk_update(questions, ["similar"])


def uncollected(meeting: Meeting) -> int:
    """How many items would come. 2 SQL."""
    waiting = _Waiting(meeting)
    rows = [waiting.asks, *([waiting.decisions, waiting.cases] if waiting.is_next else [])]
    # Without a group each would count in a query of its own.
    groups = [row.order_by().values(group=Value(place)).annotate(n=Count("pk")) for place, row in enumerate(rows)]
    counts = [group.values_list("group", "n") for group in groups]
    return sum(n for _group, n in counts[0].union(*counts[1:], all=True))


def place_all(items: list[AgendaItem]) -> None:
    """Number the items in the order given, from 1."""
    for place, item in enumerate(items, start=1):
        item.order = place


def _is_about_the_case_itself(item: AgendaItem) -> bool:
    return item.kind not in (ItemKind.DECISION, ItemKind.ASK)


def _in_their_places(standing: list[AgendaItem], new: list[AgendaItem]) -> list[AgendaItem]:
    """Each new item after the last that stands there of its kind or of one before it; what was ordered stays so."""
    order = list(standing)
    for item in new:
        rank = KINDS.index(ItemKind(item.kind))
        before = [at for at, other in enumerate(order) if KINDS.index(ItemKind(other.kind)) <= rank]
        order.insert(before[-1] + 1 if before else 0, item)
    return order


def _found(meeting: Meeting) -> Iterator[tuple[ItemKind, dict[str, Any]]]:
    """What belongs onto the agenda and does not stand there: why, and the rows it is about."""
    waiting = _Waiting(meeting)
    if waiting.is_next:
        by_day = Coalesce("changed__due_on", "step__due_on", "due_on"), "pk"
        for decision in waiting.decisions.select_related("case", "step").order_by(*by_day):
            yield ItemKind.DECISION, {"decision": decision, "case": decision.case}
    for ask in waiting.asks.select_related("case").order_by("asked_at", "pk"):
        yield ItemKind.ASK, {"ask": ask, "case": ask.case}
    if waiting.is_next:
        cases = waiting.cases.defer("problem", "expectation", "lesson").order_by("received_at", "pk")
        found = [(_kind(case), case) for case in cases]
        for kind, case in sorted(found, key=lambda each: KINDS.index(each[0])):
            yield kind, {"case": case}


class _Waiting:
    """What waits for a meeting and stands neither on its agenda, what was dropped from it included, nor on that of
    an earlier one that is still to come.
    """

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        coming = Meeting.objects.coming()
        earlier = coming.filter(held_on__lt=meeting.held_on)
        # From a later one it moves over, but not to one whose hour is over.
        others = coming if meeting.is_over else earlier
        self.elsewhere = AgendaItem.objects.filter(Q(meeting=meeting) | Q(meeting__in=others, dropped_at=None))
        # What a later one will have beside the questions is not known yet.
        self.is_next = not earlier.exists()

    @property
    def decisions(self) -> DecisionQuerySet:
        there = self.elsewhere.filter(decision__isnull=False).values("decision")
        return Decision.objects.due(self.meeting.held_on).exclude(meeting=self.meeting).exclude(pk__in=there)

    @property
    def asks(self) -> AskQuerySet:
        there = self.elsewhere.filter(ask__isnull=False).values("ask")
        return Ask.objects.open().filter(case__closed_at=None).exclude(pk__in=there)

    @property
    def cases(self) -> CaseQuerySet:
        """Those to be told of for their own sake: a case that stands there with its question is told of once."""
        there = self.elsewhere.about_cases().values("case")
        heard_of = Case.objects.open().heard_of(self.meeting.since()).values("pk")
        is_new = self._left_open() | (Q(pk__in=heard_of) & ~Q(self._was_told()))
        cases = Case.objects.open().annotate(is_new=is_new)
        wanted = cases.counted().filter(is_new=True) | cases.follow_up_reached()
        wanted |= cases.quiet() | cases.filter(pk__in=_waiting_checks().values("case"))
        # Once more for all of them together: by this the index of what is open is found, however many years lie behind.
        return wanted.open().exclude(pk__in=there).exclude(pk__in=self.asks.values("case"))

    def _left_open(self) -> Q:
        """Of a case: whether it stood as new on the agenda of a meeting that is over, and neither a meeting has come to
        it yet nor its pair. Once somebody has taken it up, it is among the open ones that stand below every agenda.
        """
        stood = self._items.standing().filter(kind=ItemKind.NEW, done_at=None, meeting__in=self._held)
        seen = self._items.about_cases().exclude(done_at=None, dropped_at=None)
        return Q(Exists(stood)) & ~Q(Exists(seen)) & Q(status=Status.NEW)

    def _was_told(self) -> Exists:
        """Of a case: whether a meeting has heard of it, as of one that came in while that was held, or was done with it
        beforehand.
        """
        heard = Q(meeting__in=self._held) | Q(done_at__isnull=False)
        return Exists(self._items.about_cases().filter(heard))

    @property
    def _items(self) -> AgendaItemQuerySet:
        return AgendaItem.objects.filter(case=OuterRef("pk"))

    @property
    def _held(self) -> QuerySet[Meeting, int]:
        """The meetings before this one that are over and were not called off."""
        before = Meeting.objects.past().filter(held_on__lt=self.meeting.held_on, called_off_at=None)
        return before.order_by().values_list("pk", flat=True)


def _kind(case: Any) -> ItemKind:
    if case.is_new:
        return ItemKind.NEW
    if case.follow_up_is_reached:
        return ItemKind.FOLLOW_UP
    return ItemKind.QUIET if case.quiet_days else ItemKind.CHECK


def _similar(ask: Ask, meeting: Meeting) -> list[int]:
    return keys_of_similar(ask.case, before=meeting.begins_at)
