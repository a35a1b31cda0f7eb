"""The facilitator puts the agenda in order."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import actions
from consultations.states import AskKind
from meetings.actions import collect, drop_item, finish_item, plan_meeting
from tests.factories import make_case
from tests.meetings.conftest import on


@pytest.fixture
def three(meeting, asahi, suzuki):
    for title in ("二番目の案件", "三番目の案件"):
        case = make_case(asahi, title=title)
        actions.ask_meeting(case=case, by=suzuki, kind=AskKind.SHARING, question=f"{title}のこと")
    collect(meeting=meeting)
    return list(meeting.items.all())


def arrange(desk, item, act="save", **typed):
    """Press a button of an item's row, with what was typed in that row (`place`, `minutes`, and `initial-…`)."""
    return press(desk, item.meeting, f"{act}-{item.pk}", row(item, **typed))


def row(item, **typed):
    return {f"{name}_{item.pk}": value for name, value in typed.items()}


def press(desk, meeting, act, *rows):
    sent = {name: value for typed in rows for name, value in typed.items()}
    return desk.post(reverse("meeting_arrange", args=[meeting.pk]), {"act": act, **sent}, follow=True)


def minutes(meeting):
    return [item.minutes for item in meeting.items.standing()]


def order(meeting):
    return [item.pk for item in meeting.items.standing()]


def test_it_moves_an_item_up_and_down_by_buttons(desk, meeting, three):
    first, second, third = (item.pk for item in three)
    arrange(desk, three[2], act="up")
    assert order(meeting) == [first, third, second]
    arrange(desk, three[0], act="down")
    assert order(meeting) == [third, first, second]
    arrange(desk, three[2], act="up")  # there is nothing above it
    assert order(meeting) == [third, first, second]


def test_it_takes_a_place_and_minutes_as_typed(desk, meeting, three):
    typed = {"place": "1", "initial-place": "3", "minutes": "12"}
    assert arrange(desk, three[2], **typed).status_code == 200
    assert order(meeting) == [three[2].pk, three[0].pk, three[1].pk]
    three[2].refresh_from_db()
    assert three[2].minutes == 12
    arrange(desk, three[2], place="99", **{"initial-place": "1"})
    assert order(meeting)[-1] == three[2].pk


def test_a_place_that_was_not_touched_moves_nothing_back(desk, meeting, three):
    """Somebody else has moved the item while the minutes were typed."""
    arrange(desk, three[2], act="up")
    arrange(desk, three[2], place="3", minutes="5", **{"initial-place": "3"})
    assert order(meeting) == [three[0].pk, three[2].pk, three[1].pk]


def test_minutes_that_were_not_touched_set_nothing_back(desk, meeting, three):
    """Somebody else has given the item more time while the place was typed."""
    opened = {"initial-place": "3", "initial-minutes": str(three[2].minutes)}
    page = desk.get(reverse("meeting_detail", args=[meeting.pk])).content.decode()
    assert f'name="initial-minutes_{three[2].pk}"' in page
    arrange(desk, three[2], minutes="20", **opened)
    arrange(desk, three[2], place="1", minutes=str(three[2].minutes), **opened)
    three[2].refresh_from_db()
    assert (order(meeting)[0], three[2].minutes) == (three[2].pk, 20)


@pytest.mark.parametrize("typed", [{"minutes": "241"}, {"minutes": "-1"}, {"place": "0"}, {"place": "x"}])
def test_it_says_what_is_wrong_with_a_place_or_minutes(desk, three, typed):
    response = arrange(desk, three[0], **typed)
    assert response.status_code == 422
    assert "エラー：" in response.content.decode()


def test_it_says_what_is_wrong_at_its_row_and_keeps_what_was_typed_in_the_others(desk, meeting, three):
    before = minutes(meeting)
    typed = [row(three[0], **{"minutes": "10", "initial-minutes": "7"}), row(three[1], minutes="241")]
    for act in ("", f"up-{three[2].pk}"):
        page = press(desk, meeting, act, *typed).content.decode()
        wrong = page[page.index(f'id="row-{three[1].pk}"') :].partition("</li>")[0]
        assert "議題2は0分から240分までで入力してください。" in wrong
        assert 'value="241"' in wrong
        kept = page[page.index(f'id="row-{three[0].pk}"') :].partition("</li>")[0]
        assert 'value="10"' in kept
        assert 'value="7"' in kept, "what the row held before, or the next save would take the 10 for untouched"
        assert f'href="#id_minutes_{three[1].pk}"' in page
    assert (minutes(meeting), order(meeting)) == (before, [item.pk for item in three])


@pytest.mark.parametrize("act", ["save", "up", "down", "drop"])
def test_whatever_is_pressed_the_minutes_typed_in_all_rows_count(desk, meeting, three, act):
    typed = [row(item, minutes=str(count)) for item, count in zip(three, (10, 20, 30), strict=True)]
    assert press(desk, meeting, f"{act}-{three[1].pk}", *typed).status_code == 200
    for item, count in zip(three, (10, 20, 30), strict=True):
        item.refresh_from_db()
        assert item.minutes == count


