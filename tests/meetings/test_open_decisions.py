"""What a meeting decided about no case, until it is carried out: listed, changed, reminded of, handed on. And seats."""

import re
from datetime import date, datetime

import pytest
from django.urls import reverse

from consultations import actions, tasks
from meetings.actions import (
    change_decision,
    change_meeting,
    confirm_minutes,
    decide,
    drop_decision,
    plan_meeting,
    settle_decision,
)
from meetings.models import Decision
from office import clock
from office.actions import ActionRefused, leave
from office.actors import SYSTEM
from outbox.models import Delivery
from tests.cast import signed_in
from tests.factories import make_member
from tests.meetings.conftest import TOKYO

pytestmark = pytest.mark.django_db
LIST = reverse("meeting_list")


@pytest.fixture
def decision(meeting, suzuki, ito) -> Decision:
    """That ito revises the rules by 27 November, in confirmed minutes."""
    with clock.at(datetime(2026, 11, 24, 10, 30, tzinfo=TOKYO)):
        made = decide(meeting=meeting, by=suzuki, text="要綱を見直す", due_on=date(2026, 11, 27), owner=ito)
        confirm_minutes(meeting=meeting, by=suzuki)
    return made


@pytest.fixture
def later(decision):
    """After it was due."""
    with clock.at(datetime(2026, 11, 30, 9, 0, tzinfo=TOKYO)):
        yield


def page_of(decision) -> str:
    return reverse("meeting_decision", args=[decision.pk])


def test_the_list_of_meetings_has_it_until_it_is_carried_out(desk, decision, later):
    assert "要綱を見直す" in desk.get(LIST).content.decode()
    assert desk.post(reverse("meeting_decision_done", args=[decision.pk])).status_code == 302
    decision.refresh_from_db()
    assert decision.settled_at
    assert not decision.is_dropped
    assert "案件によらない決定事項" not in desk.get(LIST).content.decode()
    again = desk.post(reverse("meeting_decision_done", args=[decision.pk]))
    assert again.status_code == 409
    assert "この決定事項は実施済みです" in again.content.decode()


def test_the_list_leaves_out_what_is_a_next_step_of_a_case(desk, meeting, suzuki):
    item = meeting.items.first()
    decide(meeting=meeting, item=item, by=suzuki, text="件数を数える", due_on=date(2026, 12, 8), owner=suzuki)
    assert "件数を数える" not in desk.get(LIST).content.decode()
    assert desk.get(page_of(meeting.decisions.get())).status_code == 404


def test_the_list_is_bounded_and_costs_the_same_for_many(desk, meeting, suzuki, django_assert_max_num_queries):
    def more(count):
        for number in range(count):
            decide(meeting=meeting, by=suzuki, text=f"決定{number}", due_on=date(2026, 12, 1), owner=suzuki)

    more(31)
    with django_assert_max_num_queries(20) as few:
        desk.get(LIST)
    more(9)
    with django_assert_max_num_queries(len(few)):
        page = desk.get(LIST).content.decode()
    assert page.count("/done/") == 30
    assert "ほか10件" in page


def test_somebody_else_takes_it_until_another_day_and_its_minutes_stay(desk, decision, later, sato, meeting):
    minutes = reverse("meeting_minutes", args=[meeting.pk])
    typed = {"owner": sato.pk, "owner_name": "", "due_on": "2026-12-08", "reason": "担当業務が移ったため", "seen": "0"}
    assert desk.post(page_of(decision), typed).status_code == 302
    decision = Decision.objects.get()
    assert (decision.now.who, decision.now.due_on) == (sato.name, date(2026, 12, 8))
    assert (decision.owner.username, decision.due_on) == ("ito", date(2026, 11, 27))
    assert "要綱を見直す" in desk.get(minutes).content.decode()
    page = desk.get(page_of(decision)).content.decode()
    assert "担当業務が移ったため" in page
    assert "鈴木 一郎" in page  # who changed it


