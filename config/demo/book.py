"""What the demo tells, as it stands in the TOML files beside this module."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def _file(name: str) -> dict[str, Any]:
    with (HERE / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass(frozen=True)
class Event:
    """One step of a case's history; journeys.toml says what each action takes."""

    day: int
    action: str
    who: str
    text: str = ""
    kind: str = ""
    question: str = ""
    until: int = 0
    menu: str = ""
    reason: str = ""
    state: str = ""
    outcome: str = ""
    measure_state: str = ""
    result: str = ""
    level: int | None = None
    topic: str = ""
    lesson: str = ""
    # a hearing
    place: str = ""
    participants: str = ""
    hypotheses: str = ""
    questions: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    facts: str = ""
    wish: str = ""
    real_problem: str = ""
    purpose: str = ""
    steps: list[tuple[str, str, int]] = field(default_factory=list)
    # how a support goes on: hours of consultants, a call for proposals, a referral
    hours: int = 0
    proposals: int | None = None
    matched_with: str = ""
    department: str = ""
    section: str = ""
    # who the contact is from now on
    name: str = ""
    mail: str = ""
    # a technical check
    thread: bool = False
    ruling: str = ""
    rule: str = ""
    valid: int = 0


@dataclass(frozen=True)
class Story:
    """A consultation as it may happen, once or several times a year; a journey happens once."""

    key: str
    topic: str
    problem: str
    wants: list[str]
    channel: str
    level: int | None = None
    title: str = ""
    expectation: str = ""
    folder: str = ""
    result: str = ""
    lesson: str = ""
    volume: str = ""
    coordination: str = ""
    technical: str = ""
    measure_state: str = ""
    sensitive: bool = False
    event: list[Event] = field(default_factory=list)
    # where and when
    weight: int = 1
    where: str | list[str] = "any"
    sections: list[str] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    received_days_ago: list[int] = field(default_factory=list)
    slots: dict[str, list[str]] = field(default_factory=dict)
    original: str = ""
    also: list[str] = field(default_factory=list)
    # told shortly, instead of `event`
    path: str = ""
    reply: str = ""
    after: int = 0
    by: str = "partner"
    thanks: str = ""
    thanks_after: int = 2
    # a journey's people and place
    department: str = ""
    section: str = ""
    requester: str = ""
    mail: str = ""

    def wording(self, number: int) -> str:
        """The trouble as it is typed in the `number`-th use."""
        wordings = [self.problem, *self.also]
        return wordings[number % len(wordings)]

    @property
    def is_journey(self) -> bool:
        return bool(self.department)


@dataclass(frozen=True)
class Example:
    """A closed consultation told to everybody; examples.toml says what each field means."""

    story: str
    number: int
    after: int
    consent: str
    title: str
    trouble: str
    approach: str
    outcome: str

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name).strip() for name in ("title", "trouble", "approach", "outcome")}


def _told(entries: Iterable[dict[str, Any]]) -> list[Story]:
    return [Story(**{**entry, "event": [Event(**event) for event in entry.get("event", [])]}) for entry in entries]


def stories() -> list[Story]:
    return _told(_file("stories")["story"])


def journeys() -> list[Story]:
    """The six consultations of the case study."""
    return _told(
        {**entry, "received_days_ago": [entry["received_days_ago"]] * 2} for entry in _file("journeys")["journey"]
    )


def examples() -> dict[tuple[str, int], Example]:
    """By the use of a story that they tell of."""
    told = [Example(**entry) for entry in _file("examples")["example"]]
    return {(example.story, example.number): example for example in told}


def office() -> list[dict[str, Any]]:
    return _file("people")["person"]


def outsiders() -> list[dict[str, Any]]:
    return _file("people")["outsider"]


def knowing() -> list[dict[str, Any]]:
    """What members of the office say they know."""
    return _file("knowing")["knowing"]


def pairs() -> list[dict[str, Any]]:
    return _file("people")["pair"]


def requesters() -> list[tuple[str, str]]:
    """Name and mail box of people who consult."""
    return [(name, mail) for name, mail in _file("people")["requesters"]["people"]]


def menus() -> list[dict[str, Any]]:
    return _file("menus")["menu"]


def menu_files() -> list[dict[str, Any]]:
    """Sheets that go with the menus."""
    return _file("menus")["file"]


def contract_hours() -> int:
    """What the contract with the consultants holds each year."""
    return _file("menus")["contract"]["hours"]


def canned_texts() -> list[dict[str, Any]]:
    return _file("texts")["canned"]


def questions() -> list[dict[str, Any]]:
    """What hearings begin with, for a topic or for all."""
    return _file("texts")["questions"]


def articles() -> list[dict[str, Any]]:
    """What the office has written down for everybody."""
    return _file("articles")["article"]


def checks(topic: str) -> list[dict[str, Any]]:
    """What a pair asks ICT operations in cases of a topic, and what they answer."""
    return [check for check in _file("texts")["check"] if check["topic"] == topic]


def searches() -> list[dict[str, Any]]:
    """What was searched for in vain."""
    return _file("searches")["search"]


def sections() -> dict[str, list[str]]:
    """The sections of each department."""
    wards = _file("sections")["wards"]
    return {**dict.fromkeys(wards["names"], wards["common"]), **_file("sections")["bureaus"]}
