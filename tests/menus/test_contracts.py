"""The contracts with outside consultants, as the leads keep them."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from consultations import actions as consultations
from consultations.models import Booking
from menus.actions import ActionRefused, keep_contract
from menus.models import Contract
from office import clock
from tests.cast import signed_in
from tests.consultations.requester import text
from tests.factories import make_contract, make_menu

LIST = "/desk/keeping/contracts/"


@pytest.fixture(autouse=True)
def in_november():
    with clock.at(timezone.make_aware(datetime(2026, 11, 24, 10))):
        yield


@pytest.fixture
def lead(suzuki) -> Client:
    return signed_in(suzuki)


@pytest.fixture
def menu(db):
    return make_menu("consultant", "外部コンサルタント")


def test_a_contract_is_entered_for_a_fiscal_year(lead, menu, suzuki):
    form = lead.get(f"{LIST}new/").context["form"]
    assert [label for _year, label in form.fields["fiscal_year"].choices] == ["令和9年度", "令和8年度", "令和7年度"]
    assert form["fiscal_year"].value() == 2026
    assert lead.post(f"{LIST}new/", {"menu": menu.pk, "fiscal_year": "2026", "hours": "480"}).status_code == 302
    contract = Contract.objects.get()
    assert (contract.menu, contract.fiscal_year, contract.hours) == (menu, 2026, Decimal(480))
    assert contract.history.get().history_user == suzuki
    assert "外部コンサルタント 令和8年度" in text(lead.get(LIST))


def test_its_hours_are_changed_and_who_did_it_is_on_record(lead, suzuki):
    contract = make_contract(480)
    seen = contract.history.first().history_id
    given = {"menu": contract.menu_id, "fiscal_year": "2026", "hours": "600", "seen": seen}
    assert lead.post(f"{LIST}{contract.pk}/", given).status_code == 302
    contract.refresh_from_db()
    assert contract.hours == 600
    assert contract.history.first().history_user == suzuki
    stale = lead.post(f"{LIST}{contract.pk}/", given | {"hours": "700"})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"hours": ""}, "契約の時間数を入力してください。"),
        ({"hours": "0"}, "時間数は 2 や 1.5 のような数字で入力してください。"),
        ({"hours": "たくさん"}, "時間数は 2 や 1.5 のような数字で入力してください。"),
        ({"fiscal_year": "1999"}, "年度を選んでください。"),
        ({"menu": ""}, "メニューを選んでください。"),
    ],
)
def test_what_cannot_be_kept_is_said_at_the_field(lead, menu, typed, why):
    response = lead.post(f"{LIST}new/", {"menu": menu.pk, "fiscal_year": "2026", "hours": "480"} | typed)
    assert response.status_code == 422
    assert why in text(response)


def test_a_year_has_one_contract_of_a_menu(lead):
    contract = make_contract(480)
    response = lead.post(f"{LIST}new/", {"menu": contract.menu_id, "fiscal_year": "2026", "hours": "10"})
    assert response.status_code == 422
    assert "このメニューの同じ年度の契約がすでにあります。" in text(response)


@pytest.fixture
def booked(started_case, suzuki) -> Booking:
    contract = make_contract(480)
    support = consultations.choose_support(case=started_case, by=suzuki, menu=contract.menu, reason="聞き取り")
    return consultations.book_hours(support=support, by=suzuki, hours=Decimal(9), purpose="聞き取り")


@pytest.mark.parametrize("field", ["fiscal_year", "menu"])
def test_what_is_booked_stays_with_its_menu_and_year(lead, suzuki, booked, field):
    contract = booked.contract
    other = {"fiscal_year": 2027, "menu": make_menu("consultant", "another").pk}[field]
    given = {"menu": contract.menu_id, "fiscal_year": 2026, "hours": "500", field: other}
    refused = lead.post(f"{LIST}{contract.pk}/", given | {"seen": contract.history.first().history_id})
    assert refused.status_code == 409
    assert refused.context["form"].errors == {
        field: ["この契約から時間が予約されているため、メニューと年度は変更できません。別に契約を追加してください。"]
    }
    kept = Contract.objects.get()
    assert (kept.menu, kept.fiscal_year, kept.hours) == (contract.menu, 2026, 480)


def test_a_slip_of_the_year_is_mended_while_nothing_is_booked(suzuki, booked):
    consultations.take_back_booking(booking=booked, by=suzuki)
    booked.contract.fiscal_year = 2027
    keep_contract(row=booked.contract, by=suzuki)
    assert Contract.objects.get().fiscal_year == 2027


def test_only_consultants_are_under_contract(lead, suzuki):
    tool = make_menu("existing_tool", "RPA")
    response = lead.post(f"{LIST}new/", {"menu": tool.pk, "fiscal_year": "2026", "hours": "10"})
    assert response.status_code == 422
    with pytest.raises(ActionRefused, match="外部コンサルタントのメニューだけ"):
        keep_contract(row=Contract(menu=tool, fiscal_year=2026, hours=Decimal(10)), by=suzuki)


def test_those_of_other_years_stand_apart(lead):
    make_contract(480, year=2025)
    this = make_contract(600)
    page = lead.get(LIST)
    assert [row.pk for row in page.context["rows"]] == [this.pk]
    assert [row.fiscal_year for row in page.context["resting"]] == [2025]
