from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from office import clock
from office.actions import ActionRefused, form_pair, leave, pair_of
from office.actors import SYSTEM
from office.models import Pair, User
from tests.factories import PASSWORD, make_pair

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 1)


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
    with pytest.raises(ActionRefused, match="2026-10-01"):
        make_pair(kohoku, suzuki, ito, date(2026, 9, 1))
    assert Pair.objects.count() == 2


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
