import gzip
import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import actions
from consultations.models import Attachment, EntryKind
from consultations.models.entry import Requester
from menus.models import SupportMenu
from office import clock
from office.actors import SYSTEM
from outbox.models import Delivery, DeliveryState
from tests.cast import signed_in
from tests.consultations.case_page import look, send
from tests.consultations.examples import TEXTS, asked
from tests.factories import make_case, make_contract, make_menu, make_pair

ACTS = [
    *("case_take_up", "case_note", "case_reply", "case_answer", "case_hold", "case_resume", "case_complete"),
    *("case_close", "case_reopen", "case_describe", "case_origin", "case_contact", "case_pair", "case_support"),
    *("case_consultation_only", "case_supporters", "case_concerned", "case_ask"),
]


def test_it_shows_what_the_requester_told_us(desk, kohoku, pair):
    case = make_case(
        kohoku,
        problem="窓口の混雑を\nウェブで見せたい。",
        expectation="費用の目安",
        folder=r"\\fs01\kohoku\資料",
        cc=["kacho@kohoku.example.jp"],
        phone="045-123-4567",
    )
    page = look(desk, case).content.decode()
    for shown in (
        "窓口の混雑を\nウェブで見せたい。",
        "費用の目安",
        r"\\fs01\kohoku\資料",
        "mailto:tanaka@kohoku.example.jp",
        "mailto:kacho@kohoku.example.jp",
        "tel:0451234567",
        "地域振興課",
        "鈴木",
        "佐藤",
        case.receipt_url,
        case.number,
    ):
        assert shown in page


def test_it_shows_text_as_text(desk, kohoku, pair):
    case = make_case(kohoku, problem="<script>alert(1)</script>", name='田中 "><b>実')
    page = look(desk, case).content.decode()
    assert "<script>alert" not in page
    assert '"><b>' not in page


def test_it_tells_internal_from_shared_entries(desk, started_case, suzuki):
    actions.reply(case=started_case, by=suzuki, text="共有の言葉")
    actions.add_note(case=started_case, by=suzuki, text="室内の言葉")
    page = look(desk, started_case).content.decode()
    entries = page[page.index('class="timeline"') :].split('<li class="entry ')
    [note] = [entry for entry in entries if "室内の言葉" in entry]
    [reply] = [entry for entry in entries if "共有の言葉" in entry]
    assert note.startswith("entry-internal")
    assert reply.startswith("entry-shared")


