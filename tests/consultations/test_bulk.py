"""The same for many cases at once, from the list: /desk/cases/bulk/…"""

from datetime import date, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from consultations import actions
from consultations.models import Case, EntryKind
from consultations.models.entry import Requester
from consultations.states import AskKind, Level, Result, Status
from consultations.views.bulk import MOST
from knowledge.models import Topic
from office import clock
from office.models import Pair
from tests.cast import signed_in
from tests.consultations.case_page import kinds, told
from tests.consultations.desk_pages import closed, english, make_many, numbers, text
from tests.consultations.test_races import at_once
from tests.factories import make_case, make_pair

CLOSE, PAIR, TOPIC = (f"/desk/cases/bulk/{act}/" for act in ("close", "pair", "topic"))
MARCH = datetime(2027, 3, 31, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def three(kohoku, pair, suzuki, procedures) -> list[Case]:
    """Three completed cases with level and topic."""
    cases = [make_case(kohoku, topic=procedures) for _ in range(3)]
    Case.objects.update(level=1)
    return [actions.complete(case=case, by=suzuki) for case in cases]


def look(desk: Client, url: str, *cases: Case, **query: str):
    return desk.get(url, {"case": [case.pk for case in cases], **query})


def send(desk: Client, url: str, *cases: Case, **fields):
    """Send the page on which `cases` are ticked, each in the version at hand."""
    ticked = [f"{case.pk}.{case.version}" for case in cases]
    return desk.post(url, {"case": ticked, "shown": [case.pk for case in cases], **fields})


def ticked(response) -> list[int]:
    return [row.case.pk for row in [*response.context["ready"], *response.context["not_ready"]] if row.ticked]


# --- in the list


def test_open_cases_have_a_box_and_the_three_acts_are_at_hand(desk, three, kohoku, suzuki):
    make_many(1, kohoku, **closed(suzuki))
    page = desk.get("/desk/cases/?open=all&q=相談&page=1")
    html = page.content.decode()
    assert html.count('name="case"') == 0, "only the closed one fits"
    page = desk.get("/desk/cases/?open=all")
    html = page.content.decode()
    assert len(numbers(page)) == 4
    assert html.count('name="case"') == html.count('form="bulk"') == 3
    assert f'action="{CLOSE}"' in html
    assert f'formaction="{PAIR}"' in html
    assert f'formaction="{TOPIC}"' in html
    assert '<input type="hidden" name="list" value="open=all">' in html


def test_all_of_a_longer_list_can_be_chosen_without_javascript(desk, kohoku, pair):
    make_many(30, kohoku)
    assert 'name="all"' not in desk.get("/desk/cases/").content.decode()
    make_many(1, kohoku)
    assert 'name="all"' in desk.get("/desk/cases/").content.decode()
    assert 'name="all"' not in desk.get("/desk/cases/?open=all").content.decode()
    page = desk.get(CLOSE, {"all": "1", "list": "page=2"})
    assert len(numbers(page)) == 31


def test_the_queue_of_completed_cases_shows_first_and_in_words_whose_day_has_come(desk, kohoku, pair, suzuki):
    for days in (30, 2, 60):
        make_many(1, kohoku, status=Status.COMPLETED, review_on=clock.today() + timedelta(days=days))
    queue = next(url for url in hrefs_of_queues(desk) if "completed_open" in url)
    assert "To be closed" not in text(english(desk).get(queue))
    with clock.at(clock.now() + timedelta(days=2)):
        page = english(desk).get(queue)
        assert numbers(page)[0] == "R8-0002"
        assert text(page).count("To be closed (") == 1
        assert text(page).count("Kept open until") == 2
        assert "The day until which it stays open has come" in text(desk.get("/desk/cases/R8-0002/"))
    assert "The day until which it stays open has come" not in text(desk.get("/desk/cases/R8-0002/"))


def hrefs_of_queues(desk: Client) -> list[str]:
    return [queue["url"] for queue in desk.get("/desk/").context["queues"]]


# --- closing


def test_the_page_shows_what_will_be_closed_and_what_cannot_with_the_reason_and_the_way_to_mend_it(
    desk, three, kohoku, suzuki, procedures
):
    lacks, deep, asked, waits = (make_case(kohoku, topic=procedures) for _ in range(4))
    Case.objects.filter(pk=deep.pk).update(level=Level.ALTERNATIVE)
    Case.objects.filter(pk__in=[asked.pk, waits.pk]).update(level=Level.ANSWER)
    actions.ask_meeting(case=asked, by=suzuki, kind=AskKind.NO_IDEA, question="よい案はないか。")
    actions.receive_message(case=waits, by=Requester(waits), kind=EntryKind.ANSWER, text="まだ困っています。")
    page = look(english(desk), CLOSE, *three, lacks, deep, asked, waits, list="queue=completed_open&page=1")
    assert page.status_code == 200
    words = text(page)
    assert "3 cases are ready" in words
    assert "4 cases are not ready" in words
    assert [(row.case, row.final, row.mend_url.split("?")[0].split("/")[-2]) for row in page.context["not_ready"]] == [
        (lacks, False, "close"),
        (deep, False, "close"),
        (asked, True, asked.number),
        (waits, True, waits.number),
    ]
    for reason in (
        "Choose a level and a topic before closing.",
        "Write a lesson of about two lines",
        "A question to the weekly meeting is still open: “よい案はないか。”",
        "The requester has written, and nobody has come to it yet.",
    ):
        assert words.count(reason) == 1
    assert sorted(ticked(page)) == sorted(case.pk for case in three)
    assert quote("queue=completed_open&page=1", safe="") in page.context["not_ready"][0].mend_url
    assert not Case.objects.closed().exists()


def test_it_closes_them_with_one_result_and_tells_each_requester(desk, three, suzuki, procedures):
    answer = send(english(desk), CLOSE, *three, result="advised", list="queue=completed_open&sort=urgent&page=2")
    assert answer["Location"] == "/desk/cases/?queue=completed_open&sort=urgent&page=2"
    assert "You have closed 3 cases." in text(desk.get(answer["Location"]))
    for case in three:
        case.refresh_from_db()
        assert (case.result, case.level, case.topic, case.closed_by) == (Result.ADVISED, 1, procedures, suzuki)
        assert kinds(case)[-1] == "closed"
        assert told(case, "closed") == [case.email]


def test_what_cannot_be_closed_is_left_with_its_reason_and_the_rest_is_done(desk, three, kohoku):
    lacks = make_case(kohoku)
    response = send(english(desk), CLOSE, *three, lacks, result="supported", list="page=2")
    assert response.status_code == 409
    assert Case.objects.closed().count() == 3
    words = text(response)
    assert "You have closed 3 cases." in words
    assert "1 case was left as it is" in words
    assert "Choose a level and a topic before closing." in words
    assert [row.mend_url for row in response.context["not_ready"]] == [
        f"{reverse('case_close', args=[lacks.number])}?list=page%3D2"
    ]
    assert response.context["form"]["result"].value() == "supported"
    assert 'href="/desk/cases/?page=2"' in response.content.decode()


def test_what_does_not_count_is_closed_without_level_and_topic_and_a_mistake_is_told_nobody(desk, kohoku, pair):
    cases = [make_case(kohoku) for _ in range(2)]
    assert send(desk, CLOSE, *cases, result="mistaken").status_code == 302
    assert Case.objects.closed().count() == 2
    assert [told(case, "closed") for case in cases] == [[], []]


def test_a_case_that_changed_since_the_page_was_opened_is_not_closed_unseen(desk, three, sato):
    first, second, third = three
    actions.receive_message(case=first, by=Requester(first), kind=EntryKind.ANSWER, text="まだ困っています。")
    actions.describe(case=second, by=sato, title="佐藤の件名", topic=second.topic, level=2)
    response = send(english(desk), CLOSE, *three, result="advised")
    assert response.status_code == 409
    assert list(Case.objects.closed()) == [third]
    assert "The requester has written" in text(response)
    assert "Someone changed this case while you were writing." in text(response)
    assert ticked(response) == []
    again = [row.case for row in response.context["not_ready"] if not row.final]
    assert send(desk, CLOSE, *again, result="advised").status_code == 302
    assert set(Case.objects.closed()) == {second, third}


def test_a_second_click_changes_nothing_and_ends_on_the_same_page(desk, three):
    first, second = (send(desk, CLOSE, *three, result="advised", list="page=1") for _click in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    for case in three:
        assert kinds(case).count("closed") == 1
        assert told(case, "closed") == [case.email]


@pytest.mark.django_db(transaction=True)
def test_two_who_close_the_same_cases_at_the_same_moment_close_each_once(three, suzuki, sato):
    browsers = [signed_in(suzuki), signed_in(sato)]
    outcomes = at_once(
        *[lambda browser=browser: send(browser, CLOSE, *three, result="advised") for browser in browsers]
    )
    assert {getattr(outcome, "status_code", outcome) for outcome in outcomes} <= {302, 409}
    for case in three:
        assert kinds(case).count("closed") == 1
        assert told(case, "closed") == [case.email]


@pytest.fixture
def procedures(db):
    """Topics are emptied between tests that commit."""
    return Topic.objects.get_or_create(key="procedures", defaults={"name": "手続案内"})[0]


def test_without_a_result_or_a_tick_nothing_happens_and_the_page_keeps_the_cases(desk, three):
    response = send(desk, CLOSE, *three[:2], result="")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"result"}
    assert ticked(response) == [case.pk for case in three[:2]]
    response = desk.post(CLOSE, {"shown": [case.pk for case in three], "result": "advised"})
    assert response.status_code == 422
    assert len(response.context["ready"]) == 3
    assert ticked(response) == []
    assert not Case.objects.closed().exists()


@pytest.mark.parametrize(
    "query", [{}, {"case": "x"}, {"case": ["-1", "1.x", "９", "9" * 30, "%00"]}, {"all": "1", "list": "status=lost"}]
)
def test_where_nothing_was_chosen_it_leads_back_to_the_list(desk, query):
    response = english(desk).get(CLOSE, query, follow=True)
    assert response.request["PATH_INFO"] == "/desk/cases/"
    assert "Tick the cases first." in text(response)


def test_a_closed_case_is_shown_as_such_and_not_closed_again(desk, closed_case):
    page = look(english(desk), CLOSE, closed_case)
    assert "This case is already closed." in text(page)
    assert 'type="checkbox"' not in page.content.decode()
    assert send(desk, CLOSE, closed_case, result="advised").status_code == 409
    assert kinds(closed_case).count("closed") == 1


def test_more_than_a_few_hundred_are_done_in_several_goes(desk, kohoku, pair):
    make_many(MOST + 2, kohoku)
    page = english(desk).get(CLOSE, {"all": "1"})
    assert len(numbers(page)) == MOST
    assert f"These are the first {MOST}; 2 more are left for another time." in text(page)


# --- pair and topic


def test_it_gives_them_to_a_pair_which_is_told(desk, three, asahi, ito):
    pair = make_pair(asahi, ito, None)
    assert "3 cases are ready" in text(look(english(desk), PAIR, *three))
    answer = send(desk, PAIR, *three, pair=pair.pk, list="pair=suzuki")
    assert answer["Location"] == "/desk/cases/?pair=suzuki"
    for case in three:
        case.refresh_from_db()
        assert case.pair == pair
        assert kinds(case)[-1] == "pair_changed"
        assert told(case, "pair") == [ito.email]
    assert send(desk, PAIR, *three, pair=pair.pk).status_code == 302
    assert [kinds(case).count("pair_changed") for case in three] == [1, 1, 1]


def test_it_sets_the_topic_with_an_entry_where_it_changed(desk, three, kohoku):
    lacks, gone = make_case(kohoku), make_case(kohoku)
    actions.close(case=gone, by=Pair.objects.get().lead, result="withdrawn", level=None, topic=None)
    topic = Topic.objects.get(key="procedures")
    response = send(english(desk), TOPIC, *three, lacks, gone, topic=topic.pk)
    assert response.status_code == 409
    assert "The topic of 4 cases is set." in text(response)
    assert [row.case for row in response.context["not_ready"]] == [gone]
    lacks.refresh_from_db()
    assert lacks.topic == topic
    assert kinds(lacks)[-1] == "changed"
    assert [kinds(case).count("changed") for case in three] == [0, 0, 0]


@pytest.mark.parametrize(("url", "fields"), [(PAIR, {"pair": "0"}), (PAIR, {}), (TOPIC, {"topic": "x"}), (TOPIC, {})])
def test_a_pair_or_topic_that_is_none_is_refused_in_words(desk, three, url, fields):
    assert send(desk, url, *three, **fields).status_code == 422


# --- the end of the year, whole


def test_the_end_of_the_year(desk, kohoku, pair, suzuki, procedures):
    """On 31 March the completed cases have come to their day; two clicks close them, one lacks its lesson."""
    with clock.at(MARCH - timedelta(days=60)):
        done = [make_case(kohoku, topic=procedures) for _ in range(5)]
        for number, case in enumerate(done):
            level = Level.ALTERNATIVE if number == 4 else Level.ANSWER
            actions.describe(case=case, by=suzuki, title=case.title, topic=procedures, level=level)
            actions.complete(case=case, by=suzuki)
        make_case(kohoku)
    with clock.at(MARCH):
        assert Case.objects.get(pk=done[0].pk).review_on == date(2027, 3, 31)
        queue = next(url for url in hrefs_of_queues(desk) if "completed_open" in url)
        listed = desk.get(queue)
        assert len(numbers(listed)) == 5
        page = desk.get(CLOSE, {"case": [case.pk for case in done], "list": queue.partition("?")[2]})
        assert (len(page.context["ready"]), len(page.context["not_ready"])) == (4, 1)
        ready = [row.case for row in page.context["ready"]]
        answer = send(desk, CLOSE, *ready, result="supported", list=page.context["list"])
        assert answer["Location"] == queue
        assert numbers(desk.get(queue)) == [done[4].number]


# --- who, and at what cost


def test_it_is_closed_to_others_and_ward_cases_stay_untouched(client, three, yamada, tanaka, ict_member):
    for url in (CLOSE, PAIR, TOPIC):
        assert client.get(url).status_code == 302
        for outsider in (yamada, tanaka, ict_member):
            assert signed_in(outsider).get(url).status_code == 404
            assert send(signed_in(outsider), url, *three, result="advised").status_code == 404
    assert not Case.objects.closed().exists()


@pytest.mark.parametrize("url", [CLOSE, PAIR, TOPIC])
def test_the_page_asks_the_database_the_same_for_2_and_22(
    desk, kohoku, pair, suzuki, url, django_assert_max_num_queries
):
    def more(count: int) -> list[int]:
        make_many(count, kohoku, topic=Topic.objects.get(key="procedures"), level=3)
        actions.ask_meeting(case=Case.objects.latest("pk"), by=suzuki, kind=AskKind.NO_IDEA, question="案は？")
        return list(Case.objects.values_list("pk", flat=True))

    keys = more(2)
    with django_assert_max_num_queries(12) as at_2:
        assert len(numbers(desk.get(url, {"case": keys}))) == 2
    keys = more(20)
    with django_assert_max_num_queries(len(at_2)):
        assert len(numbers(desk.get(url, {"case": keys}))) == 22


def test_closing_costs_each_case_the_same_few_queries(desk, kohoku, pair, procedures, django_assert_max_num_queries):
    make_many(22, kohoku, topic=procedures, level=1, email="tanaka@kohoku.example.jp")
    cases = list(Case.objects.all())
    with django_assert_max_num_queries(60) as for_2:
        assert send(desk, CLOSE, *cases[:2], result="advised").status_code == 302
    with django_assert_max_num_queries(87) as for_3:
        assert send(desk, CLOSE, *cases[2:5], result="advised").status_code == 302
    each = len(for_3) - len(for_2)
    assert each <= 27  # of which ten tell the search
    with django_assert_max_num_queries(len(for_2) + 15 * each):
        assert send(desk, CLOSE, *cases[5:], result="advised").status_code == 302
