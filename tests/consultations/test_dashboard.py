"""The desk: /desk/."""

from datetime import timedelta

from consultations import actions
from consultations.models import Case, EntryKind
from consultations.models.entry import Requester
from consultations.states import Status
from office import clock
from tests.cast import signed_in
from tests.consultations.desk_pages import closed, english, hrefs, make_many, numbers, text
from tests.factories import make_case, make_pair

DESK = "/desk/"


def test_it_opens_on_ones_own_open_cases(desk, new_case, asahi, suzuki, ito, kohoku):
    make_pair(asahi, ito, None)
    make_case(asahi)
    make_many(1, kohoku, **closed(suzuki))
    assert numbers(desk.get(DESK)) == [new_case.number]


def test_a_supporter_has_the_case_too(new_case, ito):
    assert numbers(signed_in(ito).get(DESK)) == []
    new_case.supporters.add(ito)
    assert numbers(signed_in(ito).get(DESK)) == [new_case.number]


def test_what_waits_for_us_comes_first_and_the_longest_wait_before_the_others(desk, kohoku, pair):
    now, today, long_ago = clock.now(), clock.today(), clock.now() - timedelta(days=30)
    make_many(1, kohoku, status=Status.COMPLETED)
    make_many(1, kohoku, status=Status.STARTED)
    make_many(1, kohoku, status=Status.ON_HOLD, last_entry_at=long_ago, follow_up_on=today + timedelta(days=9))
    make_many(1, kohoku, status=Status.STARTED, last_entry_at=long_ago)
    make_many(1, kohoku)
    make_many(1, kohoku, last_entry_at=long_ago)
    make_many(1, kohoku, status=Status.ON_HOLD, last_entry_at=long_ago, follow_up_on=today)
    make_many(1, kohoku, status=Status.STARTED, unanswered_since=now)
    page = english(desk).get(DESK)
    assert numbers(page) == [f"R8-000{serial}" for serial in (8, 7, 6, 5, 4, 2, 3, 1)]
    waiting, others = text(page).split("Others")
    assert "相談4" in waiting
    assert "相談2" in others


def test_the_tiles_count_the_open_cases_of_the_whole_office_by_status(desk, kohoku, asahi, suzuki):
    make_many(3, asahi)
    make_many(2, kohoku, status=Status.STARTED)
    make_many(1, kohoku, **closed(suzuki))
    page = text(english(desk).get(DESK))
    assert "3 Not started 2 In progress 0 On hold 0 Completed" in page
    assert "All 5 Mine 0 Not started 3 To follow up 0" in page


def test_an_empty_desk_says_so_and_shows_the_way_to_what_nobody_has_begun(desk, db):
    page = english(desk).get(DESK)
    assert "You have no open cases." in text(page)
    assert "/desk/cases/?queue=new&sort=urgent" in hrefs(page, "button secondary")


def test_when_nothing_waits_it_says_so(desk, started_case):
    assert "Nothing waits for you at the moment." in text(english(desk).get(DESK))


def test_more_than_a_page_of_cases_leads_on_to_the_list_in_the_same_order(desk, kohoku, pair):
    make_many(31, kohoku)
    page = english(desk).get(DESK)
    assert len(numbers(page)) == 30
    assert "See all 31 of your cases" in text(page)
    rest = desk.get(hrefs(page, "button secondary")[-1] + "&page=2")
    assert numbers(rest) == ["R8-0031"]


def test_a_case_opened_from_here_knows_its_neighbours(desk, kohoku, pair):
    make_many(2, kohoku)
    link = hrefs(desk.get(DESK), "row-title")[0]
    assert link == "/desk/cases/R8-0001/?list=queue%3Dmine%26sort%3Durgent%26at%3D0"


def test_a_reply_brings_a_case_to_the_top(desk, kohoku, pair, suzuki):
    first, second = make_case(kohoku), make_case(kohoku)
    actions.reply(case=second, by=suzuki, text="来週お話を聞かせてください。")
    assert numbers(desk.get(DESK)) == [first.number, second.number]
    actions.receive_message(case=second, by=Requester(second), kind=EntryKind.ANSWER, text="火曜はどうでしょう。")
    assert numbers(desk.get(DESK)) == [second.number, first.number]


def test_it_asks_the_database_the_same_at_50_and_500_cases(desk, kohoku, pair, django_assert_max_num_queries):
    make_many(50, kohoku)
    with django_assert_max_num_queries(12) as at_50:
        assert len(numbers(desk.get(DESK))) == 30
    make_many(450, kohoku)
    assert Case.objects.count() == 500
    with django_assert_max_num_queries(len(at_50)):
        assert len(numbers(desk.get(DESK))) == 30


def test_it_is_closed_to_others(client, yamada, tanaka, ict_member):
    assert client.get(DESK).status_code == 302
    for outsider in (yamada, tanaka, ict_member):
        assert signed_in(outsider).get(DESK).status_code == 404
