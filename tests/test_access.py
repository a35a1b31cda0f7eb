"""Who may open what, object by object.

Every URL of ours with an object in it stands in the table, with the door it lies behind and what is answered to those
who may pass. Everybody else meets what lies at an address that does not exist, or the login; so does everybody where
the object is another case's. A GET changes nothing, nor does a POST of somebody without the right.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.access import Person, allowed
from consultations import actions, receipts
from consultations.models import Attachment, CannedText, Case, EntryKind, Example, QuestionTemplate
from consultations.models.entry import Requester
from consultations.states import Result, TieKind
from knowledge.actions import note_miss
from knowledge.models import Audience, Topic, Word
from meetings.actions import decide, plan_meeting
from menus.actions import add_files, take_down
from menus.models import SupportMenu
from office import clock
from office.actions import announce_absence, leave
from office.actors import SYSTEM
from office.models import Rank, Role, User
from office.stored import Scan
from tests.cast import signed_in
from tests.consultations.examples import TEXTS, closed, published
from tests.factories import make_case, make_contract, make_member, make_menu, make_pair, make_user
from tests.knowledge.articles import make_article, make_draft
from tests.test_house_rules import named_urls


class Who(Enum):
    STRANGER = "nobody signed in"
    COLLEAGUE = "ward account, confirmed in the section that case a comes from"
    NEIGHBOUR = "ward account, confirmed in the section that case b comes from"
    UNCONFIRMED = "ward account that says to be of the section of case a"
    ICT = "ICT operations"
    OFFICE = "member of the office"
    LEAD = "chief in the office"
    ADMINISTRATOR = "administrator"
    LEAVER = "chief who has left while signed in"


SIGNED_OUT = {Who.STRANGER, Who.LEAVER}
DESK = {Who.OFFICE, Who.LEAD, Who.ADMINISTRATOR}
LEADS = {Who.LEAD, Who.ADMINISTRATOR}
ICT = {Who.ICT, *DESK}
WARDS = {Who.COLLEAGUE, Who.NEIGHBOUR, Who.UNCONFIRMED}
EVERYBODY: set[Who] = {*Who}
NOBODY: set[Who] = set()

# What can be done to an item of a meeting: the end of its URL's name, and what a POST with nothing filled in answers.
MEETING_ITEM = [
    *(("advice", 422), ("focus", 302), ("say", 422), ("decide", 422)),
    *(("finish", 409), ("level", 422), ("menu", 422)),
]

# Of a case, at the desk. URL; what hangs on the case, where it is not the case itself that is opened; what GET answers,
# and a POST with nothing filled in: 302 it was enough, 422 there is more to say, 409 not as the case stands, 405 no
# address to post to. 403: the virus scanner has not let the file pass.
CASE: list[tuple[str, str, int, int]] = [
    ("case_detail", "", 200, 405),
    ("case_attachment", "sent", 200, 405),
    ("case_attachment", "internal", 200, 405),
    ("case_attachment", "held", 403, 405),
    ("case_take_up", "", 200, 409),
    ("case_note", "", 200, 422),
    ("case_reply", "", 200, 422),
    ("case_canned", "canned", 200, 405),
    ("case_no_answer", "", 200, 302),
    ("case_answer", "", 200, 422),
    ("case_hold", "", 200, 422),
    ("case_resume", "", 200, 409),
    ("case_ask_progress", "", 200, 409),
    ("case_complete", "", 200, 422),
    ("case_close", "", 200, 422),
    ("case_reopen", "", 200, 409),
    ("case_describe", "", 200, 422),
    ("case_supporters", "", 200, 302),
    ("case_concerned", "", 200, 302),
    ("case_draft", "", 405, 204),
    ("case_article", "", 405, 302),
    ("case_origin", "", 200, 422),
    ("case_contact", "", 200, 422),
    ("case_pair", "", 200, 422),
    ("case_support", "", 200, 422),
    ("case_consultation_only", "", 200, 409),
    ("case_support_change", "support", 200, 422),
    ("case_support_matching", "call", 200, 409),
    ("case_support_refer", "referral", 200, 422),
    ("case_support_answer", "referral", 200, 422),
    ("case_support_hours", "consultants", 200, 422),
    ("case_booking_take_back", "booking", 200, 302),
    ("case_similar", "", 200, 405),
    ("case_colleagues", "", 200, 405),
    ("case_tie", "", 200, 422),
    ("case_untie", "tie", 200, 302),
    ("case_hearing_new", "", 200, 422),
    ("case_hearing_none", "", 200, 409),
    ("case_hearing_record_new", "", 200, 422),
    ("case_hearing_change", "hearing", 200, 422),
    ("case_hearing_record", "hearing", 200, 422),
    ("case_hearing_call_off", "hearing", 200, 302),
    ("case_hearing_sheet", "hearing", 200, 405),
    ("case_hearing_calendar", "hearing", 200, 405),
    ("case_step", "", 200, 422),
    ("case_step_change", "step", 200, 422),
    ("case_step_done", "step", 200, 302),
    ("case_step_drop", "step", 200, 302),
    ("case_ask", "", 200, 422),
    ("case_ask_withdraw", "", 200, 302),
    ("case_example", "", 200, 422),
    ("case_example_ask", "", 200, 409),
    ("case_example_consent", "", 200, 422),
    ("case_example_publish", "", 200, 409),
    ("case_example_withdraw", "", 200, 409),
    ("case_check_ask", "", 200, 422),
    ("case_check_similar", "", 405, 200),
    ("case_check", "check", 200, 422),
    ("case_check_thread", "check", 200, 302),
    ("case_check_withdraw", "check", 200, 302),
]
# Files: what GET answers to whom they are shown, and whether they are in the shared part.
FILES: list[tuple[str, int, bool]] = [("sent", 200, True), ("held", 403, True), ("internal", 200, False)]
# With the link of a case, whoever has it. As above.
LINK: list[tuple[str, int, int]] = [
    ("receipt", 200, 405),
    ("receipt_message", 302, 422),
    ("receipt_solved", 302, 302),
    ("receipt_contact", 200, 422),
    ("receipt_example", 200, 422),
]
# What is no part of a case. URL, what its placeholders stand for, who passes the door, for whom there is such an
# object, GET, POST.
OTHERS: list[tuple[str, dict[str, str], set[Who], set[Who], int, int]] = [
    ("ict_check", {"pk": "a.check"}, ICT, ICT, 200, 422),
    ("ict_check", {"pk": "a.thread"}, ICT, NOBODY, 200, 422),  # talked over elsewhere, not put to them
    ("example", {"pk": "published"}, EVERYBODY, EVERYBODY, 200, 405),
    ("example", {"pk": "a.example"}, EVERYBODY, NOBODY, 200, 405),  # not published
    ("menu_detail", {"key": "menu.key"}, DESK, DESK, 200, 405),
    ("catalogue_menu", {"key": "menu.key"}, EVERYBODY, EVERYBODY, 200, 405),
    ("catalogue_file", {"key": "menu.key", "pk": "menu_file.pk"}, EVERYBODY, EVERYBODY, 200, 405),
    ("catalogue_file", {"key": "consultants.key", "pk": "menu_file.pk"}, EVERYBODY, NOBODY, 200, 405),
    ("catalogue_file", {"key": "menu.key", "pk": "former_file.pk"}, EVERYBODY, NOBODY, 200, 405),
    ("catalogue_file", {"key": "menu.key", "pk": "unscanned_file.pk"}, EVERYBODY, EVERYBODY, 403, 405),
    ("article", {"pk": "article.pk"}, EVERYBODY, EVERYBODY, 200, 405),
    ("article", {"pk": "for_the_office.pk"}, EVERYBODY, DESK, 200, 405),
    ("article", {"pk": "draft_of_one.pk"}, EVERYBODY, NOBODY, 200, 405),
    ("article_opinion", {"pk": "article.pk"}, EVERYBODY, EVERYBODY, 405, 302),
    ("article_opinion", {"pk": "for_the_office.pk"}, EVERYBODY, DESK, 405, 302),
    ("article_opinion", {"pk": "draft_of_one.pk"}, EVERYBODY, NOBODY, 405, 302),
    ("desk_article", {"pk": "article.pk"}, DESK, DESK, 200, 405),
    ("desk_article_draft", {"pk": "draft_of_one.pk"}, DESK, DESK, 200, 422),
    ("desk_article_facts", {"pk": "article.pk"}, DESK, DESK, 200, 422),
    ("desk_article_edition", {"pk": "article.pk"}, DESK, DESK, 405, 302),
    ("desk_article_offer", {"pk": "draft_of_one.pk"}, DESK, DESK, 405, 302),
    ("desk_article_publish", {"pk": "draft_of_one.pk"}, DESK, DESK, 405, 302),
    ("desk_article_send_back", {"pk": "draft_of_one.pk"}, DESK, DESK, 405, 422),
    ("desk_article_drop", {"pk": "draft_of_one.pk"}, DESK, DESK, 405, 302),
    ("desk_article_confirm", {"pk": "article.pk"}, DESK, DESK, 405, 422),
    ("desk_article_retire", {"pk": "article.pk"}, DESK, DESK, 405, 302),
    ("desk_article_bring_back", {"pk": "article.pk"}, DESK, DESK, 405, 302),
    ("meeting_detail", {"pk": "a.meeting"}, DESK, DESK, 200, 405),
    ("meeting_change", {"pk": "a.meeting"}, DESK, DESK, 200, 422),
    ("meeting_call_off", {"pk": "a.meeting"}, DESK, DESK, 200, 302),
    ("meeting_collect", {"pk": "a.meeting"}, DESK, DESK, 302, 302),
    ("meeting_arrange", {"pk": "a.meeting"}, DESK, DESK, 302, 302),
    ("meeting_agenda", {"pk": "a.meeting"}, DESK, DESK, 200, 405),
    *(
        (f"meeting_{act}", {"pk": "a.meeting", "item": f"{whose}.item"}, DESK, may, 302, post)
        for act, post in MEETING_ITEM
        for whose, may in (("a", DESK), ("b", NOBODY), ("nothing", NOBODY))
    ),
    ("meeting_room", {"pk": "a.meeting"}, DESK, DESK, 200, 405),
    ("meeting_said", {"pk": "a.meeting"}, DESK, DESK, 200, 405),
    ("meeting_seat", {"pk": "a.meeting"}, DESK, DESK, 302, 302),
    ("meeting_attendance", {"pk": "a.meeting"}, DESK, DESK, 302, 302),
    ("meeting_resolve", {"pk": "a.meeting"}, DESK, DESK, 302, 422),
    ("meeting_settle", {"pk": "a.meeting", "decision": "a.decision"}, DESK, DESK, 302, 302),
    ("meeting_settle", {"pk": "a.meeting", "decision": "nothing.decision"}, DESK, NOBODY, 302, 302),
    ("meeting_decision", {"decision": "a.own_decision"}, DESK, DESK, 200, 422),
    ("meeting_decision_done", {"decision": "a.own_decision"}, DESK, DESK, 302, 302),
    ("meeting_decision_drop", {"decision": "a.own_decision"}, DESK, DESK, 302, 422),
    # one on a case lives on its page
    ("meeting_decision", {"decision": "a.decision"}, NOBODY, NOBODY, 200, 422),
    ("meeting_minutes", {"pk": "a.meeting"}, DESK, DESK, 200, 405),
    ("meeting_confirm", {"pk": "a.meeting"}, DESK, DESK, 200, 409),  # it is held tomorrow
    ("absence_change", {"absence": "away.office"}, DESK, DESK, 200, 422),
    ("absence_change", {"absence": "away.lead"}, DESK, LEADS, 200, 422),
    ("absence_end", {"absence": "away.office"}, DESK, DESK, 405, 302),
    ("absence_end", {"absence": "away.lead"}, DESK, LEADS, 405, 302),
    ("pair_department", {"code": "kohoku.code"}, LEADS, LEADS, 200, 422),
    ("pair_cancel", {"code": "kohoku.code"}, LEADS, LEADS, 405, 302),
    ("pair_person", {"username": "lead.username"}, LEADS, LEADS, 200, 422),
    ("pair_person", {"username": "colleague.username"}, LEADS, NOBODY, 200, 422),
    ("leaving", {"username": "lead.username"}, LEADS, LEADS, 200, 422),
    ("leaving", {"username": "colleague.username"}, LEADS, NOBODY, 200, 422),
    ("knowledge_miss_settle", {"pk": "miss.pk"}, DESK, DESK, 405, 302),
    ("knowledge_miss_reopen", {"pk": "miss.pk"}, DESK, DESK, 405, 302),
    ("keeping_topics_change", {"pk": "topic.pk"}, LEADS, LEADS, 200, 422),
    ("keeping_words_change", {"pk": "word.pk"}, LEADS, LEADS, 200, 422),
    ("keeping_words_drop", {"pk": "word.pk"}, LEADS, LEADS, 405, 302),
    ("keeping_menus_change", {"pk": "menu.pk"}, LEADS, LEADS, 200, 422),
    ("keeping_menus_files", {"pk": "menu.pk"}, LEADS, LEADS, 200, 422),
    ("keeping_menus_take_down", {"pk": "menu.pk", "file": "menu_file.pk"}, LEADS, LEADS, 405, 302),
    ("keeping_menus_take_down", {"pk": "consultants.pk", "file": "menu_file.pk"}, LEADS, NOBODY, 405, 302),
    ("keeping_contracts_change", {"pk": "contract.pk"}, LEADS, LEADS, 200, 422),
    ("keeping_canned_texts_change", {"pk": "a.canned"}, LEADS, LEADS, 200, 422),
    ("keeping_question_templates_change", {"pk": "template.pk"}, LEADS, LEADS, 200, 422),
]
# Their objects are not ours: a key in a mail of allauth.
OF_LIBRARIES = {"account_confirm_email", "account_reset_password_from_key"}


class Address(NamedTuple):
    """`door`: who gets as far as being told that there is no such object; `may`: for whom there is."""

    url: str
    path: str
    door: set[Who]
    may: set[Who]
    get: int
    post: int
    may_change: bool = True  # something, by a POST of those who may

    def answer(self, who: Who, method: str) -> int | str:
        status = self.get if method == "get" else self.post
        if who in self.may:
            return status
        if who in self.door:
            return 405 if status == 405 else 404
        return "login" if who in SIGNED_OUT else 404


def addresses(world: SimpleNamespace) -> Iterator[Address]:
    """Everything in the table: the own objects, those of another case, and those that there are not."""
    a, b, nothing = world.a, world.b, world.nothing

    def address(url: str, door: set[Who], may: set[Who], get: int, post: int, **stand_for: Any) -> Address:
        return Address(url, reverse(url, kwargs=stand_for), door, may, get, post)

    for url, thing, get, post in CASE:
        about = {"form": "note"} if url == "case_draft" else {}
        if thing:
            about["pk"] = getattr(a, thing)
        yield address(url, DESK, DESK, get, post, number=a.number, **about)
        yield address(url, DESK, NOBODY, get, post, number=nothing.number, **about)
        for elsewhere in (b, nothing) if thing else ():
            about["pk"] = getattr(elsewhere, thing)
            if url == "case_untie":  # perhaps a colleague has taken the tie back meanwhile: that is said on the case
                yield address(url, DESK, DESK, 302, 302, number=a.number, **about)._replace(may_change=False)
            else:
                yield address(url, DESK, NOBODY, get, post, number=a.number, **about)

    for case, section, other in ((a, {Who.COLLEAGUE}, b), (b, {Who.NEIGHBOUR}, a)):
        yield address("section_case", WARDS, section, 200, 405, number=case.number)
        for url, get, post in LINK:
            yield address(url, EVERYBODY, EVERYBODY, get, post, token=case.token)
        for file, get, shared in FILES:
            for holder, is_own in ((case, True), (other, False)):
                about = {"number": case.number, "pk": getattr(holder, file)}
                yield address("section_attachment", WARDS, section if shared and is_own else NOBODY, get, 405, **about)
                about = {"token": case.token, "pk": getattr(holder, file)}
                may = EVERYBODY if shared and is_own else NOBODY
                yield address("receipt_attachment", EVERYBODY, may, get, 405, **about)
    for token in world.worthless:
        yield address("receipt_attachment", EVERYBODY, NOBODY, 404, 404, token=token, pk=a.sent)
        for url, *_answers in LINK:
            yield address(url, EVERYBODY, NOBODY, 404, 404, token=token)

    for url, stand_for, door, may, get, post in OTHERS:
        yield address(url, door, may, get, post, **{name: _find(world, where) for name, where in stand_for.items()})


def _find(world: Any, where: str) -> Any:
    for part in where.split("."):
        world = getattr(world, part)
    return world


@pytest.fixture
def people(suzuki, sato, administrator, tanaka, yamada, ict_member, chiiki, nakamura) -> dict[Who, User | None]:
    return {
        Who.STRANGER: None,
        Who.COLLEAGUE: tanaka,
        Who.NEIGHBOUR: yamada,
        Who.UNCONFIRMED: make_user("kobayashi", "小林 誠", role=Role.WARD, section=chiiki),
        Who.ICT: ict_member,
        Who.OFFICE: sato,
        Who.LEAD: suzuki,
        Who.ADMINISTRATOR: administrator,
        Who.LEAVER: nakamura,
    }


@pytest.fixture
def nakamura(db) -> User:
    return make_member("nakamura", "中村 明", rank=Rank.CHIEF)


@pytest.fixture
def world(settings, tmp_path, new_case, yamada, kohoku, suzuki, sato, tanaka) -> SimpleNamespace:
    """Two cases of two sections, with everything that can hang on a case; and what the office keeps beside them."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.CLAMD_URL = "tcp://scanner.example:3310"  # what it has not passed is held back
    make_pair(yamada.section.department, suzuki, sato)
    menu = SupportMenu.objects.create(key="rpa", kind="existing_tool", name="RPA", summary="くり返し作業の自動化")
    other = make_case(yamada.section.department, section=yamada.section, other_section="", email="yamada@example.jp")
    contract = make_contract()
    names = {"様式.csv": Scan.CLEAN, "以前の様式.csv": Scan.CLEAN, "届いたばかり.csv": Scan.WAITING}
    menu_files = add_files(menu=menu, by=suzuki, files=[file(name, scan) for name, scan in names.items()])
    take_down(file=menu_files[1], by=suzuki)
    a, b = (with_everything(case, suzuki, menu, day) for day, case in enumerate((new_case, other), start=1))
    # The texts are not of a case. One that rests is offered with none.
    a.canned = CannedText.objects.create(title="受付", text="{相談者}様").pk
    b.canned = CannedText.objects.create(title="以前の受付", text="{相談者}様", is_active=False).pk
    today, none_such = clock.today(), 9_999_999
    tomorrow, next_week = today + timedelta(days=1), today + timedelta(days=7)
    forged = f"{new_case.pk}-{receipts.token(other.pk, other.generation).partition('-')[2]}"
    ended = make_case(kohoku)
    actions.close(case=ended, by=suzuki, result=Result.MISTAKEN, level=None, topic=None)
    Case.objects.filter(pk=ended.pk).update(closed_at=clock.now() - timedelta(days=800))
    return SimpleNamespace(
        a=a,
        b=b,
        nothing=SimpleNamespace(
            number="R8-9999",
            **{name: none_such for name, value in vars(a).items() if isinstance(value, int)},
            **dict.fromkeys(["sent", "internal", "held"], "00000000-0000-4000-8000-000000000000"),
        ),
        # forged, of no case, of the link before the last change of contact, of a case long closed
        published=published(closed(kohoku, suzuki), suzuki).pk,
        worthless=[forged, receipts.token(none_such, 1), receipts.token(new_case.pk, 2), ended.token, "x"],
        menu=menu,
        consultants=contract.menu,
        contract=contract,
        menu_file=menu_files[0],
        former_file=menu_files[1],
        unscanned_file=menu_files[2],
        kohoku=kohoku,
        lead=suzuki,
        colleague=tanaka,
        topic=Topic.objects.first(),
        article=make_article(suzuki, sato),
        for_the_office=make_article(suzuki, sato, audience="office"),
        draft_of_one=make_draft(suzuki),
        word=Word.objects.first(),
        miss=note_miss(words="名札の発注", audience=Audience.EVERYONE),
        template=QuestionTemplate.objects.create(title="共通", questions="目的は？"),
        away=SimpleNamespace(
            office=announce_absence(user=sato, deputy=suzuki, starts_on=today, ends_on=tomorrow, by=suzuki).pk,
            lead=announce_absence(user=suzuki, deputy=sato, starts_on=next_week, ends_on=next_week, by=suzuki).pk,
        ),
    )


