"""Hours of outside consultants: booked from the contract of the year, and never beyond it without a manager's word."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations import actions
from consultations.actions import ActionRefused
from consultations.models import Booking, Support
from consultations.states import SupportState
from menus.actions import keep_contract
from office import clock
from office.actors import SYSTEM
from office.models import Rank
from tests.cast import signed_in
from tests.consultations.case_page import kinds, look, send
from tests.consultations.requester import text
from tests.factories import make_case, make_contract, make_member, make_menu


@pytest.fixture(autouse=True)
def in_november():
    with clock.at(timezone.make_aware(datetime(2026, 11, 24, 10))):
        yield


@pytest.fixture
def contract(db):
    return make_contract(10)


@pytest.fixture
def support(started_case, suzuki, contract) -> Support:
    return actions.choose_support(case=started_case, by=suzuki, menu=contract.menu, reason="聞き取りが要る。")


@pytest.fixture
def manager(db):
    return make_member("omura", "大村 課長", rank=Rank.MANAGER)


def book(support, by, hours, **more):
    return actions.book_hours(support=support, by=by, hours=Decimal(hours), purpose="聞き取り", **more)


def test_hours_are_booked_and_the_support_then_runs(desk, started_case, support):
    sent = {"hours": "2.5", "held_on": "2026-12-03", "purpose": "5つの事務所への聞き取り"}
    response = send(desk, started_case, "support_hours", support.pk, **sent)
    assert response["Location"] == reverse("case_support_hours", args=[started_case.number, support.pk])
    booking = support.bookings.get()
    assert (booking.hours, booking.held_on, booking.contract.fiscal_year) == (Decimal("2.5"), date(2026, 12, 3), 2026)
    support.refresh_from_db()
    assert support.state == SupportState.RUNNING
    assert kinds(started_case)[-1] == "hours_booked"
    page = text(desk.get(response["Location"]))
    assert "2.5時間 令和8年度 12月3日 5つの事務所への聞き取り 鈴木" in page
    assert "年度 契約枠 予約済み 残り 令和8年度 10時間 2.5時間 7.5時間" in page
    case = text(look(desk, started_case))
    assert "予約 2.5時間" in case
    assert "予約後の契約の残り 7.5時間" in case


def test_a_booking_says_for_which_day_or_what_for(desk, started_case, support):
    form = send(desk, started_case, "support_hours", support.pk, hours="2").context["form"]
    assert form.errors == {"purpose": ["実施日か用途のどちらかを入力してください。"]}
    with pytest.raises(ActionRefused, match="実施日か用途"):
        actions.book_hours(support=support, by=support.chosen_by, hours=Decimal(2))


@pytest.mark.parametrize("hours", ["", "0", "-1", "二時間", "1.25", "1000", "NaN"])
def test_what_is_no_number_of_hours_is_refused_at_its_field(desk, started_case, support, hours):
    response = send(desk, started_case, "support_hours", support.pk, hours=hours, purpose="聞き取り")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"hours"}
    assert not Booking.objects.exists()


def test_full_width_figures_are_figures(desk, started_case, support):
    send(desk, started_case, "support_hours", support.pk, hours="１．５", purpose="聞き取り")  # noqa: RUF001
    assert support.bookings.get().hours == Decimal("1.5")


def test_the_last_hour_can_be_booked_and_no_more(desk, started_case, support, suzuki):
    book(support, suzuki, 10)
    response = send(desk, started_case, "support_hours", support.pk, hours="0.5", purpose="もう少し")
    assert response.status_code == 409
    assert "令和8年度の契約の残りは0時間です。超える予約は、課長以上だけが認めることができます。" in text(response)
    assert response.context["form"]["purpose"].value() == "もう少し"
    assert support.bookings.count() == 1


def test_hours_of_all_cases_count(support, suzuki, kohoku, contract):
    other = make_case(kohoku)
    book(actions.choose_support(case=other, by=suzuki, menu=contract.menu, reason="同じ"), suzuki, 8)
    with pytest.raises(ActionRefused, match="残りは2時間"):
        book(support, suzuki, 3)


def test_a_manager_goes_beyond_the_contract_with_a_reason_that_stays_in_the_history(started_case, support, manager):
    desk = signed_in(manager)
    assert "超過を認める理由" in text(desk.get(reverse("case_support_hours", args=[started_case.number, support.pk])))
    refused = send(desk, started_case, "support_hours", support.pk, hours="12", purpose="聞き取り")
    assert refused.status_code == 409
    assert "超える予約を認める理由を入力してください。" in text(refused)
    reason = {"excess_reason": "議会への報告に間に合わせるため。"}
    send(desk, started_case, "support_hours", support.pk, hours="12", purpose="聞き取り", **reason)
    assert support.bookings.get().excess_reason == "議会への報告に間に合わせるため。"
    assert "契約枠を2時間超過 大村 課長が承認：議会への報告に間に合わせるため。" in text(look(desk, started_case))
    hours = text(desk.get(reverse("case_support_hours", args=[started_case.number, support.pk])))
    assert "令和8年度 10時間 12時間 0時間 契約枠を2時間超過" in hours


def test_the_reason_that_is_wanting_is_asked_for_at_its_field(started_case, support, manager):
    refused = send(signed_in(manager), started_case, "support_hours", support.pk, hours="12", purpose="聞き取り")
    assert refused.context["form"].errors.keys() == {"excess_reason"}


def test_a_reason_of_somebody_who_is_no_manager_moves_nothing(desk, started_case, support):
    page = text(desk.get(reverse("case_support_hours", args=[started_case.number, support.pk])))
    assert "超過を認める理由" not in page
    sent = {"hours": "12", "purpose": "聞き取り", "excess_reason": "必要なので"}
    assert send(desk, started_case, "support_hours", support.pk, **sent).status_code == 409
    assert not Booking.objects.exists()


def test_a_reason_that_was_not_needed_is_not_kept(support, manager):
    assert book(support, manager, 2, excess_reason="念のため").excess_reason == ""


def test_a_booking_is_taken_back_and_its_hours_are_free_again(desk, started_case, support, suzuki):
    booking = book(support, suzuki, 10)
    form = desk.get(reverse("case_booking_take_back", args=[started_case.number, booking.pk]))
    assert "10時間の予約の取消し" in text(form)
    send(desk, started_case, "booking_take_back", booking.pk, reason="先方の都合")
    booking.refresh_from_db()
    assert (booking.taken_back_by, booking.hours) == (suzuki, 10)
    assert kinds(started_case)[-1] == "hours_taken_back"
    assert "先方の都合" in text(look(desk, started_case))
    with pytest.raises(ActionRefused, match="すでに取り消されています"):
        actions.take_back_booking(booking=booking, by=suzuki)
    book(support, suzuki, 10)


def test_a_booking_of_another_case_is_not_there(desk, support, suzuki, kohoku):
    booking = book(support, suzuki, 1)
    path = reverse("case_booking_take_back", args=[make_case(kohoku).number, booking.pk])
    assert (desk.get(path).status_code, desk.post(path).status_code) == (404, 404)


def test_a_day_of_next_year_draws_on_the_contract_of_that_year(support, suzuki):
    with pytest.raises(ActionRefused, match="令和9年度の契約が登録されていません"):
        book(support, suzuki, 2, held_on=date(2027, 4, 1))
    make_contract(5, year=2027)
    assert book(support, suzuki, 5, held_on=date(2027, 4, 1)).contract.fiscal_year == 2027
    book(support, suzuki, 10, held_on=date(2027, 3, 31))


def test_a_smaller_contract_leaves_what_is_booked_and_lets_nothing_more_in(support, suzuki, contract):
    book(support, suzuki, 8)
    contract.hours = Decimal(6)
    keep_contract(row=contract, by=SYSTEM)
    with pytest.raises(ActionRefused, match="残りは0時間"):
        book(support, suzuki, 1)


def test_only_a_support_that_runs_on_an_open_case_books_hours(started_case, support, suzuki, procedures):
    rpa = actions.choose_support(case=started_case, by=suzuki, menu=make_menu("existing_tool"), reason="転記")
    with pytest.raises(ActionRefused, match="外部コンサルタントのメニューだけ"):
        book(rpa, suzuki, 1)
    actions.change_support(support=support, by=suzuki, state=SupportState.DONE)
    with pytest.raises(ActionRefused, match="この支援は終わっています"):
        book(support, suzuki, 1)
    actions.close(case=started_case, by=suzuki, result="advised", level=1, topic=procedures)
    with pytest.raises(ActionRefused, match="クローズ"):
        book(support, suzuki, 1)


def test_the_page_of_the_menu_says_who_has_booked_whatever_became_of_the_case(desk, started_case, support, suzuki):
    book(support, suzuki, 9)
    actions.close(case=started_case, by=suzuki, result="mistaken", level=None, topic=None)
    page = desk.get(reverse("menu_detail", args=[support.menu.key]))
    assert f"{started_case.number} {started_case.title} 港北区 実施中 誤登録・テスト 9時間" in text(page)
    assert sum(row.hours_booked for row in page.context["booked"]) == page.context["year"].booked == 9


@pytest.fixture
def three_years(support, suzuki, contract) -> None:
    """Contracts of last, this and next year; the case has hours of each."""
    for year, hours, held_on in ((2025, 50, None), (2026, 3, None), (2027, 20, date(2027, 4, 10))):
        if year != 2026:
            make_contract(100, year=year, menu=contract.menu)
        with clock.at(timezone.make_aware(datetime(min(year, 2026), 11, 24, 10))):
            book(support, suzuki, hours, held_on=held_on)


BY_YEAR = "令和9年度 100時間 20時間 80時間 令和8年度 10時間 3時間 7時間 令和7年度 100時間 50時間 50時間"


def test_each_booking_names_the_contract_that_bears_it_beside_what_is_left_of_each(
    desk, started_case, support, three_years
):
    page = text(desk.get(reverse("case_support_hours", args=[started_case.number, support.pk])))
    for row in ("50時間 令和7年度 未定", "3時間 令和8年度 未定", "20時間 令和9年度 4月10日"):
        assert row in page
    assert BY_YEAR in page


def test_the_page_of_the_menu_shows_the_contracts_of_last_this_and_next_year_and_who_booked_from_each(
    desk, support, three_years
):
    make_contract(1, year=2024, menu=support.menu)
    path = reverse("menu_detail", args=[support.menu.key])
    for query, year, hours in (
        ("", 2026, 3),
        ("2025", 2025, 50),
        ("2027", 2027, 20),
        ("2024", 2026, 3),
        ("x", 2026, 3),
    ):
        page = desk.get(path, {"year": query})
        assert BY_YEAR in text(page)
        assert f"令和{year - 2018}年度の契約から予約している案件" in text(page)
        assert [row.hours_booked for row in page.context["booked"]] == [hours]
    assert "予約済み（全年度）" in text(page)


def test_it_says_that_this_year_has_no_contract_yet_beside_what_is_left_of_the_last(desk, support):
    with clock.at(timezone.make_aware(datetime(2027, 4, 1, 10))):
        page = text(desk.get(reverse("menu_detail", args=[support.menu.key])))
    assert "令和8年度 10時間 0時間 10時間" in page
    assert "今年度の契約が登録されていません。" in page


def test_it_leaves_out_what_was_taken_back_and_what_another_year_bears(desk, support, suzuki):
    actions.take_back_booking(booking=book(support, suzuki, 3), by=suzuki)
    make_contract(5, year=2027)
    book(support, suzuki, 2, held_on=date(2027, 4, 1))
    assert "booked" in (page := desk.get(reverse("menu_detail", args=[support.menu.key]))).context
    assert not page.context["booked"]
    book(support, suzuki, 1)
    page = desk.get(reverse("menu_detail", args=[support.menu.key]))
    assert [row.hours_booked for row in page.context["booked"]] == [1]


def drop(case, support, by):
    actions.change_support(support=support, by=by, state=SupportState.DROPPED, outcome="見送り")


def close_as_mistaken(case, support, by):
    actions.close(case=case, by=by, result="mistaken", level=None, topic=None)


@pytest.mark.parametrize("end", [drop, close_as_mistaken])
@pytest.mark.parametrize("held_on", [None, date(2026, 12, 3)])
def test_hours_that_nobody_will_use_are_named_with_the_way_to_take_them_back(
    desk, started_case, support, suzuki, end, held_on
):
    past = book(support, suzuki, 1, held_on=date(2026, 11, 20))
    booking = book(support, suzuki, 2, held_on=held_on)
    pages = [started_case.get_absolute_url(), reverse("menu_detail", args=[support.menu.key])]
    words = "2時間は使われない見込みです"
    assert not [page for page in pages if words in text(desk.get(page))]
    end(started_case, support, suzuki)
    for page in pages:
        response = desk.get(page)
        assert words in text(response)
        assert reverse("case_support_hours", args=[started_case.number, support.pk]) in response.content.decode()
    actions.take_back_booking(booking=booking, by=suzuki)
    assert not [page for page in pages if words in text(desk.get(page))]
    assert not past.taken_back_at


def test_what_no_day_was_fixed_for_was_used_where_the_support_is_done(desk, started_case, support, suzuki):
    book(support, suzuki, 2)
    book(support, suzuki, 3, held_on=date(2026, 11, 25))
    actions.change_support(support=support, by=suzuki, state=SupportState.DONE, outcome="できた")
    assert "3時間は使われない見込みです" in text(look(desk, started_case))


def test_hours_whose_day_has_passed_were_used_whenever_the_server_was_started(desk, started_case, support, suzuki):
    book(support, suzuki, 3, held_on=date(2026, 11, 25))
    actions.change_support(support=support, by=suzuki, state=SupportState.DONE, outcome="できた")
    for day, is_shown in ((24, True), (25, True), (26, False)):
        with clock.at(timezone.make_aware(datetime(2026, 11, day, 10))):
            assert ("3時間は使われない見込みです" in text(look(desk, started_case))) is is_shown


def test_the_page_of_the_menu_asks_as_often_for_many_bookings_as_for_one(
    desk, support, suzuki, kohoku, django_assert_num_queries, django_assert_max_num_queries
):
    path = reverse("menu_detail", args=[support.menu.key])
    book(support, suzuki, 1)
    with django_assert_max_num_queries(12) as one:
        desk.get(path)
    for _more in range(5):
        other = actions.choose_support(case=make_case(kohoku), by=suzuki, menu=support.menu, reason="同じ")
        book(other, suzuki, 1)
    with django_assert_num_queries(len(one)):
        desk.get(path)


def test_the_page_asks_as_often_for_many_bookings_as_for_one(
    desk, started_case, support, suzuki, django_assert_num_queries, django_assert_max_num_queries
):
    path = reverse("case_support_hours", args=[started_case.number, support.pk])
    book(support, suzuki, "0.5")
    with django_assert_max_num_queries(12) as one:
        desk.get(path)
    for _more in range(9):
        book(support, suzuki, "0.5")
    with django_assert_num_queries(len(one)):
        desk.get(path)
