"""What is written for the office alone comes out by no search, whoever asks and however; nor what is to be handled with
care by what is like it. Each text that must stay in has a word of its own.
"""

import json
from datetime import timedelta

import pytest
from django.test import Client

from consultations import actions
from consultations.models import Example
from consultations.models.entry import Requester
from knowledge import actions as knowledge
from knowledge.models import Article, Audience
from knowledge.tasks import count_words
from menus.models import SupportMenu
from office import clock
from tests.cast import signed_in
from tests.consultations.desk_pages import english, text
from tests.consultations.examples import agreed, asked, closed, drafted, published
from tests.factories import make_case
from tests.knowledge.articles import make_article, make_draft

COMMON = "公園の遊具の点検票を紙に書き写している"
# Where a word stands, the word, and how it is read.
HIDDEN = {
    "case": ("望遠鏡", "ぼうえんきょう"),
    "note": ("砂時計", "すなどけい"),
    "check": ("羅針盤", "らしんばん"),
    "support": ("気球", "ききゅう"),
    "sensitive case": ("潜水艦", "せんすいかん"),
    "article for the office": ("機関車", "きかんしゃ"),
    "draft": ("折り紙", "おりがみ"),
    "retired article": ("万華鏡", "まんげきょう"),
    "next edition": ("竜巻", "たつまき"),
    "article that was for everybody": ("風車", "ふうしゃ"),
    "example drafted": ("流氷", "りゅうひょう"),
    "example asked for": ("化石", "かせき"),
    "example agreed to": ("彗星", "すいせい"),
    "example withdrawn": ("氷河", "ひょうが"),
    "example of a case that became sensitive": ("灯台", "とうだい"),
}
NOT_EVEN_FOR_THE_OFFICE = {"draft", "retired article", "next edition"}
WORDS = {where: word for where, (word, _reading) in HIDDEN.items()}
OUTSIDE = ["stranger", "ward of the section", "another ward", "ICT operations"]


@pytest.fixture
def library(kohoku, asahi, pair, suzuki, sato, procedures):
    """Of each kind one; beside them an article and an example for everybody."""

    def say(where: str) -> str:
        return f"{COMMON}。{WORDS[where]}の件。"

    def told(where: str) -> dict[str, str]:
        return {
            "title": f"{WORDS[where]}の点検票",
            "trouble": say(where),
            "approach": say(where),
            "outcome": say(where),
        }

    menu = SupportMenu.objects.create(key="balloon", kind="existing_tool", name="空からの調査")
    case = make_case(kohoku, problem=say("case"))
    actions.add_note(case=case, by=suzuki, text=say("note"))
    actions.ask_check(case=case, by=suzuki, question=say("check"), put_to_ict=False)
    actions.choose_support(case=case, by=suzuki, menu=menu, reason=say("support"))
    make_case(kohoku, problem=say("sensitive case"), sensitive=True)

    make_article(suzuki, sato, question=say("article for the office"), audience=Audience.OFFICE)
    make_draft(suzuki, question=say("draft"), answer=say("draft"))
    retired = make_article(suzuki, sato, question=say("retired article"))
    knowledge.retire(article=retired, by=suzuki)
    narrowed = make_article(suzuki, sato, question=say("article that was for everybody"))
    facts = {"kind": narrowed.kind, "topics": [], "owner": suzuki, "review_by": narrowed.review_by}
    knowledge.change_facts(article=narrowed, by=suzuki, audience=Audience.OFFICE, **facts)
    public = make_article(suzuki, sato, question=f"{COMMON}ときは", answer="電子申請が使えます。")
    knowledge.begin_edition(article=public, by=suzuki)
    knowledge.change_draft(
        article=public, by=suzuki, question=say("next edition"), answer=say("next edition"), offer=True
    )

    def settled():
        return closed(kohoku, suzuki, topic=procedures, problem=f"{COMMON}。")

    drafted(settled(), suzuki, **told("example drafted"))
    asked(settled(), suzuki, **told("example asked for"))
    agreed(settled(), suzuki, **told("example agreed to"))
    actions.withdraw_example(
        example=published(settled(), suzuki, **told("example withdrawn")), by=suzuki, reason="旧い"
    )
    turned = published(settled(), suzuki, **told("example of a case that became sensitive")).case
    actions.describe(case=turned, by=suzuki, title=turned.title, topic=turned.topic, level=turned.level, sensitive=True)
    shown = published(settled(), suzuki, title="遊具の点検票を一度で済ませる", trouble=f"{COMMON}。")
    count_words()
    return {"article": public, "example": shown, "case": case}


