"""Two people at the same moment: on both engines one wins, the other is told, and nothing is half done."""

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from consultations import actions
from consultations.models import Booking, Case, Entry, EntryKind, Intake
from consultations.models.intake import KEPT_FOR
from consultations.states import AskKind
from knowledge import actions as knowledge
from knowledge.models import Article
from menus.actions import keep_contract
from menus.models import Contract
from office import clock
from office.actions import (
    ActionRefused,
    announce_absence,
    change_absence,
    form_pair,
    hold_members,
    leave,
    pair_of,
    state_of_pairs,
)
from office.actors import SYSTEM
from office.models import Absence, Pair
from outbox.models import Delivery
from tests.cast import signed_in
from tests.consultations.opened import Opened
from tests.factories import make_case, make_contract, make_department, make_member, make_menu, make_pair, make_section

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment; what each returned or raised, in their order."""
    outcomes: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        start.wait()
        try:
            outcomes[place] = call()
        except Exception as raised:
            outcomes[place] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "one waits for ever"
    return outcomes


@pytest.fixture
def procedures(db):
    """Topics are emptied between tests that commit."""
    from knowledge.models import Topic

    return Topic.objects.get_or_create(key="procedures", defaults={"name": "手続案内"})[0]


def test_cases_that_arrive_together_get_numbers_without_gap_or_twin(kohoku, pair):
    outcomes = at_once(*[lambda: make_case(kohoku)] * 8)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert sorted(Case.objects.values_list("serial", flat=True)) == list(range(1, 9))


def test_a_double_click_makes_one_case(kohoku, pair):
    intake = Intake.objects.create(session_key="s")
    answers = {"problem": "困っています", "department": kohoku, "name": "田中", "email": "t@example.jp"}
    first, second = at_once(*[lambda: actions.send_intake(intake=intake, **answers)] * 2)
    assert first == second
    assert Case.objects.count() == 1
    assert Delivery.objects.filter(address="t@example.jp").count() == 1


def test_a_form_sent_as_its_day_ends_keeps_its_files(kohoku, pair):
    stored = default_storage.save("race", ContentFile(b"x"))
    intake = Intake.objects.create(session_key="s", created_at=clock.now() - KEPT_FOR)
    intake.files.create(file=stored, name="x.txt", size=1)
    answers = {"problem": "困っています", "department": kohoku, "name": "田中", "email": "t@example.jp"}
    sending = threading.Event()

    def send():
        with transaction.atomic():
            actions.send_intake(intake=intake, **answers)
            sending.set()
            time.sleep(0.5)

    def forget():
        sending.wait()
        return actions.forget_intakes()

    assert at_once(send, forget) == [None, 0]
    assert default_storage.exists(stored)
    assert Case.objects.get().attachments.get().file.name == stored


def test_of_two_who_close_one_is_refused(new_case, suzuki, sato, procedures):
    outcomes = at_once(
        *[
            lambda by=by: actions.answer_and_close(case=new_case, by=by, text="回答", level=1, topic=procedures)
            for by in (suzuki, sato)
        ]
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, ActionRefused)]
    assert len(refused) == 1, outcomes
    assert new_case.entries.filter(kind=EntryKind.CLOSED).count() == 1
    assert new_case.entries.filter(kind=EntryKind.REPLY).count() == 1


def test_a_case_cannot_be_closed_while_its_question_to_the_meeting_is_being_asked(new_case, suzuki, procedures):
    outcomes = at_once(
        lambda: actions.ask_meeting(case=new_case, by=suzuki, kind=AskKind.NO_IDEA, question="案はありますか"),
        lambda: actions.answer_and_close(case=new_case, by=suzuki, text="回答", level=1, topic=procedures),
    )
    assert sum(isinstance(outcome, ActionRefused) for outcome in outcomes) == 1, outcomes


def test_periods_of_pairs_never_overlap(kohoku, suzuki, sato, ito):
    form_pair(department=kohoku, lead=suzuki, partner=sato, starts_on=date(2026, 4, 1), by=SYSTEM)
    kato = make_member("kato", "加藤 学")
    days = [clock.today() + timedelta(days=offset) for offset in (0, 7, 30, 60)]
    at_once(
        *[
            lambda day=day: form_pair(department=kohoku, lead=ito, partner=kato, starts_on=day, by=SYSTEM)
            for day in days
        ]
    )
    periods = list(Pair.objects.filter(department=kohoku).order_by("starts_on").values_list("starts_on", "ends_on"))
    assert periods[-1][1] is None
    for (_, ends), (starts, _next) in zip(periods, periods[1:], strict=False):
        assert ends == starts - timedelta(days=1)


def test_of_two_who_change_a_pair_on_the_same_page_one_is_refused(new_case, kohoku, suzuki, ito):
    kato = make_member("kato", "加藤 学")
    seen = state_of_pairs(kohoku)
    outcomes = at_once(
        *[
            lambda lead=lead: actions.change_pair_of_department(
                department=kohoku, lead=lead, partner=None, starts_on=clock.today(), by=suzuki, seen=seen
            )
            for lead in (ito, kato)
        ]
    )
    assert sum(isinstance(outcome, ActionRefused) for outcome in outcomes) == 1, outcomes
    assert new_case.entries.filter(kind=EntryKind.PAIR_CHANGED).count() == 1


def test_a_person_does_not_leave_while_being_given_a_seat(kohoku, asahi, pair, suzuki, ito):
    outcomes = at_once(
        lambda: leave(user=ito, by=SYSTEM),
        lambda: form_pair(department=asahi, lead=ito, partner=suzuki, starts_on=clock.today(), by=SYSTEM),
    )
    assert sum(isinstance(outcome, ActionRefused) for outcome in outcomes) == 1, outcomes
    ito.refresh_from_db()
    assert ito.is_active == Pair.objects.with_member(ito).exists()


def test_a_case_that_is_answered_while_its_pair_changes_loses_neither(new_case, kohoku, suzuki, ito, procedures):
    outcomes = at_once(
        lambda: actions.answer_and_close(case=new_case, by=suzuki, text="回答", level=1, topic=procedures),
        lambda: actions.change_pair_of_department(
            department=kohoku, lead=ito, partner=None, starts_on=clock.today(), by=suzuki
        ),
        lambda: actions.correct_origin(case=new_case, by=suzuki, department=kohoku, other_section="総務課"),
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    new_case.refresh_from_db()
    assert (new_case.is_open, new_case.other_section) == (False, "総務課")
    moved = new_case.entries.filter(kind=EntryKind.PAIR_CHANGED).exists()
    assert new_case.pair.people == ([ito] if moved else pair_of(kohoku, clock.today() - timedelta(days=1)).people)


def test_two_who_hand_over_many_departments_do_not_block_each_other(db, suzuki, sato, ito):
    kato = make_member("kato", "加藤 学")
    departments = [make_department(f"第{number}区", order=number) for number in range(4)]
    for number, department in enumerate(departments):
        make_pair(department, suzuki, sato)
        case = make_case(department)
        actions.set_supporters(case=case, by=suzuki, supporters=[[ito], [kato]][number % 2])
        actions.promise_step(case=case, by=suzuki, text="確認", due_on=clock.today(), owner=sato)
    take = {"starts_on": clock.today(), "by": suzuki}
    outcomes = at_once(
        lambda: actions.replace_in_pairs(person=suzuki, successor=ito, departments=departments, **take),
        lambda: actions.hand_on(person=sato, seats=dict.fromkeys(departments[::-1], kato), heir=kato, by=suzuki),
        lambda: actions.hand_cases_to_current_pairs(by=SYSTEM),
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert [pair_of(department).people for department in departments] == [[ito, kato]] * 4
    assert {str(case.pair) for case in Case.objects.select_related("pair")} == {"伊藤・加藤"}


@pytest.mark.parametrize("busy", ["suzuki", "sato"], ids=["who leaves", "who is stood in for"])
def test_somebody_leaves_while_a_step_is_being_promised_to(busy, request, new_case, suzuki, sato, ito):
    """People are locked before cases: neither waits for the other's case while the other waits for its person."""
    announce_absence(user=sato, deputy=suzuki, starts_on=clock.today(), ends_on=clock.today(), by=SYSTEM)
    owner, chosen = request.getfixturevalue(busy), threading.Event()

    def promise():
        with transaction.atomic():
            hold_members(owner=owner)
            chosen.set()
            time.sleep(0.5)
            actions.promise_step(case=new_case, by=sato, text="確認", due_on=clock.today(), owner=owner)

    def go():
        chosen.wait()
        with transaction.atomic():
            actions.hand_on(person=suzuki, seats={new_case.department: ito}, heir=ito, by=sato)
            leave(user=suzuki, by=SYSTEM)

    assert at_once(promise, go) == [None, None]
    suzuki.refresh_from_db()
    assert not suzuki.is_active
    assert new_case.next_steps.get().owner == (ito if owner == suzuki else sato)
    assert Absence.objects.get().deputy == ito


