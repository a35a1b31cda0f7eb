"""The demo year: believable, and true in its histories."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from config.demo import book
from consultations.models import Ask, Booking, Case, Entry, EntryKind, Example, Support, Tie
from consultations.similar import similar_cases
from consultations.states import DEEP, UNCOUNTED, ExampleState, Level, Result, Status
from meetings.models import Meeting
from menus.models import Contract, MenuFile, SupportMenu
from office import clock, era
from office.models import Department, Pair, Profession, Role, User
from outbox.models import Delivery, DeliveryState

# Among those that use the database, before those that empty it.
pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=TOKYO)  # a Wednesday after a holiday on Monday and a meeting on Tuesday
ACCOUNTS = ["manager", "chief", "staff", "specialist", "facilitator", "ict", "ward", "admin"]


def load_demo() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker) -> Iterator[str]:
    """The demo of a Wednesday in November, and what the command said. Loaded once for all tests that look at it."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        yield load_demo()
        transaction.set_rollback(True)


@pytest.fixture
def cases(said: str) -> list[Case]:
    return list(Case.objects.select_related("department", "section", "topic", "pair").order_by("received_at"))


def everything() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_models()}


# --- the office


def test_it_opens_an_office_of_30_in_47_departments(said):
    assert Department.objects.count() == 47
    assert User.objects.office().count() == 30
    assert {user.profession for user in User.objects.team()} == set(Profession.values)
    assert all(department.sections.count() >= 4 for department in Department.objects.all())
    assert SupportMenu.objects.count() == len(book.menus())


def test_it_makes_the_accounts_that_the_readme_names(said):
    people = {user.username: user for user in User.objects.filter(username__in=ACCOUNTS)}
    assert sorted(people) == sorted(ACCOUNTS)
    assert all(user.check_password("yokohama-demo") for user in people.values())
    assert people["admin"].is_superuser
    assert people["manager"].is_lead
    assert people["chief"].is_lead
    assert people["specialist"].profession == Profession.SPECIALIST
    assert people["facilitator"].facilitator
    assert people["ict"].role == Role.ICT
    assert people["ward"].section_confirmed
    assert Case.objects.visible_to(people["ward"]).exists()


def test_it_gives_every_department_a_pair_and_changes_some_at_the_turn_of_the_year(said):
    assert Pair.objects.current().values("department").distinct().count() == 47
    assert Pair.objects.filter(starts_on=date(2026, 4, 1)).exists()
    assert Entry.objects.filter(kind=EntryKind.PAIR_CHANGED).exists()


# --- the year


def test_it_has_about_300_consultations_in_the_proportions_of_the_source(cases):
    assert 285 <= len(cases) <= 310
    assert len({case.department for case in cases}) == 47
    levels = Counter(case.level for case in cases)
    assert levels[Level.ANSWER] > levels[Level.VALIDITY] > levels[Level.ALTERNATIVE] > levels[Level.IMPROVEMENT] > 5
    assert 0.4 < levels[Level.ANSWER] / len(cases) < 0.6
    topics = Counter(case.topic.key for case in cases if case.topic)
    assert len(topics) == 8
    assert topics.most_common(1)[0][0] == "procedures"
    assert {case.channel for case in cases} == {"form", "phone", "chat", "email"}
    assert {case.result for case in cases} == {"", *Result.values}


def test_it_tells_the_six_consultations_of_the_source(cases):
    titles = {(case.department.name, case.title) for case in cases}
    for journey in book.journeys():
        assert (journey.department, journey.title) in titles


def test_it_answers_the_routine_ones_within_days(cases):
    routine = [case for case in cases if case.level == Level.ANSWER and case.closed_at]
    assert len(routine) > 100
    assert all(case.closed_at - case.received_at < timedelta(days=14) for case in routine if not reopened(case))


def reopened(case: Case) -> bool:
    return case.entries.filter(kind=EntryKind.ASKED_AGAIN).exists()


def test_it_spreads_them_over_the_year(cases):
    months = Counter(timezone.localtime(case.received_at).strftime("%Y-%m") for case in cases)
    whole = [months[month] for month in sorted(months)[1:-1]]
    assert len(whole) == 11
    assert min(whole) > 10
    assert cases[0].received_at < NOW - timedelta(days=355)


def test_it_fills_every_slot(cases):
    for case in cases:
        texts = [case.title, case.problem, case.expectation, case.lesson, *case.entries.values_list("text", flat=True)]
        assert not any("{" in text or "}" in text for text in texts), case


# --- today


def test_it_ends_today(cases):
    assert max(Entry.objects.values_list("at", flat=True)) <= NOW
    assert timezone.localdate(max(Entry.objects.values_list("at", flat=True))) == NOW.date()
    assert NOW - cases[-1].received_at < timedelta(days=1)


def test_the_story_that_was_told_at_length_has_its_like(cases):
    system = next(case for case in cases if case.title == "退職した職員が内製したシステムの後継")
    alike = [each.case.title for each in similar_cases(system, to=system.pair.lead)]
    assert alike[0] == "事務所の自作サーバの後継"
    without = [case for case in cases if not similar_cases(case, to=system.pair.lead, limit=1)]
    assert len(without) < len(cases) / 20


def test_it_leaves_a_desk_with_work_on_it(cases):
    still_open = [case for case in cases if case.is_open]
    assert 25 <= len(still_open) <= 40
    statuses = Counter(case.status for case in still_open)
    assert statuses[Status.NEW] >= 2
    assert statuses[Status.STARTED] >= 5
    assert statuses[Status.ON_HOLD] >= 4
    assert statuses[Status.COMPLETED] >= 3
    reached = Case.objects.follow_up_reached().count()
    assert 1 <= reached < statuses[Status.ON_HOLD]
    assert 1 <= sum(bool(case.quiet_days) for case in still_open) <= 8
    assert 1 <= Case.objects.replied().count() <= 8
    assert Case.objects.deep().count() >= 10
    assert any(case.sensitive for case in still_open)


