"""How the leads keep the topics; the pages of menus and texts are made the same way."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations import actions
from knowledge.models import Topic
from office import clock
from office.actions import StaleRow, keep
from tests.cast import signed_in
from tests.factories import make_case

LIST = "/desk/keeping/topics/"


def page_of(topic: Topic) -> str:
    return f"{LIST}{topic.pk}/"


def shown(response) -> dict[str, str]:
    """What the form of the page holds, as a browser would send it."""
    form = response.context["form"]
    held = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in held.items() if value not in (None, False)}


def change(browser: Client, topic: Topic, **typed: object):
    """Open the form, type, save."""
    opened = shown(browser.get(page_of(topic)))
    return browser.post(page_of(topic), {name: value for name, value in (opened | typed).items() if value is not None})


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def chief(suzuki) -> Client:
    return signed_in(suzuki)


# --- the door


@pytest.mark.parametrize("path", ["", "topics/", "topics/new/", "menus/", "canned-texts/", "questions/"])
def test_only_leads_and_administrators_come_in(suzuki, sato, administrator, tanaka, ict_member, path):
    url = f"/desk/keeping/{path}"
    assert signed_in(suzuki).get(url).status_code == 200
    assert signed_in(administrator).get(url).status_code == 200
    for person in (sato, tanaka, ict_member):
        assert signed_in(person).get(url).status_code == 404
    assert Client().get(url)["Location"].startswith("/accounts/login/")


def test_a_member_who_is_no_lead_changes_nothing(sato, procedures):
    given = {"name": "別の名前", "order": 1, "seen": 1}
    assert signed_in(sato).post(page_of(procedures), given).status_code == 404
    assert signed_in(sato).post(f"{LIST}new/", given).status_code == 404
    procedures.refresh_from_db()
    assert procedures.name == "手続案内"
    assert Topic.objects.count() == 8


def test_the_way_leads_through_the_header_for_leads_only(suzuki, sato):
    assert 'href="/desk/keeping/"' in signed_in(suzuki).get("/desk/").content.decode()
    assert 'href="/desk/keeping/"' not in signed_in(sato).get("/desk/").content.decode()


def test_there_is_no_way_to_delete(chief, procedures):
    assert chief.delete(page_of(procedures)).status_code == 405
    assert chief.post(f"{page_of(procedures)}delete/").status_code == 404


# --- adding, changing, taking out of use


def test_a_topic_is_added_and_stands_at_the_end(chief, suzuki):
    opened = shown(chief.get(f"{LIST}new/"))
    response = chief.post(f"{LIST}new/", opened | {"name": "AI活用", "name_en": "Using AI"}, follow=True)
    assert "「AI活用」を保存しました。" in text_of(response)
    added = Topic.objects.last()
    assert (added.name, added.key, added.order, added.is_active) == ("AI活用", "using-ai", 9, True)
    state = added.history.get()
    assert (state.history_type, state.history_user) == ("+", suzuki)


def test_a_topic_without_an_english_name_gets_a_key_all_the_same(chief):
    for name in ("AI活用", "データ活用"):
        chief.post(f"{LIST}new/", {"name": name, "order": 9, "is_active": "on"})
    keys = set(Topic.objects.filter(order=9).values_list("key", flat=True))
    assert len(keys) == 2
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": ""}, "名称を入力してください"),
        ({"name": "あ" * 51}, "51文字"),
        ({"name": "AI\n活用"}, "1行で"),
        ({"name": "手続案内"}, "同じ名前"),
        ({"order": ""}, "0から9999"),
        ({"order": "-1"}, "0から9999"),
        ({"order": "99999999999999999999"}, "0から9999"),
        ({"order": "一番"}, "0から9999"),
    ],
)
def test_what_cannot_be_kept_is_said_at_the_field_and_what_was_typed_stays(chief, typed, why):
    given = {"name": "AI活用", "name_en": "Using AI", "order": "9", "is_active": "on"} | typed
    response = chief.post(f"{LIST}new/", given)
    assert response.status_code == 422
    assert why in response.content.decode()
    assert response.content.decode().count("<title>エラー") == 1
    assert shown(response)["name_en"] == "Using AI"
    assert Topic.objects.count() == 8


def test_the_key_stays_when_the_name_changes(chief, procedures):
    change(chief, procedures, name="手続の案内", name_en="Guides", key="other")
    procedures.refresh_from_db()
    assert (procedures.name, procedures.key) == ("手続の案内", "procedures")


def test_a_topic_out_of_use_is_no_longer_offered_and_old_cases_keep_it(chief, desk, closed_case, new_case, procedures):
    change(chief, procedures, is_active=None)
    assert closed_case.topic == procedures
    assert procedures.name in text_of(desk.get(closed_case.get_absolute_url()))
    other = make_case(new_case.department)
    assert (
        procedures not in desk.get(reverse("case_answer", args=[other.number])).context["form"].fields["topic"].queryset
    )
    page = chief.get(LIST)
    assert procedures in page.context["resting"]
    assert procedures not in page.context["rows"]


def test_it_comes_back_into_use(chief, procedures):
    change(chief, procedures, is_active=None)
    change(chief, procedures, is_active="on")
    procedures.refresh_from_db()
    assert procedures.is_active


def test_the_order_is_the_order_of_the_lists(chief, procedures):
    change(chief, procedures, order=99)
    assert chief.get(LIST).context["rows"][-1] == procedures


# --- who changed what


def test_the_page_says_who_changed_what_and_when(chief, administrator, procedures):
    with clock.at(timezone.make_aware(datetime(2027, 4, 1, 10, 5))):
        change(chief, procedures, name="手続の案内", order=2)
    change(signed_in(administrator), procedures, is_active=None)
    text = text_of(chief.get(page_of(procedures)))
    assert "令和9年4月1日（木）10:05 鈴木 一郎" in text
    assert "名称 手続案内 → 手続の案内" in text
    assert "管理 太郎" in text
    assert "使用中 はい → いいえ" in text


def test_saving_without_a_change_leaves_no_trace(chief, procedures):
    before = procedures.history.count()
    assert change(chief, procedures).status_code == 302
    assert procedures.history.count() == before


def test_the_administration_goes_through_the_same_door(administrator, procedures):
    given = {"name": "手続の案内", "name_en": "", "order": 1, "is_active": "on"}
    signed_in(administrator).post(f"/admin/knowledge/topic/{procedures.pk}/change/", given)
    assert procedures.history.first().history_user == administrator


# --- two at once


def test_what_two_changed_is_not_lost_and_the_second_sees_both(chief, administrator, procedures):
    opened = shown(chief.get(page_of(procedures)))
    change(signed_in(administrator), procedures, name="手続のご案内", order=5)
    response = chief.post(page_of(procedures), opened | {"name": "手続の案内", "name_en": "Guides"})
    assert response.status_code == 409
    text = text_of(response)
    assert "管理 太郎" in text
    assert "名称 手続案内 → 手続のご案内" in text
    held = shown(response)
    assert (held["name"], held["name_en"], held["order"]) == ("手続の案内", "Guides", 5)
    procedures.refresh_from_db()
    assert procedures.name == "手続のご案内"

    assert chief.post(page_of(procedures), held).status_code == 302
    procedures.refresh_from_db()
    assert (procedures.name, procedures.name_en, procedures.order) == ("手続の案内", "Guides", 5)


def test_what_is_typed_wrongly_on_a_stale_page_still_meets_the_other_change(chief, administrator, procedures):
    opened = shown(chief.get(page_of(procedures)))
    change(signed_in(administrator), procedures, order=5)
    wrong = chief.post(page_of(procedures), opened | {"name": ""})
    assert wrong.status_code == 422
    assert chief.post(page_of(procedures), shown(wrong) | {"name": "手続の案内"}).status_code == 409
    procedures.refresh_from_db()
    assert procedures.order == 5


def test_a_page_without_its_state_does_not_overrule_anybody(chief, administrator, procedures):
    change(signed_in(administrator), procedures, order=5)
    for seen in ("", "x", "999999"):
        response = chief.post(page_of(procedures), {"name": "手続の案内", "order": 1, "is_active": "on", "seen": seen})
        assert response.status_code in (409, 422)
    procedures.refresh_from_db()
    assert (procedures.name, procedures.order) == ("手続案内", 5)


def test_the_action_refuses_an_old_state(suzuki, procedures):
    before = procedures.history.first().history_id
    keep(row=procedures, by=suzuki, seen=before)
    with pytest.raises(StaleRow):
        keep(row=procedures, by=suzuki, seen=before)


# --- how much it asks


@pytest.mark.parametrize("path", [LIST, "change"])
def test_it_asks_as_much_for_many_rows_as_for_few(chief, suzuki, procedures, path):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert chief.get(page_of(procedures) if path == "change" else path).status_code == 200
        return len(asked)

    queries()
    few = queries()
    for number in range(20):
        keep(row=Topic(key=f"t{number}", name=f"種類{number}", order=20 + number), by=suzuki)
        procedures.order = number
        with clock.at(clock.now() + timedelta(minutes=number)):
            keep(row=procedures, by=suzuki)
    assert queries() == few


def test_a_topic_that_does_not_exist_is_not_found(chief):
    assert chief.get(f"{LIST}999999/").status_code == 404
    assert chief.post(f"{LIST}999999/", {"name": "x"}).status_code == 404


def test_a_closing_still_takes_any_topic_in_use(chief, new_case, suzuki):
    chief.post(f"{LIST}new/", {"name": "AI活用", "order": 9, "is_active": "on"})
    added = Topic.objects.get(name="AI活用")
    case = actions.answer_and_close(case=new_case, by=suzuki, text="こちらです。", level=1, topic=added)
    assert case.topic == added
