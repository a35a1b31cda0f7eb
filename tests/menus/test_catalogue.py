from datetime import date

import pytest
from django.urls import reverse

from menus.actions import keep_menu
from menus.models import SupportMenu
from office import clock
from tests.cast import signed_in
from tests.consultations import requester


@pytest.fixture
def rpa(db: None) -> SupportMenu:
    return SupportMenu.objects.create(
        key="rpa",
        kind="existing_tool",
        name="RPA環境の提供",
        name_en="RPA",
        summary="画面操作を記録し、自動で繰り返す。",
        suits="毎月くり返す転記\n件数の多い登録",
        does_not_suit="判断が途中に入る作業",
        steps="手順を表に書き出す\n共通端末を申請する",
        contact="内線 4122",
        url="https://rpa.example.jp/",
    )


def test_it_lists_each_menu_with_what_it_suits_and_what_not(desk, rpa):
    page = desk.get(reverse("menu_list")).content.decode()
    for text in ("既存ツール", "RPA環境の提供", "毎月くり返す転記", "件数の多い登録", "判断が途中に入る作業"):
        assert text in page
    assert f'href="{reverse("menu_detail", args=["rpa"])}"' in page


def test_it_groups_by_kind_whatever_order_the_menus_have(desk, rpa):
    SupportMenu.objects.create(key="hack", kind="open_innovation", name="公募", summary="-", order=1)
    SupportMenu.objects.create(key="ocr", kind="existing_tool", name="読み取り", summary="-", order=2)
    page = desk.get(reverse("menu_list")).content.decode()
    assert page.count("<h2>") == 2
    assert page.index("RPA環境") < page.index("読み取り") < page.index("公募")


def test_it_sets_apart_what_is_not_on_offer_today(desk, rpa):
    rpa.active_to = date(2026, 3, 31)
    rpa.save()
    with clock.at(clock.now().replace(year=2026, month=11, day=24)):
        page = desk.get(reverse("menu_list")).content.decode()
        detail = desk.get(reverse("menu_detail", args=["rpa"])).content.decode()
    assert "現在提供していないメニュー" in page
    assert "毎月くり返す転記" not in page
    assert "現在提供していません" in detail


def test_it_says_how_to_apply_and_whom_to_ask(desk, rpa):
    page = desk.get(reverse("menu_detail", args=["rpa"])).content.decode()
    for text in ("手順を表に書き出す", "共通端末を申請する", "内線 4122", "https://rpa.example.jp/"):
        assert text in page


def test_it_uses_the_english_name_on_the_english_page(desk, rpa):
    desk.cookies["language"] = "en"
    page = desk.get(reverse("menu_list")).content.decode()
    assert "Existing tool" in page
    assert "RPA環境の提供" not in page


def test_it_keeps_its_number_of_queries_however_many_menus(desk, rpa, django_assert_max_num_queries):
    for number in range(20):
        SupportMenu.objects.create(key=f"m{number}", kind="consultant", name=f"メニュー{number}", summary="-")
    with django_assert_max_num_queries(4):
        desk.get(reverse("menu_list"))


def test_everybody_may_read_it_without_what_came_of_the_menus(client, rpa, yamada, ict_member):
    for browser in (client, signed_in(yamada), signed_in(ict_member)):
        listed = requester.text(browser.get(reverse("catalogue")))
        assert "既存ツールの活用 RPA環境の提供" in listed
        assert "件数の多い登録" in listed
        assert "利用した案件" not in listed
        page = requester.text(browser.get(reverse("catalogue_menu", args=["rpa"])))
        for said in ("手順を表に書き出す", "共通端末を申請する", "内線 4122", "https://rpa.example.jp/", "相談する"):
            assert said in page
        assert "実績" not in page


def test_everybody_finds_it_from_the_head_of_every_page_and_the_office_at_the_desk(client, desk, rpa):
    link = f'href="{reverse("catalogue")}"'
    assert link in client.get("/").content.decode()
    assert link not in desk.get("/").content.decode()
    assert f'href="{reverse("menu_list")}"' in desk.get("/").content.decode()


def test_everybody_finds_it_by_search_and_each_is_led_to_the_own_page(client, desk, suzuki, rpa):
    keep_menu(row=rpa, by=suzuki)
    for browser, page in ((client, "catalogue_menu"), (desk, "menu_detail")):
        found = browser.get(reverse("search"), {"q": "画面操作"}).content.decode()
        assert f'href="{reverse(page, args=["rpa"])}"' in found


def test_to_everybody_it_lists_only_what_is_on_offer(client, rpa):
    rpa.active_to = date(2026, 3, 31)
    rpa.save()
    with clock.at(clock.now().replace(year=2026, month=11, day=24)):
        assert "RPA" not in requester.text(client.get(reverse("catalogue")))
        assert "現在提供していません" in requester.text(client.get(reverse("catalogue_menu", args=["rpa"])))


def test_the_public_pages_ask_as_often_for_many_menus_as_for_one(client, rpa, django_assert_max_num_queries):
    for number in range(20):
        SupportMenu.objects.create(key=f"m{number}", kind="consultant", name=f"メニュー{number}", summary="-")
    with django_assert_max_num_queries(2):
        client.get(reverse("catalogue"))


def test_it_is_shut_to_people_outside_the_office(client, rpa, yamada, ict_member):
    for url in (reverse("menu_list"), reverse("menu_detail", args=["rpa"])):
        assert client.get(url).status_code == 302
        assert signed_in(yamada).get(url).status_code == 404
        assert signed_in(ict_member).get(url).status_code == 404


def test_it_says_404_for_a_menu_that_does_not_exist(desk):
    assert desk.get(reverse("menu_detail", args=["nothing"])).status_code == 404
