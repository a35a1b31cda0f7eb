"""Every page, in both languages, wide and narrow: axe finds nothing, nothing sticks out, one h1."""

import os
import re
import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from playwright.sync_api import BrowserContext, Page

from consultations import actions
from consultations.models import Attachment, CannedText, EntryKind
from consultations.models.entry import Requester
from consultations.states import AskKind, TieKind
from knowledge import actions as knowledge
from knowledge.actions import note_miss, settle_miss, show
from knowledge.models import Audience, Topic, Word
from meetings.actions import (
    call_off,
    change_decision,
    confirm_minutes,
    decide,
    drop_decision,
    drop_item,
    note_attendance,
    plan_meeting,
    say,
)
from menus.actions import add_files
from menus.models import MenuFile, SupportMenu
from office import clock
from office.actions import announce_absence, cancel_planned_pair, keep
from office.models import Department, Pair, Rank, User
from office.stored import Scan
from tests.cast import signed_in
from tests.consultations.examples import published
from tests.factories import make_case, make_contract, make_member, make_menu, make_pair
from tests.knowledge.articles import make_article, make_draft

WIDTHS = {"wide": 1280, "narrow": 390}
TABLET = 800  # wide enough for tables, and hardly so
STATUS = {"receipt-wrong": 404, "missing": 404, "file-held": 403}
# SCREENSHOTS=some/folder keeps a picture of each page, to be looked at.
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture
def topic(db: None) -> Topic:
    return Topic.objects.get_or_create(key="procedures", defaults={"name": "手続案内", "name_en": "Procedures"})[0]


