"""How well the shelf answers: the demo year stands on it, and the questions of queries.toml are put to it.

Every use of a story is a document, in the wording and with the fillers of that use. A question is answered by stories:
each counts once, at the place of its best document. recall@5 is the share of the right stories (of five at most) among
the first five stories; MRR one by the place of the first right story.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.demo import book
from consultations.actions.intake import title_of
from knowledge import counting, rerank, shelf
from knowledge.models import Audience, Rack

BEGINNING = datetime(2026, 4, 1, tzinfo=UTC)
SLOT = re.compile(r"\{(.+?)\}")
READ, STORIES = 100, 5


@dataclass(frozen=True)
class Query:
    group: str
    text: str
    right: frozenset[str]


@dataclass(frozen=True)
class Figures:
    recall: float
    mrr: float

    def __str__(self) -> str:
        return f"{self.recall:.3f} {self.mrr:.3f}"


def queries() -> list[Query]:
    groups = tomllib.loads((Path(__file__).parent / "queries.toml").read_text("utf-8"))
    return [Query(group, text, frozenset(right)) for group, each in groups.items() for text, right in each.items()]


def documents() -> Iterator[shelf.Document]:
    stories = [*book.stories(), *book.journeys()]
    uses = [(story, number) for story in stories for number in range(story.weight)]
    for count, (story, number) in enumerate(uses):

        def told(text: str, story: book.Story = story, number: int = number) -> str:
            fillers = {name: filler[number % len(filler)] for name, filler in story.slots.items()}
            return SLOT.sub("", SLOT.sub(lambda slot: fillers.get(slot[1], ""), text)).strip()

        problem = told(story.wording(number))
        yield shelf.Document(
            kind="case",
            key=f"{story.key}/{number}",
            at=BEGINNING + timedelta(hours=29 * count),
            title=told(story.title) or title_of(problem),
            texts=[problem, told(story.expectation), told(story.lesson), told(story.reply)],
        )


def fill() -> None:
    shelf.put_all(documents())
    for rack in Rack.objects.all():
        counting.count(rack)
    rerank.encode_waiting(within=timedelta(minutes=10))


def similar(text: str) -> list[str]:
    return [hit.document.key for hit in shelf.similar(text, audience=Audience.OFFICE, limit=READ)]


def find(text: str) -> list[str]:
    return [hit.document.key for hit in shelf.find(text, audience=Audience.OFFICE, limit=READ)]


def figures(answer: Callable[[str], Iterable[str]], group: str = "") -> Figures:
    """How well the questions (of a group) are answered that have an answer."""
    recalls, ranks = [], []
    for query in queries():
        if query.right and group in (query.group, ""):
            stories = list(dict.fromkeys(key.partition("/")[0] for key in answer(query.text)))
            recalls.append(len(query.right & set(stories[:STORIES])) / min(len(query.right), STORIES))
            ranks.append(next((1 / place for place, key in enumerate(stories, 1) if key in query.right), 0))
    return Figures(sum(recalls) / len(recalls), sum(ranks) / len(ranks))
