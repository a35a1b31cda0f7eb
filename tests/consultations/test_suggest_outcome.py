"""What becomes of a suggestion: opened, solved with one click, or the form is sent all the same."""

import re

import pytest
from django.test import Client

from consultations.models import Case, Intake
from knowledge.models import Showing, ShownDocument
from tests.consultations.library import SHIFTS, TROUBLE, publish_article
from tests.consultations.requester import ANSWERS, new_browser, shown, text


@pytest.fixture
def article(suzuki, sato):
    return publish_article(suzuki, sato)


@pytest.fixture
def visitor(kohoku, chiiki, pair) -> Client:
    return new_browser()


def begin(visitor: Client) -> dict[str, list[str]]:
    """Open the form and type the trouble; the article is shown beside it. What the form holds."""
    form = {**shown(visitor.get("/consult/")), "problem": [TROUBLE]}
    sent = {"problem": TROUBLE, "intake": form["intake"][0]}
    assert SHIFTS in text(visitor.post("/consult/suggest/", sent, headers={"HX-Request": "true"}))
    return form


def solve(visitor: Client, form: dict[str, list[str]], article):
    return visitor.post("/consult/solved/", {"intake": form["intake"][0], "document": f"article:{article.pk}"})


def send(visitor: Client, form: dict[str, list[str]]):
    check = visitor.post("/consult/", {**form, **ANSWERS})
    return visitor.post("/consult/check/", shown(visitor.get(check["Location"])))


def counted() -> tuple[int, int, int, int]:
    """Shown, opened, solved, sent."""
    return (
        Showing.objects.count(),
        ShownDocument.objects.filter(opened_at__isnull=False).count(),
        Showing.objects.filter(solved_at__isnull=False).count(),
        Showing.objects.filter(sent_at__isnull=False).count(),
    )


# --- opened


def test_the_link_leads_to_the_article_and_is_counted_once(visitor, article):
    form = begin(visitor)
    path = f"/consult/opened/?intake={form['intake'][0]}&document=article:{article.pk}"
    for _ in range(2):
        answer = visitor.get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"/articles/{article.pk}/")
    assert counted() == (1, 1, 0, 0)


def test_the_suggestion_links_there(visitor, article):
    form = {**shown(visitor.get("/consult/"))}
    page = visitor.post(
        "/consult/suggest/", {"problem": TROUBLE, "intake": form["intake"][0]}, headers={"HX-Request": "true"}
    )
    path = re.search(r'href="([^"]+)"', page.content.decode())[1].replace("&amp;", "&")
    assert visitor.get(path)["Location"] == f"/articles/{article.pk}/"


@pytest.mark.parametrize(
    "document", ["article:999999", "example:1", "case:1", "article:", "article:\0", "article:../x"]
)
def test_what_was_not_shown_is_not_found(visitor, article, document):
    form = begin(visitor)
    assert visitor.get("/consult/opened/", {"intake": form["intake"][0], "document": document}).status_code == 404
    assert counted() == (1, 0, 0, 0)


def test_another_form_opens_nothing(visitor, article):
    begin(visitor)
    other = shown(visitor.get("/consult/"))["intake"][0]
    path = {"intake": other, "document": f"article:{article.pk}"}
    assert visitor.get("/consult/opened/", path).status_code == 404


def test_what_a_browser_fetches_before_anybody_clicks_is_not_opened(visitor, article):
    form = begin(visitor)
    path = f"/consult/opened/?intake={form['intake'][0]}&document=article:{article.pk}"
    for purpose in ("prefetch", "prefetch;prerender"):
        assert visitor.get(path, headers={"Sec-Purpose": purpose}).status_code == 403
    assert counted() == (1, 0, 0, 0)


# --- solved


def test_one_click_leads_to_thanks_and_the_form_is_empty_again(visitor, article):
    form = begin(visitor)
    visitor.post("/consult/draft/", form)
    answer = solve(visitor, form, article)
    assert (answer.status_code, answer["Location"]) == (302, "/consult/solved/")
    assert "We are glad it helped" in text(visitor.get("/consult/solved/"))
    assert counted() == (1, 0, 1, 0)
    fresh = shown(visitor.get("/consult/"))
    assert fresh["problem"] == [""]
    assert fresh["intake"] != form["intake"]
    assert not Case.objects.exists()


def test_a_second_click_counts_no_second_time(visitor, article):
    form = begin(visitor)
    for _ in range(2):
        assert solve(visitor, form, article).status_code == 302
    assert counted() == (1, 0, 1, 0)


def test_what_was_sent_already_is_not_called_unsent_by_a_click_on_an_older_page(visitor, article):
    form = begin(visitor)
    receipt = send(visitor, form)["Location"]
    assert solve(visitor, form, article)["Location"] == receipt
    assert "had already been sent" in text(visitor.get(receipt))


def test_whoever_goes_on_writing_has_back_what_was_put_aside_whatever_was_begun_since(visitor, article):
    form = begin(visitor)
    visitor.post("/consult/draft/", form)
    solve(visitor, form, article)
    visitor.post("/consult/draft/", {**shown(visitor.get("/consult/")), "problem": ["別の困りごとです。"]})
    visitor.post("/consult/resume/")
    assert shown(visitor.get("/consult/"))["problem"] == [TROUBLE]


def solved_twice(visitor: Client, article) -> list[dict[str, list[str]]]:
    """Two troubles in one day, both answered by what was shown beside them; the forms, the older first."""
    forms = []
    for words in (TROUBLE, f"{TROUBLE}夜間の勤務も。"):
        form = {**begin(visitor), "problem": [words]}
        visitor.post("/consult/draft/", form)
        solve(visitor, form, article)
        forms.append(form)
    return forms