def test_two_absences_of_one_person_at_once_are_one(pair, suzuki, sato):
    today = clock.today()
    outcomes = at_once(
        *[
            lambda last=last: announce_absence(
                user=suzuki, deputy=sato, starts_on=today, ends_on=today + timedelta(days=last), by=SYSTEM
            )
            for last in (3, 5)
        ]
    )
    assert sum(isinstance(outcome, ActionRefused) for outcome in outcomes) == 1, outcomes
    assert Absence.objects.count() == 1


def test_two_who_stand_in_for_each_other_cannot_both_be_away(pair, suzuki, sato):
    days = {"starts_on": clock.today(), "ends_on": clock.today(), "by": SYSTEM}
    outcomes = at_once(
        lambda: announce_absence(user=suzuki, deputy=sato, **days),
        lambda: announce_absence(user=sato, deputy=suzuki, **days),
    )
    assert sum(isinstance(outcome, ActionRefused) for outcome in outcomes) == 1, outcomes


# --- technical checks


@pytest.mark.parametrize("quick", [True, False], ids=["as the pages do", "without a version"])
def test_two_who_answer_the_same_question_leave_one_answer_and_one_is_told(started_case, suzuki, ict_member, quick):
    check = actions.ask_check(case=started_case, by=suzuki, question="庁外で使ってよいか。")
    version = {"version": check.version} if quick else {}
    outcomes = at_once(
        lambda: actions.answer_check(check=check, by=ict_member, ruling="allowed", **version),
        lambda: actions.answer_check(check=check, by=suzuki, ruling="not_allowed", answer="持ち出せない。", **version),
    )
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(refused, actions.StaleCase)
    assert started_case.entries.filter(kind=EntryKind.CHECK_ANSWERED).count() == 1