def with_everything(case: Case, by: User, menu: SupportMenu, day: int) -> SimpleNamespace:
    now = clock.now()
    actions.take_up(case=case, by=by)
    sent = Requester(case)
    actions.receive_message(case=case, by=sent, kind=EntryKind.ANSWER, text="様式です。", files=[file("様式.csv")])
    actions.receive_message(
        case=case, by=sent, kind=EntryKind.ANSWER, text="もう一つ。", files=[file("届いたばかり.csv", Scan.WAITING)]
    )
    actions.add_note(case=case, by=by, text="内部の資料", files=[file("内部.csv")])
    files = dict(case.attachments.values_list("name", "pk"))
    ask = actions.ask_meeting(case=case, by=by, kind="direction", question="この方針でよいか。")
    meeting = plan_meeting(by=by, held_on=clock.today() + timedelta(days=day))
    item = meeting.items.get(ask=ask)
    decided = decide(meeting=meeting, item=item, by=by, text="様式をそろえる", due_on=clock.today(), owner=by)
    own_decision = decide(meeting=meeting, by=by, text="要綱を見直す", due_on=clock.today(), owner=by)
    again = make_case(case.department, section=case.section)
    call, referral, consultants = (
        actions.choose_support(case=case, by=by, menu=make_menu(kind), reason="必要")
        for kind in ("open_innovation", "referral", "consultant")
    )
    actions.refer(support=referral, by=by, asked_on=clock.today(), ask_again_on=clock.today(), place="広報課")
    return SimpleNamespace(
        number=case.number,
        token=case.token,
        sent=files["様式.csv"],
        held=files["届いたばかり.csv"],
        internal=files["内部.csv"],
        hearing=actions.prepare_hearing(case=case, by=by, starts_at=now).pk,
        step=actions.promise_step(case=case, by=by, text="様式を集める", due_on=clock.today(), owner=by).pk,
        check=actions.ask_check(case=case, by=by, question="庁外で使ってよいか。").pk,
        thread=actions.ask_check(case=case, by=by, question="スレッドで聞く。", put_to_ict=False).pk,
        support=actions.choose_support(case=case, by=by, menu=menu, reason="転記が多い").pk,
        call=call.pk,
        referral=referral.pk,
        consultants=consultants.pk,
        booking=actions.book_hours(support=consultants, by=by, hours=Decimal(2), purpose="聞き取り").pk,
        example=an_example(case, by).pk,
        tie=actions.tie_cases(case=again, other=case, by=by, kind=TieKind.RELATED).pk,
        meeting=meeting.pk,
        item=item.pk,
        decision=decided.pk,
        own_decision=own_decision.pk,
    )