def test_it_has_questions_for_the_next_meeting(said):
    coming = Meeting.objects.coming().for_the_list().get()
    assert coming.held_on == date(2026, 12, 1)
    assert coming.asked >= 2


def test_it_has_one_of_each_thing_that_is_rare(cases):
    waiting = {case.title: case for case in Case.objects.replied()}
    handed_on = waiting["窓口の研修の動画の配り方"]
    assert handed_on.name == "三田村 亮"
    assert handed_on.entries.filter(kind=EntryKind.SOLVED).exists()
    going_on = next(case for case in cases if case.title == "生成AIで作った画像の地区の団体への提供")
    assert Tie.objects.filter(kind="continuation").get().case == going_on
    assert going_on.checks.open().filter(put_to_ict=True).exists()
    assert going_on.hearings.to_come().get().starts_at > NOW
    assert Pair.objects.filter(starts_on__gt=NOW.date()).exists()


# --- true histories


def test_it_works_on_business_days_in_office_hours(said):
    for at in Entry.objects.values_list("at", flat=True):
        local = timezone.localtime(at)
        assert era.is_business_day(local.date()), local
        assert time(8, 30) <= local.time() <= time(17, 30), local


def test_it_wrote_each_history_in_order_from_reception_on(cases):
    for case in cases:
        entries = list(case.entries.order_by("pk"))
        assert (entries[0].kind, entries[0].at) == (EntryKind.RECEIVED, case.received_at)
        assert all(before.at <= after.at for before, after in pairwise(entries))
        assert entries[-1].at == case.last_entry_at
        if case.closed_at:
            assert entries[-1].at >= case.closed_at


def test_it_numbers_cases_as_they_came(cases):
    numbers = [(case.fiscal_year, case.serial) for case in cases]
    assert numbers == sorted(numbers)
    assert {year for year, _ in numbers} == {2025, 2026}


def test_it_keeps_a_lesson_of_every_deep_case(cases):
    assert all(case.lesson for case in cases if case.closed_at and case.level in DEEP)
    assert all(case.level and case.topic for case in cases if case.closed_at and case.result not in UNCOUNTED)
    assert {support.menu.kind for support in Support.objects.select_related("menu")} >= {"existing_tool", "consultant"}


def test_it_shows_how_each_kind_of_support_goes(said):
    supports = Support.objects.select_related("menu", "case")
    matched = [support for support in supports if support.matched_with]
    assert matched
    assert all(support.menu.kind == "open_innovation" and support.proposals for support in matched)
    assert supports.filter(answered_on__isnull=False).exists()
    waiting = supports.filter(asked_on__isnull=False, answered_on=None, case__closed_at=None)
    assert any(support.step.is_overdue for support in waiting)
    assert Booking.objects.filter(taken_back_at__isnull=False).exists()
    for contract in Contract.objects.all():
        assert 0 < contract.bookings.standing().hours() < contract.hours
    assert MenuFile.objects.standing().count() == len(book.menu_files())


def test_it_told_everyone_of_every_case_and_sends_nothing_now(cases, mailoutbox):
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert not mailoutbox
    told = Counter(Delivery.objects.filter(key__endswith=":received").values_list("about", flat=True))
    assert all(told[case.label] >= 31 for case in cases)  # the office of 30 and the requester
    assert max(Delivery.objects.values_list("sent_at", flat=True)) <= NOW


def test_it_met_every_week_and_recorded_the_advice(said):
    meetings = list(Meeting.objects.for_the_list().order_by("held_on"))
    assert len(meetings) > 45
    assert all(era.is_business_day(meeting.held_on) for meeting in meetings)
    assert all(2 < (after.held_on - before.held_on).days < 15 for before, after in pairwise(meetings))
    assert all(meeting.facilitator and meeting.recorder for meeting in meetings)
    assert Ask.objects.exclude(advice="").count() > 40
    for entry in Entry.objects.filter(kind=EntryKind.MEETING_ADVICE):
        assert entry.data["held_on"] == timezone.localdate(entry.at).isoformat()


# --- the command again


def test_it_says_what_it_loaded_and_how_long_that_took(said, cases):
    still_open = sum(case.is_open for case in cases)
    assert re.fullmatch(rf"Loaded {len(cases)} cases, {still_open} of them open, and \d+ meetings in \d+ s\.\n", said)


def test_it_changes_nothing_the_second_time(said):
    before = everything()
    assert "Nothing was changed" in load_demo()
    assert everything() == before


def test_it_refuses_a_demo_that_somebody_else_has_joined(said):
    with transaction.atomic():
        User.objects.create(username="shinjin", name="新人 一郎")
        with pytest.raises(CommandError, match="Use an empty database"):
            load_demo()
        transaction.set_rollback(True)


# --- examples


def test_examples_are_published_with_consent_and_without_persons(said):
    examples = list(Example.objects.select_related("case"))
    published = [example for example in examples if example.is_public]
    assert len(published) >= 6
    assert {example.agreed_with is None for example in published} == {True, False}  # by the link, and by phone
    assert {example.state for example in examples} >= {ExampleState.ASKED, ExampleState.DECLINED}
    names = {user.family_name for user in User.objects.all()} | {example.case.name for example in examples}
    for example in examples:
        told = "".join([example.title, example.trouble, example.approach, example.outcome])
        assert [name for name in {*names, example.case.section_name} if name in told] == []
