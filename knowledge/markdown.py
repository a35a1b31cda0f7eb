"""Markdown of articles: what people write becomes HTML that is safe whatever they wrote, or plain text."""

import re
from collections.abc import Iterator, MutableMapping
from itertools import count, repeat
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

# A page has its question as h1 and stands under an h2.
SHIFT, DEEPEST = 2, 6
WITHIN_A_TABLE = {"th_close", "td_close", "tr_close", "thead_close", "tbody_close"}
SCHEMES = {"http", "https", "mailto"}
# What a browser leaves out of an address before it reads it.
UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]")


def html(text: str) -> SafeString:
    """The text as HTML: headings from h3 down, tables, links; no HTML of its own, no images."""
    return mark_safe(_parser.render(text))  # noqa: S308  raw HTML is off, and every link passes `_may_link`


def plain(text: str) -> str:
    """The text as it is read, without its marks: for search."""
    return "\n".join(filter(None, map(str.strip, _lines(_parser.parse(text)))))


def as_letter(text: str) -> str:
    """The text as one would write it in a mail: steps keep their numbers, and links their addresses."""
    lines: list[str] = []
    lists: list[Iterator[str]] = []
    mark = ""
    for token in _parser.parse(text):
        if token.type in ("ordered_list_open", "bullet_list_open"):
            first = int(token.attrGet("start") or 1)
            lists.append(map("{}. ".format, count(first)) if token.type == "ordered_list_open" else repeat("・"))
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            mark = "　" * (len(lists) - 1) + next(lists[-1])
        elif token.type == "inline":
            lines.append(mark + "".join(_words(token.children or [], addresses=True)))
            mark = ""
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.rstrip("\n"))
        if token.nesting == -1 and not lists and token.type not in WITHIN_A_TABLE:
            lines.append("")
    return "\n".join(lines).strip()


def _lines(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_words(token.children or []))
        elif token.type in ("fence", "code_block"):
            yield token.content


def _words(tokens: list[Token], *, addresses: bool = False) -> Iterator[str]:
    address = ""
    for token in tokens:
        if addresses and token.type == "link_open":
            address = str(token.attrGet("href") or "")
        elif address and token.type == "link_close":
            yield f" ( {address} ) "  # with space around it: what a mail shows as a link ends there
            address = ""
        if token.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif token.type in ("text", "code_inline"):
            yield token.content


def _may_link(address: str) -> bool:
    """Web addresses, mail, and places on this site."""
    seen = UNSEEN.sub("", address)
    if seen.startswith("//"):  # another site, without saying so
        return False
    scheme, colon, _rest = re.split(r"[/?#]", seen, maxsplit=1)[0].partition(":")
    return not colon or scheme.lower() in SCHEMES


def _is_external(address: str) -> bool:
    return bool(re.match(r"https?:", address, re.IGNORECASE))


def _heading(_self: RendererHTML, tokens: list[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    token = tokens[at]
    level = min(int(token.tag[1:]) + SHIFT, DEEPEST)
    return f"<h{level}>" if token.nesting == 1 else f"</h{level}>\n"


def _link(self: RendererHTML, tokens: list[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    if _is_external(str(tokens[at].attrGet("href") or "")):
        tokens[at].attrSet("rel", "external noopener noreferrer")
    return self.renderToken(tokens, at, options, env)


def _table(_self: RendererHTML, tokens: list[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    # A wide table scrolls by itself, also by keyboard.
    return '<div class="table-scroll" tabindex="0"><table class="table">\n'


def _table_end(_self: RendererHTML, tokens: list[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    return "</table></div>\n"


def _head_cell(_self: RendererHTML, tokens: list[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    return '<th scope="col">'


def _cell(_self: RendererHTML, tokens: list[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    return "<td>"  # no style: the Content-Security-Policy would drop it


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return _may_link(url)


def _made() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "breaks": True, "linkify": False, "typographer": False})
    parser.enable("table").disable(["image", "html_block", "html_inline"])
    for rule, render in {
        "heading_open": _heading,
        "heading_close": _heading,
        "link_open": _link,
        "table_open": _table,
        "table_close": _table_end,
        "th_open": _head_cell,
        "td_open": _cell,
    }.items():
        parser.add_render_rule(rule, render)
    return parser


_parser = _made()
