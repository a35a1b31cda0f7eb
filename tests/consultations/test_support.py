from datetime import timedelta

import pytest

from consultations import actions
from consultations.states import SupportState
from menus.models import SupportMenu
from office import clock
from office.actions import ActionRefused
from tests.consultations.case_page import kinds, look, send
from tests.factories import make_case


@pytest.fixture
def rpa(db):
    return SupportMenu.objects.create(
        key="rpa-test",
        kind="existing_tool",
        name="RPA",
        summary="くり返し作業の自動化",
        suits="件数の多い作業",
        does_not_suit="毎回変わる作業",
    )


@pytest.fixture
def support(started_case, suzuki, rpa):
    return actions.choose_support(case=started_case, by=suzuki, menu=rpa, reason="件数が多いため。")


def test_it_shows_what_each_menu_on_offer_suits_and_what_not(desk, started_case, rpa):
    rested = SupportMenu.objects.create(
        key="old-test",
        kind="referral",
        name="終わったメニュー",
        summary="x",
        active_to=clock.today() - timedelta(days=1),
    )
    page = desk.get(f"{started_case.get_absolute_url()}supports/").content.decode()
    assert "件数の多い作業" in page
    assert "毎回変わる作業" in page
    assert rested.name not in page


def test_it_is_chosen_with_a_reason(desk, new_case, rpa):
    assert send(desk, new_case, "support", menu=rpa.pk, reason="").context["form"].errors.keys() == {"reason"}
    send(desk, new_case, "support", menu=rpa.pk, reason="件数が多いため。", version=new_case.version)
    [support] = new_case.supports.all()
    assert (support.menu, support.reason, support.state) == (rpa, "件数が多いため。", SupportState.PROPOSED)
    assert kinds(new_case)[-1] == "support_chosen"


def test_it_refuses_a_menu_that_runs_and_keeps_the_reason(desk, started_case, support, rpa):
    response = send(desk, started_case, "support", menu=rpa.pk, reason="もう一度")
    assert response.status_code == 409
    assert "もう一度" in response.content.decode()


def test_it_goes_on(desk, started_case, support):
    send(desk, started_case, "support_change", support.pk, state="running", outcome="2園で試行中。")
    support.refresh_from_db()
    assert (support.state, support.outcome) == (SupportState.RUNNING, "2園で試行中。")
    assert kinds(started_case)[-1] == "support_changed"
    assert "2園で試行中。" in look(desk, started_case).content.decode()


def test_it_is_found_through_its_own_case_only(desk, support, kohoku):
    other = make_case(kohoku)
    assert send(desk, other, "support_change", support.pk, state="done").status_code == 404


def test_it_can_be_said_that_consultation_alone_settles_the_case(desk, new_case):
    send(desk, new_case, "consultation_only", reason="説明で足りた。", version=new_case.version)
    new_case.refresh_from_db()
    assert new_case.consultation_only
    assert kinds(new_case)[-1] == "consultation_only"


def test_it_is_not_settled_by_consultation_while_a_menu_runs(desk, started_case, support):
    assert send(desk, started_case, "consultation_only").status_code == 409


def test_what_has_ended_does_not_go_on_but_is_chosen_anew(started_case, suzuki, rpa):
    ended = actions.choose_support(case=started_case, by=suzuki, menu=rpa, reason="転記が多い")
    actions.change_support(support=ended, by=suzuki, state=SupportState.DONE)
    actions.choose_support(case=started_case, by=suzuki, menu=rpa, reason="別の業務でも")
    with pytest.raises(ActionRefused, match="選び直して|Choose the menu anew"):
        actions.change_support(support=ended, by=suzuki, state=SupportState.RUNNING)
    actions.change_support(support=ended, by=suzuki, state=SupportState.DROPPED, outcome="途中でやめた")
