from datetime import timedelta

from consultations.states import Status
from office import clock, era
from tests.consultations.case_page import kinds, look, send


def test_it_leaves_the_case_open_until_a_day(desk, started_case):
    day = clock.today() + timedelta(days=60)
    send(desk, started_case, "complete", review_on=day.isoformat(), text="所管課が検討中。")
    started_case.refresh_from_db()
    assert (started_case.status, started_case.review_on) == (Status.COMPLETED, day)
    assert started_case.is_open
    assert kinds(started_case)[-1] == "completed"


def test_it_is_filled_in_with_the_end_of_the_fiscal_year(desk, started_case):
    form = next(p["form"] for p in look(desk, started_case).context["panels"] if p["form"].act == "complete")
    assert form["review_on"].value() == era.fiscal_year_end(era.fiscal_year(clock.today()))


def test_it_refuses_a_past_day(desk, started_case):
    yesterday = clock.today() - timedelta(days=1)
    assert send(desk, started_case, "complete", review_on=yesterday.isoformat()).status_code == 409
    started_case.refresh_from_db()
    assert started_case.status == Status.STARTED


def test_it_is_no_longer_offered_once_done(desk, started_case):
    send(desk, started_case, "complete", review_on=clock.today().isoformat())
    acts = [p["form"].act for p in look(desk, started_case).context["panels"]]
    assert "complete" not in acts
    assert {"close", "reopen", "reply"} <= set(acts)
