"""A link that somebody should no longer have ends when the contact is corrected."""

from consultations import actions
from consultations.models import Case
from outbox.models import Delivery
from tests.factories import make_case


def correct(case: Case, by, **contact) -> Case:
    return actions.correct_contact(case=case, by=by, **{"name": "田中 実", "email": "t@example.jp", **contact})


def told() -> set[str]:
    return set(Delivery.objects.filter(key__contains=":contact:").values_list("address", flat=True))


def test_a_copy_that_is_taken_out_loses_the_link_and_the_others_get_the_new_one(kohoku, pair, suzuki):
    case = make_case(kohoku, email="t@example.jp", cc=["gone@example.jp", "stays@example.jp"])
    before = case.token
    case = correct(case, suzuki, cc=["stays@example.jp"])
    assert not Case.objects.behind_token(before)
    assert Case.objects.behind_token(case.token).get() == case
    assert told() == {"t@example.jp", "stays@example.jp"}


def test_a_copy_that_is_added_changes_no_link(kohoku, pair, suzuki):
    case = make_case(kohoku, email="t@example.jp")
    before = case.token
    correct(case, suzuki, cc=["new@example.jp"])
    assert Case.objects.behind_token(before)
    assert told() == set()


def test_a_first_address_is_mailed_the_link_there_is(kohoku, pair, suzuki):
    case = make_case(kohoku, email="")
    before = case.token
    correct(case, suzuki)
    assert Case.objects.behind_token(before)
    assert told() == {"t@example.jp"}
