"""A department, or all departments of a person, get another pair: cases, history and mail go along."""

from datetime import date, timedelta

import pytest

from consultations import actions
from consultations.models import Case, EntryKind
from consultations.models.entry import Requester
from office import clock
from office.actions import ActionRefused, pair_of
from office.actors import SYSTEM
from office.models import Pair
from outbox.models import Delivery
from tests.cast import signed_in
from tests.consultations.case_page import kinds
from tests.consultations.desk_pages import english, make_many, numbers, text
from tests.factories import make_case, make_department, make_member, make_pair

pytestmark = pytest.mark.django_db
PAIRS, KOHOKU = "/desk/pairs/", "/desk/pairs/kohoku/"


def day(offset: int) -> date:
    return clock.today() + timedelta(days=offset)


@pytest.fixture
def kato(db):
    return make_member("kato", "加藤 学")


def change(department, lead, partner, starts_on=None, **words):
    return actions.change_pair_of_department(
        department=department, lead=lead, partner=partner, starts_on=starts_on or day(0), by=SYSTEM, **words
    )


def send(desk, lead, partner, starts_on, path=KOHOKU, **fields):
    """Fill in the form of a department as the page offers it."""
    page = desk.get(path)
    given = {"lead": getattr(lead, "pk", ""), "partner": getattr(partner, "pk", ""), "starts_on": starts_on.isoformat()}
    return desk.post(path, {"seen": page.context["seen"], "once": page.context["once"], **given, **fields})


def handovers() -> list[Delivery]:
    return list(Delivery.objects.filter(key__startswith="handover:").order_by("address"))


def mine(person) -> list[str]:
    return numbers(signed_in(person).get("/desk/"))


# --- from one screen for one department


def test_a_change_of_today_moves_the_open_cases_and_writes_it_down(desk, new_case, closed_case_of, kohoku, ito, kato):
    closed = closed_case_of(kohoku)
    assert send(desk, ito, kato, day(0)).status_code == 302
    new_case.refresh_from_db()
    closed.refresh_from_db()
    assert new_case.pair == pair_of(kohoku)
    assert new_case.pair.people == [ito, kato]
    entry = new_case.entries.in_order().last()
    assert (entry.kind, entry.author_name) == ("pair_changed", "鈴木 一郎")
    assert entry.data["changes"] == {"pair": ["鈴木係長・佐藤", "伊藤・加藤"]}
    assert closed.pair.ends_on == day(-1), "what is closed stays with those who did it"


@pytest.fixture
def closed_case_of(suzuki, procedures):
    def make(department):
        case = make_case(department)
        return actions.answer_and_close(case=case, by=suzuki, text="回答", level=1, topic=procedures)

    return make


def test_a_pair_that_is_corrected_is_found_by_its_names_at_closed_cases_too(desk, closed_case_of, kohoku, ito, kato):
    send(desk, ito, kato, day(0))
    closed = closed_case_of(kohoku)
    assert list(Case.objects.matching("加藤")) == [closed]
    send(desk, ito, make_member("mori", "森田 香"), day(0))
    assert list(Case.objects.matching("森田")) == [closed]
    assert not Case.objects.matching("加藤")


def test_my_cases_follow_the_pair(desk, new_case, suzuki, sato, ito, kato):
    send(desk, ito, sato, day(0))
    assert (mine(suzuki), mine(sato), mine(ito)) == ([], [new_case.number], [new_case.number])


def test_supporters_stay(desk, new_case, kato, ito, sato):
    new_case.supporters.add(kato)
    send(desk, ito, sato, day(0))
    assert mine(kato) == [new_case.number]
    assert list(new_case.supporters.all()) == [kato]


def test_each_of_the_new_pair_is_told_once_of_all_cases(desk, kohoku, pair, sato, ito):
    cases = [make_case(kohoku), make_case(kohoku, problem="秘密の話", sensitive=True)]
    send(desk, ito, sato, day(0))
    told = handovers()
    assert [delivery.address for delivery in told] == [ito.email, sato.email]
    assert told[0].subject == "【DX相談・担当変更】港北区（2件）"
    assert all(case.number in told[0].body and case.desk_url in told[0].body for case in cases)
    assert "秘密" not in told[0].body


def test_without_an_open_case_nobody_is_mailed(desk, pair, ito, sato):
    send(desk, ito, sato, day(0))
    assert handovers() == []


def test_where_both_change_at_once_it_warns_and_does_it(desk, new_case, pair, kohoku, ito, kato):
    page = text(english(desk).post(KOHOKU, {"lead": ito.pk, "partner": kato.pk, "starts_on": day(0)}, follow=True))
    assert "In 港北区 both members change at once." in page
    assert pair_of(kohoku).people == [ito, kato]


