"""The same form twice at the same moment: on both engines the second click waits for the first and changes nothing."""

import uuid

import pytest

from consultations.models import Case
from tests.cast import signed_in
from tests.consultations.case_page import kinds, send
from tests.consultations.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_writes_one_entry_and_shows_both_clicks_that_it_is_done(new_case: Case, suzuki):
    key = uuid.uuid4().hex
    browsers = [signed_in(suzuki) for _click in range(4)]
    outcomes = at_once(*[lambda b=b: send(b, new_case, "note", text="一度だけ", once=key) for b in browsers])
    assert [response.status_code for response in outcomes] == [302] * 4
    assert kinds(new_case) == ["received", "note"]
