"""Beside the form stands what may answer it: near articles first, then examples; nothing that is not everybody's."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations import actions, suggesting
from knowledge import shelf
from knowledge.models import Audience, Showing, ShownDocument
from tests.consultations.library import (
    SHIFTS,
    SHIFTS_ANSWER,
    TROUBLE,
    UNRELATED,
    closed_case,
    publish_article,
    publish_example,
)
from tests.consultations.requester import new_browser, send, shown, text


@pytest.fixture
def article(suzuki, sato):
    return publish_article(suzuki, sato)


@pytest.fixture
def example(kohoku, suzuki, procedures, pair):
    return publish_example(closed_case(kohoku, suzuki, procedures), suzuki, tools=["勤務割ツール", "RPA"])


@pytest.fixture
def visitor(db: None) -> Client:
    return new_browser()


def ask(visitor: Client, problem: str, **more: str):
    return visitor.post("/consult/suggest/", {"problem": problem, **more}, headers={"HX-Request": "true"})


# --- what is suggested


def test_a_near_article_comes_with_the_words_that_speak_for_it(visitor, article):
    page = ask(visitor, TROUBLE)
    assert SHIFTS in text(page)
    assert "In common:" in text(page)
    assert "保育士" in text(page)
    assert "<html" not in page.content.decode()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_article_that_did_not_solve_it_is_found_by_what_is_written_then_and_not_by_its_name(
    visitor, article, language
):
    visitor.cookies["language"] = language
    (begun,) = shown(visitor.get(f"/consult/?article={article.pk}"))["problem"]
    assert SHIFTS in begun
    visitor.cookies["language"] = "en" if language == "ja" else "ja"
    assert SHIFTS not in text(ask(visitor, begun + UNRELATED))
    assert SHIFTS in text(ask(visitor, begun + TROUBLE))


def test_articles_come_before_examples_and_an_example_says_whose_it_is_and_what_came_of_it(visitor, article, example):
    words = text(ask(visitor, TROUBLE))
    assert words.index(SHIFTS) < words.index(example.title)
    assert "港北区・勤務割ツール・RPA" in words
    assert example.outcome in words


def test_three_articles_and_two_examples_at_most(kohoku, suzuki, sato, procedures, pair):
    for place in range(5):
        publish_article(suzuki, sato, f"{SHIFTS}{place}")
        publish_article(suzuki, sato, f"複合機の廃棄その{place}", "記録を消した証明を業者から受け取ってください。")
        publish_example(closed_case(kohoku, suzuki, procedures), suzuki, title=f"保育園の勤務シフト{place}")
    kinds = [each.kind for each in suggesting.suggest(TROUBLE)]
    assert kinds == ["article"] * 3 + ["example"] * 2


def test_two_words_are_enough_where_they_are_what_the_article_is_called(suzuki, sato):
    publish_article(suzuki, sato, "RPAの利用申請", "RPAを使い始めるには、申請書を出してください。")
    assert [each.title for each in suggesting.suggest("RPAを使いたいのですが")] == ["RPAの利用申請"]


def test_what_is_about_something_else_is_left_out(visitor, article, example):
    page = ask(visitor, UNRELATED)
    assert page.status_code == 200
    assert page.content.strip() == b""


# --- what a stranger never sees


def test_an_article_for_the_office_is_suggested_to_nobody_not_even_to_the_office(visitor, desk, suzuki, sato):
    publish_article(suzuki, sato, audience=Audience.OFFICE)
    assert ask(visitor, TROUBLE).content.strip() == b""
    assert ask(desk, TROUBLE).content.strip() == b""


def test_cases_are_never_suggested(visitor, desk, new_case):
    assert shelf.similar(TROUBLE, audience=Audience.OFFICE)
    assert ask(desk, TROUBLE).content.strip() == b""


@pytest.mark.parametrize("state", [{"published_at": None}, {"withdrawn": True}])
def test_an_example_that_is_not_public_is_not_suggested_even_if_it_stood_on_the_shelf(visitor, example, state):
    if state.pop("withdrawn", False):
        state = {"withdrawn_at": example.published_at}
    type(example).objects.filter(pk=example.pk).update(**state)
    assert ask(visitor, TROUBLE).content.strip() == b""


def test_the_example_of_a_case_that_has_become_sensitive_is_gone(visitor, example, suzuki):
    case = example.case
    actions.describe(case=case, by=suzuki, title=case.title, topic=case.topic, level=case.level, sensitive=True)
    assert ask(visitor, TROUBLE).content.strip() == b""


def test_an_article_that_was_taken_off_the_shelf_is_gone(visitor, article):
    shelf.remove("article", str(article.pk))
    assert ask(visitor, TROUBLE).content.strip() == b""


# --- bad input


@pytest.mark.parametrize(
    "problem",
    [
        "",
        " ",
        "保",
        "保育士の勤務",
        "😀😀😀😀😀😀😀😀😀",
        "%%%%%%%%%%",
        "________",
        "\0\0\0\0\0\0\0\0\0",
        "。。。。。。。。。。",
        "'; DROP TABLE --",
    ],
)
def test_what_says_nothing_suggests_nothing(visitor, article, problem):
    page = ask(visitor, problem)
    assert page.status_code == 200
    assert page.content.strip() == b""
    assert visitor.get("/consult/suggest/", {"problem": problem}).status_code == 200


def test_a_very_long_text_is_read_as_far_as_it_goes(visitor, article):
    assert SHIFTS in text(ask(visitor, TROUBLE * 300))


def test_a_nul_in_between_does_no_harm(visitor, article):
    assert SHIFTS in text(ask(visitor, TROUBLE.replace("勤務", "\0勤務")))


@pytest.mark.parametrize("key", ["", "x", "article:1", "00000000-0000-4000-8000-00000000000g"])
def test_a_form_that_is_none_gets_suggestions_and_counts_for_nothing(visitor, article, key):
    assert SHIFTS in text(ask(visitor, TROUBLE, intake=key))
    assert not Showing.objects.exists()


# --- without JavaScript


def test_the_button_beside_the_trouble_leads_to_a_whole_page_and_loses_nothing(visitor, article, kohoku):
    form = shown(visitor.get("/consult/"))
    given = {**form, "problem": TROUBLE, "name": "田中 実", "suggest": "1"}
    answer = visitor.post("/consult/", given)
    assert (answer.status_code, answer["Location"]) == (302, f"/consult/suggest/?intake={form['intake'][0]}")
    page = visitor.get(answer["Location"])
    assert "<html" in page.content.decode()
    assert SHIFTS in text(page)
    assert TROUBLE in text(page)
    back = shown(visitor.get("/consult/"))
    assert (back["problem"], back["name"], back["intake"]) == ([TROUBLE], ["田中 実"], form["intake"])


def look(visitor: Client, form: dict[str, list[str]], problem: str):
    """Press the button beside the trouble. The page that it leads to."""
    return visitor.get(visitor.post("/consult/", {**form, "problem": problem, "suggest": "1"})["Location"])


def links(page) -> list[str]:
    return re.findall(r'<a href="([^"]+)" target', page.content.decode().replace("&amp;", "&"))


def test_of_two_drafts_the_page_and_the_form_hold_the_one_that_was_posted(visitor, article):
    older, newer = shown(visitor.get("/consult/")), shown(visitor.get("/consult/"))
    for form, words in ((older, "書きかけ"), (newer, UNRELATED)):
        visitor.post("/consult/draft/", {**form, "problem": words})
    page = look(visitor, older, TROUBLE)
    assert TROUBLE in text(page)
    assert UNRELATED not in text(page)
    assert SHIFTS in text(page)
    assert shown(visitor.get("/consult/"))["problem"] == [TROUBLE]


@pytest.mark.parametrize("key", ["7d0c5f2e-3d0f-4b57-9a44-2f1b8a4a6f10", "x", "", "another's"])
def test_a_form_that_is_not_this_browsers_shows_nothing_of_it(visitor, article, key):
    if key == "another's":
        other = new_browser()
        form = shown(other.get("/consult/"))
        look(other, form, "他人の書きかけ。" + TROUBLE)
        (key,) = form["intake"]
    page = visitor.get("/consult/suggest/", {"intake": key})
    assert page.status_code == 200
    assert "他人の書きかけ" not in text(page)
    assert "We found nothing that comes near it" in text(page)


def test_what_has_come_up_since_is_linked_by_its_own_address_and_answers_nothing_yet(visitor, article, suzuki, sato):
    form = shown(visitor.get("/consult/"))
    page = look(visitor, form, TROUBLE)
    assert links(page) == [f"/consult/opened/?intake={form['intake'][0]}&document=article:{article.pk}"]
    later = publish_article(suzuki, sato, f"{SHIFTS}（続き）")
    page = visitor.get("/consult/suggest/", {"intake": form["intake"][0]})
    assert f"/articles/{later.pk}/" in links(page)
    assert [visitor.get(link).status_code for link in links(page) if "opened" in link] == [302]
    assert f'value="article:{later.pk}"' not in page.content.decode()
    assert f'value="article:{article.pk}"' in page.content.decode()
    assert ShownDocument.objects.count() == 1


def test_a_draft_that_nothing_was_shown_beside_is_given_plain_links(visitor, article):
    visitor.post("/consult/draft/", {**shown(visitor.get("/consult/")), "problem": TROUBLE})
    page = visitor.get("/consult/suggest/")
    assert links(page) == [f"/articles/{article.pk}/"]
    assert "This answered it" not in text(page)
    assert not Showing.objects.exists()


def test_opened_with_nothing_typed_the_page_says_what_to_do(visitor):
    page = visitor.get("/consult/suggest/")
    assert page.status_code == 200
    assert "We found nothing that comes near it" in text(page)


def test_to_look_counts_nothing(visitor, article):
    page = visitor.get("/consult/suggest/", {"problem": TROUBLE})
    assert f"/articles/{article.pk}/" in page.content.decode()
    assert not Showing.objects.exists()


# --- what it costs, and whom it may hold up


def test_it_asks_the_database_eight_times_and_no_more_often_for_more_documents(
    visitor, article, example, kohoku, suzuki, sato, procedures
):
    form = uuid.UUID("7d0c5f2e-3d0f-4b57-9a44-2f1b8a4a6f10")
    limiter = ("cache", "SAVEPOINT")

    def asked() -> int:
        suggesting.suggest_beside(form, TROUBLE)  # counted once: from then on nothing is written
        with CaptureQueriesContext(connection) as queries:
            assert SHIFTS in text(ask(visitor, TROUBLE, intake=str(form)))
        return len([query for query in queries if not any(part in query["sql"] for part in limiter)])

    assert asked() == 8
    for place in range(4):
        publish_article(suzuki, sato, f"{SHIFTS}{place}", SHIFTS_ANSWER)
        for other in range(3):  # words that stand in nearly every document would tell nothing
            publish_article(
                suzuki, sato, f"複合機の廃棄その{place}-{other}", "記録の消去の証明を業者から受け取ってください。"
            )
        publish_example(closed_case(kohoku, suzuki, procedures), suzuki, title=f"保育園の勤務シフト{place}")
    assert asked() == 8


def test_it_needs_no_session(visitor, article):
    assert "session" not in ask(visitor, TROUBLE, intake="7d0c5f2e-3d0f-4b57-9a44-2f1b8a4a6f10").cookies


def test_an_address_that_asks_too_often_hears_nothing_and_gets_no_error(visitor, article, settings):
    settings.ACCOUNT_RATE_LIMITS = {"consult_suggest": "2/m/ip"}
    assert [ask(visitor, TROUBLE).status_code for _ in range(4)] == [200, 200, 204, 204]


def test_a_broken_shelf_does_not_keep_anybody_from_sending(visitor, kohoku, chiiki, pair, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no shelf")

    monkeypatch.setattr(shelf, "similar", broken)
    assert send(visitor, problem=TROUBLE).problem == TROUBLE
    with pytest.raises(RuntimeError):
        ask(visitor, TROUBLE)