def test_where_one_stays_it_does_not_warn(desk, pair, sato, ito):
    page = text(english(desk).post(KOHOKU, {"lead": ito.pk, "partner": sato.pk, "starts_on": day(0)}, follow=True))
    assert "at once" not in page


def test_a_correction_on_the_first_day_is_written_down_too(desk, new_case, kohoku, suzuki, sato, ito, kato):
    send(desk, ito, sato, day(0))
    send(desk, kato, sato, day(0))
    new_case.refresh_from_db()
    assert Pair.objects.filter(department=kohoku).count() == 2
    changes = [entry.data["changes"]["pair"] for entry in new_case.entries.filter(kind="pair_changed").in_order()]
    assert changes == [["鈴木係長・佐藤", "伊藤・佐藤"], ["伊藤・佐藤", "加藤・佐藤"]]
    assert mine(kato) == [new_case.number]
    assert kato.email in [delivery.address for delivery in handovers()]


def test_a_case_given_to_another_pair_by_hand_stays_and_follows_that_pair(new_case, asahi, kohoku, sato, ito, kato):
    actions.assign_pair(case=new_case, by=sato, pair=make_pair(asahi, ito, None))
    change(kohoku, kato, sato)
    new_case.refresh_from_db()
    assert new_case.pair.people == [ito]
    change(asahi, kato, None)
    new_case.refresh_from_db()
    assert new_case.pair.people == [kato]


def test_the_page_tells_what_will_move_and_what_stays(desk, new_case, asahi, kohoku, ito):
    other = make_case(kohoku)
    actions.assign_pair(case=other, by=ito, pair=make_pair(asahi, ito, None))
    page = desk.get(KOHOKU)
    assert (page.context["cases"], page.context["elsewhere"]) == ([new_case], [other])
    theirs = desk.get("/desk/pairs/asahi/")
    assert (theirs.context["cases"], theirs.context["elsewhere"]) == ([other], [])


# --- planned ahead


def test_a_planned_change_moves_the_cases_when_its_day_has_come(desk, new_case, kohoku, suzuki, ito, sato):
    send(desk, ito, sato, day(7))
    assert (mine(suzuki), mine(ito), handovers()) == ([new_case.number], [], []), "plans of personnel are nobody's mail"
    assert actions.hand_cases_to_current_pairs(by=SYSTEM) == 0
    with clock.at(clock.now() + timedelta(days=7)):
        assert actions.hand_cases_to_current_pairs(by=SYSTEM) == 1
        assert actions.hand_cases_to_current_pairs(by=SYSTEM) == 0
        assert (mine(suzuki), mine(ito)) == ([], [new_case.number])
    assert kinds(new_case) == ["received", "pair_changed"]
    assert [delivery.address for delivery in handovers()] == [ito.email, sato.email]


def test_what_comes_in_on_that_day_goes_to_the_new_pair(kohoku, pair, ito, sato):
    change(kohoku, ito, sato, day(7))
    with clock.at(clock.now() + timedelta(days=7)):
        assert make_case(kohoku).pair.people == [ito, sato]


def test_a_plan_is_changed_on_the_same_page(desk, kohoku, pair, suzuki, sato, ito, kato):
    send(desk, ito, sato, day(7))
    assert desk.get(KOHOKU).context["form"].initial["lead"] == ito
    assert send(desk, kato, sato, day(14)).status_code == 302
    assert [(row.people, row.starts_on) for row in kohoku.pairs.planned()] == [([kato, sato], day(14))]
    assert pair_of(kohoku, day(13)).people == [suzuki, sato]


def test_a_plan_moved_to_today_holds_at_once(desk, new_case, ito, sato):
    send(desk, ito, sato, day(7))
    send(desk, ito, sato, day(0))
    assert mine(ito) == [new_case.number]


def test_a_plan_is_taken_back_and_the_page_remembers_it(desk, kohoku, pair, suzuki, sato, ito):
    send(desk, ito, sato, day(7))
    planned = kohoku.pairs.planned().get()
    page = text(english(desk).post(f"{KOHOKU}cancel/", {"pair": planned.pk}, follow=True))
    assert "Plans taken back 伊藤 and 佐藤" in page
    assert pair_of(kohoku, day(7)).people == [suzuki, sato]


@pytest.mark.parametrize("key", ["", "x", "0", "99999999999999999999999"])
def test_a_plan_that_is_no_longer_there_is_refused_in_words(desk, pair, key):
    page = text(english(desk).post(f"{KOHOKU}cancel/", {"pair": key}, follow=True))
    assert "This planned change is no longer there." in page


def test_a_pair_that_answers_already_is_not_taken_back(desk, pair):
    desk.post(f"{KOHOKU}cancel/", {"pair": pair.pk})
    assert Pair.objects.get() == pair