def an_example(case: Case, by: User) -> Example:
    """One about which the requester is asked; the case was reopened since, as all of these cases are open."""
    return Example.objects.create(case=case, **TEXTS, written_by=by, written_at=clock.now(), asked_at=clock.now())


def file(name: str, scan: Scan = Scan.CLEAN) -> Attachment:
    return Attachment(file=default_storage.save(f"aa/{name}", ContentFile(b"a,b")), name=name, size=3, scan=scan)


def browser_of(who: Who, people: dict[Who, User | None]) -> Client:
    user = people[who]
    browser = signed_in(user) if user else Client()
    if user and who is Who.LEAVER:
        leave(user=user, by=SYSTEM)
    return browser


def state() -> dict[str, list[Any]]:
    """Every row of ours."""
    rooms = ("office", "consultations", "meetings", "menus", "knowledge", "outbox")
    models = [model for room in rooms for model in apps.get_app_config(room).get_models(include_auto_created=True)]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def written(queries: CaptureQueriesContext) -> list[str]:
    """What was written but to session and cache."""
    return [
        query["sql"][:200]
        for query in queries
        if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        and not any(table in query["sql"] for table in ("django_session", "cache"))
    ]


def answered(response: HttpResponse) -> int | str:
    if response.streaming:
        b"".join(response)
    to_login = response.status_code == 302 and "/accounts/login/" in response["Location"]
    return "login" if to_login else response.status_code


