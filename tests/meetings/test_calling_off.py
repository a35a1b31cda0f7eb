"""A meeting is moved after its agenda went out, or does not take place: people are told, and nothing is lost."""

from datetime import date, datetime, time

import pytest
from django.urls import reverse

from consultations import actions
from consultations.states import AskKind
from meetings.actions import (
    call_off,
    change_meeting,
    collect,
    compose_next,
    confirm_minutes,
    decide,
    finish_item,
    mail_agenda,
    note_attendance,
    plan_meeting,
    say,
)
from meetings.models import Meeting
from office import clock
from office.actions import ActionRefused, leave
from office.actors import SYSTEM
from outbox.models import Delivery
from tests.factories import make_case, make_member
from tests.meetings.conftest import TOKYO, TUESDAY, on

pytestmark = pytest.mark.django_db
FRIDAY, NEXT_TUESDAY = date(2026, 11, 20), date(2026, 12, 1)


@pytest.fixture
def mailed(meeting):
    """On the morning, after the agenda went out."""
    with clock.at(datetime(2026, 11, 24, 8, 40, tzinfo=TOKYO)):
        mail_agenda()
        meeting.refresh_from_db()
        yield meeting


@pytest.fixture
def running(mailed):
    """Ten past ten, in the meeting."""
    with on(TUESDAY, 10, 10):
        yield mailed


@pytest.fixture
def written_to(meeting, asahi, suzuki, sato):
    """On the Friday before, after somebody wrote to its question and noted who will come; another question waits."""
    with on(FRIDAY):
        actions.ask_meeting(case=make_case(asahi), by=suzuki, kind=AskKind.NO_IDEA, question="どうする")
        collect(meeting=meeting)
        say(item=meeting.items.first(), by=sato, kind="technical", text="先に読んだ。表計算で足りる。")
        note_attendance(meeting=meeting, by=suzuki, present={sato: True})
        yield meeting


def told(event: str) -> list[Delivery]:
    return list(Delivery.objects.filter(key__contains=f":{event}"))


# --- moved


@pytest.mark.parametrize(
    "change",
    [{"held_on": date(2026, 11, 26)}, {"starts_at": time(15), "ends_at": time(16)}, {"place": "Teams"}],
    ids=["day", "time", "place"],
)
def test_a_change_after_the_agenda_went_out_is_told_to_the_same_people_once(mailed, suzuki, change):
    change_meeting(meeting=mailed, by=suzuki, **change)
    change_meeting(meeting=mailed, by=suzuki, **change)
    mails = told("changed")
    assert sorted(mail.address for mail in mails) == sorted(mail.address for mail in told("agenda"))
    assert "変更" in mails[0].subject
    assert "変更前：令和8年11月24日（火） 10:00–11:00" in mails[0].body


def test_each_change_is_told(mailed, suzuki, sato):
    change_meeting(meeting=mailed, by=suzuki, place="Teams")
    with clock.at(datetime(2026, 11, 24, 8, 50, tzinfo=TOKYO)):
        change_meeting(meeting=mailed, by=suzuki, place="第3会議室")
    assert len([mail for mail in told("changed") if mail.address == sato.email]) == 2


def test_a_change_that_nobody_needs_to_know_is_not_told(meeting, mailed, suzuki, sato):
    change_meeting(meeting=mailed, by=suzuki, recorder=suzuki)
    with clock.at(datetime(2026, 11, 24, 12, 0, tzinfo=TOKYO)):  # it is over
        change_meeting(meeting=mailed, by=suzuki, place="Teams")
    assert not told("changed")


def test_a_change_before_the_agenda_went_out_is_not_told(meeting, suzuki):
    change_meeting(meeting=meeting, by=suzuki, held_on=NEXT_TUESDAY)
    assert not told("changed")


def test_a_meeting_that_has_begun_stays_on_its_day(running, suzuki, sato):
    say(item=running.items.get(), by=sato, kind="technical", text="表計算で足りる。")
    with pytest.raises(ActionRefused, match="この定例会は始まっています"):
        change_meeting(meeting=running, by=suzuki, held_on=NEXT_TUESDAY)
    with pytest.raises(ActionRefused, match="この定例会は始まっています"):  # as if it were still to come
        change_meeting(meeting=running, by=suzuki, starts_at=time(10, 30))
    change_meeting(meeting=running, by=suzuki, ends_at=time(11, 30))