# --- bad input


def refused(desk, lead, partner, starts_on, **fields):
    response = send(english(desk), lead, partner, starts_on, **fields)
    assert response.status_code == 409
    form = response.context["form"]
    assert form["starts_on"].value() == starts_on.isoformat(), "what was typed is kept"
    return {field: errors[0] for field, errors in form.errors.items()}


def test_nobody_at_all_is_refused(desk, pair):
    assert refused(desk, None, None, day(0)).keys() == {"lead"}


def test_the_same_person_twice_is_refused(desk, pair, ito):
    assert refused(desk, ito, ito, day(0)) == {"partner": "Lead and partner are the same person. Choose two people."}


@pytest.mark.parametrize("offset", [-93, 367])
def test_a_day_beyond_reason_is_refused(desk, pair, ito, sato, offset):
    assert refused(desk, ito, sato, day(offset)).keys() == {"starts_on"}


def test_a_day_before_the_present_pair_began_is_refused(desk, kohoku, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato, day(-10))
    assert "Choose that day or a later one." in refused(desk, ito, sato, day(-20))["starts_on"]


def test_nothing_new_is_refused(desk, pair, suzuki, sato):
    assert "Nothing would change." in refused(desk, suzuki, sato, day(0))["__all__"]


def test_a_second_plan_is_refused_and_names_the_first(kohoku, pair, suzuki, sato, ito):
    change(kohoku, ito, sato, day(7))
    with pytest.raises(ActionRefused, match="伊藤・佐藤") as why:
        change(kohoku, ito, suzuki, day(14))
    assert why.value.field == "starts_on"


def test_somebody_from_outside_is_no_choice(desk, pair, tanaka, sato):
    response = send(desk, tanaka, sato, day(0))
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"lead"}


def test_no_day_or_none_that_exists_is_asked_for(desk, pair, ito, sato):
    for typed in ("", "2026-13-01"):
        response = desk.post(KOHOKU, {"lead": ito.pk, "partner": sato.pk, "starts_on": typed})
        assert response.status_code == 422
        assert response.context["form"].errors.keys() == {"starts_on"}


def test_who_works_on_an_old_page_does_not_overrule_a_colleague(desk, kohoku, pair, suzuki, sato, ito, kato):
    seen = desk.get(KOHOKU).context["seen"]
    change(kohoku, kato, sato)
    response = send(desk, ito, sato, day(0), seen=seen)
    assert response.status_code == 409
    assert pair_of(kohoku).people == [kato, sato]
    assert response.context["seen"] != seen, "the next click is on the newest state"
    assert response.context["form"]["lead"].value() == str(ito.pk)


def test_a_double_click_changes_once(desk, new_case, sato, ito):
    page = desk.get(KOHOKU)
    form = {"seen": page.context["seen"], "once": page.context["once"]}
    form |= {"lead": ito.pk, "partner": sato.pk, "starts_on": day(0)}
    assert [desk.post(KOHOKU, form).status_code for _click in range(2)] == [302, 302]
    assert kinds(new_case).count("pair_changed") == 1


# --- one person in all departments


def seats_of(person) -> str:
    return f"/desk/people/{person.username}/pairs/"


def test_one_successor_takes_all_seats_of_a_person_in_one_go(desk, suzuki, sato, ito, kato):
    departments = [make_department(f"第{number}区", order=number) for number in range(6)]
    for department in departments:
        make_pair(department, suzuki, sato)
        make_case(department)
    page = desk.get(seats_of(suzuki))
    assert page.context["form"].initial["departments"] == departments
    given = {"successor": kato.pk, "starts_on": day(0), "departments": [row.pk for row in departments]}
    assert desk.post(seats_of(suzuki), given).status_code == 302
    assert {tuple(pair_of(department).people) for department in departments} == {(kato, sato)}
    assert (len(mine(kato)), mine(suzuki)) == (6, [])
    told = handovers()
    assert [delivery.address for delivery in told] == [kato.email, sato.email], (
        "one mail a person, not one a department"
    )
    assert told[0].subject == "【DX相談・担当変更】第0区ほか5区局（6件）"


def test_some_departments_may_be_left_out(desk, kohoku, asahi, suzuki, sato, ito, kato):
    make_pair(kohoku, suzuki, sato)
    make_pair(asahi, suzuki, ito)
    desk.post(seats_of(suzuki), {"successor": kato.pk, "starts_on": day(7), "departments": [kohoku.pk]})
    assert pair_of(kohoku, day(7)).people == [kato, sato]
    assert pair_of(asahi, day(7)).people == [suzuki, ito]


