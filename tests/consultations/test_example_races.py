"""Two at the same moment about one example: one is heard, the other is told, and search agrees with the page."""

import pytest

from consultations import actions
from consultations.actions import ActionRefused
from consultations.models import Example
from consultations.models.entry import Requester
from consultations.states import ExampleState
from knowledge import shelf
from knowledge.models import Audience
from tests.consultations.examples import TEXTS, agreed, asked, closed, published
from tests.consultations.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def refused(outcomes: list[object]) -> int:
    assert all(isinstance(outcome, Example | ActionRefused) for outcome in outcomes), outcomes
    return sum(isinstance(outcome, ActionRefused) for outcome in outcomes)


def test_of_two_who_publish_one_is_refused(kohoku, pair, suzuki, sato):
    case = closed(kohoku, suzuki)
    example = agreed(case, suzuki)
    publish = [lambda by=by: actions.publish_example(example=example, by=by) for by in (suzuki, sato)]
    assert refused(at_once(*publish)) == 1
    assert case.entries.filter(kind="example_published").count() == 1


def test_a_yes_while_the_text_changes_is_never_a_yes_to_the_new_text(kohoku, pair, suzuki):
    case = closed(kohoku, suzuki)
    example = asked(case, suzuki)
    seen = example.version
    at_once(
        lambda: actions.give_consent(example=example, by=Requester(case), name="田中", version=seen),
        lambda: actions.change_example(example=example, by=suzuki, **{**TEXTS, "outcome": "別の成果"}),
    )
    example.refresh_from_db()
    assert (example.outcome, example.state) == ("別の成果", ExampleState.DRAFT)


def test_withdrawn_by_both_sides_it_is_gone_from_search(kohoku, pair, suzuki):
    case = closed(kohoku, suzuki)
    example = published(case, suzuki)
    outcomes = at_once(
        lambda: actions.withdraw_example(example=example, by=Requester(case)),
        lambda: actions.withdraw_example(example=example, by=suzuki),
    )
    assert refused(outcomes) == 1
    assert shelf.find("勤務表", audience=Audience.EVERYONE, kinds=["example"]) == []