@pytest.fixture(params=OUTSIDE)
def outside(request, tanaka, yamada, ict_member) -> Client:
    """A browser of each kind of person who is not of the office."""
    people = {"ward of the section": tanaka, "another ward": yamada, "ICT operations": ict_member}
    return english(signed_in(people[request.param]) if request.param in people else Client())


def said(page) -> str:
    """What a page says; a mark within a word does not hide it."""
    page.content = page.content.replace(b"<mark>", b"").replace(b"</mark>", b"")
    return text(page)


def leaks(words: str) -> set[str]:
    return {where for where, word in WORDS.items() if word in words}


def results(page) -> int:
    return page.content.decode().count('class="result"')


def test_the_search_finds_what_is_for_everybody_and_nothing_else(outside, library):
    page = outside.get("/search/", {"q": "点検票"})
    assert library["article"].published.question in said(page)
    assert library["example"].title in said(page)
    assert results(page) == 2
    assert leaks(said(page)) == set()


@pytest.mark.parametrize(
    "facet",
    [
        *({"kind": kind} for kind in ("case", "check", "article", "example", "topic")),
        *({"level": "2"}, {"menu": "balloon"}, {"result": "answered"}, {"open": "1"}, {"sensitive": "1"}),
        *({"department": "kohoku"}, {"year": "2026"}, {"topic": "procedures"}, {"offered": "1"}, {"ict": "0"}),
    ],
    ids=str,
)
def test_no_facet_opens_more_nor_counts_more(library, facet):
    page = english(Client()).get("/search/", {"q": "点検票", **facet})
    assert results(page) in (1, 2)
    assert leaks(said(page)) == set()
    assert "Level" not in said(page)
    assert "Closed or not" not in said(page)


@pytest.mark.parametrize("where", WORDS)
def test_a_word_of_the_office_is_found_and_offered_to_nobody_else(library, desk, tanaka, ict_member, where):
    word, reading = HIDDEN[where]
    assert where in NOT_EVEN_FOR_THE_OFFICE or results(desk.get("/search/", {"q": f'"{word}"'}))
    for browser in (Client(), signed_in(tanaka), signed_in(ict_member)):
        for question in (word, f'"{word}"'):
            assert results(english(browser).get("/search/", {"q": question})) == 0, question
        for question in (word, reading, f"{word[:-1]}凶", f'"{word}"', f"点検票 {reading}"):
            page = english(browser).get("/search/", {"q": question})
            answer = said(page).replace(question, "")
            assert leaks(answer) <= leaks(question), question
            assert "Did you mean" not in answer, question
        for path in ("/examples/", "/articles/"):
            listed = browser.get(path, {"q": word}).content.decode()
            assert 'class="card' not in listed.partition('class="result-count"')[2], path


def test_nothing_of_it_is_suggested_while_a_form_is_written(outside, library):
    page = outside.post("/consult/suggest/", {"problem": f"{COMMON}。楽にしたい。"}, headers={"HX-Request": "true"})
    assert library["article"].published.question in said(page)
    assert leaks(said(page)) == set()
    for where, word in WORDS.items():
        about = f"{word}の点検票を直したい。{word}の件です。"
        beside = outside.post("/consult/suggest/", {"problem": about}, headers={"HX-Request": "true"})
        assert leaks(said(beside)) == set(), where
        shown = said(outside.get("/consult/suggest/", {"problem": about})).replace(about, "")
        assert leaks(shown) == set(), where


def test_what_is_like_an_article_or_an_example_is_for_everybody_too(outside, library):
    for row in (library["article"], library["example"]):
        page = outside.get(row.get_absolute_url())
        assert page.status_code == 200
        assert leaks(said(page)) == set()


