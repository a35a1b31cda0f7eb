"""Referral to another department: to whom, asked and answered when; the case stays followed."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations import actions
from consultations.actions import ActionRefused
from consultations.models import NextStep, Support
from consultations.states import SupportState
from office import clock
from outbox.models import Delivery
from tests.consultations.case_page import kinds, look, send
from tests.consultations.opened import Opened
from tests.consultations.requester import text
from tests.factories import make_department, make_menu

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def in_november():
    with clock.at(timezone.make_aware(datetime(2026, 11, 24, 10))):
        yield


@pytest.fixture
def finance(db):
    return make_department("財政局", order=30, kind="bureau", code="zaisei")


@pytest.fixture
def support(started_case, suzuki) -> Support:
    menu = make_menu("referral", "他部署への紹介")
    return actions.choose_support(case=started_case, by=suzuki, menu=menu, reason="制度の解釈が中心のため。")


@pytest.fixture
def referred(support, suzuki, finance) -> Support:
    days = {"asked_on": TODAY, "ask_again_on": date(2026, 12, 8)}
    return actions.refer(support=support, by=suzuki, department=finance, place="納税管理課", **days)


def test_it_is_noted_to_whom_and_when_and_becomes_a_next_step(desk, started_case, support, finance, suzuki):
    form = desk.get(reverse("case_support_refer", args=[started_case.number, support.pk])).context["form"]
    assert (form["asked_on"].value(), form["ask_again_on"].value()) == (TODAY, date(2026, 12, 8))
    sent = {"department": finance.pk, "place": "納税管理課", "asked_on": "2026-11-20", "ask_again_on": "2026-12-01"}
    assert send(desk, started_case, "support_refer", support.pk, **sent).status_code == 302
    support.refresh_from_db()
    assert (support.referred_to, support.asked_on, support.state) == (
        "財政局納税管理課",
        date(2026, 11, 20),
        SupportState.RUNNING,
    )
    step = started_case.next_steps.get()
    assert (step.text, step.owner, step.due_on) == ("財政局納税管理課の回答を確認する", suzuki, date(2026, 12, 1))
    assert kinds(started_case)[-1] == "referred"
    page = text(look(desk, started_case))
    assert "財政局納税管理課 11月20日 依頼 回答待ち" in page
    assert "回答がなければ令和8年12月1日（火）に再度確認" in page


def test_a_place_outside_the_departments_is_written(started_case, support, suzuki):
    days = {"asked_on": TODAY, "ask_again_on": TODAY}
    assert actions.refer(support=support, by=suzuki, place="県の情報企画課", **days).referred_to == "県の情報企画課"


def test_it_says_to_whom(desk, started_case, support):
    sent = {"asked_on": "2026-11-24", "ask_again_on": "2026-12-08"}
    response = send(desk, started_case, "support_refer", support.pk, **sent)
    assert response.status_code == 422
    assert response.context["form"].errors == {"place": ["区局を選ぶか、紹介先を入力してください。"]}


@pytest.mark.parametrize(
    ("asked_on", "ask_again_on", "why"),
    [
        (TODAY + timedelta(days=1), TODAY + timedelta(days=9), "まだ来ていない日"),
        (TODAY, TODAY - timedelta(days=1), "再度確認する日が依頼日より前"),
        (date(2021, 1, 1), TODAY, "3年以上前"),
        (TODAY, date(2036, 1, 1), "3年以上先"),
    ],
)
def test_days_that_cannot_be_are_refused(support, suzuki, asked_on, ask_again_on, why):
    with pytest.raises(ActionRefused, match=why):
        actions.refer(support=support, by=suzuki, place="広報課", asked_on=asked_on, ask_again_on=ask_again_on)
    assert not NextStep.objects.exists()


def test_who_waits_in_vain_is_reminded_in_the_morning(referred, suzuki):
    with clock.at(timezone.make_aware(datetime(2026, 12, 9, 9))):
        actions.make_digest()
        mail = Delivery.objects.get(key__startswith="digest:", address=suzuki.email)
    assert "財政局納税管理課の回答を確認する" in mail.body


def test_the_answer_is_noted_and_nobody_waits_any_longer(desk, started_case, referred):
    sent = {"answered_on": "2026-11-24", "answer": "一覧はCSVで出せる。"}
    assert send(desk, started_case, "support_answer", referred.pk, **sent).status_code == 302
    referred.refresh_from_db()
    assert (referred.answered_on, referred.answer) == (TODAY, "一覧はCSVで出せる。")
    assert not started_case.next_steps.open().exists()
    assert kinds(started_case)[-1] == "referral_answered"
    page = text(look(desk, started_case))
    assert "財政局納税管理課 11月24日 依頼 11月24日 回答" in page
    assert "財政局納税管理課 令和8年11月24日（火） 回答 一覧はCSVで出せる。" in page
    assert started_case in type(started_case).objects.matching("一覧 CSV")


def test_an_answer_comes_after_the_question(support, referred, suzuki):
    with pytest.raises(ActionRefused, match="回答日が依頼日より前"):
        actions.answer_referral(support=referred, by=suzuki, answered_on=TODAY - timedelta(days=1), answer="可")
    with pytest.raises(ActionRefused, match="まだ来ていない日"):
        actions.answer_referral(support=referred, by=suzuki, answered_on=TODAY + timedelta(days=1), answer="可")


def test_nothing_is_answered_that_was_not_asked(support, suzuki):
    with pytest.raises(ActionRefused, match="先に紹介先を記録"):
        actions.answer_referral(support=support, by=suzuki, answered_on=TODAY, answer="可")


def test_a_case_is_not_closed_while_they_have_not_answered(desk, started_case, referred, suzuki, procedures):
    closing = {"result": "referred", "level": 1, "topic": procedures}
    with pytest.raises(ActionRefused, match="財政局納税管理課からまだ回答がありません"):
        actions.close(case=started_case, by=suzuki, **closing)
    bulk = text(desk.get(reverse("case_bulk_close"), {"case": started_case.pk}))
    assert "財政局納税管理課からまだ回答がありません" in bulk
    actions.answer_referral(support=referred, by=suzuki, answered_on=TODAY, answer="受け付けた。")
    actions.close(case=started_case, by=suzuki, **closing)


def test_a_late_answer_is_noted_on_a_closed_case_too(started_case, referred, suzuki, procedures):
    actions.change_support(support=referred, by=suzuki, state=SupportState.DONE)
    actions.close(case=started_case, by=suzuki, result="referred", level=1, topic=procedures)
    actions.answer_referral(support=referred, by=suzuki, answered_on=TODAY, answer="受け付けた。")
    assert kinds(started_case)[-1] == "referral_answered"


def test_whom_it_went_to_is_put_right_with_the_same_step(desk, started_case, referred, suzuki, asahi):
    days = {"asked_on": TODAY, "ask_again_on": date(2026, 12, 15)}
    actions.refer(support=referred, by=suzuki, department=asahi, place="総務課", **days)
    step = started_case.next_steps.get()
    assert (step.text, step.due_on) == ("旭区総務課の回答を確認する", date(2026, 12, 15))
    with pytest.raises(ActionRefused, match="変更"):
        actions.refer(support=referred, by=suzuki, department=asahi, place="総務課", **days)


def test_a_new_day_is_followed_by_a_new_step_where_the_first_was_done(started_case, referred, suzuki, finance):
    actions.finish_step(step=started_case.next_steps.get(), by=suzuki)
    days = {"asked_on": TODAY, "ask_again_on": date(2026, 12, 15)}
    actions.refer(support=referred, by=suzuki, department=finance, place="納税管理課", **days)
    assert started_case.next_steps.open().get().due_on == date(2026, 12, 15)


def test_with_the_end_of_the_support_nobody_waits_for_the_answer(started_case, referred, suzuki):
    actions.change_support(support=referred, by=suzuki, state=SupportState.DROPPED)
    assert started_case.next_steps.get().dropped
    with pytest.raises(ActionRefused, match="この支援は終わっています"):
        actions.refer(support=referred, by=suzuki, place="広報課", asked_on=TODAY, ask_again_on=TODAY)


def test_once_answered_it_goes_to_nobody_else(desk, started_case, referred, suzuki):
    actions.answer_referral(support=referred, by=suzuki, answered_on=TODAY, answer="可")
    with pytest.raises(ActionRefused, match="すでに回答を受けています"):
        actions.refer(support=referred, by=suzuki, place="広報課", asked_on=TODAY, ask_again_on=TODAY)
    actions.answer_referral(support=referred, by=suzuki, answered_on=TODAY, answer="条件付きで可")
    assert "条件付きで可" in text(look(desk, started_case))


def test_other_menus_are_no_referral(started_case, suzuki):
    rpa = actions.choose_support(case=started_case, by=suzuki, menu=make_menu("existing_tool"), reason="転記")
    with pytest.raises(ActionRefused, match="他部署への紹介のメニューだけ"):
        actions.refer(support=rpa, by=suzuki, place="広報課", asked_on=TODAY, ask_again_on=TODAY)


def test_two_who_note_different_things_lose_neither(desk, started_case, referred, suzuki):
    opened = Opened(desk, started_case, "support_refer", referred.pk)
    actions.change_support(support=referred, by=suzuki, state=SupportState.RUNNING, outcome="窓口に連絡した")
    response = opened.send(place="収納対策課")
    assert response.status_code == 302
    referred.refresh_from_db()
    assert (referred.referred_place, referred.outcome) == ("収納対策課", "窓口に連絡した")
