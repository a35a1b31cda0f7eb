"""庁内事例: a closed case is told to everybody once its requester has agreed to the very text, and no longer."""

import pytest
from django.db import IntegrityError, transaction

from consultations import actions
from consultations.actions import ActionRefused, StaleCase
from consultations.models import Case, Example
from consultations.models.entry import Requester
from consultations.states import UNCOUNTED, ExampleState, Result
from knowledge import shelf
from knowledge.models import Audience
from office import clock
from outbox.models import Delivery
from tests.cast import signed_in
from tests.consultations.case_page import kinds, told
from tests.consultations.examples import TEXTS, agreed, asked, closed, drafted, published
from tests.factories import make_case


@pytest.fixture
def case(kohoku, pair, suzuki) -> Case:
    return closed(kohoku, suzuki)


def found(words: str = "勤務表") -> list[str]:
    """The examples on the shelf that hold these words, for everybody."""
    return [hit.document.key for hit in shelf.find(words, audience=Audience.EVERYONE, kinds=["example"])]


def alike() -> list[str]:
    text = "\n".join(TEXTS.values())
    return [hit.document.key for hit in shelf.similar(text, audience=Audience.EVERYONE, kinds=["example"])]


def is_to_be_seen(example: Example, client) -> set[bool]:
    """Whether each of the ways that lead to it does."""
    return {
        client.get(f"/examples/{example.pk}/").status_code == 200,
        TEXTS["title"] in client.get("/examples/").content.decode(),
        str(example.pk) in found(),
        str(example.pk) in alike(),
    }


def test_it_stands_in_no_public_place_before_it_is_published(case, suzuki, client):
    example = agreed(case, suzuki)
    assert is_to_be_seen(example, client) == {False}
    actions.publish_example(example=example, by=suzuki)
    assert is_to_be_seen(example, client) == {True}


def test_without_consent_it_is_not_published(case, suzuki):
    example = asked(case, suzuki)
    with pytest.raises(ActionRefused):
        actions.publish_example(example=example, by=suzuki)
    assert not Example.objects.published().exists()


def test_blanks_where_names_stood_are_rewritten_before_anybody_is_asked(case, suzuki):
    example = drafted(case, suzuki, title="〔　〕の勤務表", outcome="〔　〕が半日で作れる。")
    words = {"name": "田中 実", "how": "電話で"}
    for act, more in ((actions.ask_consent, {}), (actions.give_consent, words)):
        with pytest.raises(ActionRefused, match="件名、成果.*先に書き直して"):
            act(example=example, by=suzuki, **more)
    actions.decline_consent(example=example, by=suzuki, **words)  # no text is needed for a no
    assert not Delivery.objects.filter(key__contains="consent").exists()


def test_nor_are_they_published_where_they_were_agreed_to(case, suzuki):
    example = agreed(case, suzuki)
    Example.objects.filter(pk=example.pk).update(approach="〔　〕に聞いた。")  # as before they were refused
    with pytest.raises(ActionRefused, match="取り組んだこと"):
        actions.publish_example(example=example, by=suzuki)
    assert not Example.objects.published().exists()


def test_the_question_is_mailed_with_the_link_to_the_text(case, suzuki):
    asked(case, suzuki)
    entry = case.entries.latest("pk")
    assert (entry.kind, entry.shared) == ("consent_asked", True)
    mail = Delivery.objects.get(key=f"{case.label}:consent:{entry.pk}")
    assert mail.subject == f"【DX推進相談】庁内事例への掲載について（{case.number}）"
    assert f"/receipts/{case.token}/example/" in mail.body
    assert mail.address == case.email


def test_without_an_address_nobody_can_be_asked_by_mail(kohoku, pair, suzuki):
    example = drafted(closed(kohoku, suzuki, email="", phone="内線 2345"), suzuki)
    with pytest.raises(ActionRefused, match="内線 2345"):
        actions.ask_consent(example=example, by=suzuki)


def test_consent_given_by_the_link_names_who_gave_it_and_tells_the_pair(case, suzuki, sato):
    example = asked(case, suzuki)
    example = actions.give_consent(example=example, by=Requester(case), name="田中 実")
    assert (example.state, example.agreed_name, example.agreed_with) == (ExampleState.AGREED, "田中 実", None)
    assert set(told(case, f"consent:{case.entries.latest('pk').pk}")) == {suzuki.email, sato.email}


def test_consent_told_to_a_member_says_to_whom_and_how(case, suzuki):
    example = drafted(case, suzuki)
    with pytest.raises(ActionRefused):
        actions.give_consent(example=example, by=suzuki, name="田中 実", how=" ")
    example = actions.give_consent(example=example, by=suzuki, name="田中 実", how="11月24日に電話で")
    assert example.agreed_with == suzuki
    assert case.entries.latest("pk").text == "11月24日に電話で"


def test_a_requester_who_was_not_asked_cannot_agree(case, suzuki):
    example = drafted(case, suzuki)
    with pytest.raises(ActionRefused):
        actions.give_consent(example=example, by=Requester(case), name="田中 実")


