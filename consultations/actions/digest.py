"""The morning's reminders: one mail a person a business day, and none where there is nothing to say."""

from collections.abc import Callable, Iterator
from datetime import date, time

from django.db import transaction
from django.utils import timezone

from consultations import elsewhere, mail
from consultations.models import Case, Digest, NextStep
from consultations.models.case import answer_by
from consultations.reminders import Part, Reminder, Why
from consultations.states import Status
from knowledge.models import Article
from office import clock, era
from office.models import Absence, User
from outbox import actions as outbox

MORNING = time(8, 30)


def make_digest() -> int:
    """Queue the reminders of today, once a business day, from 8:30 on. Returns how many mails.

    Whoever is away has theirs read by the deputy; what nobody can be told of goes to the leads.
    """
    now, today = clock.now(), clock.today()
    if not era.is_business_day(today) or timezone.localtime(now).time() < MORNING:
        return 0
    with transaction.atomic():
        # Of two workers one waits here for the other, and finds the row.
        _digest, first = Digest.objects.get_or_create(day=today, defaults={"made_at": now})
        if not first:
            return 0
        mails = [mail.digest(reader, today, parts) for reader, parts in _letters(today)]
        outbox.send(key=f"digest:{today.isoformat()}", about="", mails=mails)
    return len(mails)


def _letters(today: date) -> list[tuple[User, list[Part]]]:
    """Who is mailed, and what: the own reminders first, then those of each person who is away."""
    reader_of = _readers()
    leads: list[User] | None = None
    by_address: dict[str, tuple[User, dict[int, Part]]] = {}
    for people, reminder in _reminders(today):
        told = [person for person in people if person.is_active and reader_of(person).email]
        if not told:
            leads = list(User.objects.leads()) if leads is None else leads
            told = leads
        for person in told:
            reader = reader_of(person)
            if reader.email:
                # Two who share a mailbox share the mail: an event is told once to an address.
                addressee, parts = by_address.setdefault(reader.email, (reader, {}))
                part = parts.setdefault(person.pk, Part(person, away=person != reader, reminders=[]))
                part.reminders.append(reminder)
    return [(addressee, _in_order(addressee, parts)) for addressee, parts in by_address.values()]


def _in_order(reader: User, parts: dict[int, Part]) -> list[Part]:
    """The reader's own part first; what stands in it is not said again for somebody else."""
    own = parts.get(reader.pk)
    known = set(own.reminders) if own else set()
    others = [
        part._replace(reminders=[reminder for reminder in part.reminders if reminder not in known])
        for pk, part in parts.items()
        if pk != reader.pk
    ]
    return [part for part in (own, *others) if part and part.reminders]


def _readers() -> Callable[[User], User]:
    """Who reads somebody's mail today: the person, or the deputy while away."""
    deputies = {absence.user_id: absence.deputy for absence in Absence.objects.current().select_related("deputy")}

    def reader_of(person: User) -> User:
        reader, asked = person, {person.pk}
        while deputy := deputies.get(reader.pk):
            # Deputies who stand in for each other, or one who has left: then the mail waits for the person.
            if deputy.pk in asked or not (deputy.is_active and deputy.email):
                return person
            reader = deputy
            asked.add(reader.pk)
        return reader

    return reader_of


def _reminders(today: date) -> Iterator[tuple[list[User], Reminder]]:
    """What waits today, each with the people whose it is."""
    steps = list(NextStep.objects.overdue(today).select_related("owner"))
    cases = Case.objects
    asking = cases.replied() | cases.follow_up_reached() | cases.untouched() | cases.quiet()
    asking |= cases.filter(pk__in=[step.case_id for step in steps])
    rows = asking.select_related("department", "section", "pair__lead", "pair__partner").prefetch_related("supporters")
    known = {case.pk: case for case in rows.order_by("fiscal_year", "serial")}
    for case in known.values():
        if why := _why(case, today):
            yield _people(case), Reminder(why, case)
    for step in steps:
        case, owner = known[step.case_id], step.owner
        yield [owner] if owner and owner.is_active else _people(case), Reminder(Why.STEP, case, step)
    for matter in elsewhere.overdue(today):
        yield [matter.reminded], Reminder(Why.MATTER, matter=matter)
    articles = Article.objects.past_review().select_related("owner", "published")
    for article in articles.order_by("review_by", "pk"):
        yield [article.owner], Reminder(Why.REVIEW, article=article)


def _people(case: Case) -> list[User]:
    return [*(case.pair.people if case.pair else []), *case.supporters.all()]


def _why(case: Case, today: date) -> Why | None:
    if case.unanswered_since:  # the pair was told at once; once is enough until the promise is broken
        return Why.REPLIED if answer_by(timezone.localdate(case.unanswered_since)) < today else None
    if case.follow_up_is_reached:
        return Why.FOLLOW_UP
    if case.status == Status.NEW and case.first_answer_by < today:
        return Why.FIRST_ANSWER
    return Why.QUIET if case.quiet_days else None
