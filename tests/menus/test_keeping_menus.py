"""The support menus, as the leads keep them."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations import actions
from menus.models import SupportMenu
from office import clock
from tests.cast import signed_in
from tests.consultations.requester import text

LIST = "/desk/keeping/menus/"
RPA = {
    "kind": "existing_tool",
    "name": "RPA環境の提供",
    "name_en": "RPA",
    "summary": "画面操作を記録し、自動で繰り返す。",
    "suits": "毎月くり返す転記\r\n件数の多い登録",
    "does_not_suit": "",
    "steps": "申請する",
    "contact": "内線 4122",
    "url": "rpa.example.jp",
    "active_from": "2026-04-01",
    "active_to": "",
    "order": "1",
}


@pytest.fixture
def lead(suzuki) -> Client:
    return signed_in(suzuki)


@pytest.fixture
def rpa(lead) -> SupportMenu:
    assert lead.post(f"{LIST}new/", RPA).status_code == 302
    return SupportMenu.objects.get()


def test_a_menu_is_added_and_stands_in_the_catalogue(lead, rpa):
    assert (rpa.key, rpa.url, rpa.active_from) == ("rpa", "https://rpa.example.jp", date(2026, 4, 1))
    page = text(lead.get(reverse("menu_detail", args=["rpa"])))
    assert "毎月くり返す転記 件数の多い登録" in page
    row = text(lead.get(LIST))
    assert "RPA環境の提供 既存ツールの活用 2026-04-01" in row
    assert rpa.history.get().history_user.username == "suzuki"


def test_after_its_last_day_it_can_no_longer_be_chosen_and_cases_keep_it(lead, rpa, started_case, suzuki):
    support = actions.choose_support(case=started_case, by=suzuki, menu=rpa, reason="件数が多い")
    given = RPA | {"active_to": "2026-11-30", "seen": rpa.history.first().history_id}
    assert lead.post(f"{LIST}{rpa.pk}/", given).status_code == 302
    with clock.at(timezone.make_aware(datetime(2026, 12, 1, 9))):
        assert not SupportMenu.objects.on_offer().exists()
        assert [row.name for row in lead.get(LIST).context["resting"]] == ["RPA環境の提供"]
        assert "RPA環境の提供" in text(lead.get(started_case.get_absolute_url()))
    assert support.menu == rpa


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"kind": ""}, "種別を選んでください。"),
        ({"kind": "magic"}, "種別を選んでください。"),
        ({"name": ""}, "名称を入力してください。"),
        ({"summary": ""}, "概要を入力してください。"),
        ({"url": "内線でどうぞ"}, "リンクは https://www.city.example.jp/ のように入力してください。"),
        ({"url": "javascript:alert(1)"}, "リンクは https://www.city.example.jp/ のように入力してください。"),
        ({"active_from": "来月"}, "日付は 2026-11-24 のように入力してください。"),
        ({"active_to": "2026-03-31"}, "終了日が開始日より前です。"),
    ],
)
def test_what_cannot_be_kept_is_said_at_the_field_and_what_was_typed_stays(lead, typed, why):
    response = lead.post(f"{LIST}new/", RPA | typed)
    assert response.status_code == 422
    assert why in text(response)
    assert response.context["form"]["contact"].value() == "内線 4122"
    assert not SupportMenu.objects.exists()


def test_a_second_menu_of_the_same_english_name_gets_an_address_of_its_own(lead, rpa):
    lead.post(f"{LIST}new/", RPA | {"name": "RPA研修"})
    assert SupportMenu.objects.count() == 2
    for menu in SupportMenu.objects.all():
        assert lead.get(reverse("menu_detail", args=[menu.key])).status_code == 200


def test_two_leads_at_one_menu_lose_nothing(lead, administrator, rpa):
    given = RPA | {"seen": rpa.history.first().history_id}
    signed_in(administrator).post(f"{LIST}{rpa.pk}/", given | {"active_to": "2027-03-31", "contact": "内線 9"})
    response = lead.post(f"{LIST}{rpa.pk}/", given | {"steps": "電話する"})
    assert response.status_code == 409
    form = response.context["form"]
    assert (form["steps"].value(), form["active_to"].value(), form["contact"].value()) == (
        "電話する",
        date(2027, 3, 31),
        "内線 9",
    )
    assert "提供終了日 – → 2027-03-31" in text(response)
    assert 'value="2027-03-31"' in response.content.decode()


def test_its_kind_stays_for_cases_have_noted_what_only_that_kind_has(lead, rpa):
    page = lead.post(f"{LIST}{rpa.pk}/", {**RPA, "kind": "referral"})
    assert page.status_code == 422
    assert "支援メニューの種別は変えられません" in text(page)
    rpa.refresh_from_db()
    assert rpa.kind == "existing_tool"
