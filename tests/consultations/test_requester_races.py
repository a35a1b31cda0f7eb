"""The requester and somebody else at the same moment: on both engines one wins, and nothing is lost or done twice."""

import pytest

from consultations import actions
from consultations.actions import ActionRefused
from consultations.models import Case, Intake, Tie
from consultations.models.entry import Requester
from consultations.states import Result, TieKind
from tests.consultations.case_page import kinds, told
from tests.consultations.requester import new_browser, shown
from tests.consultations.test_races import at_once, procedures  # noqa: F401
from tests.factories import make_case

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_double_click_hands_the_contact_on_once_and_both_end_on_the_same_page(new_case):
    url = f"/receipts/{new_case.token}/contact/"
    browser = new_browser()
    typed = {"name": "中野 京子", "email": "nakano@kohoku.example.jp"}
    check = browser.post(url, {**shown(browser.get(url), "name"), **typed})
    fields = {**shown(check, "once"), "checked": "1"}
    outcomes = at_once(*[lambda: new_browser().post(url, fields)] * 4)
    assert [outcome["Location"] for outcome in outcomes] == ["/receipts/handed-on/"] * 4
    assert kinds(new_case).count("changed") == 1
    assert len(told(new_case, "contact")) == 1


def test_solved_and_closed_at_once_leave_the_case_closed_or_waiting_but_never_both(
    started_case,
    suzuki,
    procedures,  # noqa: F811
):
    outcomes = at_once(
        lambda: actions.report_solved(case=started_case, by=Requester(started_case)),
        lambda: actions.close(case=started_case, by=suzuki, result=Result.ANSWERED, level=1, topic=procedures),
    )
    assert not isinstance(outcomes[1], Exception)
    assert isinstance(outcomes[0], ActionRefused) != ("solved" in kinds(started_case))
    case = Case.objects.get(pk=started_case.pk)
    assert not case.is_open
    assert case.unanswered_since is None


def test_sent_as_new_and_as_part_of_a_case_at_once_it_is_one_of_the_two(kohoku, new_case):
    intake = Intake.objects.create(session_key="x", data={})
    words = {"problem": "続きです", "name": "田中 実", "email": "tanaka@kohoku.example.jp"}
    outcomes = at_once(
        lambda: actions.continue_case(intake=intake, case=new_case, **words),
        lambda: actions.send_intake(intake=intake, department=kohoku, other_section="地域振興課", **words),
    )
    assert outcomes[0] == outcomes[1]
    continued = "answer" in kinds(new_case)
    assert Case.objects.count() == (1 if continued else 2)


def test_two_who_tie_the_same_two_cases_from_either_side_tie_them_once(kohoku, pair, suzuki, sato):
    one, another = make_case(kohoku), make_case(kohoku)
    outcomes = at_once(
        lambda: actions.tie_cases(case=one, other=another, kind=TieKind.RELATED, by=suzuki),
        lambda: actions.tie_cases(case=another, other=one, kind=TieKind.CONTINUATION, by=sato),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ActionRefused", "Tie"]
    assert Tie.objects.count() == 1
    assert kinds(one).count("tied") == kinds(another).count("tied") == 1
