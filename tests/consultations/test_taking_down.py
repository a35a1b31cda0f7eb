"""A consultation comes by phone, chat or in person: /desk/cases/new/."""

import re
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from consultations import actions
from consultations.models import Case, EntryKind, Intake
from consultations.states import Channel, Result, Status
from office import clock
from outbox.models import Delivery
from tests.cast import signed_in
from tests.consultations.desk_pages import english, text
from tests.consultations.requester import shown
from tests.consultations.test_races import at_once
from tests.factories import make_pair

NEW = "/desk/cases/new/"
LINK = "/desk/cases/new/form-link/"


@pytest.fixture
def call(kohoku, chiiki, pair) -> dict[str, str]:
    """What is typed while 田中 of 港北区 is on the phone."""
    return {
        "key": str(uuid.uuid4()),
        "channel": "phone",
        "department": "kohoku",
        "section": "地域振興課",
        "name": "田中 実",
        "phone": "内線 1234",
        "problem": "RPAを使いたい。どこに申し込めばよいか。",
    }


@pytest.fixture
def answered(call, procedures) -> dict[str, str]:
    return {**call, "answered": "on", "answer": "手引きの3ページをご案内した。", "level": "1", "topic": "procedures"}


def test_a_call_becomes_a_case_of_the_departments_pair(desk, suzuki, call, chiiki, pair):
    response = desk.post(NEW, call)
    case = Case.objects.get()
    assert response["Location"] == case.get_absolute_url()
    assert (case.channel, case.section, case.pair, case.phone) == (Channel.PHONE, chiiki, pair, "内線 1234")
    assert (case.status, case.title) == (Status.NEW, "RPAを使いたい")
    entry = case.entries.get()
    assert (entry.kind, entry.user) == (EntryKind.RECEIVED, suzuki)


def test_the_whole_office_is_told_and_without_an_address_nobody_else(desk, suzuki, sato, ito, call):
    desk.post(NEW, call)
    assert {delivery.address for delivery in Delivery.objects.all()} == {p.email for p in (suzuki, sato, ito)}


def test_with_an_address_the_requester_has_the_receipt(desk, call):
    desk.post(NEW, {**call, "email": "tanaka@kohoku.example.jp"})
    assert Delivery.objects.filter(address="tanaka@kohoku.example.jp").count() == 1


def test_an_address_may_be_typed_full_width(desk, call):
    desk.post(NEW, {**call, "email": "ｔａｎａｋａ＠ｋｏｈｏｋｕ．ｅｘａｍｐｌｅ．ｊｐ"})  # noqa: RUF001
    desk.post(LINK, {"link-email": "ｙａｍａｄａ＠ｋｏｈｏｋｕ．ｅｘａｍｐｌｅ．ｊｐ"})  # noqa: RUF001
    told = {delivery.address for delivery in Delivery.objects.all()}
    assert {"tanaka@kohoku.example.jp", "yamada@kohoku.example.jp"} <= told


def test_a_section_the_table_does_not_know_stays_as_typed(desk, call):
    desk.post(NEW, {**call, "section": "地域振興課 青少年係"})
    case = Case.objects.get()
    assert (case.section, case.section_name) == (None, "地域振興課 青少年係")


def test_a_title_and_an_earlier_day_may_be_given(desk, call):
    day = clock.today() - timedelta(days=3)
    desk.post(NEW, {**call, "title": "RPAの申込み", "received_on": day.isoformat(), "received_time": "10:05"})
    case = Case.objects.get()
    assert case.title == "RPAの申込み"
    assert timezone.localtime(case.received_at).strftime("%Y-%m-%d %H:%M") == f"{day} 10:05"


def test_answered_on_the_spot_it_is_closed_at_once(desk, suzuki, answered, procedures):
    response = english(desk).post(NEW, answered, follow=True)
    case = Case.objects.get()
    assert (case.status, case.result, case.level, case.topic) == (Status.COMPLETED, Result.ANSWERED, 1, procedures)
    assert (case.closed_by, case.entries.get(kind=EntryKind.REPLY).text) == (suzuki, "手引きの3ページをご案内した。")
    assert f"{case.number} was answered and closed." in text(response)