def test_a_changed_text_needs_a_new_consent(case, suzuki):
    example = agreed(case, suzuki)
    example = actions.change_example(example=example, by=suzuki, **{**TEXTS, "outcome": "半分になった。"})
    assert (example.state, example.agreed_name) == (ExampleState.DRAFT, "")
    assert case.entries.latest("pk").data["consent_void"] is True
    with pytest.raises(ActionRefused):
        actions.publish_example(example=example, by=suzuki)


def test_a_change_takes_a_published_one_off_every_page(case, suzuki, client):
    example = published(case, suzuki)
    actions.change_example(example=example, by=suzuki, **{**TEXTS, "outcome": "半分になった。"})
    assert is_to_be_seen(example, client) == {False}
    assert case.entries.latest("pk").data["unpublished"] is True


def test_saving_it_as_it_is_keeps_the_consent(case, suzuki):
    example = agreed(case, suzuki)
    with pytest.raises(ActionRefused):
        actions.change_example(example=example, by=suzuki, **TEXTS)
    example.refresh_from_db()
    assert example.state == ExampleState.AGREED


def test_declined_it_is_not_asked_for_again_before_the_text_is_another(case, suzuki):
    example = actions.decline_consent(example=asked(case, suzuki), by=Requester(case), name="田中 実")
    assert example.state == ExampleState.DECLINED
    for act in (actions.ask_consent, actions.publish_example):
        with pytest.raises(ActionRefused):
            act(example=example, by=suzuki)
    example = actions.change_example(example=example, by=suzuki, **{**TEXTS, "trouble": "時間がかかっていた。"})
    assert actions.ask_consent(example=example, by=suzuki).state == ExampleState.ASKED


def test_a_no_can_turn_into_a_yes(case, suzuki):
    example = actions.decline_consent(example=asked(case, suzuki), by=Requester(case), name="田中 実")
    example = actions.give_consent(example=example, by=Requester(case), name="田中 実")
    assert (example.state, example.declined_at) == (ExampleState.AGREED, None)


def test_the_office_withdraws_it_and_may_publish_the_same_text_again(case, suzuki, client):
    example = actions.withdraw_example(example=published(case, suzuki), by=suzuki, reason="数字を確かめる")
    assert example.state == ExampleState.WITHDRAWN
    assert is_to_be_seen(example, client) == {False}
    actions.publish_example(example=example, by=suzuki)
    assert is_to_be_seen(example, client) == {True}


def test_withdrawn_at_the_requesters_wish_it_needs_a_new_consent(case, suzuki, sato, client):
    example = actions.withdraw_example(example=published(case, suzuki), by=Requester(case))
    assert (example.state, example.agreed_at) == (ExampleState.DECLINED, None)
    assert is_to_be_seen(example, client) == {False}
    assert set(told(case, f"consent:{case.entries.latest('pk').pk}")) == {suzuki.email, sato.email}
    with pytest.raises(ActionRefused):
        actions.publish_example(example=example, by=suzuki)


def test_the_wish_may_also_come_by_phone(case, suzuki):
    example = actions.withdraw_example(example=published(case, suzuki), by=suzuki, wished=True, reason="電話で")
    assert example.state == ExampleState.DECLINED
    assert case.entries.latest("pk").data["wished"] is True


def test_it_leaves_search_in_the_transaction_that_withdraws_it(case, suzuki):
    example = published(case, suzuki)
    with transaction.atomic():
        actions.withdraw_example(example=example, by=suzuki)
        assert (found(), alike()) == ([], [])
        transaction.set_rollback(True)
    assert found() == alike() == [str(example.pk)]


def describe(case: Case, by, **facts) -> None:
    case.refresh_from_db()
    given = {name: getattr(case, name) for name in ("title", "topic", "level")}
    actions.describe(case=case, by=by, **{**given, **facts})


def test_a_case_that_becomes_sensitive_is_told_no_longer(case, suzuki, client):
    example = published(case, suzuki)
    describe(case, suzuki, sensitive=True)
    assert is_to_be_seen(example, client) == {False}
    assert is_to_be_seen(example, signed_in(suzuki)) == {False}
    describe(case, suzuki, sensitive=False)
    assert is_to_be_seen(example, client) == {True}


def test_of_a_sensitive_case_nothing_goes_on(case, suzuki):
    example = agreed(case, suzuki)
    describe(case, suzuki, sensitive=True)
    for act in (actions.ask_consent, actions.publish_example):
        with pytest.raises(ActionRefused):
            act(example=example, by=suzuki)
    with pytest.raises(ActionRefused):
        actions.change_example(example=example, by=suzuki, **{**TEXTS, "title": "別の題"})


def test_a_sensitive_case_is_not_made_an_example(kohoku, pair, suzuki):
    with pytest.raises(ActionRefused):
        drafted(closed(kohoku, suzuki, sensitive=True), suzuki)


def test_nor_is_an_open_one_or_one_that_does_not_count(kohoku, pair, suzuki):
    case = make_case(kohoku)
    with pytest.raises(ActionRefused):
        drafted(case, suzuki)
    actions.close(case=case, by=suzuki, result=Result.MISTAKEN, level=None, topic=None)
    with pytest.raises(ActionRefused):
        drafted(case, suzuki)


