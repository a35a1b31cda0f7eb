"""A session that ends while somebody is writing costs the way through the login, and no word of what was typed."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from consultations import actions
from consultations.models import Hearing, TechnicalCheck
from consultations.states import AskKind
from meetings.actions import plan_meeting
from meetings.models import Decision
from office import clock, era
from tests.consultations.hearings import prepared
from tests.factories import PASSWORD, make_case


@pytest.fixture
def case(transactional_db: None, kohoku, pair):
    return make_case(kohoku)


def send_and_sign_in_again(page: Page, user, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_label("ユーザー名").fill(user.username)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.locator("main form .button").first.click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))


def test_the_record_of_a_hearing(live_server, page: Page, sign_in, case, suzuki):
    hearing = prepared(case, suzuki)
    cause, question = hearing.hypotheses.first(), hearing.questions.first()
    typed = {
        "facts": "台帳が三つある。\n月末に三日かかる。",
        "real_problem": "条件が一か所にまとまっていない。",
        f"evidence_{cause.pk}": "台帳を見せてもらった。",
        f"answer_{question.pk}": "月に一度。",
        "hypothesis_2_text": "三つめの欄に書いた原因",
        "step_0_text": "様式を集める",
    }
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}{case.get_absolute_url()}hearings/{hearing.pk}/record/")
    Session.objects.all().delete()
    page.evaluate("document.querySelectorAll('main details').forEach((each) => (each.open = true))")
    for name, text in typed.items():
        page.locator(f"[name={name}]").fill(text)
    send_and_sign_in_again(page, suzuki, "保存")
    for name, text in typed.items():
        expect(page.locator(f"[name={name}]")).to_have_value(text)
    assert not Hearing.objects.get().is_held


def test_the_answer_of_ict_operations(live_server, page: Page, sign_in, case, suzuki, ict_member):
    check = actions.ask_check(case=case, by=suzuki, question="庁外で使ってよいか。")
    sign_in(page, str(live_server), ict_member)
    page.goto(f"{live_server}/ict/{check.pk}/")
    page.get_by_label("条件付き可").check()
    Session.objects.all().delete()
    page.locator("[name=answer]").fill("端末認証が前提です。")
    send_and_sign_in_again(page, ict_member, "回答する")
    expect(page.locator("[name=answer]")).to_have_value("端末認証が前提です。")
    assert TechnicalCheck.objects.get().is_open


def test_a_decision_of_the_meeting(live_server, page: Page, sign_in, case, suzuki):
    actions.ask_meeting(case=case, by=suzuki, kind=AskKind.DIRECTION, question="表計算で足りるか。")
    day = era.add_business_days(clock.today(), 1)
    meeting = plan_meeting(by=suzuki, held_on=day)
    typed = {"text": "件数を数える", "due_on": (day + timedelta(days=7)).isoformat()}
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}/desk/meetings/{meeting.pk}/room/")
    form = page.locator("form[data-draft^=decide]")
    Session.objects.all().delete()
    for name, text in typed.items():
        form.locator(f"[name={name}]").fill(text)
    form.locator("[name=owner]").select_option(str(suzuki.pk))
    send_and_sign_in_again(page, suzuki, "案件の次の対応にする")
    for name, text in {**typed, "owner": str(suzuki.pk)}.items():
        expect(form.locator(f"[name={name}]")).to_have_value(text)
    form.get_by_role("button").click()
    expect(page.locator(".messages .notice-success")).to_be_visible()
    assert Decision.objects.get().owner == suzuki
    expect(form.locator("[name=text]")).to_have_value("")


def test_a_text_that_the_leads_keep(live_server, page: Page, sign_in, transactional_db, suzuki):
    sign_in(page, str(live_server), suzuki)
    page.goto(f"{live_server}/desk/keeping/canned-texts/new/")
    Session.objects.all().delete()
    page.locator("[name=text]").fill("{相談者}様\nお問い合わせありがとうございます。")
    send_and_sign_in_again(page, suzuki, "保存")
    expect(page.locator("[name=text]")).to_have_value("{相談者}様\nお問い合わせありがとうございます。")