def test_the_next_agendas_have_it_when_its_day_comes_as_it_stands_now(desk, decision, later, sato, suzuki):
    change_decision(decision=decision, by=suzuki, owner=sato, due_on=date(2026, 12, 8), reason="議会のあとにする")
    assert not plan_meeting(by=suzuki, held_on=date(2026, 12, 1)).items.filter(decision=decision)
    with clock.at(datetime(2026, 12, 1, 17, 0, tzinfo=TOKYO)):
        meeting = plan_meeting(by=suzuki, held_on=date(2026, 12, 8))
        page = desk.get(f"{reverse('meeting_room', args=[meeting.pk])}?item={meeting.items.first().pk}")
    assert sato.name in page.content.decode()
    assert page_of(decision) in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reason": ""}, "変更の理由を入力してください"),
        ({"owner": "", "owner_name": ""}, "担当する人を決めてください"),
        ({"due_on": "2126-12-08"}, "3年以上先の日付です"),
    ],
)
def test_a_change_says_why_whose_and_until_when(desk, decision, later, sato, typed, words):
    given = {"owner": sato.pk, "owner_name": "", "due_on": "2026-12-08", "reason": "理由", "seen": "0"} | typed
    response = desk.post(page_of(decision), given)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not decision.changes.exists()


def test_two_who_change_it_at_a_time_do_not_overwrite_each_other(desk, decision, later, suzuki, sato):
    change_decision(decision=decision, by=suzuki, owner=sato, due_on=date(2026, 12, 8), reason="先の変更")
    typed = {"owner": suzuki.pk, "owner_name": "", "due_on": "2026-12-15", "reason": "あとの変更", "seen": "0"}
    response = desk.post(page_of(decision), typed)
    assert response.status_code == 409
    assert "あとの変更" in response.content.decode()
    assert [change.reason for change in decision.changes.all()] == ["先の変更"]
    typed["seen"] = re.search(r'name="seen" value="(\d+)"', response.content.decode())[1]
    assert desk.post(page_of(decision), typed).status_code == 302
    assert [change.reason for change in decision.changes.all()] == ["先の変更", "あとの変更"]


def test_one_that_is_years_overdue_changes_hands_with_the_rest(decision, ito, sato, suzuki):
    with clock.at(datetime(2030, 4, 1, 9, 0, tzinfo=TOKYO)):
        actions.hand_on(person=ito, seats={}, heir=sato, by=suzuki)
    decision.refresh_from_db()
    assert (decision.now.who, decision.now.due_on) == (sato.name, date(2026, 11, 27))


def test_who_was_first_to_do_it_stays_in_the_minutes(desk, meeting, ito, sato, suzuki):
    with clock.at(datetime(2026, 11, 24, 10, 30, tzinfo=TOKYO)):
        made = decide(meeting=meeting, by=suzuki, text="要綱を見直す", due_on=date(2026, 11, 27), owner=ito)
        change_decision(decision=made, by=suzuki, owner=sato, due_on=date(2026, 12, 8), reason="担当が違った")
        confirm_minutes(meeting=meeting, by=suzuki)
    page = desk.get(page_of(made)).content.decode()
    assert ito.name in page
    assert sato.name in page
    assert f"{ito.name} 11月27日まで" in desk.get(reverse("meeting_minutes", args=[meeting.pk])).content.decode()


def test_it_is_given_to_nobody_who_has_left(decision, later, suzuki):
    gone = make_member("kato", "加藤 学")
    leave(user=gone, by=SYSTEM)
    with pytest.raises(ActionRefused, match="加藤 学"):
        change_decision(decision=decision, by=suzuki, owner=gone, due_on=date(2026, 12, 8), reason="理由")


