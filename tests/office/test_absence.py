"""Somebody is away: which entries make sense, and who may make them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from office import clock
from office.actions import ActionRefused, announce_absence, change_absence, end_absence, leave, usual_deputy
from office.actors import SYSTEM
from office.models import Absence
from tests.cast import signed_in
from tests.factories import make_department, make_pair

pytestmark = pytest.mark.django_db
LIST = "/desk/absences/"


def day(offset):
    return clock.today() + timedelta(days=offset)


def away(user, deputy, first=0, last=6, by=SYSTEM):
    return announce_absence(user=user, deputy=deputy, starts_on=day(first), ends_on=day(last), by=by)


def send(browser, path=LIST, **fields):
    return browser.post(path, {"starts_on": day(0).isoformat(), "ends_on": day(6).isoformat(), **fields})


def shown(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


# --- who enters it


def test_a_member_enters_the_own_absence_with_the_other_one_of_the_pair_as_deputy(pair, suzuki, sato):
    page = signed_in(sato).get(LIST)
    assert page.context["form"].initial["deputy"] == suzuki
    assert "user" not in page.context["form"].fields
    assert send(signed_in(sato), deputy="").status_code == 302
    absence = Absence.objects.get()
    assert (absence.user, absence.deputy, absence.starts_on, absence.ends_on) == (sato, suzuki, day(0), day(6))
    assert absence.history.get().history_user == sato


def test_a_lead_enters_that_of_others(desk, pair, sato, ito):
    assert send(desk, user=sato.pk, deputy=ito.pk).status_code == 302
    assert Absence.objects.get(user=sato).deputy == ito


def test_a_member_cannot_enter_that_of_others(pair, suzuki, sato, ito):
    send(signed_in(sato), user=suzuki.pk)
    assert Absence.objects.get().user == sato, "the field is not theirs"
    with pytest.raises(ActionRefused, match="鈴木 一郎"):
        away(suzuki, ito, 10, 12, by=sato)


def test_a_member_changes_only_the_own(suzuki, sato, ito):
    absence = away(suzuki, ito)
    for path in (f"{LIST}{absence.pk}/", f"{LIST}{absence.pk}/end/"):
        assert signed_in(sato).post(path).status_code == 404
    with pytest.raises(ActionRefused):
        end_absence(absence=absence, by=sato)


# --- what makes sense


def test_the_last_day_before_the_first_is_said_at_its_field_and_keeps_what_was_typed(desk, pair, sato, ito):
    response = send(desk, user=sato.pk, deputy=ito.pk, ends_on=day(-1).isoformat())
    assert response.status_code == 409
    form = response.context["form"]
    assert form.errors.keys() == {"ends_on"}
    assert (form["deputy"].value(), form["ends_on"].value()) == (str(ito.pk), day(-1).isoformat())


def test_days_and_people_are_asked_for(desk, pair):
    response = send(desk, user="", starts_on="", ends_on="morgen")
    assert response.context["form"].errors.keys() == {"user", "starts_on", "ends_on"}
    shown(response, 422)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-5, -1, "ends_on"), (-400, 3, "starts_on"), (0, 400, "ends_on"), (300, 500, "ends_on")],
)
def test_days_beyond_reason_are_refused(suzuki, sato, first, last, field):
    with pytest.raises(ActionRefused) as refused:
        away(suzuki, sato, first, last)
    assert refused.value.field == field


@pytest.mark.parametrize(("first", "last"), [(-3, 0), (6, 9), (2, 3), (-5, 20)])
def test_two_absences_of_one_person_never_share_a_day(suzuki, sato, first, last):
    away(suzuki, sato)
    with pytest.raises(ActionRefused, match="鈴木 一郎"):
        away(suzuki, sato, first, last)


def test_one_may_follow_the_other(suzuki, sato):
    away(suzuki, sato)
    away(suzuki, sato, 7, 8)
    assert Absence.objects.count() == 2


def test_nobody_is_their_own_deputy(suzuki):
    with pytest.raises(ActionRefused) as refused:
        away(suzuki, suzuki)
    assert refused.value.field == "deputy"
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(user=suzuki, deputy=suzuki, starts_on=day(0), ends_on=day(1))


def test_a_deputy_who_is_away_too_is_refused(suzuki, sato, ito):
    away(sato, ito, 5, 8)
    with pytest.raises(ActionRefused, match="佐藤 花子"):
        away(suzuki, sato)
    away(suzuki, sato, 0, 4)


def test_a_deputy_from_outside_the_office_is_refused(suzuki, sato, tanaka):
    with pytest.raises(ActionRefused, match="田中 実"):
        away(suzuki, tanaka)
    leave(user=sato, by=SYSTEM)
    with pytest.raises(ActionRefused, match="佐藤 花子"):
        away(suzuki, sato)


def test_without_a_pair_a_deputy_has_to_be_chosen(suzuki):
    with pytest.raises(ActionRefused) as refused:
        away(suzuki, None)
    assert refused.value.field == "deputy"


def test_the_usual_deputy_is_the_other_one_of_most_pairs(kohoku, asahi, suzuki, sato, ito):
    make_pair(asahi, ito, suzuki)
    assert usual_deputy(suzuki) == ito
    make_pair(kohoku, suzuki, sato)
    make_pair(make_department("緑区"), suzuki, sato)
    assert usual_deputy(suzuki) == sato


def test_a_deputy_who_goes_away_is_warned(desk, pair, suzuki, sato, ito):
    away(suzuki, sato)
    page = desk.post(
        LIST, {"user": sato.pk, "deputy": ito.pk, "starts_on": day(2), "ends_on": day(3)}, follow=True
    ).content.decode()
    assert Absence.objects.filter(user=sato).exists()
    assert 'class="notice notice-warning"' in page
    assert "row-sub overdue" in page, "the list says that the deputy is away too"


# --- changing and ending it


def test_it_is_changed(desk, suzuki, sato, ito):
    absence = away(suzuki, sato)
    assert send(desk, f"{LIST}{absence.pk}/", deputy=ito.pk, ends_on=day(9).isoformat()).status_code == 302
    absence.refresh_from_db()
    assert (absence.deputy, absence.ends_on) == (ito, day(9))


def test_its_own_days_do_not_hinder_it(suzuki, sato):
    absence = away(suzuki, sato)
    change_absence(absence=absence, deputy=sato, starts_on=day(1), ends_on=day(5), by=suzuki)


def test_it_ends_early(desk, suzuki, sato):
    absence = away(suzuki, sato, -3, 3)
    assert desk.post(f"{LIST}{absence.pk}/end/").status_code == 302
    absence.refresh_from_db()
    assert absence.ends_on == day(-1)
    assert not Absence.objects.current().exists()


@pytest.mark.parametrize("first", [0, 5])
def test_one_that_has_not_passed_a_day_is_taken_back_and_stays_in_the_history(suzuki, sato, first):
    absence = away(suzuki, sato, first, 9)
    end_absence(absence=absence, by=suzuki)
    assert not Absence.objects.exists()
    assert Absence.history.get(history_type="-").history_user == suzuki


def test_one_that_is_over_is_left_alone(suzuki, sato):
    absence = away(suzuki, sato, -3, 3)
    end_absence(absence=absence, by=suzuki)
    with pytest.raises(ActionRefused):
        end_absence(absence=absence, by=suzuki)
    with pytest.raises(ActionRefused):
        change_absence(absence=absence, deputy=sato, starts_on=day(0), ends_on=day(3), by=suzuki)


# --- the pages


def test_the_list_asks_as_many_queries_for_many_as_for_few(desk, suzuki, sato, django_assert_max_num_queries):
    for week in range(2):
        away(suzuki, sato, week * 7, week * 7 + 6)
    with django_assert_max_num_queries(12) as few:
        desk.get(LIST)
    for week in range(2, 22):
        away(suzuki, sato, week * 7, week * 7 + 6)
    with django_assert_max_num_queries(len(few)):
        assert len(desk.get(LIST).context["absences"]) == 22


def test_a_deputy_who_leaves_has_to_be_replaced(suzuki, sato):
    away(suzuki, sato, 3, 5)
    with pytest.raises(ActionRefused, match="鈴木 一郎"):
        leave(user=sato, by=SYSTEM)
