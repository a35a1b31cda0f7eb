"""One page of each kind in English: all that the desk itself says; what people entered stays as they entered it."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings
from django.urls import resolve
from playwright.sync_api import Page, expect

from consultations import actions
from consultations.models import CannedText, Case, EntryKind, QuestionTemplate
from consultations.models.entry import Requester
from consultations.states import AskKind, TieKind
from knowledge import actions as knowledge
from knowledge.actions import note_opened, show
from knowledge.models import Article, Audience, Topic, Word
from knowledge.tasks import count_words
from meetings.actions import (
    call_off,
    collect,
    confirm_minutes,
    decide,
    finish_item,
    note_attendance,
    plan_meeting,
    say,
)
from menus.actions import add_files
from menus.models import MenuFile, SupportMenu
from office import clock
from office.actions import announce_absence, keep
from office.actors import SYSTEM
from office.models import Department, Rank, Role, User
from tests.factories import (
    make_case,
    make_contract,
    make_department,
    make_member,
    make_menu,
    make_pair,
    make_section,
    make_user,
)
from tests.knowledge.articles import make_article, make_draft
from tests.test_house_rules import named_urls

JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]+[^<>\"]*")
NOT_THERE = {"/receipts/1-wrong/", "/nowhere/"}
ACTS = [
    *("describe", "origin", "contact", "pair", "supporters", "concerned"),
    *("supports", "hold", "reply", "note", "complete", "close"),
]
# What shows no page of its own: files, fragments, machines' answers, what is only ever sent to.
NO_PAGE = {
    *("healthz", "set_language", "receipt_attachment", "section_attachment", "case_attachment"),
    *("case_canned", "case_check_similar", "case_draft", "case_hearing_calendar"),
    *("case_new_similar", "api_similar"),
    *("consult_draft", "consult_discard", "receipt_message", "receipt_solved", "pair_cancel", "absence_end"),
    *("meeting_collect", "meeting_advice", "meeting_arrange", "meeting_seat", "meeting_attendance", "meeting_said"),
    *(f"meeting_{act}" for act in ("focus", "say", "decide", "finish", "level", "menu", "resolve", "settle")),
    *("meeting_decision_done", "meeting_decision_drop"),
    *("consult_opened", "consult_solved", "consult_resume", "article_opinion", "case_article"),
    *("case_example_ask", "case_example_consent", "case_example_publish", "case_example_withdraw"),
    *("knowledge_miss_settle", "knowledge_miss_reopen", "keeping_words_drop", "search_missed"),
    *("catalogue_file", "keeping_menus_take_down"),
    *(f"desk_article_{act}" for act in ("edition", "offer", "publish", "send_back", "drop", "confirm", "retire")),
    "desk_article_bring_back",
    "consult_check",  # comes after the form, which has its own test
}
LIBRARIES = ("account_", "mfa_", "admin:", "socialaccount_")


@pytest.fixture
def smith(db: None) -> User:
    return make_member("smith", "Smith Ann", is_superuser=True)


@pytest.fixture
def jones(db: None) -> User:
    return make_member("jones", "Jones Bob", phone="ext. 2101")


@pytest.fixture
def brown(db: None) -> User:
    return make_member("brown", "Brown Tim", rank=Rank.CHIEF)


@pytest.fixture
def topic(transactional_db: None) -> Topic:
    """History keeps the names of the day in the language of the installation, hence one that reads the same."""
    return Topic.objects.create(key="plain", name="Rules", name_en="Rules")


@pytest.fixture
def menu(transactional_db: None) -> SupportMenu:
    return SupportMenu.objects.create(
        key="rpa", kind="existing_tool", name="RPA", name_en="Robots", summary="Does it for you.",
        suits="Much of the same", does_not_suit="Judgement", steps="1. Ask", contact="ext. 2345",
    )  # fmt: skip


@pytest.fixture
def north(transactional_db: None, smith: User, jones: User) -> Department:
    north = make_department("North Ward", code="north")
    make_section(north, "Community")
    make_pair(north, smith, jones)
    return north


@pytest.fixture
def south(transactional_db: None) -> Department:
    return make_department("South Bureau", order=2, kind="bureau")


@pytest.fixture
def pages(
    transactional_db: None,
    smith: User,
    jones: User,
    brown: User,
    topic: Topic,
    menu: SupportMenu,
    north: Department,
    south: Department,
) -> list[str]:
    """Each kind of page, on data without a Japanese character."""
    make_pair(make_department("East Ward", order=3), brown, None)
    person = {"name": "Miller Eve", "other_section": "Community"}
    new = make_case(north, problem="Is there a tool that plans shifts?", wants=["together"], **person)
    actions.ask_meeting(case=new, by=smith, kind=AskKind.DIRECTION, question="Is this the way?")
    last = plan_meeting(by=smith, held_on=clock.today() - timedelta(days=7), facilitator=smith)
    told = last.items.get(ask__isnull=False)
    say(item=told, by=jones, kind="crosscut", text="Others try it too.", tool="Forms")
    decide(meeting=last, item=told, by=smith, text="Count them", due_on=clock.today(), owner=jones)
    notice = decide(meeting=last, by=smith, text="Write to all", due_on=clock.today(), owner=jones)
    note_attendance(meeting=last, by=smith, present={smith: True, jones: False})
    confirm_minutes(meeting=last, by=smith)
    meeting = plan_meeting(by=smith, held_on=clock.today() + timedelta(days=1), facilitator=smith, place="Room 3")
    off = plan_meeting(by=smith, held_on=clock.today() + timedelta(days=8))
    call_off(meeting=off, by=smith, reason="A storm")
    finish_item(item=meeting.items.get(ask__isnull=False), by=smith, summary="Go on.")
    actions.assign_pair(case=new, by=smith, pair=make_pair(south, jones, None))
    held = make_case(north, problem="May a generated picture be used?", sensitive=True, cc=["x@a.example.jp"], **person)
    actions.take_up(case=held, by=smith)
    actions.add_note(case=held, by=jones, text="Seen before.")
    actions.reply(case=held, by=smith, text="We look into it.")
    actions.choose_support(case=held, by=smith, menu=menu, reason="Much of the same")
    actions.describe(case=held, by=smith, title="A picture", topic=topic, level=2, volume="small", technical="high")
    with clock.at(clock.now() - timedelta(days=40)):
        actions.hold(case=held, by=smith, follow_up_on=clock.today() + timedelta(days=10), text="They think")
    actions.receive_message(case=held, by=Requester(held), kind=EntryKind.ANSWER, text="It goes on.")
    actions.ask_meeting(case=held, by=smith, kind=AskKind.NO_IDEA, question="What could be done?")
    collect(meeting=meeting)
    closed = make_case(north, problem="Which procedure is it?", **person)
    actions.answer_and_close(case=closed, by=jones, text="See page 3.", level=3, topic=topic, lesson="Page 3.")
    return [
        "/",
        "/consult/?department=north",
        "/departments/",
        *(f"/receipts/{case.token}/" for case in (new, held, closed)),
        "/receipts/1-wrong/",
        "/accounts/login/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/nowhere/",
        "/desk/",
        "/desk/cases/?open=all",
        "/desk/cases/?status=on_hold&level=2&department=north&q=picture",
        "/desk/cases/?q=zzz",
        "/desk/cases/new/",
        *(f"/desk/cases/{case.number}/" for case in (new, held, closed)),
        *(f"/desk/cases/{held.number}/{act}/" for act in (*ACTS, "similar", "colleagues")),
        f"/desk/cases/{closed.number}/reopen/",
        *("/desk/menus/", "/desk/menus/rpa/", "/menus/", "/menus/rpa/"),
        "/desk/meetings/",
        "/desk/meetings/new/",
        f"/desk/meetings/{meeting.pk}/",
        f"/desk/meetings/{meeting.pk}/change/",
        f"/desk/meetings/{meeting.pk}/agenda/",
        *("/desk/meetings/series/", "/desk/meetings/archive/"),
        *(f"/desk/meetings/{each.pk}/{part}/" for each in (last, meeting) for part in ("room", "minutes", "confirm")),
        f"/desk/meetings/{last.pk}/room/?item={told.pk}",
        f"/desk/meetings/{last.pk}/",
        f"/desk/meetings/{meeting.pk}/call-off/",
        f"/desk/meetings/{off.pk}/",
        f"/desk/meetings/decisions/{notice.pk}/",
        "/admin/",
        "/admin/consultations/case/",
        f"/admin/consultations/case/{held.pk}/change/",
    ]


@pytest.fixture
def case_work(
    transactional_db: None,
    smith: User,
    jones: User,
    brown: User,
    topic: Topic,
    menu: SupportMenu,
    north: Department,
    south: Department,
) -> dict[User, list[str]]:
    """The pages of cases that take longer, and of who looks after them, by who reads them."""
    section = north.sections.get()
    miller = make_user("miller", "Miller Eve", role=Role.WARD, section=section, section_confirmed=True)
    guest = make_user("guest", "Guest Ann", role=Role.WARD)
    ict = make_user("ict", "Stone Kim", role=Role.ICT)
    greeting = keep(row=CannedText(title="Greeting", text="Hello"), by=smith)
    template = keep(row=QuestionTemplate(title="Common", topic=topic, questions="How often?"), by=smith)
    template.questions += "\nHow many?"
    keep(row=template, by=smith)
    today, soon = clock.today(), clock.today() + timedelta(days=20)
    person = {"name": "Miller Eve", "section": section, "other_section": "", "email": "eve@n.example.jp", "wants": []}

    heard = make_case(north, problem="The shifts take two days.", **person)
    plan = {"hypotheses": [(0, "It takes long"), (1, "All on paper"), (1, "Many rules")], "questions": ["How often?"]}
    talk = actions.prepare_hearing(case=heard, by=smith, starts_at=clock.now(), place="Room 3", **plan)
    plan["questions"].append("By whom?")
    actions.change_hearing(hearing=talk, by=smith, starts_at=clock.now(), minutes=30, place="Room 4", **plan)
    said = {"held_on": today, "wish": "A tool", "real_problem": "Paper", "facts": "Two days", "purpose": "Less of it"}
    verdicts = zip(talk.hypotheses.all(), ["supported", "refuted", "unclear"], strict=True)
    late = actions.Promise("Collect the forms", today - timedelta(days=1), owner_name="Miller Eve")
    actions.record_hearing(
        hearing=talk,
        by=jones,
        participants="All",
        findings={cause.pk: actions.Finding(verdict, "Seen") for cause, verdict in verdicts},
        answers={question.pk: "Once a month" for question in talk.questions.all()},
        steps=[late],
        **said,
    )
    actions.record_hearing(hearing=talk, by=jones, participants="All of them", **{**said, "wish": "A better tool"})
    step = talk.next_steps.get()
    actions.change_step(step=step, by=smith, text="Collect them", due_on=step.due_on, owner=smith)
    for act, text in ((actions.finish_step, "Draw a table"), (actions.drop_step, "Ask a company")):
        act(step=actions.promise_step(case=heard, by=smith, text=text, due_on=soon, owner=jones), by=smith)
    gone = actions.prepare_hearing(case=heard, by=smith, starts_at=clock.now() + timedelta(days=2))
    actions.call_off_hearing(hearing=gone, by=smith, text="Nobody has time")
    coming = actions.prepare_hearing(case=heard, by=smith, starts_at=clock.now() + timedelta(days=3), **plan)
    support = actions.choose_support(case=heard, by=smith, menu=menu, reason="Much of the same")
    actions.change_support(support=support, by=smith, state="running", outcome="Tried")
    call, referral, consultants = (
        actions.choose_support(
            case=heard, by=smith, menu=make_menu(kind, "Plain", name_en=kind, summary="Plain"), reason="Needed"
        )
        for kind in ("open_innovation", "referral", "consultant")
    )
    actions.note_matching(support=call, by=smith, posted_on=today, proposals=2, matched_with="Acme")
    with override_settings(LANGUAGE_CODE="en"):  # the next step is written in the language of the installation
        actions.refer(support=referral, by=smith, department=south, place=" Taxes", asked_on=today, ask_again_on=soon)
    actions.answer_referral(support=referral, by=smith, answered_on=today, answer="They may.")
    contract, manager = make_contract(10, menu=consultants.menu), make_member("green", "Green Lee", rank=Rank.MANAGER)
    booked, more = (
        actions.book_hours(support=consultants, by=manager, hours=Decimal(6), held_on=today, excess_reason="Urgent")
        for _time in range(2)
    )
    actions.take_back_booking(booking=booked, by=smith, reason="Not needed")
    sheet = MenuFile(file=default_storage.save("aa/sheet", ContentFile(b"a,b")), name="sheet.csv", size=3)
    add_files(menu=menu, by=smith, files=[sheet])
    actions.describe(case=heard, by=smith, title="Shifts", topic=topic, level=3, coordination="low")

    asked = make_case(north, problem="May a room be booked outside?", **person)
    actions.need_no_hearing(case=asked, by=smith)
    actions.settle_by_consultation(case=asked, by=smith, reason="Words are enough")
    waits, other, back = (actions.ask_check(case=asked, by=smith, question=f"May we use {it}?") for it in "ABC")
    ruled = {"ruling": "conditional", "answer": "At home only", "rule": "5.2", "valid_until": soon}
    actions.answer_check(check=other, by=ict, **ruled)
    actions.correct_answer(check=other, by=ict, **{**ruled, "ruling": "not_allowed", "valid_until": None})
    actions.withdraw_check(check=back, by=smith)
    thread = actions.ask_check(case=asked, by=smith, question="And D?", put_to_ict=False)
    actions.change_thread(check=thread, by=smith, thread_url="https://teams.example.jp/l/1")
    actions.hold(case=asked, by=smith, follow_up_on=soon)
    actions.ask_progress(case=asked, by=smith)

    solved = make_case(north, problem="The pages are hard to read.", **person)
    actions.set_supporters(case=solved, by=smith, supporters=[brown])
    actions.set_concerned(case=solved, by=smith, concerned=[south])
    tie = actions.tie_cases(case=solved, other=heard, kind=TieKind.CONTINUATION, by=smith)
    actions.untie_cases(tie=actions.tie_cases(case=solved, other=asked, kind=TieKind.DUPLICATE, by=smith), by=smith)
    actions.mail_link(number=solved.number, email=solved.email, by=SYSTEM)
    actions.take_up(case=solved, by=smith)
    actions.report_solved(case=solved, by=Requester(solved), text="It works.")
    actions.keep_draft(case=solved, by=smith, form="reply", texts={"text": "Half"})
    answered = make_case(north, problem="What do you think?", **person)
    actions.take_up(case=answered, by=smith)
    actions.receive_message(case=answered, by=Requester(answered), kind=EntryKind.ANSWER, text="Fine.")
    actions.need_no_answer(case=answered, by=smith)
    secret = make_case(north, problem="Somebody is ill.", sensitive=True, **person)
    done = make_case(north, problem="Which procedure is it?", **person)
    actions.describe(case=done, by=smith, title="The procedure", topic=topic, level=1)
    actions.complete(case=done, by=smith, review_on=soon)

    actions.change_pair_of_department(department=north, lead=brown, partner=jones, starts_on=soon, by=smith)
    absence = announce_absence(user=jones, deputy=smith, starts_on=today, ends_on=soon, by=smith)
    kept = {"topics": topic, "menus": menu, "contracts": contract, "canned-texts": greeting, "questions": template}
    at = [f"/desk/cases/{case.number}/" for case in (heard, asked, solved, answered, secret, done)]
    return {
        miller: ["/section/", f"/section/{heard.number}/", f"/section/{secret.number}/"],
        guest: ["/section/", "/"],
        ict: [*("/ict/", "/ict/?state=all", "/ict/?q=zzz"), *(f"/ict/{check.pk}/" for check in (waits, other, back))],
        smith: [
            *("/consult/lost/", "/consult/lost/asked/", "/receipts/handed-on/"),
            *(f"/receipts/{case.token}/" for case in (heard, asked, solved, done)),
            f"/receipts/{heard.token}/contact/",
            "/desk/",
            "/desk/cases/?open=all&sort=urgent",
            "/desk/cases/new/form-link/",
            *(f"/desk/cases/bulk/{act}/?case={done.pk}&case={heard.pk}" for act in ("close", "pair", "topic")),
            *at,
            *(f"{at[0]}{act}/" for act in ("ask", "answer", "resume", "ask-progress", "take-up", "no-answer")),
            *(f"{at[0]}supports/{page}" for page in ("", f"{support.pk}/", f"{call.pk}/proposals/")),
            *(f"{at[0]}supports/{referral.pk}/{act}/" for act in ("refer", "answer")),
            *(f"{at[0]}supports/{consultants.pk}/hours/", f"{at[0]}bookings/{more.pk}/take-back/"),
            *(f"/desk/menus/{consultants.menu.key}/", f"/desk/keeping/menus/{menu.pk}/files/"),
            f"{at[1]}supports/none/",
            *(f"{at[0]}hearings/{act}/" for act in ("new", "record", "none")),
            *(f"{at[0]}hearings/{coming.pk}/{act}" for act in ("", "record/", "call-off/", "sheet/")),
            *(f"{at[0]}hearings/{talk.pk}/{act}" for act in ("record/", "sheet/")),
            f"{at[0]}steps/",
            *(f"{at[0]}steps/{step.pk}/{act}" for act in ("", "done/", "drop/")),
            f"{at[0]}ask/withdraw/",
            f"{at[2]}ties/",
            f"{at[2]}ties/{tie.pk}/untie/",
            f"{at[1]}checks/new/",
            *(f"{at[1]}checks/{check.pk}/" for check in (waits, other, back, thread)),
            *(f"{at[1]}checks/{thread.pk}/{act}/" for act in ("thread", "withdraw")),
            *("/desk/checks/", "/desk/checks/?q=zzz"),
            *("/desk/who-knows/", "/desk/who-knows/?q=zzz", "/desk/who-knows/mine/"),
            *("/desk/pairs/", "/desk/pairs/north/", "/desk/pairs/d002/", "/desk/people/smith/pairs/"),
            *("/desk/people/smith/leaving/", "/desk/people/brown/leaving/"),
            *("/desk/absences/", f"/desk/absences/{absence.pk}/", "/desk/keeping/"),
            *(f"/desk/keeping/{what}/{page}" for what, row in kept.items() for page in ("", "new/", f"{row.pk}/")),
        ],
    }


@pytest.fixture
def library(
    transactional_db: None,
    smith: User,
    jones: User,
    topic: Topic,
    menu: SupportMenu,
    north: Department,
    south: Department,
) -> dict[User | None, list[str]]:
    """The pages of what the office has learned, and of the search, by who reads them (None: whoever comes)."""
    Word.objects.all().delete()  # the city's own, where a migration has just brought them
    word = keep(row=Word(name="robot", also="RPA"), by=smith)
    keep(row=Word(pk=word.pk, name="robot", also="RPA, automaton"), by=smith)
    ward = make_user("ward", "Nelson Kay", role=Role.WARD, section=north.sections.get(), section_confirmed=True)
    person = {"name": "Miller Eve", "other_section": "Community", "email": "eve@n.example.jp", "wants": []}
    trouble = "Travel expenses are typed twice by hand every month. May a robot do it?"
    told = {
        "title": "Travel expenses without typing",
        "trouble": "Travel expenses were typed twice every month.",
        "approach": "The form was made one.\n\n- A robot reads it",
        "outcome": "Two days became an hour.",
    }

    def closed(problem: str, **given: object) -> Case:
        case = make_case(north, problem=problem, **{**person, **given})
        return actions.answer_and_close(case=case, by=smith, text="See page 3.", level=1, topic=topic, lesson="Page 3.")

    shown, asked, declined, fresh = (closed(trouble) for _ in range(4))
    without_mail, secret = closed(trouble, email="", phone="ext. 1"), closed(trouble, sensitive=True)
    examples = {
        case.pk: actions.write_example(case=case, by=smith, **told, menus=[menu])
        for case in (shown, asked, declined, without_mail)
    }
    for case in (shown, asked, declined):
        actions.ask_consent(example=examples[case.pk], by=smith)
    actions.give_consent(example=examples[shown.pk], by=Requester(shown), name="Miller Eve")
    public = actions.publish_example(example=examples[shown.pk], by=smith)
    actions.decline_consent(example=examples[declined.pk], by=Requester(declined), name="Miller Eve")
    again = closed(trouble)
    other = actions.give_consent(
        example=actions.write_example(case=again, by=smith, **told), by=smith, name="Miller Eve", how="By phone"
    )
    actions.withdraw_example(example=actions.publish_example(example=other, by=smith), by=smith, reason="Out of date")

    text = {"question": "How are travel expenses typed?", "answer": "# By a robot\n\n1. Ask\n2. Wait\n\n> A note"}
    article = make_article(smith, jones, topics=[topic], **text)
    knowledge.give_opinion(article=article, helped=True)
    knowledge.begin_edition(article=article, by=jones)
    knowledge.change_draft(article=article, by=jones, question="How is it typed?", answer="By hand.", offer=True)
    dated = make_article(smith, jones, **{**text, "question": "What is out of date?"})
    Article.objects.filter(pk=dated.pk).update(review_by=clock.today())
    retired = knowledge.retire(article=make_article(smith, jones, **text), by=smith)
    draft = make_draft(jones, audience=Audience.OFFICE, **text)
    returned = make_draft(smith, offer=True, **text)
    knowledge.send_back(article=returned, by=jones, remark="Say when.")

    knowledge.note_miss(words="name tags", audience=Audience.EVERYONE)
    knowledge.note_miss(words="car keys", audience=Audience.OFFICE)
    knowledge.settle_miss(miss=knowledge.note_miss(words="envelopes", audience=Audience.OFFICE), by=smith)
    form = uuid.uuid4()
    show(form=form, documents=[("article", str(article.pk))])
    note_opened(form=form, kind="article", key=str(article.pk))
    actions.compare_cases(within=timedelta(seconds=20))
    count_words()
    searches = [
        *("", "?q=robot", "?q=zzz", "?q=travl+expenses", "?q=travel+expenses+giraffe", "?q=.", "?q=R8-9999"),
        *("?q=typed&kind=article", "?q=typed&kind=example&topic=plain&year=2026", "?q=zzz&department=north"),
    ]
    at = [f"/desk/cases/{case.number}/" for case in (shown, asked, declined, fresh, without_mail, again, secret)]
    everybody = [
        *(f"/search/{query}" for query in searches),
        f"/consult/suggest/?{urlencode({'problem': trouble})}",
        "/consult/suggest/?problem=zzz",
        *("/examples/", "/examples/?q=robot", "/examples/?q=zzz", f"/examples/{public.pk}/"),
        *(f"/receipts/{case.token}/example/" for case in (shown, asked, declined)),
        *(f"/receipts/{case.token}/" for case in (shown, asked, declined)),
        *("/articles/", "/articles/?q=robot&sort=helpful", "/articles/?q=zzz", f"/articles/{article.pk}/"),
        f"/articles/{dated.pk}/",
    ]
    return {
        None: everybody,
        ward: everybody,
        smith: [
            *everybody,
            f"/search/?q=typed&level=1&menu=rpa&result=answered&open=0&department={north.code}",
            "/desk/knowledge/",
            *("/desk/keeping/words/", "/desk/keeping/words/new/", f"/desk/keeping/words/{word.pk}/"),
            *at,
            *(f"{path}example/" for path in at),
            *(f"{at[0]}{part}/" for part in ("similar", "similar/?hearings=1", "colleagues")),
            *(
                "/desk/articles/",
                *(f"/desk/articles/?tab={tab}" for tab in ("drafts", "published", "review", "retired")),
            ),
            *(f"/desk/articles/{each.pk}/" for each in (article, dated, retired, draft, returned)),
            *("/desk/articles/new/", f"/desk/articles/{returned.pk}/draft/", f"/desk/articles/{article.pk}/facts/"),
        ],
    }


def japanese_on(page: Page) -> list[str]:
    """Every Japanese word in text or attributes, but for what is so in every language: the name of the language to
    switch to, and the names in braces that stand in the office's texts.
    """
    return JAPANESE.findall(re.sub(r">日本語<|\{\w+\}", "", page.content()))


def japanese_left(page: Page, site: str, paths: list[str]) -> dict[str, list[str]]:
    """The Japanese words on each of these pages, for somebody who reads English."""
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": site}])
    found = {}
    for path in paths:
        answer = page.goto(site + path, wait_until="domcontentloaded")
        assert answer.status == (404 if path in NOT_THERE else 200), path
        expect(page.locator("html")).to_have_attribute("lang", "en")
        if left := japanese_on(page):
            found[path] = left
    return found


def test_no_japanese_is_left_on_any_kind_of_page(live_server, page: Page, pages: list[str], smith: User, sign_in):
    first = next(at for at, path in enumerate(pages) if path.startswith("/accounts/password"))  # that asks who it is
    found = japanese_left(page, str(live_server), pages[:first])
    sign_in(page, str(live_server), smith)
    found |= japanese_left(page, str(live_server), pages[first:])
    assert not found


def test_no_japanese_is_left_on_the_pages_of_longer_work(
    live_server, page: Page, case_work: dict[User, list[str]], sign_in
):
    found = {}
    for reader, paths in case_work.items():
        sign_in(page, str(live_server), reader)
        found |= japanese_left(page, str(live_server), paths)
    assert not found


def test_no_japanese_is_left_in_the_library(live_server, page: Page, library: dict[User | None, list[str]], sign_in):
    found = {}
    for reader, paths in library.items():
        if reader:
            sign_in(page, str(live_server), reader)
        found |= japanese_left(page, str(live_server), paths)
    assert not found


def test_every_page_of_ours_is_walked(
    pages: list[str], case_work: dict[User, list[str]], library: dict[User | None, list[str]]
):
    paths = [*pages, *(path for part in (case_work, library) for theirs in part.values() for path in theirs)]
    walked = {resolve(urlsplit(path).path).view_name for path in paths if path not in NOT_THERE}
    ours = {name for name, _ in named_urls() if not name.startswith(LIBRARIES)}
    assert ours - walked == NO_PAGE


def test_the_form_speaks_english_to_the_end(live_server, page: Page, pages: list[str]):
    site = str(live_server)
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": site}])
    page.goto(f"{site}/consult/")
    page.get_by_role("button", name="Go on to check").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("group", name="There are 6 errors in what you entered")).to_be_focused()
    assert not japanese_on(page)
    page.get_by_label("What are you having trouble with?").fill("Is there a tool that plans shifts?")
    page.get_by_label("I want to know the procedure").check()
    page.get_by_label("Ward or bureau").select_option("North Ward")
    page.get_by_label("Section").fill("Community")
    page.get_by_label("Your name").fill("Miller Eve")
    page.get_by_label("E-mail").fill("miller@north.example.jp")
    page.get_by_role("button", name="Go on to check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check what you entered")
    assert not japanese_on(page)
    page.get_by_role("button", name="Send this").click()
    expect(page.get_by_text("We have received your consultation.")).to_be_visible()
    assert not japanese_on(page)
    page.get_by_role("radio", name="Thanks or report").check()
    page.get_by_role("textbox", name="Message").fill("Thank you.")
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_text("Your message has been sent to the pair in charge.")).to_be_visible()
    assert not japanese_on(page)