def test_a_question_is_answered_or_withdrawn_and_never_both(started_case, suzuki, ict_member):
    check = actions.ask_check(case=started_case, by=suzuki, question="庁外で使ってよいか。")
    outcomes = at_once(
        lambda: actions.answer_check(check=check, by=ict_member, ruling="allowed"),
        lambda: actions.withdraw_check(check=check, by=suzuki),
    )
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(refused, ActionRefused)
    check.refresh_from_db()
    assert (check.answered_at is None) != (check.withdrawn_at is None)


def test_no_closed_case_keeps_a_question_that_waits(started_case, suzuki, sato, procedures):
    outcomes = at_once(
        lambda: actions.ask_check(case=started_case, by=suzuki, question="庁外で使ってよいか。"),
        lambda: actions.close(case=started_case, by=sato, result="advised", level=1, topic=procedures),
    )
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(refused, ActionRefused)
    started_case.refresh_from_db()
    assert started_case.is_open == started_case.checks.open().exists()


def test_two_saves_at_once_both_count_or_one_is_shown_the_other(kohoku, pair, suzuki, sato, procedures):
    """Different fields: both go in, one merged. The same field: one goes in, the other comes back with both texts."""
    case = make_case(kohoku)
    forms = [Opened(signed_in(person), case, "describe") for person in (suzuki, sato)]
    first, second = at_once(lambda: forms[0].send(title="鈴木の件名"), lambda: forms[1].send(level="2"))
    assert (first.status_code, second.status_code) == (302, 302)
    case.refresh_from_db()
    assert (case.title, case.level) == ("鈴木の件名", 2)

    forms = [Opened(signed_in(person), case, "describe") for person in (suzuki, sato)]
    outcomes = at_once(lambda: forms[0].send(title="甲の件名"), lambda: forms[1].send(title="乙の件名"))
    assert sorted(outcome.status_code for outcome in outcomes) == [302, 409]
    [loser] = [form for form, outcome in zip(forms, outcomes, strict=True) if outcome.status_code == 409]
    case.refresh_from_db()
    assert {case.title, loser.fields["title"][0]} == {"甲の件名", "乙の件名"}