def test_it_words_every_kind_of_entry(desk, kohoku, pair, suzuki, procedures, ito, asahi):
    menu = SupportMenu.objects.create(key="rpa-test", kind="existing_tool", name="RPA", summary="x")
    case = make_case(kohoku)
    actions.take_up(case=case, by=suzuki)
    actions.add_note(case=case, by=suzuki, text="メモ")
    actions.reply(case=case, by=suzuki, text="回答")
    for kind in (EntryKind.THANKS, EntryKind.ANSWER, EntryKind.ASKED_AGAIN):
        actions.receive_message(case=case, by=Requester(case), kind=kind, text="連絡")
    actions.need_no_answer(case=case, by=suzuki)
    actions.hold(case=case, by=suzuki, follow_up_on=clock.today() + timedelta(days=1))
    actions.resume(case=case, by=suzuki)
    actions.describe(case=case, by=suzuki, title="別の件名", topic=procedures, level=1)
    actions.assign_pair(case=case, by=suzuki, pair=make_pair(asahi, ito, None))
    actions.settle_by_consultation(case=case, by=suzuki)
    support = actions.choose_support(case=case, by=suzuki, menu=menu, reason="理由")
    actions.change_support(support=support, by=suzuki, state="done", outcome="終わった")
    help_the_other_ways(case, suzuki)
    ask = actions.ask_meeting(case=case, by=suzuki, kind="direction", question="問い")
    actions.record_meeting_advice(ask=ask, by=suzuki, advice="助言", held_on="2026-11-24")
    actions.withdraw_ask(ask=actions.ask_meeting(case=case, by=suzuki, kind="no_idea", question="問い"), by=suzuki)
    actions.note_meeting_advice(case=case, by=suzuki, kind="technical", text="発言", held_on="2026-11-24", tool="RPA")
    decided = {"due_on": clock.today(), "held_on": "2026-11-24", "owner": suzuki}
    actions.record_meeting_decision(case=case, by=suzuki, text="決定", **decided)
    actions.need_no_hearing(case=case, by=suzuki)
    actions.call_off_hearing(hearing=actions.prepare_hearing(case=case, by=suzuki), by=suzuki, text="中止")
    hearing = actions.record_unprepared_hearing(case=case, by=suzuki, held_on=clock.today(), facts="事実")
    actions.record_hearing(hearing=hearing, by=suzuki, held_on=clock.today(), facts="別の事実")
    step = actions.promise_step(case=case, by=suzuki, text="約束", due_on=clock.today(), owner=suzuki)
    actions.change_step(step=step, by=suzuki, text="別の約束", due_on=clock.today(), owner_name="田中")
    actions.finish_step(step=step, by=suzuki)
    check = actions.ask_check(case=case, by=suzuki, question="使ってよいか。")
    actions.answer_check(check=check, by=ito, ruling="allowed")
    actions.correct_answer(check=check, by=ito, ruling="conditional", answer="条件がある。")
    actions.withdraw_check(check=actions.ask_check(case=case, by=suzuki, question="別の問い"), by=suzuki)
    actions.ask_progress(case=case, by=suzuki)
    actions.report_solved(case=case, by=Requester(case))
    tie = actions.tie_cases(case=case, other=make_case(kohoku), kind="related", by=suzuki)
    actions.untie_cases(tie=tie, by=suzuki)
    actions.mail_link(number=case.number, email=case.email, by=SYSTEM)
    actions.complete(case=case, by=suzuki)
    actions.close(case=case, by=suzuki, result="advised", level=1, topic=procedures)
    actions.begin_article(case=case, by=suzuki)
    example = asked(case, suzuki)
    actions.decline_consent(example=example, by=Requester(case), name="田中")
    actions.change_example(example=example, by=suzuki, **{**TEXTS, "title": "別の題"})
    actions.ask_consent(example=example, by=suzuki)
    actions.give_consent(example=example, by=Requester(case), name="田中")
    actions.publish_example(example=example, by=suzuki)
    actions.withdraw_example(example=example, by=suzuki, reason="古くなった")
    actions.reopen(case=case, by=suzuki)
    assert set(case.entries.values_list("kind", flat=True)) == set(EntryKind.values)
    assert look(desk, case).status_code == 200


def help_the_other_ways(case, by) -> None:
    """A call for proposals, a referral with its answer, hours of consultants booked and taken back."""
    call, referral, consultants = (
        actions.choose_support(case=case, by=by, menu=make_menu(kind), reason="理由")
        for kind in ("open_innovation", "referral", "consultant")
    )
    actions.note_matching(support=call, by=by, posted_on=clock.today())
    actions.refer(support=referral, by=by, place="広報課", asked_on=clock.today(), ask_again_on=clock.today())
    actions.answer_referral(support=referral, by=by, answered_on=clock.today(), answer="受け付けた")
    make_contract(menu=consultants.menu)
    booking = actions.book_hours(support=consultants, by=by, hours=Decimal(2), purpose="聞き取り")
    actions.take_back_booking(booking=booking, by=by)


def test_it_shows_who_could_not_be_reached_and_why(desk, started_case, suzuki):
    actions.reply(case=started_case, by=suzuki, text="回答")
    sent = Delivery.objects.about(started_case.label).filter(address=started_case.email)
    sent.update(state=DeliveryState.DEAD, last_error="550 User unknown")
    page = look(desk, started_case)
    assert page.context["not_delivered"] == [started_case.email]
    assert "550 User unknown" in page.content.decode()


