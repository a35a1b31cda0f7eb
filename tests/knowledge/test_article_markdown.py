"""What an article's Markdown becomes: safe whatever was typed, and readable."""

from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge import markdown

TAGS = {
    *("p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "h5", "h6"),
    *("div", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"href", "title", "rel", "class", "scope", "start", "tabindex"}


def test_in_a_letter_steps_keep_their_numbers_and_links_their_addresses():
    article = """## 手順

**次の順**に進めます。

1. [様式](https://intra.example.jp/form)を開く
2. 送る
   - 写しを残す

| 窓口 | 内線 |
|---|---|
| 総務 | 2101 |
"""
    assert markdown.as_letter(article).splitlines() == [
        *("手順", "", "次の順に進めます。", ""),
        *("1. 様式 ( https://intra.example.jp/form ) を開く", "2. 送る", "　・写しを残す", ""),
        *("窓口", "内線", "総務", "2101"),
    ]


class Reader(HTMLParser):
    """Reads HTML as a browser does, and notes what stands in it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_decl(self, decl):
        self.tags.add("!")

    def handle_pi(self, data):
        self.tags.add("?")

    def handle_comment(self, data):
        self.tags.add("!--")


def links(text: str) -> list[str]:
    return [value for name, value in Reader(markdown.html(text)).attributes if name == "href"]


WICKED = st.sampled_from(
    [
        *("<script>", "</script>", "<img src=x onerror=alert(1)>", "javascript:", "JaVa\tScRiPt:", "data:text/html,"),
        *("[a](", ")", "<", ">", "](javascript:alert(1))", "![x](", "&#106;avascript:", "&colon;", "vbscript:"),
        *(
            '"',
            "'",
            "`",
            "```",
            "\n",
            "|",
            "|-|-|\n",
            "# ",
            "> ",
            "- ",
            "1. ",
            "\\",
            "//evil.example",
            "onclick=",
            "\x00",
        ),
        *("<javascript:alert(1)>", "[a]: javascript:alert(1)\n", "[a]", "\u200bjavascript:", "&#x09;", "{", "style="),
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # Unicode's tables are read first
@given(st.lists(st.one_of(WICKED, st.text(max_size=12)), max_size=25).map("".join))
@example("[a](javascript:alert(1))")
@example("[a](&#106;avascript:alert(1))")
@example("<javascript:alert(1)>")
@example("[a](<java\nscript:alert(1)>)")
@example("[a]\n\n[a]: javascript:alert(1)")
@example('[a](/x "onclick=alert(1)")')
@example("|a|b|\n|:-|-:|\n|<b onclick=x>|y|")
def test_nothing_that_runs_can_come_out_of_any_text(text):
    seen = Reader(markdown.html(text))
    assert seen.tags <= TAGS
    assert {name for name, _ in seen.attributes} <= ATTRIBUTES
    for name, value in seen.attributes:
        if name == "href":
            bare = "".join(sign for sign in value.lower() if sign.isprintable() and not sign.isspace())
            head = bare.split("/")[0].split("?")[0].split("#")[0]
            assert ":" not in head or head.split(":")[0] in ("http", "https", "mailto")
            assert not bare.startswith(("//", "\\", "/\\"))


@given(st.text(max_size=200))
def test_plain_text_comes_out_of_any_text(text):
    assert isinstance(markdown.plain(text), str)


@pytest.mark.parametrize("address", ["https://example.jp/", "http://intra/", "mailto:a@example.jp", "/consult/", "#x"])
def test_these_become_links(address):
    assert links(f"[手引き]({address})") == [address]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///c:/", "//example.com/", "ftp://x/"]
)
def test_these_stay_text(address):
    assert links(f"[手引き]({address})") == []


def test_a_link_that_leads_away_says_so():
    assert ("rel", "external noopener noreferrer") in Reader(markdown.html("[市](https://example.jp/)")).attributes
    assert "rel" not in dict(Reader(markdown.html("[相談](/consult/)")).attributes)


def test_headings_begin_below_those_of_the_page():
    assert Reader(markdown.html("# 一\n## 二\n##### 五")).tags == {"h3", "h4", "h6"}


def test_a_line_break_is_one():
    assert "申請<br" in markdown.html("申請\n公開")


def test_html_is_shown_as_it_was_typed():
    assert markdown.html("<b>太字</b>") == "<p>&lt;b&gt;太字&lt;/b&gt;</p>\n"


def test_an_image_is_not_fetched():
    assert "<img" not in markdown.html("![図](https://example.jp/a.png)")


def test_a_table_has_heads_for_those_who_listen():
    html = markdown.html("|手順|日数|\n|-|-:|\n|登録|3日|")
    assert '<th scope="col">手順</th>' in html
    assert "style" not in html


def test_plain_text_has_no_marks():
    text = "# 手順\n\n**登録**を[申請](https://example.jp/)します。\n\n- `様式`\n\n|表|\n|-|\n|欄|"
    assert markdown.plain(text) == "手順\n登録を申請します。\n様式\n表\n欄"
