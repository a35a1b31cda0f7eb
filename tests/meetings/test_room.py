"""In the meeting: several people write at once, and nothing is lost."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import actions
from consultations.models import EntryKind, Support
from consultations.models.entry import HistoryIsFixed
from consultations.states import AskKind
from knowledge import shelf
from meetings.actions import (
    collect,
    decide,
    drop_item,
    finish_item,
    focus,
    move_item,
    note_attendance,
    plan_meeting,
    say,
    take_seat,
)
from meetings.models import Advice, Decision
from menus.models import SupportMenu
from office import clock
from office.actions import ActionRefused, leave
from office.actors import SYSTEM
from tests.cast import signed_in
from tests.consultations.requester import shown as form_of
from tests.factories import make_case, make_menu
from tests.meetings.conftest import TOKYO
from tests.meetings.the_room import room, send


@pytest.fixture
def tuesday(item):
    """Ten past ten, in the meeting."""
    with clock.at(datetime(2026, 11, 24, 10, 10, tzinfo=TOKYO)):
        yield


@pytest.fixture
def other_item(meeting, asahi, suzuki):
    case = make_case(asahi, title="二番目の案件")
    actions.ask_meeting(case=case, by=suzuki, kind=AskKind.SHARING, question="二番目の問い")
    collect(meeting=meeting)
    return meeting.items.get(case=case)


# --- what is said


def test_it_takes_what_each_says_as_a_row_of_its_own_that_stands_on_the_case(desk, tuesday, item, sato):
    send(desk, "say", item, kind="administrative", text="様式を先に減らす。\r\n次に道具を選ぶ。")
    page = send(signed_in(sato), "say", item, kind="technical", text="表計算で足りる。").content.decode()
    said = list(item.advice.values_list("by__name", "kind", "text"))
    assert said == [
        ("鈴木 一郎", "administrative", "様式を先に減らす。\n次に道具を選ぶ。"),
        ("佐藤 花子", "technical", "表計算で足りる。"),
    ]
    assert "様式を先に減らす。" in page
    assert "行政実務" in page
    entries = list(item.case.entries.filter(kind=EntryKind.MEETING_ADVICE))
    assert [(entry.user, entry.data["advice_kind"], entry.data["held_on"]) for entry in entries] == [
        (item.advice.first().by, "administrative", "2026-11-24"),
        (sato, "technical", "2026-11-24"),
    ]
    case_page = desk.get(item.case.get_absolute_url()).content.decode()
    assert "表計算で足りる。" in case_page
    assert "行政実務" in case_page


def test_whoever_keeps_the_record_writes_down_what_another_says(desk, tuesday, item, suzuki, sato):
    page = send(desk, "say", item, kind="technical", text="表計算で足りる。", speaker=sato.pk).content.decode()
    advice = item.advice.get()
    assert (advice.by, advice.written_by) == (sato, suzuki)
    assert "<strong>佐藤 花子</strong>" in page
    assert "記録：鈴木 一郎" in page
    entry = item.case.entries.get(kind=EntryKind.MEETING_ADVICE)
    assert (entry.user, entry.data["written_by"]) == (sato, "鈴木 一郎")
    assert "記録：鈴木 一郎" in desk.get(item.case.get_absolute_url()).content.decode()
    finish_item(item=item, by=suzuki)
    item.ask.refresh_from_db()
    assert item.ask.advice == "技術（佐藤）：表計算で足りる。"


def test_nobody_writes_for_one_who_is_not_of_the_meeting(desk, tuesday, item, tanaka):
    response = send(desk, "say", item, kind="technical", text="残る言葉", speaker=tanaka.pk)
    assert response.status_code == 422
    page = response.content.decode()
    assert "発言した人を選んでください。" in page
    assert "残る言葉" in page
    assert not item.advice.exists()


def test_it_shows_the_support_that_the_case_has_and_the_check_that_waits(desk, tuesday, item, suzuki):
    actions.choose_support(case=item.case, by=suzuki, menu=make_menu("existing_tool", "RPA"), reason="繰り返しが多い。")
    with clock.at(datetime(2026, 11, 10, 9, tzinfo=TOKYO)):
        actions.ask_check(case=item.case, by=suzuki, question="庁外へのつなぎ方を知りたい。")
    support = item.case.supports.get()
    page = " ".join(room(desk, item.meeting).split())
    assert f"{support.menu} <span" in page
    assert reverse("case_support_change", args=[item.case.number, support.pk]) in page
    assert reverse("case_support", args=[item.case.number]) in page
    assert "技術確認（11月10日から回答待ち）" in page
    assert "庁外へのつなぎ方を知りたい。" in page


def test_it_is_found_by_what_was_said_and_decided(desk, tuesday, item, sato):
    send(desk, "say", item, kind="technical", text="多要素認証の端末を配る。")
    decide(meeting=item.meeting, item=item, by=sato, text="顔写真の撮影を頼む", due_on=date(2026, 12, 1), owner=sato)
    send(desk, "say", item, kind="crosscut", text="あちらで動いている。", tool="プリザンター")
    for words in ("多要素認証", "顔写真の撮影", "プリザンター"):
        assert str(item.case.pk) in shelf.keys(words, audience="office", kind="case", limit=5)


def test_it_tells_only_the_number_of_a_linked_case_that_is_handled_with_care(desk, tuesday, item, asahi, suzuki):
    other = make_case(asahi, title="人に見せない件名", sensitive=True)
    say(item=item, by=suzuki, kind="crosscut", text="旭区も検討中。", linked=other)
    page = room(desk, item.meeting)
    assert other.number in page
    assert "人に見せない件名" not in page
    assert "（取扱注意）" in page


def test_it_links_a_case_or_a_tool_of_another_department(desk, tuesday, item, asahi):
    other = make_case(asahi, title="似た仕組みの試行")
    number = other.number.replace("R8", "Ｒ８")  # typed full-width
    send(desk, "say", item, kind="crosscut", text="旭区も検討中。", linked=number, tool="kintone")
    advice = item.advice.get()
    assert (advice.linked_case, advice.tool) == (other, "kintone")
    page = desk.get(item.case.get_absolute_url()).content.decode()
    assert f'href="{other.get_absolute_url()}"' in page
    assert "kintone" in page


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"kind": "", "text": "残る言葉"}, 422, "助言の種類を選んでください"),
        ({"kind": "technical", "text": ""}, 422, "助言を入力してください"),
        ({"kind": "crosscut", "text": "残る言葉", "linked": "R8-9999"}, 422, "この番号の案件はありません"),
        ({"kind": "crosscut", "text": "残る言葉", "linked": "？"}, 422, "この番号の案件はありません"),
        ({"kind": "technical", "text": "残る言葉", "tool": "RPA"}, 422, "種類を「横串情報」に"),
        ({"kind": "x", "text": "残る言葉"}, 422, "助言の種類を選んでください"),
        ({"kind": "technical", "text": "あ" * 4001}, 422, "4000"),
        ({"kind": "technical", "text": "\x00"}, 422, "保存できない文字"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(desk, tuesday, item, typed, status, said):
    response = send(desk, "say", item, **typed)
    page = response.content.decode()
    assert response.status_code == status
    assert said in page
    assert "エラー：" in page
    if typed["text"] == "残る言葉":
        assert "残る言葉</textarea>" in page
    assert not Advice.objects.exists()


def test_it_points_to_no_case_itself(desk, tuesday, item):
    response = send(desk, "say", item, kind="crosscut", text="残る言葉", linked=item.case.number)
    assert response.status_code == 409
    assert "この案件自身の番号です" in response.content.decode()
    assert "残る言葉</textarea>" in response.content.decode()


def test_it_opens_with_the_kind_that_the_writer_stands_for(desk, tuesday, meeting, sato):
    for browser, kind in ((desk, "administrative"), (signed_in(sato), "technical")):
        form = browser.get(reverse("meeting_room", args=[meeting.pk])).context["forms"]["say"]
        assert form["kind"].value() == kind


def test_it_takes_a_double_click_for_one(desk, tuesday, item):
    for _click in range(2):
        send(desk, "say", item, kind="technical", text="一度だけ", once="a" * 32)
    assert item.advice.count() == 1


def test_what_was_said_is_never_changed(tuesday, item, suzuki):
    advice = say(item=item, by=suzuki, kind="technical", text="そのまま")
    advice.text = "別の言葉"
    for change in (advice.save, advice.delete, Advice.objects.all().delete, lambda: Advice.objects.update(text="x")):
        with pytest.raises(HistoryIsFixed):
            change()


def test_it_takes_advice_on_a_case_that_was_closed_meanwhile(desk, tuesday, meeting, asahi, suzuki, procedures):
    case = make_case(asahi, title="途中で閉じる案件")
    collect(meeting=meeting)
    item = meeting.items.get(case=case)
    actions.answer_and_close(case=case, by=suzuki, text="回答", level=1, topic=procedures)
    assert send(desk, "say", item, kind="technical", text="間に合わなかった助言").status_code == 200
    assert "間に合わなかった助言" in desk.get(case.get_absolute_url()).content.decode()


def test_it_refuses_a_decision_on_a_case_closed_meanwhile_and_keeps_what_was_typed(
    desk, tuesday, meeting, asahi, suzuki, procedures
):
    case = make_case(asahi)
    collect(meeting=meeting)
    item = meeting.items.get(case=case)
    actions.answer_and_close(case=case, by=suzuki, text="回答", level=1, topic=procedures)
    typed = {"text": "件数を数える", "owner": suzuki.pk, "owner_name": "", "due_on": "2026-12-01"}
    response = send(desk, "decide", item, **typed)
    assert response.status_code == 409
    assert 'value="件数を数える"' in response.content.decode()
    assert "クローズ" in response.content.decode()
    assert not Decision.objects.exists()


# --- level and menu on the spot


def test_it_changes_the_level_and_nothing_else(desk, tuesday, item):
    send(desk, "level", item, level="4")
    item.case.refresh_from_db()
    assert item.case.level == 4
    assert item.case.entries.newest_first().first().data["changes"] == {"level": [None, 4]}
    assert send(desk, "level", item, level="").status_code == 422


def test_it_chooses_a_support_menu_with_a_reason(desk, tuesday, item):
    menu = SupportMenu.objects.create(key="rpa", kind="existing_tool", name="RPA", summary="自動化")
    assert send(desk, "menu", item, menu=menu.pk, reason="").status_code == 422
    send(desk, "menu", item, menu=menu.pk, reason="転記が多い")
    assert Support.objects.get(case=item.case).menu == menu
    again = send(desk, "menu", item, menu=menu.pk, reason="残る理由")
    assert again.status_code == 409
    assert "残る理由</textarea>" in again.content.decode()


# --- the end of an item, and the next


def test_it_finishes_a_question_with_what_was_said_and_goes_on_to_the_next(desk, tuesday, meeting, item, other_item):
    send(desk, "focus", item)
    send(desk, "say", item, kind="administrative", text="様式を減らす。")
    page = send(desk, "finish", item, summary="まず様式から。").content.decode()
    item.refresh_from_db()
    item.ask.refresh_from_db()
    assert item.done_at
    assert item.ask.settled_at
    assert item.ask.advice == "行政実務（鈴木）：様式を減らす。\nまず様式から。"
    assert "二番目の問い" in page
    meeting.refresh_from_db()
    assert meeting.focus == other_item
    entries = item.case.entries.filter(kind=EntryKind.MEETING_ADVICE).in_order()
    assert [entry.text for entry in entries] == ["様式を減らす。", "まず様式から。"]


def finish(browser, item, *, button):
    """Finish an item by the form of its page, where the button says so. Returns the page that it leads to."""
    page = browser.get(reverse("meeting_room", args=[item.meeting_id]), {"item": item.pk})
    assert f">{button}</button>" in page.content.decode()
    return send(browser, "finish", item, **form_of(page, having="summary") | {"summary": "足りる。"})


def test_it_goes_on_to_the_item_that_the_button_named_though_the_meeting_is_nowhere_yet(
    desk, tuesday, meeting, kohoku, pair, suzuki
):
    for number in range(2, 5):
        case = make_case(kohoku, title=f"{number}番目の案件")
        actions.ask_meeting(case=case, by=suzuki, kind=AskKind.SHARING, question=f"{number}番目の問い")
    collect(meeting=meeting)
    first, _second, third, fourth = meeting.items.to_do()
    assert finish(desk, third, button="終えて、議題4へ進む").context["item"] == fourth
    assert finish(desk, fourth, button="終えて、議題1へ進む").context["item"] == first


def test_it_stays_at_the_item_with_which_the_meeting_is_through(desk, tuesday, meeting, item, other_item, suzuki):
    finish_item(item=item, by=suzuki, summary="足りる。")
    page = finish(desk, other_item, button="済み")
    assert page.context["item"] == other_item
    assert "に進んでいます" not in page.content.decode()
    assert item.case.title in room(desk, meeting)


def test_it_settles_no_question_by_nothing(desk, tuesday, item):
    response = send(desk, "finish", item, summary="")
    assert response.status_code == 409
    assert "定例会での助言を入力してください" in response.content.decode()
    item.ask.refresh_from_db()
    assert not item.ask.settled_at


def test_it_finishes_an_item_once(tuesday, item, suzuki):
    finish_item(item=item, by=suzuki, summary="一度")
    with pytest.raises(ActionRefused):
        finish_item(item=item, by=suzuki, summary="もう一度")
    assert item.case.entries.filter(kind=EntryKind.MEETING_ADVICE).count() == 1


def test_moving_an_item_while_another_types_loses_nothing(desk, tuesday, item, other_item, suzuki, sato):
    """The page of sato shows the first item; suzuki moves it, and takes everybody elsewhere."""
    writing = signed_in(sato)
    room(writing, item.meeting, item=item.pk)
    move_item(item=item, by=suzuki, by_places=1)
    focus(item=other_item, by=suzuki)
    page = send(writing, "say", item, kind="technical", text="動いても残る").content.decode()
    assert item.advice.get().text == "動いても残る"
    assert "動いても残る" in page
    assert "会議は議題1に進んでいます" in page


# --- an item that somebody drops while another writes


@pytest.mark.parametrize(
    ("act", "typed", "status"),
    [
        ("say", {"kind": "", "text": "残る言葉"}, 422),
        ("decide", {"text": "残る言葉", "owner": "", "owner_name": "", "due_on": ""}, 422),
        ("finish", {"summary": "残る言葉"}, 409),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_it_shows_what_was_typed_to_a_dropped_item_and_offers_it_to_no_other(
    desk, tuesday, item, request, suzuki, act, typed, status, alone
):
    other = None if alone else request.getfixturevalue("other_item")
    drop_item(item=item, by=suzuki)
    response = send(desk, act, item, **typed)
    page = response.content.decode()
    assert response.status_code == status
    assert "入力した内容は記録されていません" in page
    assert "残る言葉" in page
    assert "この議題は次第から外されています" in page
    for each in ("say", "decide", "finish"):
        for shown in (item, other or item):
            assert f'action="{reverse(f"meeting_{each}", args=[item.meeting_id, shown.pk])}"' not in page


def test_it_shows_no_other_item_s_words_under_a_dropped_one(desk, tuesday, item, other_item, suzuki):
    say(item=other_item, by=suzuki, kind="technical", text="別の議題の言葉")
    drop_item(item=item, by=suzuki)
    part = desk.get(reverse("meeting_said", args=[item.meeting_id]), {"item": item.pk}).content.decode()
    for shown in (part, room(desk, item.meeting, item=item.pk)):
        assert "別の議題の言葉" not in shown
        assert "この議題は次第から外されています" in shown
        assert "会議は議題1に進んでいます" in shown
    assert f"item={item.pk}&" in part  # it comes back with the item


def test_it_leads_from_an_item_that_is_no_longer_there_on_an_empty_agenda(desk, tuesday, item, suzuki):
    drop_item(item=item, by=suzuki)
    part = desk.get(reverse("meeting_said", args=[item.meeting_id]), {"item": item.pk}).content.decode()
    assert "この議題は次第から外されています" in part
    assert "会議は議題" not in part


def test_it_says_of_a_withdrawn_question_that_it_is_withdrawn(desk, tuesday, item, suzuki):
    actions.withdraw_ask(ask=item.ask, by=suzuki)
    places = room(desk, item.meeting).partition('class="room-places"')[2].partition("</ol>")[0]
    assert item.case.title in places
    assert "取下げ" in places
    assert "済" not in places


# --- what others write comes in


def test_the_page_asks_for_what_others_wrote_and_gets_nothing_where_it_has_it_all(desk, tuesday, meeting, item, sato):
    url = reverse("meeting_said", args=[meeting.pk])
    stamp = desk.get(reverse("meeting_room", args=[meeting.pk])).context["stamp"]
    assert desk.get(url, {"item": item.pk, "seen": stamp}).status_code == 204
    say(item=item, by=sato, kind="technical", text="ほかの人の助言")
    answer = desk.get(url, {"item": item.pk, "seen": stamp})
    assert answer.status_code == 200
    assert "ほかの人の助言" in answer.content.decode()
    assert "<form" not in answer.content.decode()  # nothing that somebody types in is replaced
    for odd in ("", "x", "9" * 30, "0"):
        assert desk.get(url, {"item": odd}).status_code == 200


def test_a_decision_that_is_corrected_on_its_case_comes_in_too(desk, tuesday, meeting, item, suzuki, sato):
    decision = decide(meeting=meeting, item=item, by=suzuki, text="数える", due_on=date(2026, 12, 1), owner=sato)
    url = reverse("meeting_said", args=[meeting.pk])
    stamp = desk.get(reverse("meeting_room", args=[meeting.pk])).context["stamp"]
    actions.change_step(step=decision.step, by=sato, text="時間も計る", due_on=date(2026, 12, 1), owner=sato)
    answer = desk.get(url, {"item": item.pk, "seen": stamp})
    assert answer.status_code == 200
    assert "時間も計る" in answer.content.decode()


@pytest.mark.parametrize("name", ["meeting_room", "meeting_said", "meeting_minutes", "meeting_confirm"])
def test_it_asks_the_database_as_often_for_40_items_as_for_10(desk, tuesday, meeting, kohoku, pair, suzuki, name):
    address = reverse(name, args=[meeting.pk])

    def add(count):
        for number in range(count):
            case = make_case(kohoku)
            actions.ask_meeting(case=case, by=suzuki, kind=AskKind.NO_IDEA, question=f"質問{number}")
        collect(meeting=meeting)
        for item in meeting.items.to_do()[:count]:
            say(item=item, by=suzuki, kind="technical", text="助言")
            decide(meeting=meeting, item=item, by=suzuki, text="決定", due_on=date(2026, 12, 1), owner=suzuki)

    add(9)
    with CaptureQueriesContext(connection) as ten:
        desk.get(address)
    add(30)
    assert meeting.items.count() == 40
    with CaptureQueriesContext(connection) as forty:
        desk.get(address)
    assert len(ten) == len(forty) <= 20


# --- who is there, and who leads


def test_any_member_takes_the_seat_of_a_facilitator_who_is_away(tuesday, meeting, sato, suzuki):
    browser = signed_in(sato)
    assert "進行を引き受ける" in room(browser, meeting)
    page = browser.post(reverse("meeting_seat", args=[meeting.pk]), follow=True).content.decode()
    assert "進行を引き受けました" in page
    assert "進行を引き受ける" not in page
    meeting.refresh_from_db()
    assert meeting.facilitator == sato


def test_nobody_leads_who_has_left(tuesday, meeting, ito):
    leave(user=ito, by=SYSTEM)
    with pytest.raises(ActionRefused):
        take_seat(meeting=meeting, by=ito)


def test_it_notes_who_is_there(desk, tuesday, meeting, suzuki, sato):
    url = reverse("meeting_attendance", args=[meeting.pk])
    desk.post(
        url, {f"person_{suzuki.pk}": "on", f"initial-person_{suzuki.pk}": "on", f"initial-person_{sato.pk}": "on"}
    )
    assert dict(meeting.attendance.values_list("user", "present")) == {suzuki.pk: True, sato.pk: False}


def test_two_who_tick_at_once_do_not_undo_each_other(desk, tuesday, meeting, suzuki, sato):
    """Both pages show everybody present; each notes one as absent."""
    url = reverse("meeting_attendance", args=[meeting.pk])
    shown = {f"initial-person_{suzuki.pk}": "True", f"initial-person_{sato.pk}": "True"}
    desk.post(url, {**shown, f"person_{suzuki.pk}": "on", f"person_{sato.pk}": "on"})
    desk.post(url, {**shown, f"person_{suzuki.pk}": "on"})
    desk.post(url, {**shown, f"person_{sato.pk}": "on"})
    assert dict(meeting.attendance.values_list("user", "present")) == {suzuki.pk: False, sato.pk: False}


def test_it_shows_a_meeting_without_an_agenda(desk, db, suzuki):
    empty = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
    page = room(desk, empty)
    assert "次第に議題がありません" in page
    assert desk.get(reverse("meeting_said", args=[empty.pk])).status_code == 200


def test_a_look_at_an_address_that_forms_are_sent_to_leads_back(desk, tuesday, meeting, item):
    for act in ("focus", "say", "decide", "finish", "level", "menu"):
        answer = desk.get(reverse(f"meeting_{act}", args=[meeting.pk, item.pk]))
        assert answer["Location"] == f"{reverse('meeting_room', args=[meeting.pk])}?item={item.pk}"
    for act in ("seat", "attendance", "resolve"):
        assert desk.get(reverse(f"meeting_{act}", args=[meeting.pk]))["Location"].endswith("/room/")


def test_a_box_left_as_it_was_undoes_nothing_that_somebody_noted_meanwhile(tuesday, meeting, suzuki, sato, ito):
    """Both had the page open while nothing was noted."""
    note_attendance(meeting=meeting, by=sato, present={ito: False}, unless_noted={suzuki: True, sato: True})
    note_attendance(meeting=meeting, by=suzuki, present={sato: False}, unless_noted={suzuki: True, ito: True})
    noted = dict(meeting.attendance.values_list("user__username", "present"))
    assert noted == {suzuki.username: True, sato.username: False, ito.username: False}