def test_drafts_from_two_windows_at_once_are_both_kept(kohoku, pair, suzuki):
    case = make_case(kohoku)
    keep = {"case": case, "by": suzuki, "form": "note"}
    outcomes = at_once(
        *(lambda page=page: actions.keep_draft(**keep, texts={"text": f"{page}の文"}, page=page) for page in "甲乙丙")
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    draft = case.drafts.get()
    texts = [draft.texts["text"], *(other["texts"]["text"] for other in draft.beside)]
    assert sorted(texts) == ["丙の文", "乙の文", "甲の文"]


# --- hours of consultants


@pytest.mark.parametrize("where", ["one case", "two cases"])
def test_of_two_who_book_the_last_hours_at_once_one_is_refused(started_case, kohoku, suzuki, sato, where):
    contract = make_contract(10)
    cases = [started_case, started_case if where == "one case" else make_case(kohoku)]
    supports = [
        case.supports.filter(menu=contract.menu).first()
        or actions.choose_support(case=case, by=suzuki, menu=contract.menu, reason="聞き取り")
        for case in cases
    ]
    outcomes = at_once(
        *[
            lambda by=by, support=support: actions.book_hours(
                support=support, by=by, hours=Decimal(6), purpose="聞き取り"
            )
            for by, support in zip((suzuki, sato), supports, strict=True)
        ]
    )
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(refused, ActionRefused), outcomes
    assert "残りは4時間" in str(refused)
    assert Booking.objects.standing().hours() == 6
    assert Entry.objects.filter(kind=EntryKind.HOURS_BOOKED).count() == 1


def test_hours_are_not_booked_on_a_contract_that_is_just_being_made_smaller(started_case, suzuki):
    contract = make_contract(10)
    support = actions.choose_support(case=started_case, by=suzuki, menu=contract.menu, reason="聞き取り")
    saving = threading.Event()

    def make_smaller():
        with transaction.atomic():
            contract.hours = Decimal(5)
            keep_contract(row=contract, by=SYSTEM)
            saving.set()
            time.sleep(0.5)

    def book():
        saving.wait()
        return actions.book_hours(support=support, by=suzuki, hours=Decimal(6), purpose="聞き取り")

    _made, booked = at_once(make_smaller, book)
    assert isinstance(booked, ActionRefused), booked


def test_a_booking_is_taken_back_once(started_case, suzuki, sato):
    contract = make_contract(10)
    support = actions.choose_support(case=started_case, by=suzuki, menu=contract.menu, reason="聞き取り")
    booking = actions.book_hours(support=support, by=suzuki, hours=Decimal(6), purpose="聞き取り")
    outcomes = at_once(*[lambda by=by: actions.take_back_booking(booking=booking, by=by) for by in (suzuki, sato)])
    assert sum(isinstance(outcome, ActionRefused) for outcome in outcomes) == 1, outcomes
    assert started_case.entries.filter(kind=EntryKind.HOURS_TAKEN_BACK).count() == 1


def test_two_who_enter_the_contract_of_a_year_at_once_leave_one(suzuki):
    menu = make_menu("consultant")
    outcomes = at_once(
        *[
            lambda hours=hours: keep_contract(
                row=Contract(menu=menu, fiscal_year=2026, hours=Decimal(hours)), by=suzuki
            )
            for hours in (100, 200)
        ]
    )
    assert sum(isinstance(outcome, ActionRefused) for outcome in outcomes) == 1, outcomes
    assert Contract.objects.count() == 1


# --- what one waits for has changed when the lock is there


def test_who_waits_while_a_case_changes_its_department_finds_it_in_the_new_one(new_case, asahi, suzuki, ito, sato):
    make_pair(asahi, ito, None)
    section = make_section(asahi, "区政推進課")
    moved = threading.Event()

    def move():
        with transaction.atomic():
            actions.correct_origin(case=new_case, by=suzuki, department=asahi, section=section)
            moved.set()
            time.sleep(0.5)

    def describe():
        moved.wait()
        return actions.describe(case=new_case, by=sato, title="題", topic=None, level=1)

    _moved, described = at_once(move, describe)
    assert isinstance(described, Case), described
    assert described.from_where == "旭区区政推進課"
    assert new_case in Case.objects.matching("旭区 区政推進課")


def test_a_draft_that_arrives_while_its_form_is_sent_blocks_nobody(new_case, suzuki):
    sending = threading.Event()

    def send():
        with transaction.atomic():
            actions.add_note(case=new_case, by=suzuki, text="書いた")
            sending.set()
            time.sleep(0.5)
            actions.drop_draft(case=new_case, by=suzuki, form="note", texts={"text": "書いた"}, page="甲")

    def keep():
        sending.wait()
        return actions.keep_draft(case=new_case, by=suzuki, form="note", texts={"text": "書い"}, page="甲")

    sent, kept = at_once(send, keep)
    assert sent is None
    assert not isinstance(kept, Exception) or isinstance(kept, actions.SentAlready), kept


@pytest.mark.parametrize("task", ["a next step", "a step of a hearing", "the support of a case", "an article"])
def test_a_person_does_not_leave_while_being_given(task, new_case, suzuki, ito):
    day = clock.today()

    def give():
        if task == "a next step":
            actions.promise_step(case=new_case, by=suzuki, text="様式を集める", due_on=day, owner=ito)
        elif task == "a step of a hearing":
            steps = [actions.Promise("様式を集める", day, ito)]
            actions.record_unprepared_hearing(case=new_case, by=suzuki, held_on=day, steps=steps)
        elif task == "the support of a case":
            actions.set_supporters(case=new_case, by=suzuki, supporters=[ito])
        else:
            knowledge.write_article(by=suzuki, question="様式はどこですか", answer="ここです。", owner=ito)

    outcomes = at_once(lambda: leave(user=ito, by=SYSTEM), give)
    assert sum(isinstance(outcome, ActionRefused) for outcome in outcomes) == 1, outcomes
    ito.refresh_from_db()
    supports, owns = ito in new_case.supporters.all(), Article.objects.held_by(ito).exists()
    assert ito.is_active == (new_case.next_steps.filter(owner=ito).exists() or supports or owns)


def test_two_who_put_each_others_absence_right_do_not_block_each_other(pair, suzuki, sato, ito):
    def days(first, last):
        today = clock.today()
        return {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last), "by": SYSTEM}

    absences = [
        announce_absence(user=suzuki, deputy=sato, **days(1, 2)),
        announce_absence(user=sato, deputy=suzuki, **days(4, 5)),
    ]
    for last in range(6, 12):
        outcomes = at_once(
            lambda last=last: change_absence(absence=absences[0], deputy=sato, **days(1, 3 - last % 2)),
            lambda last=last: change_absence(absence=absences[1], deputy=suzuki, **days(4, last)),
        )
        assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []


def test_an_article_is_not_brought_back_while_its_case_is_marked_to_be_handled_with_care(
    kohoku, pair, suzuki, sato, procedures
):
    case = actions.answer_and_close(case=make_case(kohoku), by=suzuki, text="手引きを。", level=1, topic=procedures)
    article = actions.begin_article(case=case, by=suzuki).article
    knowledge.offer_draft(article=article, by=suzuki)
    knowledge.publish(article=article, by=sato)
    knowledge.retire(article=article, by=sato)
    mark = partial(actions.describe, case=case, by=suzuki, title=case.title, topic=procedures, level=1, sensitive=True)
    marked, _brought_back = at_once(mark, lambda: knowledge.bring_back(article=article, by=sato))
    assert marked.sensitive
    article.refresh_from_db()
    assert not article.is_public