@pytest.fixture
def pages(
    transactional_db: None,
    kohoku: Department,
    asahi: Department,
    suzuki: User,
    sato: User,
    tanaka: User,
    ito: User,
    administrator: User,
    ict_member: User,
    topic: Topic,
) -> dict[str, str]:
    """The pages and their paths, with enough in them that every part shows."""
    make_pair(kohoku, suzuki, sato)
    make_pair(asahi, ito, None)
    menu = SupportMenu.objects.create(
        key="rpa",
        kind="existing_tool",
        name="RPA",
        summary="くり返しの多い操作を自動化します。",
        suits="件数が多く、手順が決まっている作業",
        does_not_suit="判断が必要な作業",
        steps="1. 相談する\n2. 環境の申請\n3. シナリオの作成",
        contact="内線 2345",
    )
    manager = make_member("omura", "大村 康", rank=Rank.MANAGER)
    new = make_case(kohoku, sensitive=True, wants=["procedure", "together"], expectation="手順を教えてください。")
    held = make_case(kohoku, problem="生成AIで作った画像を庁舎外で使ってよいか知りたい。")
    actions.take_up(case=held, by=suzuki)
    actions.reply(case=held, by=suzuki, text="確認します。\nお待ちください。")
    actions.choose_support(case=held, by=suzuki, menu=menu, reason="件数が多いため")
    actions.ask_meeting(case=held, by=sato, kind=AskKind.DIRECTION, question="この方向でよいか自信がない。")
    with clock.at(clock.now() - timedelta(days=40)):
        actions.hold(case=held, by=sato, follow_up_on=clock.today() + timedelta(days=10), text="所管課で検討中")
    actions.receive_message(case=held, by=Requester(held), kind=EntryKind.ANSWER, text="進みました。")
    due, done = (
        make_case(kohoku, problem=f"{what}を見直したい。", topic=topic) for what in ("窓口の案内", "備品の台帳")
    )
    with clock.at(clock.now() - timedelta(days=40)):
        actions.hold(case=due, by=suzuki, follow_up_on=clock.today() + timedelta(days=10), text="所管課で検討中")
        actions.describe(case=done, by=suzuki, title="備品の台帳", topic=topic, level=1)
        actions.complete(case=done, by=suzuki, review_on=clock.today() + timedelta(days=20))
    helped = make_case(kohoku, problem="生成AIで作った画像を、地区の団体に渡してよいか知りたい。")
    tool, call, referral, waiting, consultants = (
        actions.choose_support(case=helped, by=suzuki, menu=make_menu(kind, name), reason="ほかに方法がないため。")
        for kind, name in (
            ("existing_tool", "kintone"),
            ("open_innovation", "YOKOHAMA Hack!"),
            *(("referral", "introduction"), ("referral", "other"), ("consultant", "consultants")),
        )
    )
    actions.change_support(support=tool, by=suzuki, state="dropped", outcome="様式が多すぎた。")
    actions.note_matching(
        support=call, by=suzuki, posted_on=clock.today(), proposals=6, matched_with="株式会社みなと計測"
    )
    days = {"asked_on": clock.today(), "ask_again_on": clock.today() + timedelta(days=14)}
    for support in (referral, waiting):
        actions.refer(support=support, by=suzuki, department=asahi, place="総務課", **days)
    actions.answer_referral(support=referral, by=sato, answered_on=clock.today(), answer="規程は直さなくてよい。")
    contract = make_contract(10, menu=consultants.menu)
    booked, taken = (
        actions.book_hours(support=consultants, by=manager, hours=hours, purpose="聞き取り", excess_reason="急ぐため。")
        for hours in (Decimal("12.5"), Decimal(2))
    )
    actions.take_back_booking(booking=taken, by=suzuki, reason="先方の都合")
    sheet = MenuFile(file=default_storage.save("aa/sheet", ContentFile(b"a,b")), name="課題シート.csv", size=3)
    add_files(menu=menu, by=suzuki, files=[sheet])
    asked = make_case(kohoku, problem="会議室の予約を電子化したい。")
    actions.hold(case=asked, by=suzuki, follow_up_on=clock.today() + timedelta(days=5))
    actions.ask_progress(case=asked, by=suzuki)
    check = actions.ask_check(case=asked, by=suzuki, question="会議室の予約を庁外のサービスで行ってよいか。")
    other = actions.ask_check(case=due, by=suzuki, question="窓口の予約に使ってよいか。", put_to_ict=False)
    answer = {"answer": "国内のリージョンに限る。\n多要素認証を使うこと。", "rule": "情報セキュリティ対策基準 5.2"}
    actions.answer_check(check=other, by=sato, ruling="conditional", valid_until=clock.today(), **answer)
    before = actions.ask_check(case=new, by=suzuki, question="録音を文字に起こすサービスを使ってよいか。")
    actions.answer_check(check=before, by=ict_member, ruling="application", **answer)
    closed = make_case(asahi, problem="庁内イントラのページを見やすくしたい。")
    actions.answer_and_close(
        case=closed, by=ito, text="見出しを3つに絞りましょう。", level=3, topic=topic, lesson="見出しは3つまで。"
    )
    own = make_case(kohoku, section=tanaka.section, email=tanaka.email)
    actions.prepare_hearing(
        case=own, by=suzuki, starts_at=clock.now() + timedelta(days=3), place="https://teams.example.jp/l/1"
    )
    heard = make_case(kohoku, problem="保育士の勤務シフトを手作業で作っている。", wants=["together"])
    plan = {"hypotheses": [(0, "3日かかる"), (1, "紙に散らばっている"), (2, "様式が違う")], "questions": ["何回？"]}
    talk = actions.prepare_hearing(case=heard, by=suzuki, **plan)
    causes = {cause.pk: actions.Finding("supported", "記録で確かめた。") for cause in talk.hypotheses.all()}
    late = actions.Promise("様式を集める", clock.today() - timedelta(days=1), owner_name="田中 実")
    actions.record_hearing(
        hearing=talk, by=sato, held_on=clock.today(), wish="ツール", real_problem="様式", findings=causes, steps=[late]
    )
    coming = actions.prepare_hearing(case=heard, by=suzuki, starts_at=clock.now() + timedelta(days=3), **plan)
    secret = make_case(kohoku, section=tanaka.section, sensitive=True)
    hidden = actions.prepare_hearing(case=secret, by=suzuki, **plan)
    actions.tie_cases(case=own, other=secret, kind=TieKind.CONTINUATION, by=suzuki)
    settled = make_case(kohoku, section=tanaka.section, problem="窓口の番号札を替えたい。")
    actions.answer_and_close(case=settled, by=suzuki, text="手引きの3ページです。", level=1, topic=topic)
    for place, words in enumerate(("一つ目の窓で書いた回答", "二つ目の窓で書いた回答")):
        actions.keep_draft(case=due, by=suzuki, form="reply", texts={"text": words}, page=f"page{place}")
    actions.keep_draft(case=due, by=suzuki, form="describe", texts={"title": "書きかけの件名"})
    last = plan_meeting(by=suzuki, held_on=clock.today() - timedelta(days=7), facilitator=sato)
    question = last.items.get(ask__isnull=False)
    note_attendance(meeting=last, by=suzuki, present={suzuki: True, sato: False})
    say(item=question, by=sato, kind="crosscut", text="旭区も考えている。", linked=own, tool="kintone")
    decide(meeting=last, item=question, by=suzuki, text="件数を数える", due_on=clock.today(), owner=sato)
    notice = decide(meeting=last, by=suzuki, text="案内文を作る", due_on=clock.today(), owner_name="区の担当者")
    change_decision(decision=notice, by=sato, owner=sato, due_on=clock.today(), reason="区の担当者が異動したため")
    not_needed = decide(meeting=last, by=suzuki, text="研修の日を決める", due_on=clock.today(), owner=sato)
    drop_decision(decision=not_needed, by=suzuki, reason="全庁の研修に含まれることになったため")
    confirm_minutes(meeting=last, by=suzuki)
    meeting = plan_meeting(by=suzuki, held_on=clock.today() + timedelta(days=1), facilitator=sato, place="第3会議室")
    drop_item(item=meeting.items.last(), by=suzuki)
    off = plan_meeting(by=suzuki, held_on=clock.today() + timedelta(days=8))
    call_off(meeting=off, by=suzuki, reason="台風のため")
    asked_again = meeting.items.get(ask__isnull=False)
    say(item=asked_again, by=sato, kind="technical", text="表計算で足りる。")
    decide(meeting=meeting, item=asked_again, by=suzuki, text="試しに作る", due_on=clock.today(), owner=sato)
    soon = clock.today() + timedelta(days=30)
    both = actions.change_pair_of_department(department=kohoku, lead=ito, partner=None, starts_on=soon, by=suzuki)
    cancel_planned_pair(pair=both, by=suzuki)
    actions.change_pair_of_department(department=asahi, lead=suzuki, partner=sato, starts_on=soon, by=suzuki)
    actions.assign_pair(case=settled, by=suzuki, pair=Pair.objects.current().get(department=asahi))
    days = {"starts_on": clock.today() - timedelta(days=2), "ends_on": clock.today() + timedelta(days=5)}
    absence = announce_absence(user=sato, deputy=suzuki, **days, by=suzuki)
    actions.set_supporters(case=closed, by=suzuki, supporters=[suzuki])
    actions.set_supporters(case=own, by=suzuki, supporters=[ito])
    actions.promise_step(case=own, by=suzuki, text="規程を調べる", due_on=clock.today(), owner=suzuki)
    word = Word.objects.get_or_create(name="パソコン", defaults={"also": "PC"})[0]
    greeting = keep(row=CannedText(title="受付のごあいさつ", text="{相談者}様\n\n{番号}の件"), by=suzuki)
    greeting.text += "、{期限}までにご連絡します。"
    keep(row=greeting, by=administrator)
    example = published(closed, suzuki, menus=[menu])
    article, dated = (
        make_article(suzuki, sato, topics=[topic], question=q) for q in ("電子申請の始め方", "様式の直し方")
    )
    knowledge.begin_edition(article=article, by=sato)
    knowledge.change_draft(
        article=article, by=sato, question="電子申請の始め方", answer="# 手順\n\n|a|b|\n|-|-|", offer=True
    )
    knowledge.give_opinion(article=article, helped=True)
    type(dated).objects.filter(pk=dated.pk).update(review_by=clock.today())
    returned = make_draft(suzuki, offer=True)
    knowledge.send_back(article=returned, by=sato, remark="期間を書いてください。")
    bad = Attachment(file="ab/none", name="請求書.txt", size=68, scan=Scan.INFECTED)
    infected = actions.add_note(case=own, by=suzuki, text="見積が届いた。", files=[bad]).attachments.get()
    for words in ("名札の発注", "名札の発注", "車の鍵"):
        note_miss(words=words, audience=Audience.EVERYONE)
    settle_miss(miss=note_miss(words="封筒", audience=Audience.OFFICE), by=suzuki)
    for _ in range(2):
        again = make_case(kohoku, problem="職員の名札を作り直したい。発注の様式を知りたい。")
        actions.answer_and_close(case=again, by=suzuki, text="様式1です。", level=1, topic=topic)
    show(form=uuid.uuid4(), documents=[("article", "1")])
    actions.compare_cases(within=timedelta(seconds=20))
    return {
        "portal": "/",
        "consult": "/consult/",
        "consult-suggest": "/consult/suggest/?problem=職員の名札を作り直したい。",
        "knowledge": "/desk/knowledge/",
        "directory": "/departments/",
        "directory-nothing": "/departments/?q=zzz",
        "examples": "/examples/",
        "examples-nothing": "/examples/?q=zzz",
        "example": f"/examples/{example.pk}/",
        "receipt-example": f"/receipts/{closed.token}/example/",
        "receipt-new": f"/receipts/{new.token}/",
        "receipt-held": f"/receipts/{held.token}/",
        "receipt-closed": f"/receipts/{closed.token}/",
        "receipt-heard": f"/receipts/{own.token}/",
        "receipt-contact": f"/receipts/{held.token}/contact/",
        "receipt-handed-on": "/receipts/handed-on/",
        "receipt-wrong": "/receipts/1-wrong/",
        "lost-link": "/consult/lost/",
        "lost-link-asked": "/consult/lost/asked/",
        "section": "/section/",
        "section-case": f"/section/{own.number}/",
        "section-case-sensitive": f"/section/{secret.number}/",
        "login": "/accounts/login/",
        "desk": "/desk/",
        "list": "/desk/cases/?open=all",
        "list-filtered": f"/desk/cases/?department={kohoku.code}&status=on_hold",
        "list-nothing": "/desk/cases/?q=zzz",
        "take-down": "/desk/cases/new/",
        "bulk-close": f"/desk/cases/bulk/close/?list=queue%3Dmine&case={new.pk}&case={done.pk}&case={held.pk}",
        "bulk-pair": f"/desk/cases/bulk/pair/?case={due.pk}&case={done.pk}",
        "bulk-topic": f"/desk/cases/bulk/topic/?case={due.pk}",
        "case-due": f"/desk/cases/{due.number}/",
        "case-done": f"/desk/cases/{done.number}/",
        "case-asked": f"/desk/cases/{asked.number}/",
        "receipt-asked": f"/receipts/{asked.token}/",
        "case-new": f"/desk/cases/{new.number}/",
        "case-held": f"/desk/cases/{held.number}/",
        "case-closed": f"/desk/cases/{closed.number}/",
        "case-example": f"/desk/cases/{closed.number}/example/",
        "case-example-new": f"/desk/cases/{settled.number}/example/",
        "case-supporters": f"/desk/cases/{own.number}/supporters/",
        "case-concerned": f"/desk/cases/{own.number}/concerned/",
        "case-draft": f"/desk/cases/{due.number}/",
        "case-draft-describe": f"/desk/cases/{due.number}/describe/",
        "case-tied": f"/desk/cases/{own.number}/",
        "case-tie": f"/desk/cases/{own.number}/ties/",
        "case-heard": f"/desk/cases/{heard.number}/",
        "hearing-new": f"/desk/cases/{heard.number}/hearings/new/",
        "hearing-unprepared": f"/desk/cases/{heard.number}/hearings/record/",
        "hearing-change": f"/desk/cases/{heard.number}/hearings/{coming.pk}/",
        "hearing-record": f"/desk/cases/{heard.number}/hearings/{coming.pk}/record/",
        "hearing-call-off": f"/desk/cases/{heard.number}/hearings/{coming.pk}/call-off/",
        "hearing-sheet": f"/desk/cases/{heard.number}/hearings/{coming.pk}/sheet/",
        "hearing-on-record": f"/desk/cases/{heard.number}/hearings/{talk.pk}/record/",
        "hearing-record-sheet": f"/desk/cases/{heard.number}/hearings/{talk.pk}/sheet/",
        "hearing-sensitive-sheet": f"/desk/cases/{secret.number}/hearings/{hidden.pk}/sheet/",
        "step-new": f"/desk/cases/{heard.number}/steps/",
        "step-change": f"/desk/cases/{heard.number}/steps/{talk.next_steps.get().pk}/",
        "similar": f"/desk/cases/{heard.number}/similar/",
        "similar-hearings": f"/desk/cases/{held.number}/similar/?hearings=1",
        "colleagues": f"/desk/cases/{held.number}/colleagues/",
        "who-knows": "/desk/who-knows/",
        "who-knows-nothing": "/desk/who-knows/?q=zzz",
        "who-knows-mine": "/desk/who-knows/mine/",
        "checks": "/desk/checks/",
        "checks-nothing": "/desk/checks/?q=zzz",
        "check-ask": f"/desk/cases/{asked.number}/checks/new/",
        "check": check.get_absolute_url(),
        "check-answered": other.get_absolute_url(),
        "ict": "/ict/?state=all",
        "ict-nothing": "/ict/?q=zzz",
        "ict-check": f"/ict/{check.pk}/",
        "ict-answered": f"/ict/{before.pk}/",
        "pairs": "/desk/pairs/",
        "pair": "/desk/pairs/kohoku/",
        "pair-planned": "/desk/pairs/asahi/",
        "pair-person": f"/desk/people/{suzuki.username}/pairs/",
        "pair-person-nothing": f"/desk/people/{administrator.username}/pairs/",
        "leaving": f"/desk/people/{suzuki.username}/leaving/",
        "leaving-supporter": f"/desk/people/{ito.username}/leaving/",
        "leaving-nothing": f"/desk/people/{administrator.username}/leaving/",
        "absences": "/desk/absences/",
        "absence": f"/desk/absences/{absence.pk}/",
        "case-narrowed": f"/desk/cases/{held.number}/?kinds=messages",
        "case-canned": f"/desk/cases/{held.number}/reply/?canned={greeting.pk}",
        "file-held": f"/desk/cases/{own.number}/files/{infected.pk}/",
        "keeping": "/desk/keeping/",
        "keeping-topics": "/desk/keeping/topics/",
        "keeping-topic": f"/desk/keeping/topics/{topic.pk}/",
        "keeping-words": "/desk/keeping/words/",
        "keeping-word": f"/desk/keeping/words/{word.pk}/",
        "search": "/search/",
        "search-nothing": "/search/?q=zzz",
        "keeping-menus": "/desk/keeping/menus/",
        "keeping-menu-new": "/desk/keeping/menus/new/",
        "keeping-canned-texts": "/desk/keeping/canned-texts/",
        "keeping-canned-text": f"/desk/keeping/canned-texts/{greeting.pk}/",
        "keeping-questions-nothing": "/desk/keeping/questions/",
        "keeping-menu": f"/desk/keeping/menus/{menu.pk}/",
        "keeping-menu-files": f"/desk/keeping/menus/{menu.pk}/files/",
        "keeping-menu-files-nothing": f"/desk/keeping/menus/{call.menu.pk}/files/",
        "keeping-contracts": "/desk/keeping/contracts/",
        "keeping-contract": f"/desk/keeping/contracts/{contract.pk}/",
        "keeping-contract-new": "/desk/keeping/contracts/new/",
        "catalogue": "/menus/",
        "catalogue-menu": "/menus/rpa/",
        "menus": "/desk/menus/",
        "menu": "/desk/menus/rpa/",
        "menu-contract": f"/desk/menus/{consultants.menu.key}/",
        "case-helped": f"/desk/cases/{helped.number}/",
        "case-support": f"/desk/cases/{held.number}/supports/",
        "case-support-change": f"/desk/cases/{held.number}/supports/{held.supports.get().pk}/",
        "case-matching": f"/desk/cases/{helped.number}/supports/{call.pk}/proposals/",
        "case-refer": f"/desk/cases/{helped.number}/supports/{waiting.pk}/refer/",
        "case-referral-answer": f"/desk/cases/{helped.number}/supports/{referral.pk}/answer/",
        "case-hours": f"/desk/cases/{helped.number}/supports/{consultants.pk}/hours/",
        "case-booking-take-back": f"/desk/cases/{helped.number}/bookings/{booked.pk}/take-back/",
        "articles": "/articles/",
        "articles-nothing": "/articles/?q=zzz",
        "article": f"/articles/{article.pk}/",
        "article-dated": f"/articles/{dated.pk}/",
        "desk-articles": "/desk/articles/?tab=published",
        "desk-articles-drafts": "/desk/articles/?tab=drafts",
        "desk-articles-nothing": "/desk/articles/?tab=retired",
        "desk-article": f"/desk/articles/{article.pk}/",
        "desk-article-dated": f"/desk/articles/{dated.pk}/",
        "desk-article-returned": f"/desk/articles/{returned.pk}/",
        "desk-article-new": "/desk/articles/new/",
        "desk-article-draft": f"/desk/articles/{returned.pk}/draft/",
        "desk-article-facts": f"/desk/articles/{article.pk}/facts/",
        "meetings": "/desk/meetings/",
        "plan-meeting": "/desk/meetings/new/",
        "meeting": f"/desk/meetings/{meeting.pk}/",
        "change-meeting": f"/desk/meetings/{meeting.pk}/change/",
        "agenda": f"/desk/meetings/{meeting.pk}/agenda/",
        "plan-meetings": "/desk/meetings/series/",
        "room": f"/desk/meetings/{meeting.pk}/room/",
        "room-of-a-question": f"/desk/meetings/{meeting.pk}/room/?item={asked_again.pk}",
        "room-confirmed": f"/desk/meetings/{last.pk}/room/?item={question.pk}",
        "meeting-confirmed": f"/desk/meetings/{last.pk}/",
        "confirm-minutes": f"/desk/meetings/{meeting.pk}/confirm/",
        "meeting-call-off": f"/desk/meetings/{meeting.pk}/call-off/",
        "meeting-called-off": f"/desk/meetings/{off.pk}/",
        "decision": f"/desk/meetings/decisions/{notice.pk}/",
        "decision-dropped": f"/desk/meetings/decisions/{not_needed.pk}/",
        "leaving-decision": f"/desk/people/{sato.username}/leaving/",
        "minutes": f"/desk/meetings/{last.pk}/minutes/",
        "minutes-draft": f"/desk/meetings/{meeting.pk}/minutes/",
        "meeting-archive": "/desk/meetings/archive/",
        "password": "/accounts/password/change/",
        "one-time-codes": "/accounts/2fa/",
        "missing": "/nowhere/",
        "admin": "/admin/",
        "admin-people": "/admin/office/user/",
        "admin-person": f"/admin/office/user/{suzuki.pk}/change/",
        "admin-cases": "/admin/consultations/case/",
    }


