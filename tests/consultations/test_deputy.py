"""While somebody is away, the deputy has their cases and their mail, and everybody sees who stands in."""

from datetime import timedelta

import pytest

from consultations import actions
from consultations.models import Case, EntryKind
from consultations.models.entry import Requester
from office import clock
from office.actions import announce_absence, end_absence
from office.actors import SYSTEM
from outbox.models import Delivery
from tests.cast import signed_in
from tests.consultations.case_page import look, told
from tests.consultations.desk_pages import english, make_many, numbers, text
from tests.factories import make_case, make_member, make_pair

pytestmark = pytest.mark.django_db
LINE = "鈴木 (Chief) is away until"


def away(user, deputy, first=0, last=3):
    today = clock.today()
    return announce_absence(
        user=user,
        deputy=deputy,
        starts_on=today + timedelta(days=first),
        ends_on=today + timedelta(days=last),
        by=SYSTEM,
    )


@pytest.fixture
def absence(pair, suzuki, ito):
    """鈴木 is away, 伊藤 of another pair stands in."""
    return away(suzuki, ito)


def mine(person) -> list[str]:
    return numbers(signed_in(person).get("/desk/"))


# --- whose cases


def test_the_deputy_has_the_cases_among_the_own_and_the_absent_person_keeps_them(new_case, absence, suzuki, ito):
    assert mine(ito) == mine(suzuki) == [new_case.number]


def test_only_on_these_days(new_case, pair, suzuki, ito):
    away(suzuki, ito, 2, 3)
    assert mine(ito) == []
    for offset, found in ((2, [new_case]), (3, [new_case]), (4, [])):
        with clock.at(clock.now() + timedelta(days=offset)):
            assert list(Case.objects.of(ito)) == found


def test_not_after_an_early_return(new_case, absence, suzuki, ito):
    end_absence(absence=absence, by=suzuki)
    assert mine(ito) == []


def test_what_the_absent_person_supports_too(kohoku, asahi, absence, suzuki, ito, sato):
    make_pair(asahi, sato, None)
    case = make_case(asahi)
    case.supporters.add(suzuki)
    assert mine(ito) == [case.number]


def test_nothing_comes_twice(new_case, absence, ito, suzuki, pair, kohoku):
    new_case.supporters.add(ito, suzuki)
    assert Case.objects.of(ito).count() == 1


def test_a_deputy_of_the_deputy_has_nothing(new_case, pair, suzuki, sato, ito):
    away(suzuki, ito)
    away(ito, make_member("kato", "加藤 学"), 5, 6)
    assert mine(sato) == [new_case.number]
    with clock.at(clock.now() + timedelta(days=5)):
        assert not Case.objects.of(ito).exists()


def test_the_list_by_person_finds_them_too(new_case, absence, ito, sato):
    assert numbers(signed_in(sato).get(f"/desk/cases/?pair={ito.username}")) == [new_case.number]


# --- who is told


def test_mail_to_the_pair_goes_to_the_deputy_too(new_case, absence, suzuki, sato, ito):
    actions.receive_message(case=new_case, by=Requester(new_case), kind=EntryKind.ANSWER, text="いつ頃になりますか。")
    assert told(new_case, "message") == [suzuki.email, sato.email, ito.email]


def test_who_is_deputy_and_in_the_pair_is_told_once(new_case, pair, suzuki, sato):
    away(suzuki, sato)
    actions.receive_message(case=new_case, by=Requester(new_case), kind=EntryKind.ANSWER, text="いつ頃になりますか。")
    assert told(new_case, "message") == [suzuki.email, sato.email]


def test_the_deputy_of_a_supporter_is_told(new_case, pair, suzuki, sato, ito):
    kato = make_member("kato", "加藤 学")
    new_case.supporters.add(kato)
    away(kato, ito)
    actions.receive_message(case=new_case, by=Requester(new_case), kind=EntryKind.ANSWER, text="いつ頃になりますか。")
    assert told(new_case, "message") == [suzuki.email, sato.email, kato.email, ito.email]


def test_a_deputy_is_told_of_cases_handed_over(new_case, absence, kohoku, suzuki, ito):
    kato = make_member("kato", "加藤 学")
    actions.change_pair_of_department(department=kohoku, lead=suzuki, partner=kato, starts_on=clock.today(), by=SYSTEM)
    addresses = Delivery.objects.filter(key__startswith="handover:").values_list("address", flat=True)
    assert {*addresses} == {suzuki.email, kato.email, ito.email}


# --- who sees it


def test_the_desk_says_so_to_the_deputy_and_at_each_case(new_case, absence, ito, sato):
    page = text(english(signed_in(ito)).get("/desk/"))
    assert "You stand in for 鈴木 (Chief) until" in page
    assert LINE in page
    other = text(english(signed_in(sato)).get("/desk/"))
    assert "You stand in for" not in other
    assert f"{LINE} {(clock.today() + timedelta(days=3)).day}" in other
    assert "deputy 伊藤" in other


def test_the_list_and_the_page_of_the_case_say_so(desk, new_case, absence):
    assert LINE in text(english(desk).get("/desk/cases/"))
    assert LINE in text(look(desk, new_case))


def test_the_page_of_the_case_says_so_of_a_supporter(desk, new_case, pair, suzuki, ito):
    kato = make_member("kato", "加藤 学")
    new_case.supporters.add(kato)
    away(kato, ito)
    assert "加藤 is away until" in text(look(english(desk), new_case))


def test_the_directory_shows_the_deputy_and_how_to_reach_them(client, pair, absence, ito):
    ito.phone = "内線 2199"
    ito.save()
    page = english(client).get("/departments/").content.decode()
    assert "伊藤 健 stands in" in page
    assert 'href="tel:2199"' in page


def test_a_deputy_of_the_same_pair_is_not_written_down_twice(client, pair, suzuki, sato):
    away(suzuki, sato)
    page = english(client).get("/departments/").content.decode()
    assert "佐藤 花子 stands in" in page
    assert page.count(f"mailto:{sato.email}") == 1


def test_the_receipt_page_shows_the_deputy(client, new_case, absence):
    assert "伊藤 健 stands in" in text(english(client).get(f"/receipts/{new_case.token}/"))


def test_when_all_are_here_nothing_is_said(desk, client, new_case, pair):
    for page in (
        english(desk).get("/desk/"),
        desk.get("/desk/cases/"),
        look(desk, new_case),
        english(client).get("/departments/"),
        client.get(f"/receipts/{new_case.token}/"),
    ):
        assert "away" not in text(page).lower()


# --- what it costs


def test_the_desk_asks_the_same_however_many_are_away(kohoku, pair, suzuki, sato, ito, django_assert_max_num_queries):
    browser = signed_in(ito)
    make_many(2, kohoku)
    with django_assert_max_num_queries(12) as without:
        browser.get("/desk/cases/")
    for person in (suzuki, sato):
        away(person, ito)
    make_many(20, kohoku)
    with django_assert_max_num_queries(len(without)):
        assert len(numbers(browser.get("/desk/cases/"))) == 22
    with django_assert_max_num_queries(12):
        assert len(numbers(browser.get("/desk/"))) == 22


def test_the_page_of_a_case_stays_within_its_budget(desk, new_case, absence, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        look(desk, new_case)
