"""「その後の状況をお聞かせください」: asked in one click, answered by the link."""

import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from consultations import actions
from consultations.models import Case, EntryKind
from consultations.states import Status
from office import clock
from office.actions import ActionRefused
from outbox.models import Delivery
from tests.consultations.case_page import kinds, look, send, told
from tests.consultations.desk_pages import english, numbers, text
from tests.consultations.requester import new_browser, shown
from tests.factories import make_case

TOKYO = ZoneInfo("Asia/Tokyo")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)  # a Tuesday after a holiday
IN_TEN_BUSINESS_DAYS = date(2026, 12, 8)
BUTTON = "/ask-progress/"


@pytest.fixture(autouse=True)
def on_a_tuesday():
    with clock.at(TUESDAY):
        yield


def held(case: Case, by, until: date) -> Case:
    """`case`, put on hold a month ago until a day."""
    with clock.at(TUESDAY - timedelta(days=30)):
        return actions.hold(case=case, by=by, follow_up_on=until, text="予算の内示を待つ。")


@pytest.fixture
def due_case(kohoku, chiiki, pair, suzuki) -> Case:
    """On hold, and the day to follow up is today."""
    with clock.at(TUESDAY - timedelta(days=40)):
        case = actions.take_up(case=make_case(kohoku, section=chiiki, cc=["a@x.example.jp"], phone="2345"), by=suzuki)
    return held(case, suzuki, TUESDAY.date())


def test_one_click_mails_the_link_and_leaves_time_to_answer(desk, due_case):
    page = look(desk, due_case).content.decode()
    assert page.count(f'{BUTTON}"') == 1
    answer = send(desk, due_case, "ask_progress", version=due_case.version)
    assert answer["Location"] == due_case.get_absolute_url()
    due_case.refresh_from_db()
    assert (due_case.status, due_case.follow_up_on) == (Status.ON_HOLD, IN_TEN_BUSINESS_DAYS)
    assert due_case.progress_asked_at == TUESDAY
    entry = due_case.entries.newest_first()[0]
    assert (entry.kind, entry.shared) == (EntryKind.PROGRESS_ASKED, True)
    assert told(due_case, "progress") == [due_case.email, "a@x.example.jp"]


def test_the_mail_is_ours_polite_and_has_the_link_on_top(due_case, suzuki):
    actions.ask_progress(case=due_case, by=suzuki)
    mail = Delivery.objects.get(key__contains=":progress:", address=due_case.email)
    assert mail.subject == f"【DX推進相談】その後の状況をお聞かせください：{due_case.title}（{due_case.number}）"
    for words in ("田中 実 様", due_case.title, due_case.number, "鈴木係長・佐藤", due_case.receipt_url):
        assert words in mail.body
    assert "予算の内示" not in mail.body
    assert due_case.desk_url not in mail.body


def test_of_a_sensitive_case_the_mail_shows_the_number_only(due_case, suzuki):
    Case.objects.update(sensitive=True)
    actions.ask_progress(case=due_case, by=suzuki)
    for mail in Delivery.objects.filter(key__contains=":progress:"):
        assert due_case.title not in mail.subject + mail.body
        assert due_case.number in mail.subject


def test_it_nags_nowhere_until_the_time_is_over(desk, due_case, suzuki):
    assert numbers(desk.get("/desk/cases/?queue=follow_up")) == [due_case.number]
    actions.ask_progress(case=due_case, by=suzuki)
    for moment, nags in [(TUESDAY, False), (TUESDAY + timedelta(days=13), False), (TUESDAY + timedelta(days=14), True)]:
        with clock.at(moment):
            assert bool(numbers(desk.get("/desk/cases/?queue=follow_up"))) == nags
            page = text(english(desk).get(due_case.get_absolute_url()))
            assert ("The day to follow up has come" in page) == nags
            assert ("Waiting for you" in text(desk.get("/desk/"))) == nags
    assert "田中 was asked on 24 Nov how things stand. No word has come." in page


def test_it_is_refused_while_the_last_question_has_time_and_allowed_again_after(desk, due_case, suzuki):
    actions.ask_progress(case=due_case, by=suzuki)
    assert BUTTON not in look(desk, due_case).content.decode()
    refused = send(english(desk), due_case, "ask_progress")
    assert refused.status_code == 409
    assert "This was asked on 24 Nov and has time until 8 Dec." in text(refused)
    with clock.at(TUESDAY + timedelta(days=14)):
        assert send(desk, due_case, "ask_progress").status_code == 302
    due_case.refresh_from_db()
    assert due_case.follow_up_on == date(2026, 12, 22)
    assert kinds(due_case).count("progress_asked") == 2


def test_where_nobody_can_be_mailed_it_names_whom_to_phone(desk, due_case):
    Case.objects.update(email="", cc=[])
    page = text(look(english(desk), due_case))
    assert "There is no e-mail address: phone 田中 実 and write down what you hear. Phone: 2345" in page
    assert BUTTON not in look(desk, due_case).content.decode()
    refused = send(desk, due_case, "ask_progress")
    assert refused.status_code == 409
    assert "Phone 田中 実 (2345) and write down what you hear." in text(refused)
    assert kinds(due_case)[-1] == "held"


def test_it_is_refused_on_a_closed_case(desk, closed_case):
    assert send(desk, closed_case, "ask_progress").status_code == 409
    assert told(closed_case, "progress") == []


