from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from office import clock
from office.actions import (
    ActionRefused,
    cancel_planned_pair,
    check_role,
    form_pair,
    leave,
    pair_of,
    replace_in_pairs,
)
from office.actors import SYSTEM
from office.models import Pair, Role, User
from tests.factories import PASSWORD, make_member, make_pair

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 1)
IN_A_WEEK = clock.today() + timedelta(days=7)


@pytest.fixture
def kato(db):
    return make_member("kato", "加藤 学")


def test_a_pair_ends_the_day_before_the_next_begins(kohoku, suzuki, sato, ito):
    first = make_pair(kohoku, suzuki, sato, APRIL)
    second = make_pair(kohoku, ito, sato, date(2026, 10, 1))
    first.refresh_from_db()
    assert (first.ends_on, second.ends_on) == (date(2026, 9, 30), None)
    assert pair_of(kohoku, date(2026, 9, 30)) == first
    assert pair_of(kohoku, date(2026, 10, 1)) == second
    assert pair_of(kohoku, APRIL - timedelta(days=1)) is None


def test_a_pair_of_the_same_day_is_corrected_in_place(kohoku, suzuki, sato, ito):
    first = make_pair(kohoku, suzuki, sato, APRIL)
    assert make_pair(kohoku, suzuki, ito, APRIL).pk == first.pk
    assert Pair.objects.get().partner == ito


def test_today_is_the_day_of_the_office(kohoku, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato, APRIL)
    second = make_pair(kohoku, ito, sato, date(2026, 10, 1))
    with clock.at(timezone.make_aware(datetime(2026, 10, 1, 0, 30))):  # still September in Greenwich
        assert pair_of(kohoku) == second


@pytest.mark.parametrize("seat", ["lead", "partner"])
def test_one_seat_may_be_vacant(kohoku, suzuki, seat):
    pair = form_pair(department=kohoku, starts_on=APRIL, by=SYSTEM, **{"lead": None, "partner": None, seat: suzuki})
    assert pair.people == [suzuki]


def test_both_seats_vacant_is_refused(kohoku):
    with pytest.raises(ActionRefused, match="どちらか一方"):
        make_pair(kohoku, None, None)


def test_the_database_knows_no_pair_of_nobody(pair):
    with pytest.raises(IntegrityError), transaction.atomic():
        Pair.objects.filter(pk=pair.pk).update(lead=None, partner=None)


def test_the_same_person_on_both_seats_is_refused(kohoku, suzuki):
    with pytest.raises(ActionRefused, match="同じ人"):
        make_pair(kohoku, suzuki, suzuki)


def test_someone_who_is_not_in_the_office_is_refused(kohoku, suzuki, tanaka):
    with pytest.raises(ActionRefused, match="田中 実"):
        make_pair(kohoku, suzuki, tanaka)


def test_someone_who_left_is_refused(kohoku, suzuki, sato):
    leave(user=sato, by=SYSTEM)
    sato.refresh_from_db()
    with pytest.raises(ActionRefused, match="佐藤 花子"):
        make_pair(kohoku, suzuki, sato)


def test_a_day_before_a_planned_change_is_refused(kohoku, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato, APRIL)
    make_pair(kohoku, ito, sato, date(2026, 10, 1))
    with (
        clock.at(timezone.make_aware(datetime(2026, 8, 3, 10))),
        pytest.raises(ActionRefused, match="令和8年10月1日") as refused,
    ):
        make_pair(kohoku, suzuki, ito, date(2026, 9, 1))
    assert refused.value.field == "starts_on"
    assert Pair.objects.count() == 2


def test_a_day_before_the_present_pair_began_is_refused_and_says_since_when_who_answers(kohoku, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato, APRIL)
    with pytest.raises(ActionRefused, match="鈴木.*令和8年4月1日|令和8年4月1日.*鈴木"):
        make_pair(kohoku, ito, sato, date(2026, 3, 1))


# --- plans taken back


def test_a_plan_taken_back_lets_the_pair_before_go_on(kohoku, suzuki, sato, ito):
    first = make_pair(kohoku, suzuki, sato, APRIL)
    planned = make_pair(kohoku, ito, sato, IN_A_WEEK)
    cancel_planned_pair(pair=planned, by=suzuki)
    first.refresh_from_db()
    assert (first.ends_on, Pair.objects.count()) == (None, 1)


def test_its_history_says_what_was_planned_and_who_took_it_back(kohoku, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato, APRIL)
    cancel_planned_pair(pair=make_pair(kohoku, ito, sato, IN_A_WEEK), by=suzuki)
    state = Pair.history.get(history_type="-")
    assert (state.lead, state.starts_on, state.history_user) == (ito, IN_A_WEEK, suzuki)


def test_the_same_day_can_be_planned_again(kohoku, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato, APRIL)
    cancel_planned_pair(pair=make_pair(kohoku, ito, sato, IN_A_WEEK), by=SYSTEM)
    assert make_pair(kohoku, suzuki, ito, IN_A_WEEK).starts_on == IN_A_WEEK


def test_a_pair_that_has_begun_is_no_plan(pair, suzuki):
    with pytest.raises(ActionRefused, match="令和8年4月1日"):
        cancel_planned_pair(pair=pair, by=suzuki)


