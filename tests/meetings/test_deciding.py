"""What is decided in the meeting: who does it, and until when."""

from datetime import date

import pytest
from django.urls import reverse

from consultations import actions
from consultations.models import EntryKind
from meetings.actions import (
    decide,
    settle_decision,
)
from meetings.models import Decision
from office.actions import ActionRefused, leave
from office.actors import SYSTEM
from tests.meetings.the_room import room, send


def test_a_decision_is_a_next_step_of_the_case_with_owner_and_day(desk, tuesday, item, sato):
    send(desk, "decide", item, text="件数を数える", owner=sato.pk, owner_name="", due_on="2026-12-01")
    decision = Decision.objects.get()
    assert (decision.case, decision.owner, decision.due_on) == (item.case, sato, date(2026, 12, 1))
    assert item.case.next_steps.get() == decision.step
    entry = item.case.entries.newest_first().first()
    assert (entry.kind, entry.data["text"]) == (EntryKind.MEETING_DECISION, "件数を数える")
    page = desk.get(item.case.get_absolute_url()).content.decode()
    assert "定例会の決定" in page
    assert "件数を数える" in page


def test_a_decision_about_no_case_is_carried_out_with_one_click(desk, tuesday, meeting, item):
    url = reverse("meeting_resolve", args=[meeting.pk])
    assert desk.post(url, {"text": "案内文を作る", "owner": "", "owner_name": "", "due_on": ""}).status_code == 422
    desk.post(url, {"text": "案内文を作る", "owner": "", "owner_name": "区の担当者", "due_on": "2026-12-01"})
    decision = Decision.objects.get()
    assert (decision.case, decision.step, decision.now.who) == (None, None, "区の担当者")
    done = reverse("meeting_settle", args=[meeting.pk, decision.pk])
    assert "実施済みにしました" in desk.post(done, follow=True).content.decode()
    assert desk.post(done).status_code == 409
    decision.refresh_from_db()
    assert not decision.is_open


def test_a_decision_that_is_carried_out_finishes_its_next_step(desk, tuesday, item, suzuki):
    decision = decide(meeting=item.meeting, item=item, by=suzuki, text="数える", due_on=date(2026, 12, 1), owner=suzuki)
    desk.post(reverse("meeting_settle", args=[item.meeting_id, decision.pk]))
    assert item.case.next_steps.get().done_at


def test_a_decision_is_whose_its_next_step_is_by_now(desk, tuesday, item, suzuki, sato):
    decision = decide(meeting=item.meeting, item=item, by=suzuki, text="数える", due_on=date(2026, 12, 1), owner=sato)
    actions.change_step(step=decision.step, by=sato, text="数える", due_on=date(2026, 12, 8), owner=suzuki)
    decision.refresh_from_db()
    assert (decision.now.who, decision.now.due_on) == ("鈴木 一郎", date(2026, 12, 8))
    page = room(desk, item.meeting)
    assert "鈴木 一郎 12月8日まで" in " ".join(page.split())


@pytest.mark.parametrize(
    "typed",
    [
        {"owner": "", "owner_name": ""},
        {"owner_name": "区の担当者"},
        {"due_on": "2036-12-01"},
        {"due_on": ""},
        {"text": ""},
        {"text": "あ" * 301},
        {"owner": "999999"},
    ],
)
def test_a_decision_is_one_person_s_until_a_day_that_is_not_years_away(desk, tuesday, item, suzuki, typed):
    sent = {"text": "数える", "owner": suzuki.pk, "owner_name": "", "due_on": "2026-12-01", **typed}
    assert send(desk, "decide", item, **sent).status_code == 422
    assert not Decision.objects.exists()


def test_a_decision_is_nobody_s_who_has_left(tuesday, item, suzuki, ito):
    leave(user=ito, by=SYSTEM)
    for about in ({"item": item}, {}):
        with pytest.raises(ActionRefused):
            decide(meeting=item.meeting, by=suzuki, text="数える", due_on=date(2026, 12, 1), owner=ito, **about)


def test_nobody_leaves_with_a_decision_about_no_case(tuesday, meeting, suzuki, ito):
    decision = decide(meeting=meeting, by=suzuki, text="案内文を作る", due_on=date(2026, 12, 1), owner=ito)
    with pytest.raises(ActionRefused, match="案内文を作る"):
        leave(user=ito, by=SYSTEM)
    settle_decision(decision=decision, by=suzuki)
    assert not leave(user=ito, by=SYSTEM).is_active
