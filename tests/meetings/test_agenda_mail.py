"""The agenda by mail, on the morning of the meeting."""

from datetime import date, datetime

from meetings import actions as meetings
from meetings.actions import (
    plan_meeting,
)
from office import clock
from tests.factories import make_case
from tests.meetings.conftest import TOKYO
from tests.meetings.minutes import at, told


def test_the_team_gets_the_agenda_on_the_morning_once(meeting, ask, suzuki, sato, ito, administrator):
    from meetings.tasks import mail_agenda

    with at(8, 29):
        assert mail_agenda() == 0
    with at(8, 30):
        assert mail_agenda() == 3
    with at(8, 35):
        assert mail_agenda() == 0
    mails = told(meeting, "agenda")
    assert {mail.address for mail in mails} == {suzuki.email, sato.email, ito.email}  # administrator: not on the team
    assert mails[0].subject == "【DX相談・定例会】次第（令和8年11月24日（火））"
    for words in (ask.question, ask.case.number, "第3会議室", f"/desk/meetings/{meeting.pk}/room/"):
        assert words in mails[0].body


def test_the_agenda_is_brought_up_to_date_before_it_is_mailed(meeting, asahi, suzuki):
    with clock.at(datetime(2026, 11, 20, 17, 0, tzinfo=TOKYO)):
        late = make_case(asahi, title="前日の夕方に来た案件")
    with at(8, 30):
        meetings.mail_agenda()
    assert late.title in told(meeting, "agenda")[0].body


def test_a_worker_that_comes_up_late_mails_it_while_the_meeting_lasts(meeting):
    with at(11, 0):
        assert meetings.mail_agenda() == 0
    with at(10, 59):
        assert meetings.mail_agenda() > 0


def test_nothing_is_mailed_on_a_day_without_a_meeting_or_on_a_holiday(meeting, suzuki):
    with at(9, 0, date(2026, 11, 25)):
        assert meetings.mail_agenda() == 0
    holiday = plan_meeting(by=suzuki, held_on=date(2026, 11, 23))
    with at(9, 0, holiday.held_on):
        assert meetings.mail_agenda() == 0


def test_a_meeting_that_was_moved_is_told_anew(meeting, suzuki):
    with at(8, 30):
        meetings.mail_agenda()
        meetings.change_meeting(
            meeting=meeting,
            by=suzuki,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            place="",
            facilitator=None,
            recorder=None,
            held_on=date(2026, 11, 25),
        )
    with at(8, 30, date(2026, 11, 25)):
        assert meetings.mail_agenda() > 0


def test_the_timetable_asks_every_few_minutes(settings):
    for name, task in (("mail-agenda", "mail_agenda"), ("compose-agenda", "compose_next")):
        assert settings.CELERY_BEAT_SCHEDULE[name]["task"] == f"meetings.tasks.{task}"