def test_what_was_written_beforehand_moves_with_the_meeting(written_to, suzuki, sato):
    change_meeting(meeting=written_to, by=suzuki, held_on=date(2026, 11, 26))
    assert [advice.text for item in written_to.items.all() for advice in item.advice.all()] == [
        "先に読んだ。表計算で足りる。"
    ]
    assert written_to.items.count() == 2
    assert written_to.attendance.get().user == sato


@pytest.mark.parametrize("seat", ["facilitator", "recorder"])
def test_nobody_who_has_left_gets_a_seat(meeting, suzuki, seat):
    gone = make_member("kato", "加藤 学")
    leave(user=gone, by=SYSTEM)
    for seat_one in (
        lambda: plan_meeting(by=suzuki, held_on=NEXT_TUESDAY, **{seat: gone}),
        lambda: change_meeting(meeting=meeting, by=suzuki, **{seat: gone}),
    ):
        with pytest.raises(ActionRefused, match="加藤 学"):
            seat_one()


def test_whoever_has_left_keeps_a_seat_while_something_else_changes(meeting, suzuki):
    seated = make_member("kato", "加藤 学")
    change_meeting(meeting=meeting, by=suzuki, facilitator=seated)
    with on(TUESDAY, 12):  # it is over
        leave(user=seated, by=SYSTEM)
        change_meeting(meeting=meeting, by=suzuki, facilitator=seated, place="Teams")
    meeting.refresh_from_db()
    assert (meeting.facilitator, meeting.place) == (seated, "Teams")


# --- called off


def test_what_stood_there_comes_to_the_next_as_if_it_had_not_been(desk, meeting, ask, asahi, suzuki):
    earlier = plan_meeting(by=suzuki, held_on=date(2026, 11, 17))
    later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
    with clock.at(datetime(2026, 11, 18, 9, 0, tzinfo=TOKYO)):
        new = make_case(asahi, title="新着の案件")
        compose_next()
    with clock.at(datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO)):
        url = reverse("meeting_call_off", args=[meeting.pk])
        assert "次の定例会" in desk.get(url).content.decode()
        assert desk.post(url, {"reason": "台風のため"}).status_code == 302
    assert [(item.kind, item.case) for item in later.items.all()] == [("ask", ask.case), ("new", new)]
    meeting.refresh_from_db()
    assert not meeting.items.exists()
    assert later.before == earlier
    assert "台風のため" in desk.get(reverse("meeting_detail", args=[meeting.pk])).content.decode()
    assert "中止" in desk.get(reverse("meeting_list")).content.decode()
    with clock.at(datetime(2026, 11, 24, 12, 0, tzinfo=TOKYO)):
        archive = desk.get(reverse("meeting_archive")).content.decode()
    assert "令和8年11月17日" in archive
    assert "令和8年11月24日" not in archive


def test_what_somebody_was_typing_is_given_back(desk, meeting, ask, suzuki):
    item = meeting.items.get()
    call_off(meeting=meeting, by=suzuki, reason="台風のため")
    for name, field in (("meeting_say", "text"), ("meeting_advice", "summary")):
        page = desk.post(reverse(name, args=[meeting.pk, item.pk]), {field: "表計算で足りる。", "kind": "technical"})
        assert page.status_code == 409
        assert "表計算で足りる。" in page.content.decode()
        assert "この定例会を中止しました" in page.content.decode()


def test_one_to_which_somebody_came_took_place(running, sato, suzuki):
    note_attendance(meeting=running, by=suzuki, present={sato: True})
    with pytest.raises(ActionRefused, match="この定例会は始まっています"):
        call_off(meeting=running, by=suzuki)


def test_what_was_written_beforehand_stays_with_it_and_the_questions_go_on(desk, written_to, ask, suzuki, sato):
    later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
    decide(meeting=written_to, by=suzuki, text="会議室を替える", due_on=TUESDAY, owner=sato)
    assert desk.post(reverse("meeting_call_off", args=[written_to.pk]), {"reason": "台風のため"}).status_code == 302
    assert [item.ask for item in written_to.items.all()] == [ask]
    rows = later.items.filter(kind="ask").for_the_agenda()
    assert [(row.ask.question, row.is_carried_over) for row in rows] == [(ask.question, False), ("どうする", False)]
    kept = reverse("meeting_minutes", args=[written_to.pk])
    assert f'href="{kept}"' in desk.get(reverse("meeting_detail", args=[written_to.pk])).content.decode()
    sheet = desk.get(kept).content.decode()
    for words in ("先に読んだ。表計算で足りる。", "会議室を替える", "中止"):
        assert words in sheet
    assert "未確定" not in sheet
    assert "先に読んだ。表計算で足りる。" in desk.get(ask.case.get_absolute_url()).content.decode()