def test_reopening_the_case_leaves_what_is_published(case, suzuki, client):
    example = published(case, suzuki)
    actions.reopen(case=case, by=suzuki)
    assert is_to_be_seen(example, client) == {True}
    example = actions.withdraw_example(example=example, by=suzuki)
    with pytest.raises(ActionRefused):
        actions.publish_example(example=example, by=suzuki)


def test_a_case_has_one_example(case, suzuki):
    drafted(case, suzuki)
    with pytest.raises(ActionRefused):
        drafted(case, suzuki)


def test_every_act_refuses_a_version_that_has_passed(case, suzuki):
    example = asked(case, suzuki)
    seen = example.version
    actions.change_example(example=example, by=suzuki, **{**TEXTS, "title": "別の題"})
    words = {"name": "田中 実", "how": "電話で"}
    for act, more in (
        (actions.change_example, TEXTS),
        (actions.ask_consent, {}),
        (actions.give_consent, words),
        (actions.decline_consent, words),
        (actions.publish_example, {}),
        (actions.withdraw_example, {}),
    ):
        with pytest.raises(StaleCase):
            act(example=example, by=suzuki, version=seen, **more)


def test_the_history_tells_every_step(case, suzuki):
    before = len(kinds(case))
    example = actions.give_consent(example=asked(case, suzuki), by=Requester(case), name="田中 実")
    example = actions.publish_example(example=example, by=suzuki)
    actions.withdraw_example(example=example, by=suzuki)
    expected = ["example_written", "consent_asked", "consent_given", "example_published", "example_withdrawn"]
    assert kinds(case)[before:] == expected
    shared = list(case.entries.shared().in_order().values_list("kind", flat=True))
    assert "example_written" not in shared
    assert shared[-4:] == expected[1:]


@pytest.mark.parametrize(
    "state",
    [
        {"published_at": True},
        {"agreed_at": True},
        {"agreed_at": True, "agreed_name": "田中", "declined_at": True},
        {"withdrawn_at": True},
    ],
    ids=lambda state: "+".join(state),
)
def test_the_database_refuses_what_cannot_be(case, suzuki, state):
    example = drafted(case, suzuki)
    fields = {name: clock.now() if value is True else value for name, value in state.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Example.objects.filter(pk=example.pk).update(**fields)


# --- what the case itself does to it


@pytest.mark.parametrize("result", UNCOUNTED)
def test_where_the_case_turns_out_to_tell_nothing_it_is_withdrawn(case, suzuki, client, result):
    example = published(case, suzuki)
    actions.reopen(case=case, by=suzuki)
    assert is_to_be_seen(example, client) == {True}
    actions.close(case=case, by=suzuki, result=result, level=None, topic=None)
    assert is_to_be_seen(example, client) == {False}
    assert kinds(case)[-2:] == ["closed", "example_withdrawn"]
    receipt = client.get(f"/receipts/{case.token}/").content.decode()
    assert "庁内事例には掲載しない結果でクローズした" in receipt


def test_where_it_turns_out_to_tell_something_after_all_it_may_be_published_again(case, suzuki, procedures, client):
    example = published(case, suzuki)
    actions.reopen(case=case, by=suzuki)
    actions.close(case=case, by=suzuki, result=Result.MISTAKEN, level=None, topic=None)
    actions.reopen(case=case, by=suzuki)
    actions.close(case=case, by=suzuki, result=Result.ANSWERED, level=1, topic=procedures)
    assert is_to_be_seen(example, client) == {False}
    actions.publish_example(example=example, by=suzuki)
    assert is_to_be_seen(example, client) == {True}


def test_of_another_department_it_is_not_what_was_agreed_to(case, suzuki, client, asahi):
    example = published(case, suzuki)
    desk = signed_in(suzuki)
    assert "相談者にあらためて確認" in desk.get(f"/desk/cases/{case.number}/origin/").content.decode()
    actions.correct_origin(case=case, by=suzuki, department=asahi, other_section="総務課")
    assert is_to_be_seen(example, client) == {False}
    example.refresh_from_db()
    assert example.state == ExampleState.DRAFT
    assert "庁内事例の公開を止めました" in desk.get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize("come_by", [asked, agreed])
def test_nor_is_what_was_asked_or_agreed_and_not_yet_published(case, suzuki, asahi, come_by):
    example = come_by(case, suzuki)
    actions.correct_origin(case=case, by=suzuki, department=asahi, other_section="総務課")
    example.refresh_from_db()
    assert not example.was_asked
    assert "相談者への確認をやり直してください" in signed_in(suzuki).get(case.get_absolute_url()).content.decode()


def test_another_section_of_the_same_department_changes_nothing(case, suzuki, client, kohoku):
    example = published(case, suzuki)
    actions.correct_origin(case=case, by=suzuki, department=kohoku, other_section="総務課")
    assert is_to_be_seen(example, client) == {True}
