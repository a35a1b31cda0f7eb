"""A case to be handled with care (取扱注意): what leaves the desk tells its number and where it comes from, and nothing
that anybody has written. Here it lives through all that can happen to a case, and every way out is looked at.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from consultations import actions, documents
from consultations.actions import Finding, Promise
from consultations.actions.bulk import Seen
from consultations.models import Attachment, Case, EntryKind
from consultations.models.entry import Requester
from consultations.states import AskKind, Result, Ruling, TieKind, Verdict
from meetings.actions import finish_item, plan_meeting
from office import clock
from office.actors import SYSTEM
from outbox.models import Delivery, DeliveryChannel
from tests.cast import signed_in
from tests.consultations.requester import fill_in, new_browser
from tests.factories import make_case, make_member, make_pair

TUESDAY = datetime(2026, 11, 10, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
# Everything that is written into the case holds it …
MARK = "極秘"
# … but what ICT operations are asked and answer: that is their page's business. Nobody else is told of it either.
ASKED, SAID = "問合せの文面", "判断の文面"


def secret(what: str) -> str:
    return f"{MARK}の{what}"


def file(what: str) -> Attachment:
    stored = default_storage.save("aa/x", ContentFile(b"a,b"))
    return Attachment(file=stored, name=f"{secret(what)}.csv", size=3)


@pytest.fixture(autouse=True)
def outside(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SECRET_WEBHOOKS = {"ict": "http://chat.example/hook"}


@pytest.fixture
def today():
    with clock.at(TUESDAY):
        yield TUESDAY.date()


@pytest.fixture
def case(today, kohoku, chiiki, pair) -> Case:
    return make_case(
        kohoku,
        section=chiiki,
        other_section="",
        sensitive=True,
        problem=secret("困りごと"),
        expectation=secret("期待"),
        folder=secret("置き場所"),
        cc=["kacho@kohoku.example.jp"],
        files=[file("添付")],
    )


@pytest.fixture
def hearing(case, suzuki):
    return actions.prepare_hearing(
        case=case,
        by=suzuki,
        starts_at=clock.now() + timedelta(days=1),
        place=secret("会場"),
        hypotheses=[(0, secret("仮説"))],
        questions=[secret("質問")],
    )


def told() -> list[Delivery]:
    return list(Delivery.objects.order_by("pk"))


def leaks(deliveries: list[Delivery]) -> list[tuple[str, str, str]]:
    marks = (MARK, ASKED, SAID)
    texts = {each: f"{each.subject}\n{each.body}\n{each.headers}" for each in deliveries}
    return [(each.key, each.address, text) for each, text in texts.items() if any(mark in text for mark in marks)]


def test_nothing_of_it_goes_out_by_mail_or_to_the_chat_channel(
    case, hearing, suzuki, sato, ito, ict_member, procedures
):
    requester, leads = Requester(case), make_member("kato", "加藤 学", rank="chief")
    actions.reply(case=case, by=suzuki, text=secret("回答"), files=[file("返信の添付")])
    for kind in (EntryKind.ANSWER, EntryKind.THANKS, EntryKind.ASKED_AGAIN):
        actions.receive_message(case=case, by=requester, kind=kind, text=secret("連絡"), files=[file("連絡の添付")])
    actions.set_supporters(case=case, by=suzuki, supporters=[ito])
    check = actions.ask_check(case=case, by=suzuki, question=secret(ASKED))
    actions.answer_check(check=check, by=ict_member, ruling=Ruling.CONDITIONAL, answer=SAID, rule=secret("規程"))
    actions.correct_answer(
        check=check, by=ict_member, ruling=Ruling.NOT_ALLOWED, answer=SAID + "2", rule=secret("規程")
    )
    actions.reply(case=case, by=suzuki, text=secret("回答"))
    actions.ask_progress(case=case, by=suzuki)
    actions.mail_link(number=case.number, email=case.email, by=SYSTEM)
    actions.correct_contact(case=case, by=suzuki, name="高橋 学", email="takahashi@kohoku.example.jp")
    case.refresh_from_db()
    actions.correct_contact(case=case, by=Requester(case), name="小林 誠", email="kobayashi@kohoku.example.jp")
    actions.promise_step(case=case, by=suzuki, text=secret("約束"), due_on=clock.today(), owner=ito)
    actions.hand_on(person=ito, seats={}, heir=leads, by=suzuki)
    case.refresh_from_db()
    elsewhere = make_pair(case.department, leads, ito, clock.today())
    actions.assign_pair(case=case, by=suzuki, pair=elsewhere)
    actions.change_pair_of_department(
        department=case.department, lead=suzuki, partner=sato, starts_on=clock.today() + timedelta(days=1), by=suzuki
    )
    case.refresh_from_db()
    actions.report_solved(case=case, by=Requester(case), text=secret("ひとこと"))
    lesson = secret("教訓")
    actions.close(case=case, by=suzuki, result=Result.ADVISED, level=4, topic=procedures, lesson=lesson)
    actions.reopen(case=case, by=suzuki, text=secret("理由"))
    actions.answer_and_close(case=case, by=suzuki, text=secret("回答"), level=4, topic=procedures, lesson=lesson)
    actions.reopen(case=case, by=suzuki, text=secret("理由"))
    case.refresh_from_db()
    actions.complete(case=case, by=suzuki, text=secret("経過"))
    case.refresh_from_db()
    assert actions.close_many(cases=[Seen(case, case.version)], by=suzuki, result=Result.ADVISED).done == 1

    deliveries = told()
    assert {each.channel for each in deliveries} == {*DeliveryChannel}
    events = {each.key.split(":")[2] for each in deliveries if each.key.startswith("case:")}
    assert events >= {"received", "reply", "message", "check", "progress", "link", "contact", "former", "handed_on"}
    assert events >= {"pair", "closed"}
    assert leaks(deliveries) == []


def test_the_morning_mail_names_number_and_department_only(case, suzuki, sato, ito):
    """Whatever it reminds of: an answer that is owed, a step, a day to ask again, silence."""
    actions.promise_step(case=case, by=suzuki, text=secret("約束"), due_on=clock.today() + timedelta(days=1), owner=ito)
    for days, prepare in (
        (7, lambda: None),
        (14, lambda: actions.hold(case=case, by=suzuki, text=secret("経過"), follow_up_on=day(13))),
        (21, lambda: write(case)),
        (98, lambda: actions.need_no_answer(case=case, by=suzuki)),
    ):
        with clock.at(TUESDAY + timedelta(days=days - 7)):
            prepare()
        with clock.at(TUESDAY + timedelta(days=days)):
            assert actions.make_digest()
    mails = [each for each in told() if each.key.startswith("digest:")]
    assert len(mails) >= 8
    assert all(case.number in each.body for each in mails)
    assert leaks(mails) == []


def day(days: int):
    return TUESDAY.date() + timedelta(days=days)


def write(case: Case) -> None:
    actions.receive_message(case=case, by=Requester(case), kind=EntryKind.ANSWER, text=secret("連絡"))


def test_nothing_of_it_stands_on_paper_in_calendars_or_on_the_pages_of_others(
    case, hearing, suzuki, ito, tanaka, ict_member, procedures, kohoku, chiiki, asahi
):
    neighbour = make_case(kohoku, section=chiiki, problem="別の相談")
    ask = actions.ask_meeting(case=case, by=suzuki, kind=AskKind.DIRECTION, question=secret("論点"))
    meeting = plan_meeting(by=suzuki, held_on=day(1))
    check = actions.ask_check(case=case, by=suzuki, question=f"{ASKED}：生成AIで作成した画像を庁外で使えるか。")
    write(case)
    actions.add_note(case=case, by=suzuki, text=secret("覚え"), files=[file("内部")])
    actions.tie_cases(case=neighbour, other=case, by=suzuki, kind=TieKind.RELATED)
    desk, ict, ward = signed_in(suzuki), signed_in(ict_member), signed_in(tanaka)

    def pages() -> dict[str, str]:
        hearings = f"/desk/cases/{case.number}/hearings/{hearing.pk}"
        looked_at = {
            "hearing sheet": desk.get(f"{hearings}/sheet/"),
            "calendar": desk.get(f"{hearings}/calendar.ics"),
            "agenda": desk.get(f"/desk/meetings/{meeting.pk}/agenda/"),
            "questions to ICT": ict.get("/ict/?state=all"),
            "question to ICT": ict.get(f"/ict/{check.pk}/"),
            "cases of the section": ward.get("/section/"),
            "case of the section": ward.get(f"/section/{case.number}/"),
            "another case of the section": ward.get(f"/section/{neighbour.number}/"),
            "receipt of another case": new_browser().get(f"/receipts/{neighbour.token}/"),
            "a new consultation of the section": consult(ward),
        }
        assert {response.status_code for response in looked_at.values()} == {200}
        return {name: response.content.decode() for name, response in looked_at.items()}

    def consult(browser):
        fill_in(browser, problem="続きの相談", department=kohoku.code, section=chiiki.name)
        return browser.get("/consult/check/")

    def similar() -> str:
        path = f"/desk/cases/{neighbour.number}/checks/similar/"
        return desk.post(path, {"question": "生成AIで作成した画像を庁外で使えるか。"}).content.decode()

    before = pages()
    without = {"another case of the section", "receipt of another case"}
    assert {name for name, page in before.items() if case.number not in page} == without
    assert case.number not in ict.get(f"/ict/?state=all&q={MARK}").content.decode(), (
        "nor does a search tell of its title"
    )
    assert [name for name, page in before.items() if MARK in page] == []

    actions.record_hearing(
        hearing=hearing,
        by=suzuki,
        held_on=clock.today(),
        place=secret("会場"),
        **{name: secret(name) for name in ("participants", "facts", "wish", "real_problem", "purpose")},
        findings={each.pk: Finding(Verdict.SUPPORTED, secret("根拠")) for each in hearing.hypotheses.all()},
        answers={each.pk: secret("答え") for each in hearing.questions.all()},
        steps=[Promise(secret("約束"), day(3), ito)],
    )
    actions.answer_check(check=check, by=ict_member, ruling=Ruling.CONDITIONAL, answer=SAID)
    finish_item(item=meeting.items.get(ask=ask), by=suzuki, summary=secret("助言"))
    lesson = secret("教訓")
    case.refresh_from_db()
    actions.answer_and_close(
        case=case, by=suzuki, text=secret("回答"), level=4, topic=procedures, lesson=lesson, files=[file("返信の添付")]
    )
    after = pages()
    assert [name for name, page in after.items() if MARK in page] == []
    asked_only_there = {"questions to ICT", "question to ICT"}
    assert {name for name, page in after.items() if ASKED in page or SAID in page} == asked_only_there
    assert ASKED not in similar()
    Case.objects.filter(pk=case.pk).update(sensitive=False)
    documents.put([case.pk])
    assert ASKED in similar()