def test_it_is_refused_on_a_case_nobody_has_answered(new_case, suzuki):
    with pytest.raises(ActionRefused, match="まだ"):
        actions.ask_progress(case=new_case, by=suzuki)


def test_it_is_refused_while_the_requester_waits_for_us(desk, due_case):
    write(due_case, "まだ検討中です。")
    assert BUTTON not in look(desk, due_case).content.decode()
    assert send(desk, due_case, "ask_progress").status_code == 409
    assert told(due_case, "progress") == []


def test_a_colleague_who_was_quicker_is_not_overruled(desk, due_case, sato):
    version = due_case.version
    actions.hold(case=due_case, by=sato, follow_up_on=date(2027, 1, 15), text="電話で確認した。")
    assert send(desk, due_case, "ask_progress", version=version).status_code == 409
    assert told(due_case, "progress") == []


def test_a_double_click_asks_once(desk, due_case):
    key = uuid.uuid4().hex
    for _click in range(2):
        assert send(desk, due_case, "ask_progress", version=due_case.version, once=key).status_code == 302
    assert kinds(due_case).count("progress_asked") == 1


def test_a_day_further_off_than_the_answer_stays(started_case, suzuki):
    actions.hold(case=started_case, by=suzuki, follow_up_on=date(2027, 3, 1))
    assert actions.ask_progress(case=started_case, by=suzuki).follow_up_on == date(2027, 3, 1)


def test_a_quiet_case_in_progress_is_put_on_hold_by_it(desk, due_case, suzuki):
    with clock.at(TUESDAY - timedelta(days=20)):
        actions.resume(case=due_case, by=suzuki)
    assert f'{BUTTON}"' in look(desk, due_case).content.decode()
    send(desk, due_case, "ask_progress")
    due_case.refresh_from_db()
    assert (due_case.status, due_case.follow_up_on) == (Status.ON_HOLD, IN_TEN_BUSINESS_DAYS)


def test_a_completed_case_stays_completed_and_open_for_as_long(desk, due_case, suzuki):
    with clock.at(TUESDAY - timedelta(days=20)):
        actions.complete(case=due_case, by=suzuki, review_on=date(2026, 11, 20))
    assert f'{BUTTON}"' in look(desk, due_case).content.decode()
    send(desk, due_case, "ask_progress")
    due_case.refresh_from_db()
    assert (due_case.status, due_case.review_on) == (Status.COMPLETED, IN_TEN_BUSINESS_DAYS)
    assert due_case.follow_up_on is None


def test_what_ends_the_waiting_forgets_the_question(due_case, suzuki, procedures):
    for act, words in [
        (actions.resume, {}),
        (actions.complete, {}),
        (actions.close, {"result": "advised", "level": 1, "topic": procedures}),
    ]:
        actions.ask_progress(case=due_case, by=suzuki)
        act(case=due_case, by=suzuki, **words)
        due_case.refresh_from_db()
        assert due_case.progress_asked_at is None
        if due_case.status == Status.COMPLETED:
            actions.reopen(case=due_case, by=suzuki)


@pytest.mark.parametrize(
    ("back", "place"), [("desk", "/desk/"), ("queue=follow_up&page=1", "/desk/cases/?queue=follow_up&page=1")]
)
def test_from_a_row_one_comes_back_to_where_one_was(desk, due_case, back, place):
    page = desk.get(place).content.decode()
    assert f'{BUTTON}"' in page
    assert f'name="back" value="{back.replace("&", "&amp;")}"' in page
    assert send(desk, due_case, "ask_progress", version=due_case.version, back=back)["Location"] == place
    assert BUTTON not in desk.get(place).content.decode()


def test_no_address_leads_off_the_site(desk, due_case):
    answer = send(desk, due_case, "ask_progress", back="https://elsewhere.example.com/")
    assert answer["Location"].startswith("/desk/cases/?")


def write(case: Case, words: str, kind: str = "answer"):
    """The requester opens the link of the mail and writes."""
    requester = new_browser()
    fields = shown(requester.get(f"/receipts/{case.token}/"), "once")
    return requester.post(f"/receipts/{case.token}/message/", {**fields, "kind": kind, "text": words})


def test_the_answer_lands_on_the_timeline_goes_to_the_pair_and_stands_in_the_queue(desk, due_case, suzuki, sato):
    send(desk, due_case, "ask_progress")
    mail = Delivery.objects.get(key__contains=":progress:", address=due_case.email)
    link = mail.body.split("/receipts/")[1].split("/")[0]
    assert link == due_case.token
    with clock.at(TUESDAY + timedelta(days=2)):
        assert "Please tell us how things stand." in text(new_browser().get(f"/receipts/{link}/"))
        write(due_case, "来月から試行します。")
        due_case.refresh_from_db()
        assert (due_case.progress_asked_at, due_case.unanswered_since) == (None, clock.now())
        assert due_case.status == Status.ON_HOLD
        assert numbers(desk.get("/desk/cases/?queue=replied&open=all")) == [due_case.number]
        assert set(told(due_case, "message")) == {suzuki.email, sato.email}
        assert "来月から試行します。" in look(desk, due_case).content.decode()
    assert kinds(due_case)[-2:] == ["progress_asked", "answer"]


def test_thanks_are_word_too(due_case, suzuki):
    actions.ask_progress(case=due_case, by=suzuki)
    write(due_case, "本稼働しました。ありがとうございました。", kind="thanks")
    due_case.refresh_from_db()
    assert due_case.progress_asked_at is None