def test_what_cannot_be_in_one_department_is_done_in_none(desk, kohoku, asahi, suzuki, sato, ito):
    make_pair(kohoku, suzuki, sato)
    make_pair(asahi, suzuki, ito)
    given = {"successor": ito.pk, "starts_on": day(0), "departments": [kohoku.pk, asahi.pk]}
    response = desk.post(seats_of(suzuki), given)
    assert response.status_code == 409
    assert "旭区" in response.context["form"].errors["successor"][0]
    assert pair_of(kohoku).people == [suzuki, sato]


def test_a_successor_departments_and_a_day_are_asked_for(desk, pair, suzuki):
    response = desk.post(seats_of(suzuki), {"successor": "", "starts_on": ""})
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"successor", "departments", "starts_on"}


def test_a_person_without_a_seat_has_nothing_to_hand_over(desk, ito):
    assert "伊藤 健 sits in no pair." in text(english(desk).get(seats_of(ito)))


# --- who comes back after a change


def test_a_closed_case_that_is_asked_again_goes_to_those_who_answer_today(closed_case, kohoku, ito, kato):

    change(kohoku, ito, kato)
    actions.receive_message(
        case=closed_case, by=Requester(closed_case), kind=EntryKind.ASKED_AGAIN, text="また困りました。"
    )
    closed_case.refresh_from_db()
    assert closed_case.pair.people == [ito, kato]
    told = Delivery.objects.filter(key__startswith=f"{closed_case.label}:message").values_list("address", flat=True)
    assert {*told} == {ito.email, kato.email}


def test_a_case_reopened_goes_to_those_who_answer_today(closed_case, kohoku, suzuki, ito, kato):
    change(kohoku, ito, kato)
    actions.reopen(case=closed_case, by=suzuki)
    closed_case.refresh_from_db()
    assert closed_case.pair.people == [ito, kato]


# --- the list


def test_the_list_shows_who_answers_what_is_vacant_and_what_is_planned(
    desk, new_case, kohoku, asahi, suzuki, sato, ito
):
    make_pair(asahi, ito, None)
    make_department("緑区", order=30)
    change(kohoku, ito, suzuki, day(7))
    page = desk.get(PAIRS)
    rows = {row.department.name: row for row in page.context["rows"]}
    assert [*rows] == ["旭区", "港北区", "緑区"]
    assert (rows["港北区"].cases, rows["旭区"].cases) == (1, 0)
    assert [str(pair) for pair in rows["港北区"].planned] == ["伊藤・鈴木係長"]
    assert (page.context["vacant"], page.context["planned"]) == (2, 1)


def test_a_department_of_former_days_stays_while_it_has_open_cases(desk, new_case, kohoku):
    kohoku.valid_to = day(-1)
    kohoku.save()
    assert [row.department for row in desk.get(PAIRS).context["rows"]] == [kohoku]


def test_a_code_with_a_slash_has_its_page(desk, suzuki, sato):
    make_pair(make_department("新設局", code="a/b c"), suzuki, sato)
    assert desk.get(PAIRS).status_code == 200
    assert desk.get("/desk/pairs/a/b%20c/").status_code == 200


def test_the_list_asks_the_same_for_many_departments_as_for_few(desk, suzuki, sato, django_assert_max_num_queries):
    def more(count):
        for number in range(Pair.objects.count(), Pair.objects.count() + count):
            department = make_department(f"第{number}局", order=number)
            make_pair(department, suzuki, sato)
            make_many(1, department)

    more(2)
    with django_assert_max_num_queries(12) as few:
        desk.get(PAIRS)
    more(20)
    with django_assert_max_num_queries(len(few)):
        assert len(desk.get(PAIRS).context["rows"]) == 22


def test_a_department_asks_the_same_for_many_cases_as_for_few(desk, kohoku, pair, django_assert_max_num_queries):
    make_many(2, kohoku)
    with django_assert_max_num_queries(14) as few:
        desk.get(KOHOKU)
    make_many(20, kohoku)
    with django_assert_max_num_queries(len(few)):
        assert len(desk.get(KOHOKU).context["cases"]) == 22


def test_moving_many_cases_is_all_or_nothing(kohoku, pair, suzuki, ito, sato, monkeypatch):
    make_many(3, kohoku)
    monkeypatch.setattr("consultations.mail.handed_over_together", lambda handed: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        change(kohoku, ito, sato)
    assert pair_of(kohoku) == pair
    assert Case.objects.filter(pair=pair).count() == 3


def test_it_is_closed_to_members_who_lead_nobody(pair, suzuki, sato):
    for path in (PAIRS, KOHOKU, seats_of(suzuki)):
        assert signed_in(sato).get(path).status_code == 404
    assert signed_in(sato).post(f"{KOHOKU}cancel/").status_code == 404