def sign_in(context: BrowserContext, site: str, user: User) -> None:
    """Give the browser the session of a person who has signed in."""
    cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": site}])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_sound(
    live_server, context: BrowserContext, page: Page, pages, suzuki, tanaka, administrator, ict_member, axe, language
):
    site = str(live_server)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}])
    faults = []
    for name, path in pages.items():
        if path.startswith("/admin/"):
            sign_in(context, site, administrator)
        elif path.startswith(("/desk/", "/accounts/password", "/accounts/2fa", "/nowhere")):
            sign_in(context, site, suzuki)
        elif path.startswith("/ict/"):
            sign_in(context, site, ict_member)
        elif path.startswith("/section/"):
            sign_in(context, site, tanaka)
        for width, pixels in WIDTHS.items():
            page.set_viewport_size({"width": pixels, "height": 900})
            answer = page.goto(site + path)
            assert answer
            if answer.status != STATUS.get(name, 200):
                faults.append(f"{name}: status {answer.status}")
            if SCREENSHOTS:
                Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=f"{SCREENSHOTS}/{name}-{language}-{width}.png", full_page=True)
            faults += [f"{name} {width}: {fault}" for fault in faults_of(page, language)]
            try:
                axe(page)
            except AssertionError as found:
                faults.append(f"{name} {width}: {found}")
        page.set_viewport_size({"width": TABLET, "height": 900})
        if sticks_out(page):
            faults.append(f"{name} tablet: sticks out sideways")
    assert not faults, "\n".join(faults)


def test_the_queues_stand_in_one_line_beside_each_other(live_server, context: BrowserContext, page: Page, suzuki):
    sign_in(context, str(live_server), suzuki)
    page.set_viewport_size({"width": WIDTHS["wide"], "height": 900})
    for path in ("/desk/", "/desk/cases/"):
        page.goto(f"{live_server}{path}")
        queues = page.get_by_role("navigation", name="よく使う絞り込み").get_by_role("listitem")
        places = [queue.bounding_box() for queue in queues.all()]
        assert len(places) == 9
        assert len({place["y"] for place in places}) == 1


def faults_of(page: Page, language: str) -> list[str]:
    faults = []
    if (headings := page.locator("h1").count()) != 1:
        faults.append(f"{headings} h1")
    if page.locator("html").get_attribute("lang") != language:
        faults.append("wrong lang")
    if sticks_out(page):
        faults.append("sticks out sideways")
    if not re.search(r"\S", page.title()):
        faults.append("no title")
    return faults


def sticks_out(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
