from datetime import date, datetime

import pytest
from django.urls import reverse

from consultations import actions
from consultations.states import AskKind
from meetings.actions import collect, finish_item
from office import clock
from tests.factories import make_case
from tests.meetings.conftest import TOKYO


@pytest.fixture
def url(meeting):
    return reverse("meeting_agenda", args=[meeting.pk])


def test_it_says_when_where_and_who(desk, url):
    page = desk.get(url).content.decode()
    for text in ("令和8年11月24日（火）", "10:00–11:00", "第3会議室", "進行：鈴木係長", "記録：佐藤"):
        assert text in page


def test_it_gives_each_question_a_block_with_facts_and_room_to_write(desk, url, started_case, suzuki, procedures):
    actions.describe(
        case=started_case,
        by=suzuki,
        title="シフトの自動作成",
        topic=procedures,
        level=3,
        volume="large",
        coordination="medium",
        technical="low",
    )
    page = desk.get(url).content.decode()
    for text in (
        f"{started_case.number}（11月16日受付）",
        "シフトの自動作成",
        "港北区 地域振興課",
        "鈴木係長・佐藤",
        "代替案の提示",
        "ボリューム 大 / 調整 中 / 技術 低",
        "保育士の勤務シフトを自動で作成できるツールがないか知りたい。",
        "意見がほしいこと（方向性に自信がない）",
        "表計算で足りるか、自信がない。",
        "議論・決定事項",
    ):
        assert text in page


def test_it_counts_the_week(desk, meeting, url, asahi, suzuki, procedures):
    held = make_case(asahi)
    actions.hold(case=held, by=suzuki, follow_up_on=date(2026, 11, 20))
    done = make_case(asahi)
    with clock.at(datetime(2026, 11, 18, 10, 0, tzinfo=TOKYO)):
        make_case(asahi)
        actions.answer_and_close(case=done, by=suzuki, text="回答", level=1, topic=procedures)
    with clock.at(datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO)):
        page = " ".join(desk.get(url).content.decode().split())
    for text in ("未着手 1件", "対応着手 1件", "保留中・様子見 1件", "対応完了 0件", "要フォロー 1件"):
        assert text in page
    assert "11月17日以降の受付 1件、クローズ 1件" in page  # the three of Monday came before


def test_it_lists_open_cases_in_a_line_each_in_the_official_order(desk, url, started_case, asahi, suzuki):
    quiet = make_case(asahi, title="静かな案件")
    with clock.at(datetime(2026, 12, 14, 9, 0, tzinfo=TOKYO)):
        page = desk.get(url).content.decode()
    table = page[page.index("<table") : page.index("</table>")]
    assert table.index(quiet.number) < table.index(started_case.number)  # 旭区 comes before 港北区
    assert "令和8年12月14日（月）現在" in page
    assert "27日経過" in table


def test_it_prints_no_text_of_a_case_handled_with_care(desk, url, started_case, suzuki, procedures):
    actions.describe(
        case=started_case, by=suzuki, title="職員の処分に関する相談", topic=procedures, level=2, sensitive=True
    )
    page = desk.get(url).content.decode()
    assert started_case.number in page
    assert "（取扱注意）" in page
    for text in ("職員の処分", "保育士の勤務シフト", "表計算で足りるか"):
        assert text not in page


def test_it_prints_no_advice_on_a_case_handled_with_care(desk, meeting, url, started_case, suzuki, procedures):
    finish_item(item=meeting.items.get(), by=suzuki, summary="内密に進める。")
    actions.describe(case=started_case, by=suzuki, title=started_case.title, topic=procedures, level=2, sensitive=True)
    assert "内密に進める" not in desk.get(url).content.decode()


def test_it_prints_the_advice_once_it_is_given(desk, meeting, url, suzuki):
    finish_item(item=meeting.items.get(), by=suzuki, summary="表計算で足りる。")
    page = desk.get(url).content.decode()
    assert "表計算で足りる。" in page
    assert "議論・決定事項" not in page


def test_it_keeps_the_questions_of_a_past_meeting(desk, meeting, url, started_case, suzuki, procedures):
    finish_item(item=meeting.items.get(), by=suzuki, summary="表計算で足りる。")
    with clock.at(datetime(2027, 1, 12, 9, 0, tzinfo=TOKYO)):
        actions.close(case=started_case, by=suzuki, result="advised", level=2, topic=procedures)
        page = desk.get(url).content.decode()
    assert "表計算で足りるか、自信がない。" in page
    assert "未クローズの案件（0件、令和9年1月12日（火）現在）" in page


def test_it_shortens_a_long_trouble_at_the_end_of_a_sentence(desk, meeting, asahi, suzuki):
    long = "毎月の集計に三日かかります。" * 30
    case = make_case(asahi, problem=long)
    actions.ask_meeting(case=case, by=suzuki, kind=AskKind.NO_IDEA, question="減らす方法はあるか。")
    collect(meeting=meeting)
    page = desk.get(reverse("meeting_agenda", args=[meeting.pk])).content.decode()
    assert "三日かかります。…" in page
    assert long not in page


def test_it_says_so_where_nobody_raised_a_question(desk, meeting, ask, suzuki, procedures):
    actions.withdraw_ask(ask=ask, by=suzuki)
    page = desk.get(reverse("meeting_agenda", args=[meeting.pk])).content.decode()
    assert "取下げ" in page


def test_it_speaks_english(desk, url):
    desk.cookies["language"] = "en"
    page = desk.get(url).content.decode()
    for text in (
        "agenda of the weekly meeting",
        "24 Nov 2026 (Tue)",
        "Cases to discuss (1)",
        "Not sure of the direction",
    ):
        assert text in page
