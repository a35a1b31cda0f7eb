from datetime import date, timedelta

import pytest

from consultations import actions
from consultations.states import Status
from office import clock
from office.actions import ActionRefused
from tests.consultations.case_page import kinds, look, send


@pytest.fixture
def held_case(started_case, suzuki):
    return actions.hold(case=started_case, by=suzuki, follow_up_on=clock.today() + timedelta(days=7))


def test_it_waits_until_a_day_and_says_why(desk, started_case):
    day = clock.today() + timedelta(days=7)
    send(desk, started_case, "hold", follow_up_on=day.isoformat(), text="予算の内示を待つ。")
    started_case.refresh_from_db()
    assert (started_case.status, started_case.follow_up_on) == (Status.ON_HOLD, day)
    entry = started_case.entries.newest_first()[0]
    assert (entry.kind, entry.text, entry.shared) == ("held", "予算の内示を待つ。", False)


def test_it_is_filled_in_with_a_business_day_about_four_weeks_on(desk, started_case):
    form = next(p["form"] for p in look(desk, started_case).context["panels"] if p["form"].act == "hold")
    assert 28 <= (form["follow_up_on"].value() - clock.today()).days <= 40


def test_it_refuses_no_day_a_day_that_is_none_and_a_past_day(desk, started_case):
    assert send(desk, started_case, "hold", follow_up_on="").status_code == 422
    assert send(desk, started_case, "hold", follow_up_on="来週").status_code == 422
    response = send(desk, started_case, "hold", follow_up_on=clock.today().isoformat(), text="残る言葉")
    assert response.status_code == 409
    assert "残る言葉" in response.content.decode()
    started_case.refresh_from_db()
    assert started_case.status == Status.STARTED


def test_it_can_be_put_off(desk, held_case):
    later = clock.today() + timedelta(days=30)
    send(desk, held_case, "hold", follow_up_on=later.isoformat())
    held_case.refresh_from_db()
    assert held_case.follow_up_on == later


def test_it_ends_with_one_click(desk, held_case):
    assert "/resume/" in look(desk, held_case).content.decode()
    send(desk, held_case, "resume", version=held_case.version)
    held_case.refresh_from_db()
    assert (held_case.status, held_case.follow_up_on) == (Status.STARTED, None)
    assert kinds(held_case)[-1] == "resumed"


def test_it_puts_the_reply_at_hand_when_the_day_has_come(desk, held_case):
    at_hand = [p["form"].act for p in look(desk, held_case).context["panels"] if p["open"]]
    assert at_hand == ["note"]
    with clock.at(clock.now() + timedelta(days=7)):
        page = look(desk, held_case)
    assert [p["form"].act for p in page.context["panels"] if p["open"]] == ["reply"]
    assert page.context["case"].status == Status.ON_HOLD


def test_a_slip_of_the_year_does_not_hide_a_case_for_ever(started_case, suzuki):
    with pytest.raises(ActionRefused, match="年"):
        actions.hold(case=started_case, by=suzuki, follow_up_on=date(9999, 12, 31))
    with pytest.raises(ActionRefused, match="年"):
        actions.complete(case=started_case, by=suzuki, review_on=date(9999, 12, 31))