def test_it_stops_warning_once_mail_arrives_again(desk, started_case, suzuki):
    actions.reply(case=started_case, by=suzuki, text="回答")
    Delivery.objects.about(started_case.label).update(state=DeliveryState.DEAD, last_error="550")
    newest = Delivery.objects.about(started_case.label).filter(address=started_case.email).last()
    Delivery.objects.filter(pk=newest.pk).update(state=DeliveryState.SENT, sent_at=newest.created_at)
    assert look(desk, started_case).context["not_delivered"] == []


def test_it_counts_mail_by_event(desk, new_case, sato, suzuki):
    [received] = look(desk, new_case).context["deliveries"]
    assert (received["waiting"], received["sent"], received["dead"]) == (3, 0, [])


@pytest.mark.parametrize("act", ACTS)
def test_it_opens_with_each_form_at_its_own_address(desk, new_case, act):
    """So that a reload after a refused send, or the switch of language, finds the page."""
    response = desk.get(reverse(act, args=[new_case.number]))
    assert response.status_code == 200
    assert f"case_{response.context['form'].act}" == act


def test_it_is_nothing_but_a_404_for_everyone_else(tanaka, yamada, ict_member, new_case, client):
    for person in (tanaka, yamada, ict_member):
        browser = signed_in(person)
        assert look(browser, new_case).status_code == 404
        for act in ACTS:
            assert browser.post(reverse(act, args=[new_case.number]), {"text": "x"}).status_code == 404
    assert "/accounts/login/" in look(client, new_case)["Location"]


def test_it_gives_no_file_of_another_case(desk, kohoku, pair):
    case, other = make_case(kohoku), make_case(kohoku)
    send(desk, case, "note", text="様式", files=[SimpleUploadedFile("様式.pdf", b"%PDF-1.7 x")])
    [file] = case.attachments.all()
    found = desk.get(reverse("case_attachment", args=[case.number, file.pk]))
    assert b"".join(found.streaming_content) == b"%PDF-1.7 x"
    assert desk.get(reverse("case_attachment", args=[other.number, file.pk])).status_code == 404


def test_it_is_found_by_number_in_small_letters_too(desk, new_case):
    assert desk.get(f"/desk/cases/{new_case.number.lower()}/").status_code == 200
    assert desk.get("/desk/cases/R8-999999/").status_code == 404


def fill(case, suzuki, rounds):
    for number in range(rounds):
        entry = actions.reply(case=case, by=suzuki, text=f"{number}回目の返信です。画面の写しを送ってください。")
        Attachment.objects.create(case=case, entry=entry, file="aa/x", name=f"写し{number}.pdf", size=1)


def test_it_asks_the_database_20_times_at_most_however_long_the_history(desk, new_case, suzuki):
    counts = []
    fill(new_case, suzuki, 4)
    for rounds in (0, 55):
        fill(new_case, suzuki, rounds)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert look(desk, new_case).status_code == 200
        counts.append(len(queries))
    assert new_case.entries.count() == 60
    assert counts[0] == counts[1] <= 20


def test_it_stays_under_10_kilobytes_on_the_wire(desk, new_case, suzuki):
    fill(new_case, suzuki, 4)
    assert len(gzip.compress(look(desk, new_case).content)) <= 10_000


def test_a_year_of_notes_weighs_no_more_than_a_month_of_them(desk, new_case, suzuki):
    letters = random.Random(0)
    for _at in range(60):
        text = "".join(chr(letters.randrange(0x3042, 0x3093)) for _letter in range(120))
        actions.add_note(case=new_case, by=suzuki, text=text)
    assert len(gzip.compress(look(desk, new_case).content)) <= 10_000


def test_it_leads_through_the_list_it_was_opened_from(desk, kohoku, pair):
    first, second, third = (make_case(kohoku) for _ in range(3))
    page = desk.get(f"{second.get_absolute_url()}?list=open%3D1%26at%3D1")
    assert (page.context["before"].case, page.context["after"].case) == (third, first)
    assert page.context["before"].url in page.content.decode().replace("&amp;", "&")
    alone = look(desk, second)
    assert (alone.context["before"], alone.context["after"]) == (None, None)
