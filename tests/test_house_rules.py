"""Rules of the house that a tool can hold."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import crontab
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from config.access import ACCESS, Person, allowed, rule_for
from consultations.actions import ask_check, book_hours, choose_support, prepare_hearing, promise_step
from consultations.models import CannedText, Case, QuestionTemplate
from knowledge.actions import note_miss
from knowledge.models import Audience, Topic, Word
from meetings.actions import decide, plan_meeting
from menus.actions import add_files
from menus.models import MenuFile, SupportMenu
from office import clock
from office.actions import announce_absence
from office.models import User
from tests.cast import signed_in
from tests.consultations.examples import closed, published
from tests.factories import make_case, make_contract, make_menu
from tests.knowledge.articles import make_article

ROOT = Path(__file__).parent.parent


def named_urls(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from named_urls(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name or entry.pattern}", entry


def test_every_url_stands_in_the_access_table():
    assert [name for name, _ in named_urls() if not rule_for(name)] == []


def test_the_access_table_names_no_url_that_is_gone():
    assert set(ACCESS) - {rule_for(name) for name, _ in named_urls()} == set()


@pytest.fixture
def people(suzuki: User, sato: User, administrator: User, yamada: User, ict_member: User) -> dict[Person, User | None]:
    return {
        Person.STRANGER: None,
        Person.WARD: yamada,
        Person.ICT: ict_member,
        Person.OFFICE: sato,
        Person.LEAD: suzuki,
        Person.ADMINISTRATOR: administrator,
    }


@pytest.fixture
def objects(new_case: Case, suzuki: User, sato: User, yamada: User, settings: Any, tmp_path: Path) -> dict[str, object]:
    """What the placeholders of our URLs stand for."""
    settings.MEDIA_ROOT = tmp_path
    stored = default_storage.save("aa/sheet", ContentFile(b"a,b"))
    menu = SupportMenu.objects.create(key="rpa", kind="existing_tool", name="RPA", summary="くり返し作業の自動化")
    [menu_file] = add_files(menu=menu, by=suzuki, files=[MenuFile(file=stored, name="様式.csv", size=3)])
    meeting = plan_meeting(by=suzuki, held_on=clock.today())
    due = decide(meeting=meeting, by=suzuki, text="様式をそろえる", due_on=clock.today(), owner=suzuki)
    own = make_case(yamada.section.department, section=yamada.section)
    example = published(closed(new_case.department, suzuki), suzuki)
    today = clock.today()
    consultants = choose_support(case=new_case, by=suzuki, menu=make_menu("consultant"), reason="聞き取り")
    make_contract()
    booking = book_hours(support=consultants, by=suzuki, hours=Decimal(2), purpose="聞き取り")
    return {
        "support": consultants.pk,
        "booking": booking.pk,
        "code": new_case.department.code,
        "username": suzuki.username,
        "absence": announce_absence(
            user=sato, deputy=suzuki, starts_on=today, ends_on=today + timedelta(days=1), by=suzuki
        ).pk,
        "number": new_case.number,
        "form": "note",
        "of_the_section": own.number,
        "token": new_case.token,
        "key": "rpa",
        "meeting": meeting.pk,
        "item": meeting.items.get(case=new_case).pk,
        "decision": due.pk,
        "hearing": prepare_hearing(case=new_case, by=suzuki, starts_at=clock.now()).pk,
        "step": promise_step(case=new_case, by=suzuki, text="様式を集める", due_on=clock.today(), owner=suzuki).pk,
        "article": make_article(suzuki, sato).pk,
        "keeping_topics": Topic.objects.first().pk,
        "keeping_words": Word.objects.first().pk,
        "keeping_words_drop": Word.objects.last().pk,
        "keeping_menus": menu.pk,
        "keeping_menus_files": menu.pk,
        "keeping_contracts": booking.contract_id,
        "menu_file": menu_file.pk,
        "file": menu_file.pk,
        "keeping_canned_texts": CannedText.objects.create(title="受付", text="{相談者}様").pk,
        "keeping_question_templates": QuestionTemplate.objects.create(title="共通", questions="目的は？").pk,
        "example": example.pk,
        "of_the_example": example.case.number,
        "miss": note_miss(words="名札の発注", audience=Audience.EVERYONE).pk,
        "check": ask_check(case=new_case, by=suzuki, question="庁外で使ってよいか。").pk,
    }


def path_to(name: str, pattern: URLPattern, objects: dict[str, object]) -> str | None:
    """A path that exists; None for a URL of a library, whose objects are not ours."""
    wanted = set(pattern.pattern.regex.groupindex)
    if name.startswith("meeting_") and "pk" in wanted:
        objects = {**objects, "pk": objects["meeting"]}
    if name.startswith(("case_check", "ict_")):
        objects = {**objects, "pk": objects["check"]}
    if name.startswith("case_example"):
        objects = {**objects, "number": objects["of_the_example"]}
    if name == "example":
        objects = {**objects, "pk": objects["example"]}
    if name.startswith("keeping_") and "pk" in wanted:
        objects = {**objects, "pk": objects[name.removesuffix("_change").removesuffix("_take_down")]}
    if name == "catalogue_file":
        objects = {**objects, "pk": objects["menu_file"]}
    if name.startswith("case_support_"):
        objects = {**objects, "pk": objects["support"]}
    if name == "case_booking_take_back":
        objects = {**objects, "pk": objects["booking"]}
    if name.startswith(("article", "desk_article")):
        objects = {**objects, "pk": objects["article"]}
    if name.startswith("knowledge_miss"):
        objects = {**objects, "pk": objects["miss"]}
    if name == "case_canned":
        objects = {**objects, "pk": objects["keeping_canned_texts"]}
    if name.startswith("case_hearing"):
        objects = {**objects, "pk": objects["hearing"]}
    if name.startswith("case_step"):
        objects = {**objects, "pk": objects["step"]}
    if name.startswith("section_"):
        objects = {**objects, "number": objects["of_the_section"]}
    if not wanted <= set(objects):
        return None
    return reverse(name, kwargs={key: objects[key] for key in wanted})


@pytest.mark.parametrize("person", Person, ids=lambda person: person.name.lower())
def test_every_page_opens_for_those_in_the_table_and_for_nobody_else(person, people, objects, client):
    browser = signed_in(people[person]) if people[person] else client
    wrong = []
    for name, pattern in named_urls():
        path = path_to(name, pattern, objects)
        if path is None or pattern.name is None:
            continue
        response = browser.get(path)
        if response.status_code == 405:
            response = browser.post(path)
        if response.streaming:
            b"".join(response)
        shown = person in allowed(name)
        failed = response.status_code >= 500 and name != "healthz"  # nothing is well while no worker runs
        if name.startswith(("account_", "mfa_")):
            # allauth sends people on from pages that do not fit their state; nobody is shown what is not theirs
            right = shown or response.status_code != 200
        else:
            to_login = response.status_code == 302 and "/accounts/login/" in response["Location"]
            # 403: a page of the admin for something that is only looked at
            turned_away = to_login or response.status_code in ((404,) if name.startswith("admin:") else (403, 404))
            right = shown != turned_away
        if failed or not right:
            wrong.append((name, path, response.status_code))
        if people[person]:
            browser.force_login(people[person])  # signing out is among the pages
    assert wrong == []


def test_a_ward_account_sees_the_cases_of_its_confirmed_section_only(new_case, tanaka, yamada, ict_member, suzuki):
    assert list(Case.objects.visible_to(tanaka)) == [new_case]
    assert list(Case.objects.visible_to(suzuki)) == [new_case]
    assert not Case.objects.visible_to(yamada)
    assert not Case.objects.visible_to(ict_member)
    tanaka.section_confirmed = False
    assert not Case.objects.visible_to(tanaka)


def test_a_person_who_left_sees_nothing(new_case, suzuki):
    suzuki.is_active = False
    assert not Case.objects.visible_to(suzuki)


def test_no_migration_is_missing(db):
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes" in out.getvalue()


def test_templates_hold_no_inline_script_or_style():
    """The Content-Security-Policy would stop them in the browser; better here."""
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in inline.finditer(re.sub(r"{%.*?%}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    ]
    assert found == []


def test_only_actions_write_entries():
    """A case's history has one pen."""
    writers = {
        path.relative_to(ROOT).as_posix()
        for room in ("config", "meetings", "consultations", "office")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"\.record\(|Entry\.objects\.create|entries\.create", path.read_text(encoding="utf-8"))
    }
    assert {path for path in writers if "/actions" not in path} <= {"consultations/models/case.py"}


def test_no_task_is_left_to_one_moment_of_the_night(settings):
    timetable = {name: entry["schedule"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}
    assert [name for name, at in timetable.items() if isinstance(at, crontab) and len(at.hour) < 24] == []
