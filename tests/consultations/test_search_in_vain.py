"""A search that finds nothing is told to the office by a post of its page: looking at a page changes nothing."""

import pytest
from django.test import Client

from knowledge.models import Audience, Miss
from tests.cast import signed_in
from tests.consultations.desk_pages import english, text
from tests.factories import make_case
from tests.knowledge.articles import make_article

SEARCH, MISSED = "/search/", "/search/missed/"
LISTS = ["/articles/", "/examples/"]

pytestmark = pytest.mark.django_db


def counted() -> list[tuple[str, str, int]]:
    return [(miss.words, miss.audience, miss.times) for miss in Miss.objects.order_by("pk")]


def test_to_look_counts_nothing_and_the_page_holds_what_it_posts(client):
    page = client.get(SEARCH, {"q": "名札の発注"})
    assert counted() == []
    assert f'action="{MISSED}" data-missed' in page.content.decode()


def test_posted_it_is_counted_and_leads_back_to_the_search(client):
    told = client.post(MISSED, {"q": " 名札の発注 "}, follow=True)
    assert counted() == [("名札の発注", Audience.EVERYONE, 1)]
    assert told.redirect_chain == [("/search/?q=%E5%90%8D%E6%9C%AD%E3%81%AE%E7%99%BA%E6%B3%A8", 302)]
    assert "The office knows that these words found nothing" in text(english(client).get(SEARCH, {"q": "名札の発注"}))


def test_a_browser_is_counted_once_for_the_same_words_however_they_are_typed(client):
    for words in ("ＲＰＡ　研修", "rpa 研修"):
        client.post(MISSED, {"q": words})
    assert "data-missed" not in client.get(SEARCH, {"q": "RPA 研修"}).content.decode()
    Client().post(MISSED, {"q": "RPA 研修"})
    assert counted() == [("rpa 研修", Audience.EVERYONE, 2)]


def test_the_office_and_everybody_else_are_counted_apart(desk, tanaka, ict_member):
    for browser in (desk, signed_in(tanaka), signed_in(ict_member)):
        browser.post(MISSED, {"q": "名札の発注"})
    assert counted() == [("名札の発注", Audience.OFFICE, 1), ("名札の発注", Audience.EVERYONE, 2)]


def test_what_does_find_something_is_not_counted_whoever_says_so(desk, client, kohoku, pair, suzuki, sato):
    make_case(kohoku, problem="職員の名札の発注を見直したい。")
    make_article(suzuki, sato, question="封筒を発注するには")
    desk.post(MISSED, {"q": "名札 発注"})
    client.post(MISSED, {"q": "封筒"})
    assert counted() == []
    client.post(MISSED, {"q": "名札 発注"})  # found by the office only
    assert counted() == [("名札 発注", Audience.EVERYONE, 1)]


def test_a_search_within_facets_that_finds_nothing_is_not_in_vain(desk, kohoku, pair):
    make_case(kohoku, problem="職員の名札の発注を見直したい。")
    page = desk.get(SEARCH, {"q": "名札", "kind": "article"})
    assert "data-missed" not in page.content.decode()


@pytest.mark.parametrize("words", ["", "紙", "田中様の件", "045-671-2101", "R8-9999", "\0", "長" * 101, "名" * 10_000])
def test_what_the_list_would_not_keep_is_neither_offered_nor_taken(client, words):
    assert "data-missed" not in client.get(SEARCH, {"q": words}).content.decode()
    assert client.post(MISSED, {"q": words}).status_code == 302
    assert counted() == []


def test_it_is_offered_where_only_some_of_the_words_were_found(desk, kohoku, pair):
    make_case(kohoku, problem="保育士の勤務シフトをパソコンで作りたい。")
    page = desk.get(SEARCH, {"q": "保育士の当番表を自動化したい"})
    assert "data-missed" in page.content.decode()


# --- in the lists of articles and of examples


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_has_nothing_holds_what_it_posts_too(client, path):
    page = english(client).get(path, {"q": " 名札の発注 "})
    assert counted() == []
    assert f'action="{MISSED}" data-missed' in page.content.decode()
    assert '<input type="hidden" name="q" value="名札の発注">' in page.content.decode()
    client.post(MISSED, {"q": "名札の発注"})
    assert counted() == [("名札の発注", Audience.EVERYONE, 1)]
    page = client.get(path, {"q": "名札の発注"})
    assert "data-missed" not in page.content.decode()
    assert "The office knows that these words found nothing" in text(page)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("asked", [{}, {"q": ""}, {"q": "田中様の件"}, {"q": "名札の発注", "topic": "procedures"}])
def test_a_list_posts_nothing_that_is_not_to_be_kept_nor_what_was_narrowed(client, procedures, path, asked):
    assert "data-missed" not in client.get(path, asked).content.decode()


def test_a_list_that_has_something_posts_nothing(client, suzuki, sato):
    make_article(suzuki, sato, question="封筒を発注するには")
    assert "data-missed" not in client.get("/articles/", {"q": "封筒", "sort": "helpful"}).content.decode()
    assert "data-missed" in client.get("/articles/", {"q": "名札", "sort": "helpful"}).content.decode()


def test_what_another_list_has_is_not_counted(client, suzuki, sato):
    make_article(suzuki, sato, question="封筒を発注するには")
    assert "data-missed" in client.get("/examples/", {"q": "封筒"}).content.decode()
    client.post(MISSED, {"q": "封筒"})
    assert counted() == []


# --- who may tell of it, and how often


def test_an_address_that_posts_too_often_is_not_counted_and_gets_no_error(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "search_missed": "1/h/ip"}
    for words in ("名札の発注", "封筒の印刷"):
        assert client.post(MISSED, {"q": words}).status_code == 302
    assert counted() == [("名札の発注", Audience.EVERYONE, 1)]


def test_it_is_not_told_by_a_link(client):
    assert client.get(MISSED, {"q": "名札の発注"}).status_code == 405


def test_it_is_told_by_our_own_pages_only():
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(MISSED, {"q": "名札の発注"}).status_code == 403
    assert counted() == []