def test_a_plan_is_taken_back_once(kohoku, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato, APRIL)
    planned = make_pair(kohoku, ito, sato, IN_A_WEEK)
    cancel_planned_pair(pair=Pair.objects.get(pk=planned.pk), by=SYSTEM)
    with pytest.raises(ActionRefused):
        cancel_planned_pair(pair=planned, by=SYSTEM)


# --- one person's seats


def test_a_successor_takes_the_same_seat_in_each_department(kohoku, asahi, suzuki, sato, ito, kato):
    make_pair(kohoku, suzuki, sato, APRIL)
    make_pair(asahi, ito, suzuki, APRIL)
    replace_in_pairs(person=suzuki, successor=kato, starts_on=IN_A_WEEK, departments=[kohoku, asahi], by=SYSTEM)
    assert pair_of(kohoku).people == [suzuki, sato]
    assert pair_of(kohoku, IN_A_WEEK).people == [kato, sato]
    assert pair_of(asahi, IN_A_WEEK).people == [ito, kato]
    assert [pair.ends_on for pair in kohoku.pairs.order_by("starts_on")] == [IN_A_WEEK - timedelta(days=1), None]


def test_a_change_before_a_planned_one_lies_between_and_changes_the_plan_too(kohoku, suzuki, sato, ito, kato):
    make_pair(kohoku, suzuki, sato, APRIL)
    make_pair(kohoku, suzuki, ito, IN_A_WEEK)
    replace_in_pairs(person=suzuki, successor=kato, starts_on=clock.today(), departments=[kohoku], by=SYSTEM)
    periods = [(pair.people, pair.starts_on, pair.ends_on) for pair in kohoku.pairs.order_by("starts_on")]
    day = timedelta(days=1)
    assert periods == [
        ([suzuki, sato], APRIL, clock.today() - day),
        ([kato, sato], clock.today(), IN_A_WEEK - day),
        ([kato, ito], IN_A_WEEK, None),
    ]


def test_a_planned_pair_without_the_person_stays_as_it_is(kohoku, suzuki, sato, ito, kato):
    make_pair(kohoku, suzuki, sato, APRIL)
    planned = make_pair(kohoku, ito, sato, IN_A_WEEK)
    replace_in_pairs(person=suzuki, successor=kato, starts_on=clock.today(), departments=[kohoku], by=SYSTEM)
    assert pair_of(kohoku, IN_A_WEEK) == planned
    assert pair_of(kohoku).people == [kato, sato]


def test_a_seat_may_be_left_vacant_but_not_both(kohoku, asahi, suzuki, sato):
    make_pair(kohoku, suzuki, sato, APRIL)
    make_pair(asahi, suzuki, None, APRIL)
    with pytest.raises(ActionRefused, match="旭区"):
        replace_in_pairs(person=suzuki, successor=None, starts_on=IN_A_WEEK, departments=[kohoku, asahi], by=SYSTEM)
    assert Pair.objects.count() == 2, "all or nothing"
    replace_in_pairs(person=suzuki, successor=None, starts_on=IN_A_WEEK, departments=[kohoku], by=SYSTEM)
    assert pair_of(kohoku, IN_A_WEEK).people == [sato]


def test_who_sits_there_already_cannot_take_the_other_seat_too(pair, kohoku, suzuki, sato):
    with pytest.raises(ActionRefused, match="佐藤 花子.*港北区"):
        replace_in_pairs(person=suzuki, successor=sato, starts_on=IN_A_WEEK, departments=[kohoku], by=SYSTEM)


def test_who_has_no_seat_there_has_none_to_give(pair, kohoku, ito, kato):
    with pytest.raises(ActionRefused, match="伊藤 健.*港北区"):
        replace_in_pairs(person=ito, successor=kato, starts_on=IN_A_WEEK, departments=[kohoku], by=SYSTEM)


# --- leaving


def test_a_person_in_a_pair_cannot_leave_and_hears_where(pair, suzuki):
    with pytest.raises(ActionRefused, match="港北区"):
        leave(user=suzuki, by=SYSTEM)
    suzuki.refresh_from_db()
    assert suzuki.is_active


def test_a_person_leaves_once_another_pair_is_formed(client, pair, kohoku, suzuki, sato, ito):
    make_pair(kohoku, ito, sato, date(2026, 5, 1))
    leave(user=suzuki, by=SYSTEM)
    assert suzuki not in User.objects.office()
    assert not client.login(username="suzuki", password=PASSWORD)
    assert Pair.objects.filter(lead=suzuki).exists()


def test_a_person_whose_pair_is_to_end_by_a_plan_still_answers_today(kohoku, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato, APRIL)
    make_pair(kohoku, ito, sato, IN_A_WEEK)
    with pytest.raises(ActionRefused, match="港北区"):
        leave(user=suzuki, by=SYSTEM)


def test_a_person_who_is_to_answer_by_a_plan_cannot_leave(kohoku, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato, APRIL)
    make_pair(kohoku, ito, sato, IN_A_WEEK)
    with pytest.raises(ActionRefused, match="港北区"):
        leave(user=ito, by=SYSTEM)


def test_a_person_in_a_pair_stays_in_the_office(pair, suzuki, ito):
    check_role(user=ito, role=Role.WARD)
    check_role(user=suzuki, role=Role.OFFICE)
    with pytest.raises(ActionRefused, match="港北区"):
        check_role(user=suzuki, role=Role.WARD)
