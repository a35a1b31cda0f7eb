from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse

from meetings.actions import plan_meeting, plan_series, say, take_seat
from meetings.models import Meeting
from office import clock
from office.actions import ActionRefused
from tests.cast import signed_in
from tests.factories import make_member
from tests.meetings.conftest import TOKYO, TUESDAY

TYPED = {
    "held_on": "2026-11-17",
    "starts_at": "10:00",
    "ends_at": "11:00",
    "place": "第3会議室・Teams",
    "facilitator": "",
    "recorder": "",
}


def plan(browser, **typed):
    return browser.post(reverse("meeting_new"), {**TYPED, **typed})


def test_it_plans_a_meeting_with_the_open_questions_on_its_agenda(desk, ask, suzuki, sato):
    response = plan(desk, facilitator=suzuki.pk, recorder=sato.pk)
    meeting = Meeting.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("meeting_detail", args=[meeting.pk])
    assert (meeting.held_on, meeting.starts_at, meeting.place) == (date(2026, 11, 17), time(10), "第3会議室・Teams")
    assert (meeting.facilitator, meeting.recorder) == (suzuki, sato)
    assert [item.ask for item in meeting.items.all()] == [ask]


def test_it_refuses_a_second_meeting_on_the_day_and_keeps_what_was_typed(desk, suzuki):
    plan_meeting(by=suzuki, held_on=date(2026, 11, 17))
    response = plan(desk, place="市役所18階")
    assert response.status_code == 409
    assert "この日の定例会は登録済みです" in response.content.decode()
    assert 'value="市役所18階"' in response.content.decode()
    assert Meeting.objects.count() == 1


