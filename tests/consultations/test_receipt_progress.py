"""「その後の状況をお聞かせください」: the question stands on top of the receipt page, and any answer counts."""

from datetime import timedelta

import pytest
from django.test import Client

from consultations import actions
from consultations.models import Case, Entry
from consultations.states import Status
from office import clock
from tests.consultations.case_page import kinds, look, told
from tests.consultations.desk_pages import english
from tests.consultations.requester import new_browser, shown, text


@pytest.fixture
def requester() -> Client:
    return new_browser()


@pytest.fixture
def desk(desk: Client) -> Client:
    return english(desk)


@pytest.fixture
def asked_case(started_case, suzuki) -> Case:
    with clock.at(clock.now() - timedelta(days=60)):
        actions.hold(case=started_case, by=suzuki, follow_up_on=clock.today() + timedelta(days=50))
    actions.ask_progress(case=started_case, by=suzuki)
    return Case.objects.get(pk=started_case.pk)


def test_the_question_stands_on_top_with_the_form_ready(requester, asked_case):
    page = requester.get(f"/receipts/{asked_case.token}/")
    words = text(page)
    assert words.index("Please tell us how things stand") < words.index("How it stands")
    assert "It is your turn: please tell us how things stand." in words
    assert shown(page, "text")["kind"] == ["answer"]
    assert words.count("Send the message") == 1


@pytest.mark.parametrize("kind", ["thanks", "answer", "asked_again"])
def test_whatever_kind_is_chosen_the_pair_hears_of_it(requester, asked_case, desk, kind, suzuki, sato):
    fields = shown(requester.get(f"/receipts/{asked_case.token}/"), "text")
    requester.post(f"/receipts/{asked_case.token}/message/", {**fields, "kind": kind, "text": "3月に動き出しました。"})
    case = Case.objects.get(pk=asked_case.pk)
    assert case.progress_asked_at is None
    assert list(Case.objects.replied()) == [case]
    assert case.status == Status.ON_HOLD
    entry = Entry.objects.get(kind=kind)
    assert set(told(case, "message")) == {suzuki.email, sato.email}
    page = text(look(desk, case))
    assert "To our question how things stand 3月に動き出しました。" in page
    assert ("has told us how things stand" if kind == "thanks" else "wrote and waits for an answer") in page
    assert f"#entry-{entry.pk}" in look(desk, case).content.decode()


def test_thanks_without_a_question_ask_for_nothing(requester, started_case):
    requester.post(f"/receipts/{started_case.token}/message/", {"kind": "thanks", "text": "助かりました"})
    assert not Case.objects.replied()


def test_thanks_after_the_answer_do_not_hide_it(requester, asked_case, desk):
    for kind, words in (("answer", "一つ困っています"), ("thanks", "よろしくお願いします")):
        requester.post(f"/receipts/{asked_case.token}/message/", {"kind": kind, "text": words})
    assert look(desk, asked_case).context["waiting"].text == "一つ困っています"


def test_an_answer_after_the_case_was_closed_is_taken(requester, asked_case, suzuki, procedures):
    fields = shown(requester.get(f"/receipts/{asked_case.token}/"), "text")
    actions.close(case=asked_case, by=suzuki, result="answered", level=1, topic=procedures)
    answer = requester.post(f"/receipts/{asked_case.token}/message/", {**fields, "text": "遅くなりました"})
    assert answer.status_code == 302
    case = Case.objects.get(pk=asked_case.pk)
    assert not case.is_open
    assert case.unanswered_since
    assert kinds(case)[-1] == "answer"


def test_an_answer_after_its_expiry_is_given_back(requester, asked_case, suzuki, procedures):
    fields = shown(requester.get(f"/receipts/{asked_case.token}/"), "text")
    actions.close(case=asked_case, by=suzuki, result="answered", level=1, topic=procedures)
    with clock.at(clock.now() + timedelta(days=366)):
        page = requester.post(f"/receipts/{asked_case.token}/message/", {**fields, "text": "1年後の\n答えです"})
    assert page.status_code == 404
    assert "Your message was not sent" in text(page)
    assert "1年後の\n答えです" in page.content.decode()
    assert 'href="/consult/lost/"' in page.content.decode()
    assert kinds(asked_case)[-1] == "closed"