def test_bringing_back_an_item_saves_what_was_typed_in_the_rows(desk, meeting, three):
    arrange(desk, three[0], act="drop")
    press(desk, meeting, f"back-{three[0].pk}", row(three[1], minutes="25"))
    assert len(order(meeting)) == 3
    assert 25 in minutes(meeting)


def test_a_place_beyond_all_numbers_is_the_end(desk, meeting, three):
    assert arrange(desk, three[0], place="9" * 20).status_code == 200
    assert order(meeting)[-1] == three[0].pk


def test_what_was_typed_to_an_item_that_somebody_drops_meanwhile_is_not_said_to_be_saved(desk, meeting, three, suzuki):
    drop_item(item=three[1], by=suzuki)
    typed = [row(three[0], minutes="10"), row(three[1], **{"minutes": "20", "initial-minutes": "7"})]
    response = press(desk, meeting, "", *typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert "議題から外されました" in page
    assert 'value="10"' in page
    untouched = row(three[1], **{"minutes": "7", "initial-minutes": "7"})
    assert press(desk, meeting, "", typed[0], untouched).status_code == 200
    assert 10 in minutes(meeting)


def test_what_is_refused_of_a_button_saves_nothing_and_keeps_what_was_typed(desk, meeting, three, suzuki):
    finish_item(item=three[0], by=suzuki, summary="そのままでよい。")
    before = minutes(meeting)
    response = press(desk, meeting, f"drop-{three[0].pk}", row(three[1], minutes="25"))
    assert response.status_code == 409
    assert 'value="25"' in response.content.decode()
    assert minutes(meeting) == before


def test_places_typed_in_several_rows_hold_all_at_once(desk, meeting, three):
    first, second, third = three
    typed = [row(first, place="3"), row(third, place="1"), row(second, **{"place": "2", "initial-place": "2"})]
    press(desk, meeting, "", *typed)
    assert order(meeting) == [third.pk, second.pk, first.pk]
    press(desk, meeting, "", row(third, place="3"), row(second, place="1"))
    assert order(meeting) == [second.pk, first.pk, third.pk]


def test_it_says_whether_the_agenda_fits_the_hour(desk, meeting, three):
    url = reverse("meeting_detail", args=[meeting.pk])
    assert "合計21分／会議60分" in desk.get(url).content.decode()
    assert "残り39分" in desk.get(url).content.decode()
    arrange(desk, three[0], minutes="60")
    assert "14分超過" in desk.get(url).content.decode()


def test_it_drops_an_item_and_brings_it_back(desk, meeting, three):
    page = arrange(desk, three[1], act="drop").content.decode()
    assert "外した議題（1件）" in page
    assert order(meeting) == [three[0].pk, three[2].pk]
    assert "二番目の案件のこと" not in desk.get(reverse("meeting_agenda", args=[meeting.pk])).content.decode()
    assert arrange(desk, three[1], act="drop").status_code == 409
    arrange(desk, three[1], act="back")
    assert len(order(meeting)) == 3


def test_it_drops_nothing_that_was_talked_about(desk, three, suzuki):
    finish_item(item=three[0], by=suzuki, summary="そのままでよい。")
    response = arrange(desk, three[0], act="drop")
    assert response.status_code == 409
    assert "次第から外せません" in response.content.decode()


def test_it_leaves_the_order_of_a_past_meeting(desk, three):
    with on(date(2026, 11, 25)):
        for act in ("up", "drop", "save"):
            assert arrange(desk, three[1], act=act, minutes="9").status_code == 409


def test_it_asks_the_database_as_often_for_40_other_items_as_for_10(desk, meeting, kohoku, pair, suzuki):
    url = reverse("meeting_detail", args=[meeting.pk])

    def add(count):
        with on(date(2026, 11, 20)):
            for _number in range(count):
                make_case(kohoku)
            collect(meeting=meeting)

    add(9)
    with CaptureQueriesContext(connection) as ten:
        desk.get(url)
    add(30)
    assert meeting.items.count() == 40
    with CaptureQueriesContext(connection) as forty:
        desk.get(url)
    assert len(ten) == len(forty) <= 12


def test_places_are_counted_without_what_no_longer_waits(desk, meeting, three, suzuki):
    actions.withdraw_ask(ask=three[0].ask, by=suzuki)
    arrange(desk, three[2], place="1", **{"initial-place": "2"})
    assert order(meeting) == [three[2].pk, three[1].pk, three[0].pk]
    assert arrange(desk, three[0], act="up").status_code == 409


@pytest.mark.parametrize("act", ["up", "down", "drop", "back"])
def test_it_arranges_no_item_of_another_meeting(desk, meeting, three, suzuki, act):
    later = plan_meeting(by=suzuki, held_on=date(2026, 12, 1))
    for item in (three[1].pk, 0, "x"):
        assert press(desk, later, f"{act}-{item}").status_code == 404
    assert order(meeting) == [item.pk for item in three]