def test_it_takes_a_double_click_for_one(desk, ask):
    first, second = plan(desk, once="a" * 32), plan(desk, once="a" * 32)
    assert first["Location"] == second["Location"]
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize("ends_at", ["09:30", "10:00"])
def test_it_refuses_an_end_that_is_not_after_the_beginning(desk, ends_at):
    response = plan(desk, ends_at=ends_at)
    assert response.status_code == 409
    assert "終了時刻は開始時刻より後にしてください" in response.content.decode()
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"held_on": "2126-11-19"}, "1年より先"),
        ({"held_on": "9999-12-30"}, "1年より先"),
        ({"held_on": ""}, "開催日を入力してください"),
        ({"held_on": "来週"}, "日付は 2026-11-24 のように"),
        ({"held_on": "2026-11-13"}, "過ぎた日です"),
        ({"held_on": "2026-11-23"}, "閉庁日です"),
        ({"held_on": "2026-11-21"}, "閉庁日です"),
        ({"starts_at": "朝"}, "時刻は「10:00」のように"),
        ({"ends_at": ""}, "終了時刻を入力してください"),
        ({"place": "あ" * 201}, "場所は200文字以内"),
        ({"place": "第3会議室\r\nBcc: x"}, "1行で入力してください"),
        ({"facilitator": "999999"}, "DX推進相談担当の職員から選んでください"),
    ],
)
def test_it_says_what_is_wrong_with_what_was_typed(desk, typed, said):
    response = plan(desk, **typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "エラー：" in page
    assert not Meeting.objects.exists()


def test_it_offers_only_the_consultation_team_as_seats(desk, suzuki, sato, administrator, yamada):
    page = desk.get(reverse("meeting_new")).content.decode()
    assert suzuki.name in page
    assert sato.name in page
    assert f'<option value="{yamada.pk}"' not in page
    assert plan(desk, facilitator=administrator.pk).status_code == 422


def test_it_opens_with_the_usual_day_place_and_facilitator(desk, suzuki):
    plan_meeting(
        by=suzuki, held_on=date(2026, 11, 17), starts_at=time(13), ends_at=time(14), place="共創室", facilitator=suzuki
    )
    page = desk.get(reverse("meeting_new")).content.decode()
    assert 'value="2026-11-24"' in page
    assert 'value="13:00"' in page
    assert 'value="14:00"' in page
    assert 'value="共創室"' in page
    assert f'<option value="{suzuki.pk}" selected' in page


def test_it_opens_with_the_office_s_facilitator_the_first_time(desk):
    miura = make_member("miura", "三浦 和歌子", facilitator=True)
    page = desk.get(reverse("meeting_new")).content.decode()
    assert 'value="2026-11-17"' in page  # the next Tuesday
    assert f'<option value="{miura.pk}" selected' in page


def test_it_moves_the_usual_day_on_where_the_office_is_closed(db, suzuki):
    plan_meeting(by=suzuki, held_on=date(2026, 12, 22))
    assert Meeting.objects.suggested_day() == date(2027, 1, 4)  # the 29th lies in the turn of the year


def test_it_returns_to_the_usual_weekday_after_a_week_moved_by_a_holiday(db, suzuki):
    for day in (date(2026, 10, 20), date(2026, 10, 27), date(2026, 11, 4)):  # the 3rd, a Tuesday, is a holiday
        plan_meeting(by=suzuki, held_on=day)
    assert Meeting.objects.suggested_day() == date(2026, 11, 17)


def test_it_suggests_no_day_that_has_passed(db, suzuki):
    plan_meeting(by=suzuki, held_on=date(2026, 3, 3))
    assert Meeting.objects.suggested_day() >= clock.today()


def test_it_changes_place_and_seats(desk, meeting, sato):
    url = reverse("meeting_change", args=[meeting.pk])
    page = desk.get(url).content.decode()
    assert 'value="第3会議室"' in page
    typed = {**TYPED, "held_on": "2026-11-24", "starts_at": "14:00", "ends_at": "15:30", "place": "Teams"}
    assert desk.post(url, {**typed, "facilitator": sato.pk}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.ends_at, meeting.place) == (time(14), time(15, 30), "Teams")
    assert (meeting.facilitator, meeting.recorder) == (sato, None)
    assert meeting.held_on == date(2026, 11, 24)


def shown(form):
    """What a page sends along: each field as it is, and as it was when the page was opened."""
    return {
        name: value
        for field in form
        for name, value in ((field.name, field.value() or ""), (field.html_initial_name, field.value() or ""))
    }


def test_it_leaves_the_seats_that_others_took_meanwhile(desk, meeting, sato):
    url = reverse("meeting_change", args=[meeting.pk])
    page = desk.get(url)
    assert page.content.decode().count('name="initial-') == 6
    opened = shown(page.context["form"])
    take_seat(meeting=meeting, by=sato)
    assert desk.post(url, {**opened, "place": "Teams"}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.facilitator, meeting.place, meeting.starts_at) == (sato, "Teams", time(10))


def test_it_compares_a_changed_time_with_the_other_as_it_is_by_now(desk, meeting, suzuki):
    url = reverse("meeting_change", args=[meeting.pk])
    opened = shown(desk.get(url).context["form"])
    desk.post(url, {**opened, "starts_at": "09:00", "ends_at": "09:30"})
    response = desk.post(url, {**opened, "starts_at": "10:30"})
    assert response.status_code == 409
    assert "終了時刻は開始時刻より後にしてください" in response.content.decode()


def test_it_leads_to_the_list_where_the_meeting_of_a_form_sent_again_has_moved(desk):
    plan(desk, once="a" * 32)
    desk.post(reverse("meeting_change", args=[Meeting.objects.get().pk]), {**TYPED, "held_on": "2026-11-18"})
    again = plan(desk, once="a" * 32)
    assert (again.status_code, again["Location"]) == (302, reverse("meeting_list"))


def test_it_moves_a_meeting_that_was_planned_on_a_wrong_day_and_the_questions_with_it(desk, meeting, ask):
    wrong = TYPED | {"held_on": "2027-02-25"}
    assert desk.post(reverse("meeting_change", args=[meeting.pk]), wrong).status_code == 302
    assert desk.post(reverse("meeting_change", args=[meeting.pk]), TYPED).status_code == 302
    meeting.refresh_from_db()
    assert meeting.held_on == date(2026, 11, 17)
    assert [item.ask for item in meeting.items.all()] == [ask]


def test_what_is_typed_to_an_item_that_moved_to_an_earlier_meeting_is_given_back(desk, meeting, ask, suzuki):
    item = meeting.items.get()
    earlier = plan_meeting(by=suzuki, held_on=meeting.held_on - timedelta(days=6))
    assert [(row.ask, row.pk == item.pk) for row in earlier.items.all()] == [(ask, False)]
    for name, field in (("meeting_say", "text"), ("meeting_finish", "summary"), ("meeting_advice", "summary")):
        page = desk.post(reverse(name, args=[meeting.pk, item.pk]), {field: "大事な助言です。", "kind": "technical"})
        assert page.status_code == 409, name
        for words in ("この議題は次第から外されています。", "入力した内容は記録されていません", "大事な助言です。"):
            assert words in page.content.decode(), name
    assert desk.post(reverse("meeting_focus", args=[meeting.pk, item.pk]), {"once": "x"}).status_code == 409
    page = desk.post(reverse("meeting_arrange", args=[meeting.pk]), {"act": f"drop-{item.pk}"})
    assert page.status_code == 409
    assert "この議題は次第から外されています。" in page.content.decode()


def test_what_is_said_in_the_moment_in_which_its_item_moves_is_refused(meeting, suzuki):
    item = meeting.items.get()
    plan_meeting(by=suzuki, held_on=meeting.held_on - timedelta(days=6))
    with pytest.raises(ActionRefused, match="次第から外されています"):
        say(item=item, by=suzuki, kind="technical", text="大事な助言です。")


def test_it_moves_no_meeting_onto_the_day_of_another(desk, meeting, suzuki):
    plan_meeting(by=suzuki, held_on=date(2026, 11, 17))
    response = desk.post(reverse("meeting_change", args=[meeting.pk]), {**TYPED, "place": "市役所18階"})
    assert response.status_code == 409
    assert "この日の定例会は登録済みです" in response.content.decode()
    assert 'value="市役所18階"' in response.content.decode()
    meeting.refresh_from_db()
    assert meeting.held_on == date(2026, 11, 24)


def test_it_leaves_the_day_of_a_meeting_that_is_over(desk, meeting):
    with clock.at(datetime(2026, 11, 30, 9, 0, tzinfo=TOKYO)):
        assert 'name="held_on"' not in desk.get(reverse("meeting_change", args=[meeting.pk])).content.decode()
        assert desk.post(reverse("meeting_change", args=[meeting.pk]), TYPED | {"place": "Teams"}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.held_on, meeting.place) == (date(2026, 11, 24), "Teams")


def test_it_refuses_a_change_that_ends_before_it_begins_and_keeps_what_was_typed(desk, meeting):
    typed = {**TYPED, "starts_at": "15:00", "ends_at": "14:00", "place": "市役所18階"}
    response = desk.post(reverse("meeting_change", args=[meeting.pk]), typed)
    assert response.status_code == 409
    assert 'value="市役所18階"' in response.content.decode()
    meeting.refresh_from_db()
    assert meeting.place == "第3会議室"


def test_it_lets_someone_who_left_the_team_keep_a_seat(desk, meeting, sato):
    sato.on_team = False
    sato.save()
    response = desk.post(reverse("meeting_change", args=[meeting.pk]), {**TYPED, "recorder": sato.pk})
    assert response.status_code == 302
    meeting.refresh_from_db()
    assert meeting.recorder == sato


def test_it_takes_nothing_from_people_outside_the_office(client, yamada, ict_member, meeting):
    urls = [reverse("meeting_new"), reverse("meeting_change", args=[meeting.pk])]
    for url in urls:
        assert client.post(url, TYPED).status_code == 302  # to the sign-in
        for person in (yamada, ict_member):
            assert signed_in(person).get(url).status_code == 404
            assert signed_in(person).post(url, TYPED).status_code == 404
    meeting.refresh_from_db()
    assert meeting.place == "第3会議室"
    assert Meeting.objects.count() == 1


# --- several weeks at once


def test_its_form_opens_with_the_usual_weekday_though_the_office_is_closed_on_it(desk, suzuki):
    """The 21st to the 23rd are holidays; the weeks after that one keep their Tuesday."""
    for day in (1, 8, 15):
        plan_meeting(by=suzuki, held_on=date(2026, 9, day))
    with clock.at(datetime(2026, 9, 16, 9, 0, tzinfo=TOKYO)):
        day = desk.get(reverse("meeting_series")).context["form"]["held_on"].value()
        planned = plan_series(by=suzuki, held_on=day, weeks=2)
    assert day == date(2026, 9, 22)
    assert [meeting.held_on for meeting in planned] == [date(2026, 9, 24), date(2026, 9, 29)]


def test_it_plans_a_meeting_a_week_and_skips_closed_days(db, suzuki):
    planned = plan_series(by=suzuki, held_on=date(2026, 12, 22), weeks=4, place="第3会議室")
    # The 29th and the days after it lie in the turn of the year: that week has no open day after its Tuesday.
    assert [meeting.held_on for meeting in planned] == [date(2026, 12, 22), date(2027, 1, 5), date(2027, 1, 12)]
    holiday = plan_series(by=suzuki, held_on=date(2026, 11, 23), weeks=1)  # a Monday, and a holiday
    assert [meeting.held_on for meeting in holiday] == [date(2026, 11, 24)]


def test_it_leaves_weeks_that_have_a_meeting(db, suzuki):
    plan_meeting(by=suzuki, held_on=date(2026, 12, 2))
    planned = plan_series(by=suzuki, held_on=TUESDAY, weeks=3)
    assert [meeting.held_on for meeting in planned] == [TUESDAY, date(2026, 12, 8)]
    with pytest.raises(ActionRefused):
        plan_series(by=suzuki, held_on=TUESDAY, weeks=3)


def test_it_puts_what_waits_onto_the_first_of_them_only(ask, suzuki):
    planned = plan_series(by=suzuki, held_on=TUESDAY, weeks=3)
    assert [meeting.items.count() for meeting in planned] == [1, 0, 0]


def test_it_plans_several_weeks_by_one_form(desk, suzuki):
    url = reverse("meeting_series")
    assert 'name="weeks"' in desk.get(url).content.decode()
    typed = {
        "held_on": "2026-11-24",
        "starts_at": "10:00",
        "ends_at": "11:00",
        "place": "第3会議室",
        "facilitator": suzuki.pk,
        "recorder": "",
        "once": "a" * 32,
    }
    for weeks, said in (("0", "1以上の数字"), ("27", "26以下の数字"), ("", "何週間分か"), ("たくさん", "数字を入力")):
        response = desk.post(url, {**typed, "weeks": weeks})
        assert response.status_code == 422
        assert said in response.content.decode()
    for _click in range(2):
        response = desk.post(url, {**typed, "weeks": "4"}, follow=True)
    assert Meeting.objects.count() == 4
    assert desk.post(url, {**typed, "weeks": "4", "once": "b" * 32}).status_code == 409