def test_what_was_put_aside_stays_so_when_more_is_put_aside(visitor, article):
    first, second = solved_twice(visitor, article)
    fresh = shown(visitor.get("/consult/"))
    assert fresh["problem"] == [""]
    assert fresh["intake"] not in (first["intake"], second["intake"])
    send(visitor, fresh)
    assert counted() == (2, 0, 2, 0)


def test_of_several_the_last_is_had_back_and_a_second_click_brings_back_no_other(visitor, article):
    _first, second = solved_twice(visitor, article)
    for _ in range(2):
        visitor.post("/consult/resume/")
    assert shown(visitor.get("/consult/"))["problem"] == second["problem"]
    assert counted() == (2, 0, 1, 0)


def test_whoever_goes_on_writing_has_everything_back_and_it_is_not_solved(visitor, article):
    form = begin(visitor)
    visitor.post("/consult/draft/", form)
    solve(visitor, form, article)
    assert visitor.post("/consult/resume/")["Location"] == "/consult/"
    back = shown(visitor.get("/consult/"))
    assert (back["problem"], back["intake"]) == ([TROUBLE], form["intake"])
    assert counted() == (1, 0, 0, 0)
    assert visitor.get("/consult/solved/")["Location"] == "/consult/"


def test_what_was_not_shown_solves_nothing_and_keeps_the_draft(visitor, article):
    form = begin(visitor)
    visitor.post("/consult/draft/", form)
    answer = visitor.post("/consult/solved/", {"intake": form["intake"][0], "document": "article:999999"})
    assert answer["Location"] == "/consult/"
    assert shown(visitor.get("/consult/"))["problem"] == [TROUBLE]
    assert counted() == (1, 0, 0, 0)


def test_without_a_word_to_go_on_with_the_thanks_page_leads_to_the_form(visitor):
    assert visitor.get("/consult/solved/")["Location"] == "/consult/"
    assert visitor.post("/consult/resume/")["Location"] == "/consult/"


# --- an address that counts too much


def limit(settings, **rates: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, **rates}


def test_beyond_what_it_may_begin_it_is_shown_the_same_and_not_counted(visitor, article, settings):
    limit(settings, consult_shown="1/h/ip")
    first = begin(visitor)
    second = begin(visitor)
    assert counted() == (1, 0, 0, 0)
    assert solve(visitor, second, article)["Location"] == "/consult/"
    assert "/receipts/" in send(visitor, second)["Location"]
    assert solve(visitor, first, article)["Location"] == "/consult/solved/"
    assert counted() == (1, 0, 1, 0)


def test_a_form_that_is_counted_already_goes_on_being_counted(visitor, article, suzuki, sato, settings):
    limit(settings, consult_shown="1/h/ip")
    form = begin(visitor)
    more = publish_article(suzuki, sato)
    sent = {"problem": TROUBLE, "intake": form["intake"][0]}
    visitor.post("/consult/suggest/", sent, headers={"HX-Request": "true"})
    assert ShownDocument.objects.filter(key=more.pk).exists()


def test_beyond_what_it_may_call_solved_it_is_thanked_and_not_counted(visitor, article, settings):
    limit(settings, consult_solved="1/h/ip")
    for browser in (visitor, new_browser()):
        form = begin(browser)
        browser.post("/consult/draft/", form)
        assert solve(browser, form, article)["Location"] == "/consult/solved/"
        assert shown(browser.get("/consult/"))["problem"] == [""]
    assert counted() == (2, 0, 1, 0)


# --- sent all the same


def test_a_form_that_is_sent_is_counted_as_sent(visitor, article):
    form = begin(visitor)
    assert "/receipts/" in send(visitor, form)["Location"]
    assert counted() == (1, 0, 0, 1)


def test_solved_and_then_sent_from_the_way_back_is_sent_and_not_solved(visitor, article):
    form = begin(visitor)
    solve(visitor, form, article)
    assert "/receipts/" in send(visitor, form)["Location"]
    assert counted() == (1, 0, 0, 1)


def test_a_new_form_that_is_sent_leaves_what_was_solved_before_solved(visitor, article):
    form = begin(visitor)
    visitor.post("/consult/draft/", form)
    solve(visitor, form, article)
    send(visitor, shown(visitor.get("/consult/")))
    assert counted() == (1, 0, 1, 0)


def test_a_form_that_goes_on_with_an_open_case_is_counted_as_sent_too(visitor, article):
    first = send(visitor, shown(visitor.get("/consult/")))
    assert "/receipts/" in first["Location"]
    form = begin(visitor)
    check = visitor.post("/consult/", {**form, **ANSWERS, "problem": TROUBLE + "続きです。"})
    fields = shown(visitor.get(check["Location"]))
    visitor.post("/consult/check/", {**fields, "case": Case.objects.get().number})
    assert Case.objects.count() == 1
    assert counted() == (1, 0, 0, 1)


def test_where_the_case_is_not_saved_nothing_is_counted_as_sent(visitor, article, monkeypatch):
    """One transaction: what fails afterwards takes the count back with it."""
    form = begin(visitor)
    check = visitor.post("/consult/", {**form, **ANSWERS})
    fields = shown(visitor.get(check["Location"]))
    visitor.raise_request_exception = False

    def fails(cases):
        raise RuntimeError

    monkeypatch.setattr("consultations.documents.put", fails)
    assert visitor.post("/consult/check/", fields).status_code == 500
    assert not Case.objects.exists()
    assert Intake.objects.get().case is None
    assert counted() == (1, 0, 0, 0)
