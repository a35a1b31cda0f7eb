"""Whatever is typed into a box or an address of the search and the library: an answer or a word about it, no error."""

import pytest
from django.test import Client

from knowledge.tasks import count_words
from tests.consultations.examples import closed, published
from tests.knowledge.articles import make_article

ODD = {
    "unbalanced": '"遊具 点検',
    "many quotes": '"' * 500,
    "typographic quotes": "“遊具” ”点検“",
    "operators": "AND OR NOT NEAR/3 (遊具 -点検) +*",
    "patterns": "100%_遊具\\%",
    "statement": "'; DROP TABLE knowledge_posting; --",
    "template": "{{ 7|add:7 }}{% now 'Y' %}",
    "script": "<script>alert(1)</script>\"'`",
    "nul": "遊\x00具",
    "controls": "\x01\x02\x1b[31m遊具\x7f\r\n\t",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 遊具",
    "right to left": "\u202e\u2066遊具\u2069 مرحبا שלום",
    "combining": "か\u3099" * 300 + "e\u0301" * 300,
    "expands": "ﷺ" * 3_000,
    "width": "ＲＰＡ　ﾕｳｸﾞ",
    "surrogate": "%ED%A0%80",
    "very long word": "x" * 10_000,
    "very long Japanese word": "遊" * 10_000,
    "long": "公園の遊具の点検票。" * 1_000,
    "many words": " ".join(f"word{place}" for place in range(2_000)),
    "facet": "year=2026 department=kohoku",
    "number like": "R8-" + "9" * 400,
    "zero width": "\u200b\u200d\ufeff",
    "invisible": "\u3164\u115f",
    "private": "\ue000\U0010ffff",
}
ODDEST = {
    "page": ["-1", "0", "99999999999999999999", "x", "²", "1e9", "\x00", ""],
    "year": ["-1", "²", "٢٠٢٦", "99999", "2026\x00", "0000"],
    "level": ["9", "-1", "x", "1,2"],
    "department": ["\x00", "港北区", "x" * 500],
    "kind": ["topic", "Case", "\x00", "case'"],
    "open": ["2", "true"],
    "limit": ["0", "-1", "51", "1" * 30],
    "nothing of ours": ["1"],
}


@pytest.fixture
def library(kohoku, pair, suzuki, sato):
    article = make_article(suzuki, sato, question="公園の遊具の点検票を書くには")
    example = published(closed(kohoku, suzuki, problem="公園の遊具の点検票を書き写している。"), suzuki)
    count_words()
    return article, example


@pytest.mark.parametrize("words", ODD.values(), ids=ODD)
def test_any_words_get_an_answer(library, desk, words):
    stranger = Client()
    for browser, path, field in (
        *((who, "/search/", "q") for who in (stranger, desk)),
        *((who, path, "q") for who in (stranger, desk) for path in ("/articles/", "/examples/")),
        (stranger, "/consult/suggest/", "problem"),
        *((desk, path, "q") for path in ("/desk/who-knows/", "/desk/cases/", "/desk/checks/")),
        (desk, "/api/similar", "text"),
    ):
        page = browser.get(path, {field: words})
        assert page.status_code in (200, 302, 400, 422), path
        assert b"<script>alert" not in page.content, path
    for browser, path, field in (
        (stranger, "/consult/suggest/", "problem"),
        (desk, "/desk/cases/new/similar/", "problem"),
        (stranger, "/search/missed/", "q"),
        (desk, "/search/missed/", "q"),
    ):
        assert browser.post(path, {field: words}).status_code in (200, 204, 302), path


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in ODDEST.items() for value in values])
def test_anything_in_the_address_gets_an_answer(library, desk, name, value):
    for browser in (Client(), desk):
        for path in ("/search/", "/articles/", "/examples/"):
            page = browser.get(path, {"q": "点検", name: value})
            assert page.status_code in (200, 400, 422), path
    for path in ("/desk/cases/", "/desk/who-knows/", "/desk/articles/", "/desk/knowledge/", "/api/similar"):
        assert desk.get(path, {"q": "点検", "text": "点検", name: value}).status_code in (200, 400, 422), path


@pytest.mark.parametrize("query", ["q=%ED%A0%80", "q=%FF%FE", "q=%", "q=%u3042", "q", "=", "&&&", "q=a&q=b", "q[]=a"])
def test_a_broken_address_gets_an_answer(library, desk, query):
    for browser in (Client(), desk):
        for path in ("/search/", "/articles/", "/examples/"):
            assert browser.get(f"{path}?{query}").status_code in (200, 400, 422), path


def test_one_page_past_the_end_is_the_last(library, desk):
    assert 'class="result"' in desk.get("/search/", {"q": "点検", "page": "-1"}).content.decode()
    assert 'class="result"' in desk.get("/search/", {"q": "点検", "page": "999"}).content.decode()
