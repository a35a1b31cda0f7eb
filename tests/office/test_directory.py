from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from office import clock
from tests.factories import make_department, make_member, make_pair

pytestmark = pytest.mark.django_db
TODAY = timezone.make_aware(datetime(2026, 11, 24, 10))


@pytest.fixture(autouse=True)
def the_day():
    with clock.at(TODAY):
        yield


def names_shown(response) -> list[str]:
    return [row.department.name for _kind, rows in response.context["groups"] for row in rows]


def test_it_shows_a_stranger_the_pair_with_phone_mail_and_chat(client, pair, suzuki):
    suzuki.chat_url = "https://chat.example.jp/suzuki"
    suzuki.save()
    page = client.get("/departments/").content.decode()
    assert '<a href="tel:2101">内線 2101</a>' in page
    assert '<a href="mailto:suzuki@city.example.jp">' in page
    assert '<a href="https://chat.example.jp/suzuki" rel="noreferrer">' in page


def test_it_leads_to_the_form_with_the_department_filled_in(client, pair):
    assert f'href="{reverse("consult")}?department=kohoku"' in client.get("/departments/").content.decode()


def test_it_groups_wards_and_bureaus_in_the_official_order(client):
    for order, (name, kind) in enumerate(
        [("港湾局", "bureau"), ("旭区", "ward"), ("総務局", "bureau"), ("港北区", "ward")]
    ):
        make_department(name, order=order, kind=kind)
    assert names_shown(client.get("/departments/")) == ["旭区", "港北区", "港湾局", "総務局"]


def test_it_says_that_a_seat_is_vacant_and_who_answers_meanwhile(client, kohoku, suzuki):
    make_pair(kohoku, suzuki, None)
    page = client.get("/departments/").content.decode()
    assert "空席" in page
    assert "当面は鈴木 一郎さんが対応します" in page


def test_it_says_that_nobody_is_named_and_still_offers_the_form(client, kohoku):
    page = client.get("/departments/").content.decode()
    assert "担当者を調整中です" in page
    assert "?department=kohoku" in page


def test_it_shows_the_pair_of_today_only(client, kohoku, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato, date(2025, 4, 1))
    make_pair(kohoku, ito, sato, date(2026, 4, 1))
    make_pair(kohoku, suzuki, ito, date(2027, 4, 1))
    page = client.get("/departments/").content.decode()
    assert ("伊藤 健" in page, "佐藤 花子" in page, "鈴木 一郎" in page) == (True, True, False)


def test_it_leaves_out_a_department_that_is_no_more_or_not_yet(client, kohoku, asahi):
    kohoku.valid_to = date(2026, 11, 23)
    kohoku.save()
    asahi.valid_from = date(2026, 11, 24)
    asahi.save()
    assert names_shown(client.get("/departments/")) == ["旭区"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("港北", ["港北区"]),
        ("鈴木", ["港北区"]),
        ("鈴木一郎", ["港北区"]),
        ("  佐藤　花子 ", ["港北区"]),
        ("港北 鈴木", ["港北区"]),
        ("旭 鈴木", []),
        ("保土ヶ谷", ["保土ケ谷区"]),
        ("ﾃﾞｼﾞﾀﾙ", ["デジタル統括本部"]),
        ("ｇｒｅｅｎ", ["脱炭素・GREEN×EXPO推進局"]),
        ("", ["港北区", "旭区", "保土ケ谷区", "デジタル統括本部", "脱炭素・GREEN×EXPO推進局"]),
    ],
)
def test_it_finds_departments_and_people_however_they_are_typed(client, pair, asahi, typed, found):
    for order, name in enumerate(["保土ケ谷区", "デジタル統括本部", "脱炭素・GREEN×EXPO推進局"], start=20):
        make_department(name, order=order)
    assert sorted(names_shown(client.get("/departments/", {"q": typed}))) == sorted(found)


def test_it_says_that_nothing_was_found_and_how_to_go_on(client, pair):
    page = client.get("/departments/", {"q": "豊島"}).content.decode()
    assert "該当する区局や担当者が見つかりません" in page
    assert "すべて表示" in page


@pytest.mark.parametrize("typed", ["%00", "a" * 101, "%0a区"], ids=["NUL", "too long", "line break"])
def test_it_refuses_what_cannot_be_a_name_with_a_message(client, pair, typed):
    response = client.get(f"/departments/?q=港北{typed}")
    assert response.status_code == 422
    assert 'id="id_q_error"' in response.content.decode()


def test_it_finds_nothing_by_a_lone_surrogate(client, pair):
    assert names_shown(client.get("/departments/?q=%ed%a0%80")) == []


def test_it_speaks_english_when_asked(client, kohoku, suzuki, settings):
    make_pair(kohoku, suzuki, None)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get("/departments/").content.decode()
    assert "Vacant" in page
    assert "鈴木 一郎 answers for now" in page


def test_it_asks_as_many_queries_for_many_departments_as_for_one(client, pair, django_assert_num_queries):
    with django_assert_num_queries(3):  # departments, pairs with their people, absences
        client.get("/departments/")
    for number in range(40):
        department = make_department(f"第{number}局", order=100 + number, kind="bureau")
        make_pair(department, make_member(f"a{number}", f"甲 {number}"), make_member(f"b{number}", f"乙 {number}"))
    with django_assert_num_queries(3):
        client.get("/departments/")