def test_every_url_with_an_object_stands_in_the_table(world):
    with_object = {name for name, pattern in named_urls() if pattern.pattern.regex.groupindex and ":" not in name}
    assert {address.url for address in addresses(world)} == with_object - OF_LIBRARIES


@pytest.mark.parametrize("who", Who, ids=lambda who: who.name.lower())
def test_objects_open_for_those_in_the_table_and_for_nobody_else(who, people, world):
    browser, wrong, before = browser_of(who, people), [], state()
    for address in addresses(world):
        for method in ("get", "post"):
            expected = address.answer(who, method)
            with transaction.atomic(), CaptureQueriesContext(connection) as queries:
                got = answered(getattr(browser, method)(address.path))
                may_change = address.may_change and method == "post" and who in address.may
                if may_change:
                    transaction.set_rollback(True)
            if got != expected:
                wrong.append((address.url, address.path, method, got, f"expected: {expected}"))
            if not may_change and (changes := written(queries)):
                wrong.append((address.url, address.path, method, *changes))
    assert "\n".join(map(str, wrong)) == ""
    if who is not Who.LEAVER:
        assert state() == before


@pytest.mark.parametrize("who", Who, ids=lambda who: who.name.lower())
def test_who_may_not_open_a_url_changes_nothing_by_posting_to_it(who, people, world):
    """Those without an object: lists, forms for something new, acts on many cases at once."""
    kind = {Who.COLLEAGUE: Person.WARD, Who.NEIGHBOUR: Person.WARD, Who.UNCONFIRMED: Person.WARD}.get(who)
    kind = Person.STRANGER if who in SIGNED_OUT else kind or Person[who.name]
    browser, wrong = browser_of(who, people), []
    case = Case.objects.order_by("pk").first()
    ours = [name for name, p in named_urls() if p.name and not p.pattern.regex.groupindex and ":" not in name]
    for name in ours:
        if kind in allowed(name) or name.startswith(("account_", "mfa_")):
            continue
        for sent in ({}, {"case": f"{case.pk}.{case.version}", "result": "mistaken", "problem": "x", "name": "x"}):
            with CaptureQueriesContext(connection) as queries:
                got = answered(browser.post(reverse(name), sent))
            if got not in ("login", 403, 404) or written(queries):
                wrong.append((name, got, written(queries)))
    assert "\n".join(map(str, wrong)) == ""