def test_answering_needs_an_answer_a_level_and_a_topic(desk, answered):
    response = english(desk).post(NEW, {**answered, "answer": "", "level": "", "topic": ""})
    assert response.status_code == 422
    for words in ("Write the answer that was given.", "Choose a level.", "Choose a topic."):
        assert words in text(response)
    assert not Case.objects.exists()


def test_from_level_3_up_a_lesson_is_asked_for(desk, answered):
    assert "Write a lesson" in text(english(desk).post(NEW, {**answered, "level": "3"}))
    desk.post(NEW, {**answered, "level": "3", "lesson": "まずkintoneで足りるかを聞く。"})
    assert Case.objects.get().lesson == "まずkintoneで足りるかを聞く。"


def test_an_answer_without_the_tick_is_not_lost_silently(desk, answered):
    del answered["answered"]
    response = english(desk).post(NEW, answered)
    assert response.status_code == 422
    assert "Tick this to keep the answer" in text(response)
    assert answered["answer"] in text(response)


def test_a_level_without_answer_or_tick_means_nothing(desk, call):
    desk.post(NEW, {**call, "level": "4"})
    assert (Case.objects.get().level, Case.objects.get().closed_at) == (None, None)


@pytest.mark.parametrize("form", ["call", "answered"])
def test_a_double_click_makes_one_case(desk, form, request):
    typed = request.getfixturevalue(form)
    first, second = desk.post(NEW, typed), desk.post(NEW, typed)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_very_same_moment_make_one_case(suzuki, kohoku, pair):
    key, facts = uuid.uuid4(), {"problem": "困っています。", "department": kohoku, "name": "田中"}
    first, second = at_once(*[lambda: actions.take_down(by=suzuki, key=key, session_key="s", **facts)] * 2)
    assert first == second == Case.objects.get()


def test_whoever_goes_back_and_writes_something_else_makes_another_case(desk, call):
    desk.post(NEW, call)
    desk.post(NEW, {**call, "name": "高田 真理", "problem": "別の件です。"})
    assert Case.objects.count() == 2


def test_a_refused_form_may_be_sent_again_with_the_same_key(desk, call):
    tomorrow = clock.today() + timedelta(days=1)
    assert desk.post(NEW, {**call, "received_on": tomorrow.isoformat()}).status_code == 409
    assert not Intake.objects.exists()
    assert desk.post(NEW, call).status_code == 302


def test_the_key_of_somebody_elses_form_is_refused(suzuki, kohoku, pair):
    draft = Intake.objects.create(session_key="someone-else")
    with pytest.raises(actions.ActionRefused):
        actions.take_down(
            by=suzuki, key=draft.pk, session_key="mine", problem="困っています。", department=kohoku, name="田中"
        )
    assert not Case.objects.exists()


def test_what_was_typed_stays_where_something_is_missing(desk, call):
    response = english(desk).post(NEW, {**call, "department": "", "name": "", "section": ""})
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: " in page
    for words in ("Choose a department.", "Write the section.", "Write the name of the person who asks."):
        assert text(response).count(words) == 2  # on top and at the field
    assert call["problem"] in page
    assert f'value="{call["key"]}"' in page
    assert 'value="内線 1234"' in page


def test_a_day_to_come_is_refused_with_everything_kept(desk, call):
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    response = english(desk).post(NEW, {**call, "received_on": tomorrow})
    assert response.status_code == 409
    assert "lies in the future" in text(response)
    assert call["problem"] in text(response)
    assert re.search(r'<details class="more" open>.*value="' + tomorrow, response.content.decode(), re.DOTALL)


