"""The office of the demo before its first case: departments, people, menus, pairs."""

from datetime import date
from io import StringIO
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from simple_history.utils import bulk_create_with_history

from config.demo import book
from consultations.models import CannedText, QuestionTemplate
from knowledge.actions import say_what_i_know
from knowledge.models import Topic
from menus.actions import add_files, keep_contract, keep_menu
from menus.models import Contract, MenuFile, MenuKind, SupportMenu
from office import era
from office.actions import form_pair
from office.actors import SYSTEM
from office.files import Upload, stored
from office.models import Department, Role, Section, User

PASSWORD = "yokohama-demo"  # noqa: S105  it is printed at every start
DEPARTMENTS = settings.BASE_DIR / "office" / "data" / "yokohama.csv"


def open_office(since: date) -> None:
    """Departments with their sections, people with accounts, the menus with what goes with them, and the pairs that
    answer from `since` on.
    """
    call_command("load_departments", str(DEPARTMENTS), stdout=StringIO())
    departments = {department.name: department for department in Department.objects.all()}
    bulk_create_with_history(
        [
            Section(department=departments[name], name=section)
            for name, told in book.sections().items()
            for section in told
        ],
        Section,
    )
    _hire()
    for told in book.knowing():
        say_what_i_know(
            by=User.objects.get(username=told["username"]),
            says=told["says"],
            topics=Topic.objects.filter(key__in=told["topics"]),
            may_be_suggested=told.get("may_be_suggested", True),
        )
    for place, menu in enumerate(book.menus(), start=1):
        keep_menu(row=SupportMenu(order=place, **menu), by=SYSTEM)
    _contract(since)
    _menu_files()
    for place, told in enumerate(book.canned_texts(), start=1):
        CannedText.objects.create(order=place, title=told["title"], text=told["text"].strip())
    topics = {topic.key: topic for topic in Topic.objects.all()}
    for place, told in enumerate(book.questions(), start=1):
        topic = topics.get(told.get("topic", ""))
        QuestionTemplate.objects.create(
            order=place, topic=topic, title=told["title"], questions="\n".join(told["lines"])
        )
    for pair in former_pairs():
        for name in pair["departments"]:
            form_pair(department=departments[name], starts_on=since, by=SYSTEM, **seats(pair))


def _contract(since: date) -> None:
    """With the consultants, for the year in which the demo begins and the one in which it ends."""
    consultants = SupportMenu.objects.get(kind=MenuKind.CONSULTANT)
    for year in (era.fiscal_year(since), era.fiscal_year(since) + 1):
        row = Contract(menu=consultants, fiscal_year=year, hours=book.contract_hours())
        keep_contract(row=row, by=SYSTEM)


def _menu_files() -> None:
    """The sheets that sections fill in."""
    for told in book.menu_files():
        upload = Upload(SimpleUploadedFile(told["name"], told["text"].strip().encode()), told["name"], has_macros=False)
        with stored([upload], MenuFile) as files:
            add_files(
                menu=SupportMenu.objects.get(key=told["menu"]),
                by=User.objects.get(username="chief"),
                files=files,
            )


def _hire() -> None:
    password = make_password(PASSWORD)  # once: it is made to be slow
    for told in book.office():
        address = f"{told['username']}@city.example.jp"
        User.objects.create(
            username=told["username"],
            password=password,
            name=told["name"],
            email=address,
            role=Role.OFFICE,
            profession=told["profession"],
            rank=told["rank"],
            phone=told["extension"],
            chat_url=f"https://teams.microsoft.com/l/chat/0/0?users={address}",
            on_team=told["on_team"],
            facilitator=told.get("facilitator", False),
            is_superuser=told.get("administrator", False),
        )
    for told in book.outsiders():
        section = Section.objects.filter(department__name=told.get("department"), name=told.get("section")).first()
        User.objects.create(
            username=told["username"],
            password=password,
            name=told["name"],
            email=f"{told.get('mail', told['username'])}@city.example.jp",
            role=told["role"],
            phone=told["extension"],
            section=section,
            section_confirmed=section is not None,
        )


def seats(pair: dict[str, Any]) -> dict[str, User | None]:
    """Who sits where in a pair of the book."""
    return {seat: User.objects.get(username=pair[seat]) if seat in pair else None for seat in ("lead", "partner")}


def new_pairs() -> list[dict[str, Any]]:
    """The pairs that came together at the last turn of the year: the lead stayed, the partner is new."""
    return [pair for place, pair in enumerate(book.pairs()) if place % 4 == 1]


def former_pairs() -> list[dict[str, Any]]:
    """The pairs of the book as they were before the last turn of the year."""
    partners = [pair["partner"] for pair in book.pairs() if "partner" in pair]
    new = new_pairs()
    return [
        {**pair, "partner": partners[partners.index(pair["partner"]) - 2]} if pair in new else pair
        for pair in book.pairs()
    ]
