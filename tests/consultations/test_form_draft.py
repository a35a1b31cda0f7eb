"""What is typed is kept for a day, by itself, for the browser that typed it and for no other."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from consultations import actions
from consultations.models import Case, Intake
from office import clock
from office.models import Department, Pair, Section
from tests.consultations.requester import ANSWERS, fill_in, new_browser, send, shown, text
from tests.factories import PASSWORD


@pytest.fixture
def requester(kohoku: Department, chiiki: Section, pair: Pair) -> Client:
    return new_browser()


def keep(requester: Client, **typed: object) -> int:
    """What the page's script does at every pause."""
    return requester.post("/consult/draft/", {**shown(requester.get("/consult/")), **typed}).status_code


def test_what_is_typed_is_there_again_after_a_reload(requester):
    assert keep(requester, problem="書きかけ", wants=["together"], department="kohoku", cc="半端") == 204
    page = requester.get("/consult/")
    fields = shown(page)
    assert fields["problem"] == ["書きかけ"]
    assert fields["wants"] == ["together"]
    assert fields["department"] == ["kohoku"]
    assert fields["cc"] == ["半端"]
    assert "What you typed here before is still there" in text(page)
    assert Case.objects.count() == 0


def test_a_blank_form_says_nothing_of_a_draft(requester):
    assert "What you typed here before" not in text(requester.get("/consult/"))


def test_a_draft_in_which_all_was_erased_says_nothing_either(requester):
    keep(requester, problem="書きかけ")
    keep(requester, problem="")
    assert "What you typed here before" not in text(requester.get("/consult/"))


def test_one_form_has_one_draft_however_often_it_is_kept(requester):
    for words in ("あ", "あい", "あいう"):
        assert keep(requester, problem=words) == 204
    assert Intake.objects.get().data["problem"] == "あいう"


def test_a_refused_form_is_a_draft_too(requester):
    fill_in(requester, email="")
    assert shown(requester.get("/consult/"))["problem"] == [ANSWERS["problem"]]


def test_nul_does_not_stop_the_draft(requester):
    assert keep(requester, problem="前\x00後") == 204
    assert shown(requester.get("/consult/"))["problem"] == ["前後"]


def test_another_browser_sees_nothing_of_it(requester):
    keep(requester, problem="書きかけ")
    assert shown(new_browser().get("/consult/"))["problem"] == [""]


def test_another_browser_cannot_write_into_it(requester):
    keep(requester, problem="書きかけ")
    stranger, key = new_browser(), Intake.objects.get().pk
    stranger.get("/consult/")
    assert stranger.post("/consult/draft/", {"intake": key, "problem": "盗み見"}).status_code == 409
    assert stranger.post("/consult/", {**ANSWERS, "intake": key, "problem": "盗み見"}).status_code == 302
    stranger.post("/consult/discard/", {"intake": key})
    assert Intake.objects.get(pk=key).data["problem"] == "書きかけ"


@pytest.mark.parametrize("key", ["", "nonsense", "\x00", "1" * 5000])
def test_a_draft_without_a_proper_key_is_refused(requester, key):
    assert requester.post("/consult/draft/", {"intake": key, "problem": "x"}).status_code == 409
    assert Intake.objects.count() == 0


def test_it_outlives_signing_in(requester, tanaka):
    keep(requester, problem="書きかけ")
    requester.post("/accounts/login/", {"login": "tanaka", "password": PASSWORD})
    assert "_auth_user_id" in requester.session
    assert shown(requester.get("/consult/"))["problem"] == ["書きかけ"]


def test_it_does_not_outlive_signing_out(requester, tanaka):
    requester.force_login(tanaka)
    keep(requester, problem="書きかけ")
    requester.post("/accounts/logout/")
    assert shown(requester.get("/consult/"))["problem"] == [""]


def test_the_session_of_a_stranger_lives_as_long_as_the_draft(requester):
    keep(requester, problem="書きかけ")
    assert requester.session.get_expiry_age() == 24 * 60 * 60


def test_after_a_day_it_is_gone(requester):
    keep(requester, problem="書きかけ")
    with clock.at(clock.now() + timedelta(hours=24, minutes=1)):
        assert shown(requester.get("/consult/"))["problem"] == [""]
        assert actions.forget_intakes() == 1
    assert Intake.objects.count() == 0


def test_a_department_from_a_link_goes_before_that_of_the_draft(requester, asahi):
    keep(requester, problem="書きかけ", department="kohoku")
    fields = shown(requester.get("/consult/?department=asahi"))
    assert (fields["department"], fields["problem"]) == (["asahi"], ["書きかけ"])


def test_it_can_be_erased(requester):
    keep(requester, problem="書きかけ")
    page = requester.post("/consult/discard/", shown(requester.get("/consult/")), follow=True)
    assert "has been erased" in text(page)
    assert shown(page)["problem"] == [""]
    assert Intake.objects.count() == 0


def test_erasing_nothing_is_no_error(requester):
    page = requester.post("/consult/discard/", {"intake": uuid.uuid4()}, follow=True)
    assert page.status_code == 200


def test_a_draft_that_comes_late_does_not_bring_back_what_was_sent(requester):
    page = fill_in(requester)
    check = shown(requester.get(page["Location"]))
    requester.post("/consult/check/", check)
    late = {**ANSWERS, "intake": Intake.objects.get().pk, "problem": "遅れて届いた"}
    assert requester.post("/consult/draft/", late).status_code == 409
    assert shown(requester.get("/consult/"))["problem"] == [""]


def test_after_sending_the_form_begins_anew(requester):
    send(requester)
    page = requester.get("/consult/")
    assert shown(page)["problem"] == [""]
    first, second = Case.objects.get(), send(requester, problem="二つ目の相談")
    assert first != second
    assert Case.objects.count() == 2


def test_two_forms_begun_beside_each_other_are_two_drafts(requester):
    one, other = shown(requester.get("/consult/")), shown(requester.get("/consult/"))
    for page, words in ((one, "一つ目"), (other, "二つ目")):
        assert requester.post("/consult/draft/", {**page, "problem": words}).status_code == 204
    assert sorted(draft.data["problem"] for draft in Intake.objects.all()) == ["一つ目", "二つ目"]