def test_it_is_no_longer_needed_and_says_why(desk, decision, later):
    drop = reverse("meeting_decision_drop", args=[decision.pk])
    refused = desk.post(drop, {"reason": ""})
    assert refused.status_code == 422
    assert "不要になった理由を入力してください" in refused.content.decode()
    assert desk.post(drop, {"reason": "国の様式が示された"}).status_code == 302
    decision.refresh_from_db()
    assert decision.is_dropped
    assert not decision.is_open
    assert "国の様式が示された" in desk.get(page_of(decision)).content.decode()


def test_what_is_done_is_neither_changed_nor_dropped(decision, later, suzuki, sato):
    settle_decision(decision=decision, by=suzuki)
    with pytest.raises(ActionRefused, match="実施済み"):
        change_decision(decision=decision, by=suzuki, owner=sato, due_on=date(2026, 12, 8), reason="理由")
    with pytest.raises(ActionRefused, match="実施済み"):
        drop_decision(decision=decision, by=suzuki, reason="理由")


def test_the_morning_s_mail_reminds_its_owner_once_its_day_has_gone_by(decision, ito, suzuki):
    for moment, said in [((2026, 11, 27, 8, 40), False), ((2026, 11, 30, 8, 40), True)]:
        with clock.at(datetime(*moment, tzinfo=TOKYO)):
            tasks.make_digest()
            bodies = Delivery.objects.filter(key=f"digest:{clock.today().isoformat()}", address=ito.email)
            assert any("要綱を見直す" in mail.body for mail in bodies) is said


def test_of_what_somebody_outside_does_the_mail_reminds_who_wrote_it_down(decision, later, suzuki):
    change_decision(decision=decision, by=suzuki, owner_name="庁内LAN担当", due_on=date(2026, 11, 27), reason="移管")
    tasks.make_digest()
    [mail] = Delivery.objects.filter(key__startswith="digest:", body__contains="要綱を見直す")
    assert mail.address == suzuki.email
    assert "庁内LAN担当" in mail.body


def test_the_page_of_a_leaver_names_it_and_hands_it_on(decision, later, administrator, ito, sato):
    url = f"/desk/people/{ito.username}/leaving/"
    keeper = signed_in(administrator)
    page = keeper.get(url).content.decode()
    assert "要綱を見直す" in page
    assert page_of(decision) in page
    assert keeper.post(url, {"heir": sato.pk}).status_code == 302
    decision = Decision.objects.get()
    assert decision.now.who == sato.name
    assert "伊藤" in decision.changes.get().reason
    assert "要綱を見直す" in Delivery.objects.get(key__startswith="handed_on:", address=sato.email).body
    assert not leave(user=ito, by=SYSTEM).is_active


def test_seats_of_meetings_to_come_are_named_and_handed_on(administrator, meeting, suzuki, ito, sato):
    past = plan_meeting(by=suzuki, held_on=date(2026, 11, 10), facilitator=ito)
    coming = plan_meeting(by=suzuki, held_on=date(2026, 12, 1), facilitator=ito, recorder=suzuki)
    change_meeting(meeting=meeting, by=suzuki, recorder=ito)
    with pytest.raises(ActionRefused, match="令和8年11月24日（火）、令和8年12月1日"):
        leave(user=ito, by=SYSTEM)
    url = f"/desk/people/{ito.username}/leaving/"
    keeper = signed_in(administrator)
    page = keeper.get(url).content.decode()
    for words in ("定例会の進行", "定例会の記録", reverse("meeting_detail", args=[coming.pk])):
        assert words in page
    assert reverse("meeting_detail", args=[past.pk]) not in page
    assert keeper.post(url, {"heir": sato.pk, "leave": "1"}).status_code == 302
    for each in (past, coming, meeting):
        each.refresh_from_db()
    assert (past.facilitator, coming.facilitator, coming.recorder) == (ito, sato, suzuki)
    assert (meeting.facilitator, meeting.recorder) == (suzuki, sato)
    ito.refresh_from_db()
    assert not ito.is_active
    assert "定例会の進行" in Delivery.objects.get(key__startswith="handed_on:", address=sato.email).body
