"""One search for everything: cases, examples, articles and menus, each for those who may see it."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Value
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from consultations import numbers
from consultations.documents import EXAMPLE
from consultations.models import Case, Example
from consultations.models.case_queryset import CASE
from consultations.states import Level, Result
from knowledge import meaning, shelf, snippets
from knowledge.documents import ARTICLE
from knowledge.models import Article, Audience, IndexedDocument, Topic
from knowledge.words import vocabulary
from menus.documents import MENU
from menus.models import SupportMenu
from office.models import Department
from office.wording import fiscal_year_name

KINDS = {
    CASE: pgettext_lazy("search", "Case"),
    EXAMPLE: pgettext_lazy("search", "Example"),
    ARTICLE: pgettext_lazy("search", "Article"),
    MENU: pgettext_lazy("search", "Support menu"),
}
FOR_EVERYONE = (ARTICLE, EXAMPLE, MENU)
PER_PAGE = 20
YEAR, FIRST_YEAR = re.compile("[0-9]{4}"), 1868  # before it there is no era that we could name
# So much of a question stands in links: none is longer that was typed into the box, whose servers take no more.
LONGEST = 400
# What one may narrow a search by, in the order of the page. Levels and results are the desk's own view of a case.
FACETS = {
    "kind": gettext_lazy("Kind"),
    "department": gettext_lazy("Department"),
    "year": gettext_lazy("Fiscal year"),
    "topic": gettext_lazy("Topic"),
    "level": gettext_lazy("Level"),
    "menu": gettext_lazy("Support menu"),
    "result": gettext_lazy("Result"),
    "open": gettext_lazy("Closed or not"),
}
FOR_THE_DESK = ("level", "menu", "result", "open")
FIXED: Mapping[str, Mapping[str, Any]] = {
    "level": {str(value): format_lazy("{} {}", value, label) for value, label in Level.choices},
    "result": dict(Result.choices),
    "open": {"1": gettext_lazy("Not closed"), "0": gettext_lazy("Closed")},
}


@dataclass(frozen=True)
class Row:
    """A document that was found, as the list shows it. `case` is that of a case; `facts` say where it comes from."""

    kind: str
    chip: Any
    url: str
    title: list[snippets.Part]
    snippet: list[snippets.Part]
    facts: list[str]
    at: Any = None
    case: Case | None = None


@dataclass(frozen=True)
class Facet:
    """What was found by one property: each value with its number and the address that narrows the search to it."""

    label: Any
    values: list[dict[str, Any]]


@dataclass
class Found:
    """The page of a search. `partly`: nothing holds all the words, these hold some of them; `more`: the shelf stopped
    at its limit; `in_vain`: nothing holds all the words, wherever one looks.
    """

    page: Page | None = None
    rows: list[Row] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    chips: list[dict[str, str]] = field(default_factory=list)
    also_called: list[meaning.AlsoCalled] = field(default_factory=list)
    meant: meaning.Meant = field(default_factory=lambda: meaning.Meant([], ""))
    wordless: bool = False
    partly: bool = False
    more: bool = False
    in_vain: bool = False


def search(query: QueryDict, user: Any) -> Found:
    """What `query` asks for, of what this person may see: every word, and if nothing holds all of them, some."""
    question = query.get("q", "")
    audience = Audience.of(user)
    names, words = _names(), vocabulary()
    asked = shelf.asked_for(shelf.text.clean(question[: shelf.TEXT_LENGTH]), words)
    chosen = _chosen(query, names, audience)
    found = Found(wordless=not asked, also_called=meaning.also_called(asked, words), chips=_chips(query, chosen, names))
    if not asked:
        return found
    kinds = [chosen["kind"]] if "kind" in chosen else kinds_for(audience)
    where = {name: value for name, value in chosen.items() if name != "kind"}
    look = {"audience": audience, "kinds": kinds, "where": where, "known": words}
    hits = shelf.find(question, limit=shelf.CANDIDATES, **look)
    found.more = len(hits) >= shelf.CANDIDATES
    if not hits:
        found.in_vain = not where and "kind" not in chosen
    if not hits and not numbers.read(question):  # nothing is near a number
        found.meant = meaning.meant(question, audience=audience, kinds=kinds_for(audience), words=words)
        found.in_vain = found.in_vain and not found.meant.instead  # a slip of the keys misses nothing
        if not found.meant.instead and not shelf.PHRASE.search(question):
            hits = shelf.similar(question, limit=PER_PAGE, **look)
            found.partly = bool(hits)
    documents = [hit.document for hit in hits]
    rows = _there(documents, user, audience, names)
    documents = [document for document in documents if (document.kind, document.key) in rows]
    found.page = Paginator(documents, PER_PAGE).get_page(query.get("page"))
    found.rows = [_row(each, rows[each.kind, each.key], asked, words, names) for each in found.page]
    if not found.partly:
        found.facets = list(_facets(query, documents, chosen, names, audience))
    return found


def kinds_for(audience: str) -> list[str]:
    return [*KINDS] if audience == Audience.OFFICE else [*FOR_EVERYONE]


# --- names


Names = dict[str, dict[str, Any]]


def _names() -> Names:
    """What the values of the facets are called, in one question; in the order in which the office lists them."""
    none = Value("", output_field=CharField())
    english = get_language() == "en"
    parts = [
        Department.objects.order_by().values_list(Value("department"), "code", "name", none, "order"),
        Topic.objects.order_by().values_list(Value("topic"), "key", "name", "name_en", "order"),
        SupportMenu.objects.order_by().values_list(Value("menu"), "key", "name", "name_en", "order"),
    ]
    names: Names = {"department": {}, "topic": {}, "menu": {}}
    for facet, key, name, name_en, _order in sorted(parts[0].union(*parts[1:], all=True), key=lambda row: row[4]):
        names[facet][key] = (name_en if english else "") or name
    return {**names, **{facet: dict(values) for facet, values in FIXED.items()}, "kind": dict(KINDS)}


def _name(names: Names, facet: str, value: str) -> str:
    return str(fiscal_year_name(int(value)) if facet == "year" else names[facet].get(value, value))


def _chosen(query: QueryDict, names: Names, audience: str) -> dict[str, str]:
    """The facets that the address narrows by; what does not exist, or is not for this person, narrows nothing."""
    chosen = {}
    for facet in _offered(audience):
        value = query.get(facet, "")
        is_year = facet == "year" and YEAR.fullmatch(value) and int(value) >= FIRST_YEAR
        known = value in kinds_for(audience) if facet == "kind" else value in names.get(facet, {})
        if known or is_year:
            chosen[facet] = value
    return chosen


def _offered(audience: str) -> list[str]:
    return [facet for facet in FACETS if audience == Audience.OFFICE or facet not in FOR_THE_DESK]


def short(query: QueryDict) -> QueryDict:
    """The query to put into a link: of an endless question, the beginning."""
    query = query.copy()
    query["q"] = query.get("q", "").strip()[:LONGEST]
    return query


def _address(query: QueryDict, **changes: str) -> str:
    """The address of the same search from its first page, with these facets; "" takes one off."""
    address = short(query)
    address.pop("page", None)
    for name, value in changes.items():
        address.pop(name, None)
        if value:
            address[name] = value
    return f"?{address.urlencode()}"


def _chips(query: QueryDict, chosen: Mapping[str, str], names: Names) -> list[dict[str, str]]:
    return [
        {
            "label": _("%(field)s: %(value)s") % {"field": FACETS[facet], "value": _name(names, facet, value)},
            "url": _address(query, **{facet: ""}),
        }
        for facet, value in chosen.items()
    ]


def _facets(
    query: QueryDict,
    documents: Collection[IndexedDocument],
    chosen: Mapping[str, str],
    names: Names,
    audience: str,
) -> Iterator[Facet]:
    """By what the documents found could be narrowed further."""
    for facet in _offered(audience):
        if facet in chosen:
            continue
        counts: Counter[str] = Counter()
        for document in documents:
            held = document.kind if facet == "kind" else document.facets.get(facet, [])
            counts.update([held] if isinstance(held, str) else held)
        if facet == "year":
            values = sorted(counts, reverse=True)
        else:
            values = sorted(counts, key=[*names[facet], *sorted(counts)].index)
        if len(values) > 1 or (values and counts[values[0]] < len(documents)):
            each = [
                {"label": _name(names, facet, value), "count": counts[value], "url": _address(query, **{facet: value})}
                for value in values
            ]
            yield Facet(FACETS[facet], each)


# --- rows


def _there(
    documents: Collection[IndexedDocument], user: Any, audience: str, names: Names
) -> dict[tuple[str, str], Any]:
    """What the documents are of, by their names on the shelf: only what is still there, and this person may see."""
    keys: dict[str, list[str]] = {}
    for document in documents:
        keys.setdefault(document.kind, []).append(document.key)
    doors = {
        CASE: Case.objects.visible_to(user).for_the_list() if CASE in keys else None,
        EXAMPLE: Example.objects.published().select_related("case__department", "case__topic"),
        ARTICLE: Article.objects.open_to(audience).select_related("published"),
    }
    there: dict[tuple[str, str], Any] = {
        (MENU, key): reverse("menu_detail" if audience == Audience.OFFICE else "catalogue_menu", args=[key])
        for key in keys.get(MENU, ())
        if key in names["menu"]
    }
    for kind, door in doors.items():
        if kind in keys and door is not None:
            there |= {(kind, str(row.pk)): row for row in door.filter(pk__in=map(int, keys[kind]))}
    return there


def _row(
    document: IndexedDocument, row: Any, asked: Mapping[str, shelf.Said], words: shelf.text.Vocabulary, names: Names
) -> Row:
    case = row if document.kind == CASE else None
    is_hidden = bool(case and case.sensitive)
    said = "" if is_hidden else f"{document.text}\n{document.aside}"
    return Row(
        kind=document.kind,
        chip=KINDS[document.kind],
        url=row if document.kind == MENU else row.get_absolute_url(),
        title=snippets.marked(case.title if case else document.title, asked, words),
        snippet=snippets.snippet(said, asked, words),
        facts=list(_facts(document, case, names)),
        at=None if document.kind == MENU else document.at,
        case=case,
    )


def _facts(document: IndexedDocument, case: Case | None, names: Names) -> Iterator[str]:
    """Where it comes from: department, fiscal year, topic; of a case its level and result too."""
    if case:
        yield case.from_where
    for facet in ("department", "year", "topic", *(("level", "result") if case else ())):
        held = document.facets.get(facet, [])
        if not (case and facet == "department"):
            yield from (_name(names, facet, value) for value in ([held] if isinstance(held, str) else held))