def test_the_admin_shows_its_objects_to_administrators_only(people, world):
    case = Case.objects.order_by("pk").first()
    for url, pattern in named_urls():
        if not (url.startswith("admin:") and pattern.name) or "object_id" not in (
            named := pattern.pattern.regex.groupindex
        ):
            continue
        path = reverse(url, kwargs=dict.fromkeys(named, case.pk))
        for who in {*Who} - {Who.ADMINISTRATOR, Who.LEAVER}:
            browser = browser_of(who, people)
            for method in ("get", "post"):
                with CaptureQueriesContext(connection) as queries:
                    got = answered(getattr(browser, method)(path))
                assert got == ("login" if who is Who.STRANGER else 404), (url, who, method)
                assert written(queries) == []


def test_a_draft_is_nobodys_but_its_writers(world, people):
    """Not even on the pages of the same case, and nobody else throws it away."""
    mine, others = signed_in(people[Who.OFFICE]), signed_in(people[Who.LEAD])
    path = reverse("case_draft", args=[world.a.number, "note"])
    assert mine.post(path, {"text-text": "書きかけの覚え", "once": "k1", "path": "/"}).status_code == 204
    pages = [reverse("case_detail", args=[world.a.number]), reverse("case_note", args=[world.a.number])]
    assert all("書きかけの覚え" in mine.get(page).content.decode() for page in pages)
    assert not any("書きかけの覚え" in others.get(page).content.decode() for page in pages)
    others.post(path, {"discard": "1", "once": "k1"})
    others.post(path, {"text-text": "ほかの覚え", "once": "k1", "draft": "k1"})
    assert "書きかけの覚え" in mine.get(pages[0]).content.decode()
