"""The agenda writes itself."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse

from consultations import actions
from consultations.models import Case
from consultations.states import AskKind
from meetings.actions import (
    change_decision,
    change_meeting,
    collect,
    collecting,
    compose_next,
    confirm_minutes,
    decide,
    drop_item,
    finish_item,
    mail_agenda,
    plan_meeting,
    plan_series,
    say,
    settle_decision,
)
from meetings.models import ItemKind, Meeting
from meetings.tasks import compose_next as compose_next_task
from outbox.models import Delivery
from tests.factories import make_case
from tests.meetings.conftest import NEXT_TUESDAY, TOKYO, TUESDAY, mailed, on

AFTER_NEXT = TUESDAY + timedelta(days=14)


def titles(meeting):
    return [(item.kind, item.case.title if item.case else item.decision.text) for item in meeting.items.standing()]


def test_it_says_why_each_case_stands_there_in_the_order_of_a_meeting(everything, meeting, started_case):
    assert titles(meeting) == [
        ("ask", started_case.title),
        ("new", "新しい案件"),
        ("follow_up", "様子見の案件"),
        ("quiet", "静かな案件"),
        ("check", "確認中の案件"),
    ]
    assert [item.order for item in meeting.items.all()] == [1, 2, 3, 4, 5]


def test_it_says_of_a_check_what_was_asked_and_since_when(everything, desk, meeting, started_case, suzuki):
    with on(date(2026, 11, 20)):
        actions.ask_check(case=started_case, by=suzuki, question="表計算に顔写真を置けるか。")
    for name, others_question in (("meeting_detail", 0), ("meeting_agenda", 1)):
        with on(TUESDAY):
            page = desk.get(reverse(name, args=[meeting.pk])).content.decode()
        assert "技術確認 11月16日から回答待ち" in page
        assert "11月20日から回答待ち" in page  # the one whose question is discussed
        assert page.count("庁外で使ってよいか。") == others_question
    with on(TUESDAY):
        mail_agenda()
    body = Delivery.objects.filter(key__startswith="meeting:").first().body
    assert "[技術確認の回答待ち] 確認中の案件" in body
    assert "技術確認 11月16日から回答待ち" in body


def test_it_shows_each_kind_in_words_on_the_page_and_on_paper(everything, desk, meeting):
    for name in ("meeting_detail", "meeting_agenda"):
        with on(TUESDAY):
            page = desk.get(reverse(name, args=[meeting.pk])).content.decode()
        for words in (
            "相談",
            "新規",
            "要フォロー",
            "動きなし",
            "技術確認の回答待ち",
            "新しい案件",
            "29日経過",
            "11月24日まで",
        ):
            assert words in page, (name, words)
        assert "すぐに済んだ案件" not in page


def test_it_opens_with_the_decisions_that_come_due(meeting, ask, suzuki, sato):
    with on(TUESDAY, 10, 30):
        item = meeting.items.get()
        decide(meeting=meeting, item=item, by=suzuki, text="件数を数える", due_on=NEXT_TUESDAY, owner=sato)
        decide(meeting=meeting, by=suzuki, text="案内文を作る", due_on=NEXT_TUESDAY, owner_name="区の担当者")
        decide(meeting=meeting, by=suzuki, text="来年の話", due_on=date(2027, 4, 1), owner=sato)
        done = decide(meeting=meeting, by=suzuki, text="済んだこと", due_on=NEXT_TUESDAY, owner=sato)
        settle_decision(decision=done, by=sato)
    with on(TUESDAY, 11, 1):
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
    stands = [(item.kind, str(item.decision or item.ask)) for item in later.items.all()]
    assert stands == [("decision", "件数を数える"), ("decision", "案内文を作る"), ("ask", ask.question)]


def test_the_decisions_come_by_the_day_that_holds_by_now(meeting, suzuki, sato):
    with on(TUESDAY, 10, 30):
        off = decide(meeting=meeting, by=suzuki, text="延ばした", due_on=date(2026, 11, 25), owner=sato)
        decide(meeting=meeting, by=suzuki, text="そのまま", due_on=date(2026, 11, 27), owner=sato)
        change_decision(decision=off, by=sato, owner=sato, due_on=date(2026, 11, 30), reason="確認待ち")
    with on(TUESDAY, 11, 1):
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
    assert [text for kind, text in titles(later) if kind == "decision"] == ["そのまま", "延ばした"]


def test_it_leaves_out_a_decision_whose_next_step_was_put_off_or_done(meeting, suzuki, sato):
    with on(TUESDAY, 10, 30):
        item = meeting.items.get()
        off = decide(meeting=meeting, item=item, by=suzuki, text="先へ", due_on=NEXT_TUESDAY, owner=sato)
        done = decide(meeting=meeting, item=item, by=suzuki, text="済んだ", due_on=NEXT_TUESDAY, owner=sato)
        actions.change_step(step=off.step, by=sato, text="先へ", due_on=date(2026, 12, 20), owner=sato)
        actions.finish_step(step=done.step, by=sato)
    with on(TUESDAY, 11, 1):
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
    assert not later.items.filter(kind="decision")


def test_it_carries_a_question_over_and_says_so(desk, meeting, ask, suzuki):
    with on(TUESDAY, 11, 1):
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
        for name in ("meeting_detail", "meeting_agenda"):
            assert "持ち越し" in desk.get(reverse(name, args=[later.pk])).content.decode()
            assert "持ち越し" not in desk.get(reverse(name, args=[meeting.pk])).content.decode().partition("<main")[2]
    assert later.items.get().ask == ask


def test_it_tells_of_a_case_once_with_its_question(everything, meeting, suzuki):
    quiet = everything["quiet"]
    with on(TUESDAY):
        actions.ask_meeting(case=quiet, by=suzuki, kind=AskKind.NO_IDEA, question="どう進めるか。")
        assert collect(meeting=meeting) == 1
    item = meeting.items.get(case=quiet)
    assert (item.kind, item.ask.question, item.minutes) == ("ask", "どう進めるか。", 7)


@pytest.fixture
def newcomer(meeting, asahi):
    """A case that came on the Thursday before the meeting, on its agenda."""
    with on(date(2026, 11, 19), 17):
        case = make_case(asahi, title="新着の案件")
        compose_next()
    assert (ItemKind.NEW, case.title) in titles(meeting)
    return case


@pytest.mark.parametrize("confirmed", [True, False])
def test_it_carries_a_new_case_over_until_a_meeting_comes_to_it(desk, meeting, newcomer, suzuki, confirmed):
    """Also where the meeting was not held, and nobody has confirmed anything."""
    with on(TUESDAY, 11, 5):
        if confirmed:
            assert newcomer.title in desk.get(reverse("meeting_confirm", args=[meeting.pk])).content.decode()
            confirm_minutes(meeting=meeting, by=suzuki)
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
        item = later.items.get(case=newcomer)
        assert item.kind == ItemKind.NEW
        page = desk.get(reverse("meeting_detail", args=[later.pk])).content.decode()
        row = page[page.index(f'id="row-{item.pk}"') :].partition("</li>")[0]
        assert "新規" in row
        assert "持ち越し" in row
        assert collecting.uncollected(later) == 0
    with on(NEXT_TUESDAY, 10, 30):
        finish_item(item=item, by=suzuki)
    with on(NEXT_TUESDAY, 11, 5):
        assert not plan_meeting(by=suzuki, held_on=AFTER_NEXT).items.filter(case=newcomer)


def test_the_sheet_and_the_mail_say_that_a_new_case_is_carried_over(desk, meeting, newcomer, suzuki):
    with on(TUESDAY, 11, 5):
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
    with on(NEXT_TUESDAY, 8, 40):
        mail_agenda()
        sheet = desk.get(reverse("meeting_agenda", args=[later.pk])).content.decode()
    assert "<td>新規、持ち越し</td>" in sheet
    assert f"[新規、持ち越し] {newcomer.title}" in Delivery.objects.filter(key__contains=":agenda:").first().body


def test_a_new_case_that_its_pair_has_taken_up_is_new_no_more(meeting, newcomer, suzuki):
    """Many a new case is only told of: it must not come again for the year in which its pair works on it."""
    with on(TUESDAY, 11, 5):
        actions.take_up(case=newcomer, by=suzuki)
        assert not plan_meeting(by=suzuki, held_on=NEXT_TUESDAY).items.filter(case=newcomer)


@pytest.mark.parametrize("act", ["drop", "close", "done"])
def test_it_does_not_carry_over_a_new_case_that_was_dropped_closed_or_done(meeting, newcomer, suzuki, act):
    item = meeting.items.get(case=newcomer)
    with on(TUESDAY, 10, 30):
        if act == "drop":
            drop_item(item=item, by=suzuki)
        elif act == "done":
            finish_item(item=item, by=suzuki)
        else:
            actions.close(case=newcomer, by=suzuki, result="mistaken", level=None, topic=None)
    with on(TUESDAY, 11, 5):
        assert not plan_meeting(by=suzuki, held_on=NEXT_TUESDAY).items.filter(case=newcomer)


@pytest.mark.parametrize("act", ["drop", "take_up", "done"])
def test_a_case_that_came_in_during_a_meeting_and_was_dealt_with_there_does_not_come_again(meeting, asahi, suzuki, act):
    with on(TUESDAY, 10, 15):
        case = make_case(asahi, title="会議中に届いた案件")
        collect(meeting=meeting)
        item = meeting.items.get(case=case)
        if act == "drop":
            drop_item(item=item, by=suzuki)
        elif act == "done":
            finish_item(item=item, by=suzuki)
        else:
            actions.take_up(case=case, by=suzuki)
    with on(TUESDAY, 11, 5):
        assert not plan_meeting(by=suzuki, held_on=NEXT_TUESDAY).items.filter(case=case)


def test_a_case_that_came_in_during_a_meeting_and_stands_on_no_agenda_is_new_at_the_next(meeting, asahi, suzuki):
    with on(TUESDAY, 10, 15):
        case = actions.take_up(case=make_case(asahi, title="会議中に届いた案件"), by=suzuki)
    with on(TUESDAY, 11, 5):
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
    item = later.items.for_the_agenda().get(case=case)
    assert (item.kind, item.is_carried_over) == (ItemKind.NEW, False)


@pytest.mark.parametrize("received_on", [TUESDAY, date(2026, 11, 20)])
def test_a_case_that_is_taken_down_belatedly_is_new_at_the_next_meeting(desk, meeting, asahi, suzuki, received_on):
    """A day without a time is its beginning, which lies before the meeting of that day."""
    with on(TUESDAY, 14):
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
        moment = datetime.combine(received_on, time(), TOKYO)
        case = make_case(asahi, title="電話の控えから", by=suzuki, channel="phone", received_at=moment)
        actions.take_up(case=case, by=suzuki)
        compose_next()
        assert titles(later) == [("ask", meeting.items.get().case.title), ("new", case.title)]
    with on(NEXT_TUESDAY, 9):
        for agenda, said in ((meeting, "受付 0件"), (later, "受付 1件")):
            page = " ".join(desk.get(reverse("meeting_agenda", args=[agenda.pk])).content.decode().split())
            assert said in page
        assert compose_next() == 0


def test_imported_cases_of_years_ago_are_not_new(meeting, asahi, suzuki):
    case = make_case(asahi, received_at=datetime(2024, 5, 1, 9, tzinfo=TOKYO))
    Case.objects.filter(pk=case.pk).update(imported=True)
    compose_next()
    assert not meeting.items.filter(case=case)


def test_it_takes_what_was_dropped_to_the_next_meeting_and_not_back(meeting, ask, suzuki):
    drop_item(item=meeting.items.get(), by=suzuki)
    assert collect(meeting=meeting) == 0
    with on(TUESDAY, 11, 1):
        assert plan_meeting(by=suzuki, held_on=NEXT_TUESDAY).items.get().ask == ask


def test_the_worker_brings_the_next_agenda_up_to_date(meeting, asahi, suzuki):
    assert compose_next_task() == 0
    actions.ask_meeting(case=make_case(asahi), by=suzuki, kind=AskKind.SHARING, question="例があるか。")
    assert compose_next_task() == 1
    assert compose_next_task() == 0


def test_the_worker_finds_nothing_to_do_where_no_meeting_is_planned(db):
    assert compose_next() == 0


def test_what_was_decided_comes_onto_the_next_agenda_once_the_minutes_are_confirmed(meeting, suzuki, sato):
    later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
    with on(TUESDAY, 10, 30):
        item = meeting.items.get()
        decide(meeting=meeting, item=item, by=suzuki, text="件数を数える", due_on=NEXT_TUESDAY, owner=sato)
        confirm_minutes(meeting=meeting, by=suzuki)  # though its hour is not over
    assert [item.kind for item in later.items.all()] == ["decision", "ask"]


# --- what is alike


@pytest.fixture
def advised_before(asahi, suzuki, ito, procedures):
    """A case like that of the question, with the advice of an earlier meeting."""
    with on(date(2026, 9, 1)):
        case = make_case(asahi, title="保育士のシフト表の自動作成", name="青木 薫")
        actions.ask_meeting(case=case, by=suzuki, kind=AskKind.NO_IDEA, question="案があるか。")
        held = plan_meeting(by=suzuki, held_on=date(2026, 9, 1))
        finish_item(item=held.items.get(), by=suzuki, summary="表計算の雛形で足りた。")
        actions.answer_and_close(
            case=case, by=suzuki, text="雛形です。", level=3, topic=procedures, lesson="雛形で\n足りた"
        )
    return case


def test_it_shows_similar_past_cases_and_their_advice_under_a_question(advised_before, desk, meeting):
    for name in ("meeting_detail", "meeting_agenda", "meeting_room"):
        page = desk.get(reverse(name, args=[meeting.pk])).content.decode()
        assert advised_before.number in page, name
        assert "表計算の雛形で足りた。" in page, name


def test_it_shows_nothing_of_a_similar_case_once_that_is_handled_with_care(
    advised_before, desk, meeting, suzuki, procedures
):
    actions.describe(
        case=advised_before, by=suzuki, title=advised_before.title, topic=procedures, level=3, sensitive=True
    )
    for name in ("meeting_detail", "meeting_agenda", "meeting_room"):
        assert "雛形で足りた" not in desk.get(reverse(name, args=[meeting.pk])).content.decode()


# --- which meeting is the next


def move(meeting, day, by):
    kept = {name: getattr(meeting, name) for name in ("starts_at", "ends_at", "place", "facilitator", "recorder")}
    return change_meeting(meeting=meeting, by=by, held_on=day, **kept)


def test_what_waits_moves_to_a_meeting_that_is_planned_before_the_next(everything, meeting, ask, suzuki):
    Meeting.objects.filter(pk=meeting.pk).update(focus=meeting.items.get(ask=ask))
    stood = titles(meeting)
    with on(date(2026, 11, 23)):
        extra = plan_meeting(by=suzuki, held_on=date(2026, 11, 23))
    assert sorted(titles(extra) + titles(meeting)) == sorted(stood)
    assert extra.items.get(kind="ask").ask == ask
    # Its follow-up day is not reached by then.
    assert titles(meeting) == [("follow_up", "様子見の案件")]


def test_what_waits_stays_on_the_next_where_a_meeting_is_moved(ask, suzuki):
    first, second = plan_series(by=suzuki, held_on=TUESDAY, weeks=2)
    move(first, NEXT_TUESDAY + timedelta(days=1), suzuki)
    assert [item.ask for item in second.items.all()] == [ask]
    assert not first.items.exists()
    move(first, TUESDAY, suzuki)
    assert [item.ask for item in first.items.all()] == [ask]
    assert not second.items.exists()


def test_what_somebody_has_spoken_to_stays_where_it_is(meeting, ask, suzuki):
    say(item=meeting.items.get(), by=suzuki, kind="technical", text="先に読んだ。")
    extra = plan_meeting(by=suzuki, held_on=date(2026, 11, 17))
    assert [item.ask for item in extra.items.all()] == [item.ask for item in meeting.items.all()] == [ask]


def test_what_was_dropped_by_hand_stays_dropped_there(meeting, ask, suzuki):
    drop_item(item=meeting.items.get(), by=suzuki)
    extra = plan_meeting(by=suzuki, held_on=date(2026, 11, 17))
    assert [item.ask for item in extra.items.standing()] == [ask]
    assert not meeting.items.standing()


# --- what no longer waits


def test_a_case_whose_question_is_withdrawn_stays_for_its_own_sake(meeting, newcomer, suzuki):
    ask = actions.ask_meeting(case=newcomer, by=suzuki, kind=AskKind.NO_IDEA, question="どうするか。")
    compose_next()
    assert (ItemKind.NEW, newcomer.title) not in titles(meeting)
    actions.withdraw_ask(ask=ask, by=suzuki)
    compose_next()
    with on(TUESDAY):
        assert compose_next() == 0
        assert [item.kind for item in meeting.items.to_do().filter(case=newcomer)] == [ItemKind.NEW]
        actions.ask_meeting(case=newcomer, by=suzuki, kind=AskKind.NO_IDEA, question="やはり聞きたい。")
        compose_next()
        [item] = meeting.items.to_do().filter(case=newcomer)
    assert item.ask.question == "やはり聞きたい。"


def test_a_question_that_was_dropped_and_then_withdrawn_leaves_its_case_dropped(meeting, newcomer, suzuki):
    ask = actions.ask_meeting(case=newcomer, by=suzuki, kind=AskKind.NO_IDEA, question="どうするか。")
    compose_next()
    drop_item(item=meeting.items.get(ask=ask), by=suzuki)
    actions.withdraw_ask(ask=ask, by=suzuki)
    compose_next()
    assert not meeting.items.standing().filter(case=newcomer)


def test_a_decision_waits_for_its_case_to_be_taken_up_again(meeting, suzuki, sato, procedures):
    with on(TUESDAY, 10, 30):
        item = meeting.items.get()
        decide(meeting=meeting, item=item, by=suzuki, text="件数を数える", due_on=NEXT_TUESDAY, owner=sato)
        finish_item(item=item, by=suzuki, summary="足りる。")
    with on(TUESDAY, 11, 5):
        case = actions.close(case=item.case, by=suzuki, result="advised", level=1, topic=procedures)
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
        assert not later.items.exists()
        actions.reopen(case=case, by=suzuki)
        compose_next()
    assert [item.kind for item in later.items.all()] == [ItemKind.DECISION]


def sheets(desk, meeting):
    with on(TUESDAY, 9, 0):
        pages = [desk.get(reverse(name, args=[meeting.pk])) for name in ("meeting_agenda", "meeting_detail")]
    return [page.content.decode() for page in pages]


def test_it_no_longer_counts_or_mails_a_question_that_was_withdrawn(desk, meeting, ask, suzuki):
    actions.withdraw_ask(ask=ask, by=suzuki)
    actions.hold(case=ask.case, by=suzuki, follow_up_on=date(2026, 12, 24))
    for page in sheets(desk, meeting):
        assert "協議不要になった議題" in page
        assert "合計7分" not in page
        assert ask.question not in page
        assert "11月16日に取下げ" in page
    assert ask.question not in mailed()


def test_it_no_longer_lists_a_case_closed_since(desk, everything, meeting, suzuki, procedures):
    with on(TUESDAY, 8, 20):
        quiet = everything["quiet"]
        actions.answer_and_close(case=quiet, by=suzuki, text="回答", level=1, topic=procedures)
    first, second = sheets(desk, meeting)
    assert "静かな案件" not in first
    assert second.count("静かな案件") == 1
    assert "静かな案件" not in mailed()
    assert not meeting.items.to_do().filter(case=quiet)


def test_a_decision_carried_out_before_the_next_meeting_is_not_gone_through(meeting, suzuki, sato):
    with on(TUESDAY, 10, 30):
        decision = decide(meeting=meeting, by=suzuki, text="案内文を作る", due_on=NEXT_TUESDAY, owner=sato)
    with on(TUESDAY, 11, 1):
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
        [item] = later.items.to_do().filter(decision=decision)
        assert item.is_to_do
        settle_decision(decision=decision, by=sato)
        assert not later.items.to_do().filter(decision=decision)
    assert later.items.get(decision=decision).is_moot


def test_what_an_overrun_settles_is_not_talked_about_again(meeting, ask, suzuki):
    with on(TUESDAY, 11, 10):
        later = plan_meeting(by=suzuki, held_on=NEXT_TUESDAY)
        finish_item(item=meeting.items.get(), by=suzuki, summary="続けて話した。")
    assert later.items.get(ask=ask).is_moot
    assert not meeting.items.get().is_moot
