"""The list of cases: /desk/cases/."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from consultations import actions, queues
from consultations.filters import SORTS
from consultations.models import Case, EntryKind
from consultations.models.entry import Requester
from consultations.queues import Queue
from consultations.states import AskKind, Level, Status
from consultations.walk import back_to, in_list, neighbours
from office import clock
from tests.cast import signed_in
from tests.consultations.desk_pages import closed, english, hrefs, make_many, numbers, text
from tests.factories import make_case, make_department, make_pair

LIST = "/desk/cases/"


@pytest.fixture
def two_departments(kohoku, asahi, suzuki, sato, ito):
    """港北区 of 鈴木 and 佐藤, 旭区 of 伊藤: one case each, R8-0001 and R8-0002 or as the year has it."""
    make_pair(kohoku, suzuki, sato)
    make_pair(asahi, ito, None)
    return make_case(kohoku, problem="保育士のシフトを作りたい"), make_case(asahi, problem="PDFを検索したい")


def test_it_shows_the_open_cases_newest_number_first(desk, kohoku, pair, suzuki):
    make_many(2, kohoku)
    make_many(1, kohoku, **closed(suzuki))
    assert numbers(desk.get(LIST)) == ["R8-0002", "R8-0001"]


@pytest.mark.parametrize(("asked", "shown"), [("1", [1]), ("0", [2]), ("all", [2, 1]), ("", [1])])
def test_it_shows_closed_ones_when_asked(desk, kohoku, pair, suzuki, asked, shown):
    make_many(1, kohoku)
    make_many(1, kohoku, **closed(suzuki))
    assert numbers(desk.get(LIST, {"open": asked})) == [f"R8-000{serial}" for serial in shown]


@pytest.mark.parametrize("typed", ["{number}", " {number} ", "{wide}", "{short}"])
def test_a_case_number_leads_straight_to_its_case_even_a_closed_one(desk, closed_case, typed):
    letters, serial = closed_case.number.split("-")
    wide = closed_case.number.translate({ord(c): ord(c) + 0xFEE0 for c in "R0123456789-"})
    short = f"{letters.lower()}-{int(serial)}"
    response = desk.get(LIST, {"q": typed.format(number=closed_case.number, wide=wide, short=short)})
    assert response["Location"] == closed_case.get_absolute_url()


def test_a_number_that_no_case_has_is_named_with_a_way_on(desk, new_case):
    page = english(desk).get(LIST, {"q": "R8-9999", "status": "new"})
    assert "There is no case R8-9999. See all open cases" in text(page)


def test_every_word_must_occur_and_closed_ones_are_offered_where_no_open_one_fits(desk, two_departments, suzuki):
    shift, _pdf = two_departments
    assert numbers(desk.get(LIST, {"q": "保育士　シフト"})) == [shift.number]
    assert numbers(desk.get(LIST, {"q": "保育士 PDF"})) == []
    actions.close(case=shift, by=suzuki, result="withdrawn", level=None, topic=None)
    page = english(desk).get(LIST, {"q": "保育士"})
    assert "No open case fits. Search the closed ones too" in text(page)
    offered = next(href for href in hrefs(page, "button secondary") if "open" in href)
    assert numbers(desk.get(LIST + offered)) == [shift.number]


@pytest.mark.parametrize("typed", ["港北", "港北区", "にぎわ", "にぎわいスポーツ", "にぎわいスポーツ文化局"])
def test_a_department_is_found_by_how_its_name_begins(desk, kohoku, asahi, pair, suzuki, typed):
    lively = make_department("にぎわいスポーツ文化局", order=3)
    for department in (kohoku, asahi, lively):
        make_many(1, department)
    made = Case.objects.get(department=kohoku if typed.startswith("港北") else lively)
    make_many(1, made.department, **closed(suzuki))
    assert numbers(desk.get(LIST, {"q": typed})) == [made.number]
    assert numbers(desk.get(LIST, {"q": typed, "department": asahi.code})) == []


def test_one_letter_begins_no_name(desk, kohoku, pair):
    make_many(1, kohoku)
    assert numbers(desk.get(LIST, {"q": "港"})) == []


def test_where_no_closed_one_fits_the_way_on_is_to_look_without_filters(desk, new_case):
    for asked in ("0", "all"):
        page = english(desk).get(LIST, {"q": "存在しない語", "open": asked})
        assert "No case fits. Remove all filters" in text(page)


def test_it_filters_by_department_person_status_level_and_topic(desk, two_departments, suzuki, procedures):
    shift, pdf = two_departments
    actions.take_up(case=shift, by=suzuki)
    actions.describe(case=shift, by=suzuki, title="シフト", topic=procedures, level=Level.ALTERNATIVE)
    for query in ["department=kohoku", "pair=suzuki", "pair=sato", "status=started", "level=3", "topic=procedures"]:
        assert numbers(desk.get(f"{LIST}?{query}")) == [shift.number], query
    for query in ["department=asahi", "pair=ito", "status=new", "level=none"]:
        assert numbers(desk.get(f"{LIST}?{query}")) == [pdf.number], query
    assert numbers(desk.get(f"{LIST}?department=asahi&topic=procedures")) == []


def test_a_supporter_finds_the_case_under_the_own_name(desk, two_departments, ito):
    shift, pdf = two_departments
    shift.supporters.add(ito)
    assert numbers(desk.get(f"{LIST}?pair=ito")) == [pdf.number, shift.number]


@pytest.fixture
def one_of_each(kohoku, pair, suzuki):
    """Cases in all sorts of states, also closed ones; some stand in several queues."""
    long_ago = clock.now() - timedelta(days=60)
    with clock.at(long_ago):
        on_hold, overdue = make_case(kohoku), make_case(kohoku)
        actions.hold(case=overdue, by=suzuki, follow_up_on=(long_ago + timedelta(days=30)).date())
    actions.hold(case=on_hold, by=suzuki, follow_up_on=clock.today() + timedelta(days=5))
    actions.describe(case=on_hold, by=suzuki, title="深い", topic=None, level=Level.IMPROVEMENT)
    for kind in (EntryKind.ANSWER, EntryKind.THANKS):
        case = make_case(kohoku)
        actions.receive_message(case=case, by=Requester(case), kind=kind, text="資料です。")
    asked, completed, gone, checked = (make_case(kohoku) for _ in range(4))
    actions.ask_check(case=checked, by=suzuki, question="庁内の端末で使えますか。")
    actions.ask_meeting(case=asked, by=suzuki, kind=AskKind.NO_IDEA, question="よい案はないか。")
    actions.complete(case=completed, by=suzuki)
    actions.close(case=gone, by=suzuki, result="withdrawn", level=None, topic=None)
    actions.receive_message(case=gone, by=Requester(gone), kind=EntryKind.ANSWER, text="まだ困っています。")


EXPECTED = {
    "mine": 7,
    "new": 2,
    "follow_up": 1,
    "replied": 2,
    "ict": 1,
    "deep": 1,
    "asked": 1,
    "completed_open": 1,
}


@pytest.mark.parametrize("queue", Queue)
def test_a_queue_lists_as_many_as_its_tab_says(desk, one_of_each, suzuki, queue):
    tabs = {tab["url"]: tab["count"] for tab in queues.tabs(queues.counts(suzuki), current="")}
    url = queues.list_url(**queue.query)
    assert len(numbers(desk.get(url))) == tabs[url] == EXPECTED[queue]


def test_the_tab_of_the_queue_is_marked_and_filters_stay_within_it(desk, one_of_each):
    page = desk.get(f"{LIST}?queue=new&sort=urgent").content.decode()
    assert 'queue=new&amp;sort=urgent" aria-current="page"' in page
    assert '<input type="hidden" name="queue" value="new"' in page
    assert len(numbers(desk.get(f"{LIST}?queue=new&q=保育士&department=kohoku"))) == 2


def test_a_chip_takes_off_one_filter_and_leaves_the_others(desk, two_departments):
    page = english(desk).get(f"{LIST}?queue=new&status=new&department=kohoku&open=all&page=1")
    chips = hrefs(page, "chip-remove")
    assert chips == [
        "?queue=new&department=kohoku&open=all",
        "?queue=new&status=new&open=all",
        "?queue=new&status=new&department=kohoku",
    ]
    assert "Remove filter: Status: Not started" in text(page)
    assert "Remove filter: Department: 港北区" in text(page)


def test_what_is_asked_by_default_and_by_the_queue_has_no_chip(desk, new_case):
    for query in ["", "open=1", "queue=replied&open=all&sort=urgent"]:
        assert hrefs(desk.get(f"{LIST}?{query}"), "chip-remove") == []


@pytest.mark.parametrize("sort", [direction + key for key in SORTS for direction in ("", "-")])
def test_every_column_sorts_both_ways(desk, one_of_each, sort):
    page = desk.get(LIST, {"sort": sort}).content.decode()
    assert page.count("aria-sort=") == 1
    assert f'aria-sort="{"descending" if sort[0] == "-" else "ascending"}"' in page


def test_the_undecided_level_sorts_below_every_level(desk, kohoku, pair):
    for level in (None, 3, 1):
        make_many(1, kohoku, level=level)
    assert numbers(desk.get(LIST, {"sort": "level"})) == ["R8-0001", "R8-0003", "R8-0002"]
    assert numbers(desk.get(LIST, {"sort": "-level"})) == ["R8-0002", "R8-0003", "R8-0001"]


def test_it_says_what_is_amiss_in_words(desk, kohoku, pair):
    days_ago = [clock.now() - timedelta(days=days) for days in (46, 3)]
    make_many(1, kohoku, status=Status.STARTED, last_entry_at=days_ago[0])
    make_many(1, kohoku, status=Status.STARTED, last_entry_at=days_ago[1])
    page = text(english(desk).get(LIST))
    assert page.count("Quiet for") == 1
    assert "Quiet for 46 days" in page


def test_a_day_of_another_year_names_its_year(desk, kohoku, pair, suzuki):
    day = datetime(2025, 3, 5, 3, tzinfo=UTC)
    make_many(1, kohoku, **{**closed(suzuki), "last_entry_at": day})
    with clock.at(day + timedelta(days=365)):
        assert "R7.3.5" in text(desk.get(LIST, {"open": "all"}))
        assert "5 Mar 2025" in text(english(desk).get(LIST, {"open": "all"}))
    with clock.at(day + timedelta(days=90)):
        assert "5 Mar" in text(desk.get(LIST, {"open": "all"}))
        assert "2025" not in text(desk.get(LIST, {"open": "all"}))


def test_a_case_on_hold_is_left_in_peace_until_its_day(desk, kohoku, pair):
    long_ago, today = clock.now() - timedelta(days=90), clock.today()
    make_many(1, kohoku, status=Status.ON_HOLD, last_entry_at=long_ago, follow_up_on=today + timedelta(days=1))
    page = text(english(desk).get(LIST))
    assert "Follow up on" in page
    assert "To follow up (" not in page
    assert "Quiet" not in page
    Case.objects.update(follow_up_on=today)
    assert "To follow up (" in text(desk.get(LIST))


def test_it_marks_a_reply_and_a_case_to_be_handled_with_care(desk, new_case):
    Case.objects.update(sensitive=True)
    actions.receive_message(case=new_case, by=Requester(new_case), kind=EntryKind.ANSWER, text="資料です。")
    row = text(english(desk).get(LIST)).split(new_case.title)[1]
    assert "Handle with care" in row
    assert "Reply received" in row


def test_thirty_stand_on_a_page_and_a_page_that_does_not_exist_is_the_nearest(desk, kohoku, pair):
    make_many(31, kohoku)
    assert len(numbers(desk.get(LIST))) == 30
    for page in ("2", "99", "99999999999999999999"):
        assert numbers(desk.get(LIST, {"page": page})) == ["R8-0001"]
    assert len(numbers(desk.get(LIST, {"page": "abc"}))) == 30
    assert "31 cases, 1 to 30 of them here" in text(english(desk).get(LIST))


def test_the_title_tells_how_many_there_are(desk, new_case):
    """A page that is loaded anew has its title read out first; a live region is silent then."""
    assert re.search(r"<title>\s*Cases \(1\)", english(desk).get(LIST).content.decode())


@pytest.mark.parametrize(
    "query",
    ["status=lost", "level=9", "department=nowhere", "pair=nobody", "topic=none", "open=2", "queue=x", "sort=x"],
)
def test_a_filter_that_does_not_exist_is_named_and_nothing_is_listed(desk, new_case, query):
    response = english(desk).get(f"{LIST}?{query}")
    assert response.status_code == 400
    assert "there is no such choice" in text(response)
    assert numbers(response) == []


@pytest.mark.parametrize("query", ["q=%00", "q=a%0Ab", "department=%00", "topic=%00", "pair=%00", f"q={'x' * 201}"])
def test_words_that_cannot_be_searched_are_refused_in_words(desk, new_case, query):
    response = desk.get(f"{LIST}?{query}")
    assert response.status_code == 400
    assert 'id="error-summary-title"' in response.content.decode()


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "𠮷", "😀", "%F0%9F"])
def test_signs_that_mean_something_to_a_database_are_only_signs(desk, new_case, words):
    assert numbers(desk.get(LIST, {"q": words})) == []


@pytest.mark.parametrize(
    "query",
    ["", "queue=mine&sort=urgent", "q=窓口&status=new&level=none&department=kohoku&pair=suzuki&topic=procedures"],
)
def test_it_asks_the_database_the_same_at_50_and_500_cases(
    desk, kohoku, pair, procedures, query, django_assert_max_num_queries
):
    make_many(50, kohoku, topic=procedures)
    with django_assert_max_num_queries(12) as at_50:
        assert len(numbers(desk.get(f"{LIST}?{query}"))) == 30
    make_many(450, kohoku, topic=procedures)
    with django_assert_max_num_queries(len(at_50)):
        assert len(numbers(desk.get(f"{LIST}?{query}"))) == 30


def test_it_is_closed_to_others(client, new_case, yamada, tanaka, ict_member):
    assert client.get(LIST).status_code == 302
    for outsider in (yamada, tanaka, ict_member):
        assert signed_in(outsider).get(LIST).status_code == 404


def test_only_looking_is_allowed(desk, db):
    assert desk.post(LIST).status_code == 405


# --- from case to case


def listed(case: Case, desk: Client, query: str) -> str:
    """The `list` of the link with which the list shows the case."""
    link = next(href for href in hrefs(desk.get(f"{LIST}?{query}"), "row-title") if case.number in href)
    return parse_qs(urlsplit(link).query)["list"][0]


def around(user, list_query, case) -> list[str]:
    return [near.case.number if near else "" for near in neighbours(user, list_query, case)]


def test_one_walks_from_case_to_case_in_the_order_of_the_list(desk, suzuki, kohoku, asahi, pair):
    make_many(3, kohoku)
    make_many(1, asahi)
    make_many(1, kohoku)
    case = Case.objects.get(serial=2)
    walk = listed(case, desk, "department=kohoku&sort=number")
    assert around(suzuki, walk, case) == ["R8-0001", "R8-0003"]
    _before, after = neighbours(suzuki, walk, case)
    walk = parse_qs(urlsplit(after.url).query)["list"][0]
    assert around(suzuki, walk, after.case) == ["R8-0002", "R8-0005"]


def test_the_first_has_none_before_it_and_the_last_none_after(desk, suzuki, kohoku, pair):
    make_many(2, kohoku)
    last, first = Case.objects.all()
    assert around(suzuki, listed(first, desk, "sort=number"), first) == ["", last.number]
    assert around(suzuki, listed(last, desk, "sort=number"), last) == [first.number, ""]


def test_the_next_after_a_case_that_left_its_queue_is_the_one_that_moved_up(desk, suzuki, kohoku, pair):
    make_many(3, kohoku)
    case = Case.objects.get(serial=2)
    walk = listed(case, desk, "queue=new&sort=number")
    actions.take_up(case=case, by=suzuki)
    assert around(suzuki, walk, case) == ["R8-0001", "R8-0003"]


def test_one_walks_over_the_end_of_a_page_and_back_to_the_right_one(desk, suzuki, kohoku, pair):
    make_many(40, kohoku)
    case = Case.objects.get(serial=31)
    walk = listed(case, desk, "sort=number&page=2")
    assert around(suzuki, walk, case) == ["R8-0030", "R8-0032"]
    assert back_to(walk) == f"{LIST}?sort=number&page=2"


def test_the_place_is_found_again_after_new_cases_came_in(desk, suzuki, kohoku, pair):
    make_many(3, kohoku)
    case = Case.objects.get(serial=2)
    walk = listed(case, desk, "")
    make_many(5, kohoku)
    assert around(suzuki, walk, case) == ["R8-0003", "R8-0001"]


@pytest.mark.parametrize("walk", ["", "sort=number", "at=x", "at=-1", "at=%C2%B2", "at=99999999", "at=0&status=lost"])
def test_without_a_list_there_are_no_neighbours(suzuki, new_case, walk):
    assert neighbours(suzuki, walk, new_case) == (None, None)


def test_walking_costs_one_query(desk, suzuki, kohoku, pair, django_assert_num_queries):
    make_many(50, kohoku)
    case = Case.objects.get(serial=20)
    walk = listed(case, desk, "queue=mine&sort=urgent")
    with django_assert_num_queries(1):
        neighbours(suzuki, walk, case)


def test_the_address_of_a_case_in_a_list_leads_to_the_case(desk, new_case):
    url = in_list(new_case, QueryDict("status=new&page=2"), at=0)
    assert url == f"{reverse('case_detail', args=[new_case.number])}?list=status%3Dnew%26at%3D0"