def test_a_new_case_that_was_settled_beforehand_does_not_come_again(meeting, asahi, suzuki):
    plan_meeting(by=suzuki, held_on=date(2026, 11, 17))
    later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
    with on(FRIDAY):
        case, other = make_case(asahi, title="先に済んだ案件"), make_case(asahi, title="待つ案件")
        compose_next()
        finish_item(item=meeting.items.get(case=case), by=suzuki, summary="電話で足りた。")
        say(item=meeting.items.get(case=other), by=suzuki, kind="technical", text="先に読んだ。")
        call_off(meeting=meeting, by=suzuki)
        rows = later.items.for_the_agenda().filter(case__in=[case, other])
        assert [(row.case, row.kind, row.is_carried_over) for row in rows] == [(other, "new", False)]


def test_one_of_next_year_that_is_called_off_leaves_the_list_at_this_year(desk, meeting, suzuki):
    with clock.at(datetime(2026, 11, 24, 12, 0, tzinfo=TOKYO)):
        call_off(meeting=plan_meeting(by=suzuki, held_on=date(2027, 4, 6)), by=suzuki)
        assert "令和8年11月24日" in desk.get(reverse("meeting_list")).content.decode()
        assert "令和8年11月24日" in desk.get(reverse("meeting_archive")).content.decode()


def test_nothing_waits_for_it_any_more(meeting, suzuki, desk):
    call_off(meeting=meeting, by=suzuki)
    assert meeting not in Meeting.objects.coming()
    with clock.at(datetime(2026, 11, 24, 8, 40, tzinfo=TOKYO)):
        assert mail_agenda() == 0
        for act in (
            lambda: collect(meeting=meeting),
            lambda: decide(meeting=meeting, by=suzuki, text="決めた", due_on=TUESDAY, owner=suzuki),
            lambda: confirm_minutes(meeting=meeting, by=suzuki),
        ):
            with pytest.raises(ActionRefused, match="中止"):
                act()
        for name in ("meeting_room", "meeting_said", "meeting_agenda", "meeting_minutes", "meeting_confirm"):
            assert desk.get(reverse(name, args=[meeting.pk])).status_code == 200


def test_whoever_got_the_agenda_is_told(mailed, suzuki):
    call_off(meeting=mailed, by=suzuki, reason="台風のため")
    mails = told("called_off")
    assert sorted(mail.address for mail in mails) == sorted(mail.address for mail in told("agenda"))
    assert "中止" in mails[0].subject
    assert "台風のため" in mails[0].body


def test_nobody_is_told_of_one_whose_agenda_was_not_mailed(meeting, suzuki):
    call_off(meeting=meeting, by=suzuki)
    assert not told("called_off")


def test_it_is_called_off_once(desk, meeting):
    url = reverse("meeting_call_off", args=[meeting.pk])
    assert [desk.post(url, {"reason": "", "once": "a" * 32}).status_code for _click in range(2)] == [302, 302]
    again = desk.post(url, {"reason": "もう一度"})
    assert again.status_code == 409
    assert "この定例会を中止しました" in again.content.decode()


def test_one_that_has_begun_is_not_called_off(running, suzuki):
    decide(meeting=running, by=suzuki, text="決めた", due_on=TUESDAY, owner=suzuki)
    with pytest.raises(ActionRefused, match="この定例会は始まっています"):
        call_off(meeting=running, by=suzuki)


def test_another_is_planned_on_the_same_day(desk, meeting, ask, suzuki):
    call_off(meeting=meeting, by=suzuki)
    again = plan_meeting(by=suzuki, held_on=TUESDAY)
    assert again.items.get().ask == ask
    with pytest.raises(ActionRefused, match="登録済み"):
        plan_meeting(by=suzuki, held_on=TUESDAY)


def test_a_question_asked_while_it_was_planned_is_not_called_carried_over(desk, meeting, suzuki, asahi):
    actions.ask_meeting(case=make_case(asahi), by=suzuki, kind=AskKind.NO_IDEA, question="どうする")
    collect(meeting=meeting)
    call_off(meeting=meeting, by=suzuki)
    later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
    assert not any(item.is_carried_over for item in later.items.for_the_agenda())