def test_the_lists_hold_nothing_else(outside, library):
    for path in ("/articles/", "/examples/", "/articles/?sort=helpful", "/"):
        page = outside.get(path)
        assert page.status_code == 200
        assert leaks(said(page)) == set(), path


def test_a_menu_that_no_example_names_is_none_that_there_is(outside, library):
    for key in ("balloon", "none"):
        page = outside.get("/examples/", {"menu": key})
        assert page.status_code == 400
        assert "空からの調査" not in said(page)


def test_no_page_of_an_article_or_an_example_can_be_guessed(outside, library):
    rows = [*Article.objects.all(), *Example.objects.all()]
    assert len(rows) == 11
    seen = {row for row in rows if outside.get(row.get_absolute_url()).status_code == 200}
    assert seen == {library["article"], library["example"]}
    for article in Article.objects.exclude(pk=library["article"].pk):
        assert outside.post(f"/articles/{article.pk}/opinion/", {"helped": "yes"}).status_code == 404


def test_the_pages_of_the_office_are_closed(outside, library):
    case = library["case"].get_absolute_url()
    for path in (
        *(
            "/api/similar?text=点検票",
            "/desk/knowledge/",
            "/desk/articles/",
            "/desk/who-knows/",
            "/desk/keeping/words/",
        ),
        *(f"{case}similar/", f"{case}colleagues/", f"{case}example/", f"/desk/articles/{library['article'].pk}/"),
    ):
        page = outside.get(path)
        assert page.status_code in (302, 404), path
        assert leaks(said(page)) == set(), path
    assert outside.post("/desk/cases/new/similar/", {"problem": COMMON}).status_code in (302, 404)


def test_a_number_says_nothing_of_whether_there_is_a_case(outside, library):
    there, not_there = (
        said(outside.get("/search/", {"q": number})).replace(number, "")
        for number in (library["case"].number, "R8-9999")
    )
    assert there == not_there


def test_a_document_that_was_not_shown_cannot_be_opened_by_its_name(outside, library):
    form = "7d0c5f2e-3d0f-4b57-9a44-2f1b8a4a6f10"
    for article in Article.objects.all():
        named = {"intake": form, "document": f"article:{article.pk}"}
        assert outside.get("/consult/opened/", named).status_code == 404


# --- what is to be handled with care, within the office


def test_a_sensitive_case_is_like_nothing_and_speaks_nowhere(desk, library, suzuki):
    english(desk)
    case, word = library["case"], WORDS["sensitive case"]
    about = f"{COMMON}。{word}の件。"
    api = desk.get("/api/similar", {"text": about, "limit": "50"})
    assert case.number in {each["number"] for each in api.json()["results"]}
    assert word not in json.dumps(api.json(), ensure_ascii=False)
    for page in (
        desk.get(f"{case.get_absolute_url()}similar/"),
        desk.get(f"{case.get_absolute_url()}similar/", {"hearings": "1"}),
        desk.get(f"{case.get_absolute_url()}colleagues/"),
        desk.post("/desk/cases/new/similar/", {"problem": COMMON}),
        desk.get("/desk/knowledge/"),
        desk.get("/desk/who-knows/"),
    ):
        assert page.status_code == 200
        assert word not in said(page)


def test_an_example_is_gone_from_everywhere_the_moment_its_requester_says_so(outside, library, suzuki):
    example = library["example"]
    actions.withdraw_example(example=example, by=Requester(example.case))
    assert example.title not in said(outside.get("/search/", {"q": "点検票"}))
    assert example.title not in said(outside.get("/examples/"))
    assert outside.get(example.get_absolute_url()).status_code == 404
    assert example.title not in said(outside.get(library["article"].get_absolute_url()))


def test_an_article_past_its_day_is_still_found_but_says_so(outside, library):
    Article.objects.filter(pk=library["article"].pk).update(review_by=clock.today() - timedelta(days=1))
    assert "This may be out of date" in said(outside.get(library["article"].get_absolute_url()))
