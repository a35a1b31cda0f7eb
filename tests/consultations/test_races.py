"""Two people at the same moment: on both engines one wins, the other is told, and nothing is half done."""

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from consultations import actions
from consultations.models import Case, EntryKind, Intake
from consultations.models.intake import KEPT_FOR
from consultations.states import AskKind
from office import clock
from office.actions import ActionRefused, form_pair
from office.actors import SYSTEM
from office.models import Pair
from outbox.models import Delivery
from tests.factories import make_case, make_member

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
