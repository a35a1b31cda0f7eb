from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from consultations import actions
from consultations.models import Ask, Case
from consultations.states import AdviceKind, AskKind
from meetings.actions import collect, decide, mail_agenda, note_attendance, plan_meeting, say
from meetings.models import AgendaItem, Meeting
from office import clock
from office.models import Department, User
from outbox.models import Delivery
from tests.factories import make_case

TOKYO = ZoneInfo("Asia/Tokyo")
TUESDAY = date(2026, 11, 24)
NEXT_TUESDAY = date(2026, 12, 1)


def on(day: date, hour: int = 9, minute: int = 0) -> AbstractContextManager[None]:
    """`with on(TUESDAY, 10, 30):` it is that hour."""
    return clock.at(datetime(day.year, day.month, day.day, hour, minute, tzinfo=TOKYO))


def mailed() -> str:
    """The text of the agenda as it is mailed on the morning of the meeting."""
    with on(TUESDAY, 8, 40):
        mail_agenda()
    return Delivery.objects.filter(key__contains=":agenda:").first().body


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """The office's time in these tests: a Monday afternoon."""
    with clock.at(datetime(2026, 11, 16, 14, 0, tzinfo=TOKYO)):
        yield


@pytest.fixture
def ask(started_case: Case, suzuki: User) -> Ask:
    return actions.ask_meeting(
        case=started_case, by=suzuki, kind=AskKind.DIRECTION, question="表計算で足りるか、自信がない。"
    )


@pytest.fixture
def meeting(ask: Ask, suzuki: User, sato: User) -> Meeting:
    """On 24 November, with one question on its agenda."""
    return plan_meeting(by=suzuki, held_on=TUESDAY, place="第3会議室", facilitator=suzuki, recorder=sato)


@pytest.fixture
def everything(meeting: Meeting, asahi: Department, kohoku: Department, suzuki: User) -> dict[str, Case]:
    """A case of each kind that an agenda is for, collected on the morning of the meeting."""
    with on(date(2026, 10, 26)):
        quiet = actions.take_up(case=make_case(asahi, title="静かな案件"), by=suzuki)
        held = make_case(asahi, title="様子見の案件")
        actions.hold(case=held, by=suzuki, follow_up_on=date(2026, 11, 24))
    with on(date(2026, 11, 16)):
        checked = make_case(kohoku, title="確認中の案件")
        actions.ask_check(case=checked, by=suzuki, question="庁外で使ってよいか。")
    with on(date(2026, 11, 20)):
        make_case(asahi, title="新しい案件")
        closed = make_case(asahi, title="すぐに済んだ案件")
        actions.close(case=closed, by=suzuki, result="mistaken", level=None, topic=None)
    with on(TUESDAY):
        collect(meeting=meeting)
    return {"quiet": quiet, "held": held, "checked": checked}


@pytest.fixture
def item(meeting: Meeting) -> AgendaItem:
    return meeting.items.get()


@pytest.fixture
def tuesday(item: AgendaItem) -> Iterator[None]:
    """The end of the meeting."""
    with on(TUESDAY, 11, 5):
        yield


@pytest.fixture
def held(tuesday: None, item: AgendaItem, suzuki: User, sato: User, ito: User) -> Meeting:
    """A meeting at which ito was absent, with advice and a decision."""
    meeting = item.meeting
    note_attendance(meeting=meeting, by=suzuki, present={suzuki: True, sato: True, ito: False})
    say(item=item, by=sato, kind=AdviceKind.TECHNICAL, text="表計算で足りる。")
    decide(meeting=meeting, item=item, by=suzuki, text="件数を数える", due_on=date(2026, 12, 1), owner=sato)
    return meeting