@pytest.mark.parametrize(
    "wrong",
    [
        {"department": "nowhere"},
        {"department": "\x00"},
        {"channel": "form"},
        {"channel": "pigeon"},
        {"topic": "none"},
        {"section": "x" * 101},
        {"name": "田中\r\nBcc: all@city.example.jp"},
        {"name": "\x00"},
        {"email": "tanaka"},
        {"email": "a@b.example\nBcc: all@city.example.jp"},
        {"problem": "  "},
        {"problem": "困" * 10_001},
        {"problem": "\x00"},
        {"title": "x" * 81},
        {"received_on": "0001-01-01"},
        {"received_on": "2020-04-01"},
        {"received_on": "yesterday"},
        {"received_time": "25:00"},
        {"level": "9"},
        {"key": "x"},
        {"key": ""},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_bad_input_is_named_and_nothing_is_written(desk, answered, wrong):
    response = desk.post(NEW, urlencode({**answered, **wrong}), content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert 'id="error-summary-title"' in response.content.decode()
    assert not Case.objects.exists()
    assert not Delivery.objects.exists()


def test_emoji_and_rare_characters_are_kept(desk, call):
    desk.post(NEW, {**call, "name": "𠮷田 😀", "problem": "髙島屋の件😀"})
    assert Case.objects.get().name == "𠮷田 😀"


def test_ones_own_departments_stand_on_top(desk, kohoku, asahi, pair, sato, ito):
    make_pair(asahi, ito, None)
    page = english(desk).get(NEW).content.decode()
    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page, re.DOTALL)[:2]
    assert [(label, re.findall(r'value="(\w+)"', options)) for label, options in groups] == [
        ("Yours", ["kohoku"]),
        ("Ward", ["asahi"]),
    ]


def test_the_sections_of_a_department_come_when_it_is_chosen(desk, chiiki, kohoku):
    chiiki.is_active = True
    response = desk.get(NEW, {"department": "kohoku"}, headers={"HX-Request": "true"})
    assert response.content.decode().strip() == '<option value="地域振興課"></option>'
    for nonsense in ("", "nowhere", "\x00"):
        response = desk.get(NEW, {"department": nonsense}, headers={"HX-Request": "true"})
        assert (response.status_code, response.content.strip()) == (200, b"")


def test_going_back_brings_a_form_with_a_key_of_its_own(desk, db):
    first, second = desk.get(NEW), desk.get(NEW)
    assert "no-store" in first["Cache-Control"]
    keys = [re.search(r'name="key" value="([^"]+)"', page.content.decode())[1] for page in (first, second)]
    assert keys[0] != keys[1]


def test_the_form_is_mailed_to_somebody_who_had_better_write_it(desk, kohoku):
    response = english(desk).post(
        LINK, {"link-email": "tanaka@kohoku.example.jp", "link-department": "kohoku"}, follow=True
    )
    mail = Delivery.objects.get()
    assert mail.address == "tanaka@kohoku.example.jp"
    assert "tanaka@kohoku.example.jp" in text(response)
    assert response.redirect_chain == [(NEW, 302)]
    assert not Case.objects.exists()


@pytest.mark.parametrize("address", ["", "tanaka", "a@b.example\nBcc: all@city.example.jp"])
def test_the_form_goes_nowhere_without_an_address(desk, kohoku, address):
    response = desk.post(LINK, {"link-email": address, "link-department": "nowhere"})
    assert response.status_code == 422
    assert not Delivery.objects.exists()


def test_it_is_closed_to_others(client, call, yamada, tanaka, ict_member):
    assert client.post(NEW, call).status_code == 302
    for outsider in (yamada, tanaka, ict_member):
        browser = signed_in(outsider)
        assert browser.get(NEW).status_code == browser.post(NEW, call).status_code == 404
        assert browser.post(LINK, {"link-email": "a@city.example.jp"}).status_code == 404
    assert not Case.objects.exists()


def test_a_double_click_mails_the_link_once(desk, kohoku):
    fields = {**shown(desk.get(NEW), "link-email"), "link-email": "takahashi@kohoku.example.jp"}
    for _click in range(2):
        assert desk.post(LINK, fields)["Location"] == NEW
    assert Delivery.objects.count() == 1
    desk.post(LINK, {**fields, "link-email": "another@kohoku.example.jp"})
    assert Delivery.objects.count() == 2


def test_the_link_is_sent_by_post_only(desk, db):
    assert desk.get(LINK)["Location"] == NEW
    assert not Delivery.objects.exists()
