"""What a menu came to so far: when choosing it on a case, and on its own page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import actions
from consultations.states import SupportState
from office import clock
from tests.cast import signed_in
from tests.consultations.requester import text
from tests.factories import make_case, make_contract, make_menu

SHIFTS = "保育園の勤務シフトを毎月手作業で作っており、三日かかる。"


@pytest.fixture
def rpa(db):
    return make_menu("existing_tool", "RPA", suits="件数の多い転記", does_not_suit="判断の要る作業")


@pytest.fixture
def kintone(db):
    return make_menu("existing_tool", "kintone")


def used(department, by, menu, *, result="supported", topic, days=30, outcome="月三時間になった。", **case):
    """A closed case that used a menu."""
    with clock.at(clock.now() - timedelta(days=days)):
        case = make_case(department, problem=SHIFTS, **case)
        support = actions.choose_support(case=case, by=by, menu=menu, reason="転記が多い。")
    state = SupportState.DONE if outcome else SupportState.DROPPED
    actions.change_support(support=support, by=by, state=state, outcome=outcome)
    return actions.close(case=case, by=by, result=result, level=1, topic=topic)


def choosing(desk, case):
    return text(desk.get(reverse("case_support", args=[case.number])))


def test_choosing_shows_what_similar_cases_used_and_how_they_ended(
    desk, new_case, asahi, suzuki, procedures, rpa, kintone
):
    for outcome in ("月三時間になった。", ""):
        used(asahi, suzuki, rpa, topic=procedures, outcome=outcome)
    page = choosing(desk, new_case)
    rpa_part, kintone_part = page.split("kintone")[0], page.split("kintone")[1]
    assert "件数の多い転記" in rpa_part
    assert "判断の要る作業" in rpa_part
    assert "似た案件2件が利用 完了 1 中止 1" in rpa_part
    assert "旭区、完了、支援 月三時間になった。" in rpa_part
    assert "似た案件での利用はありません。" in kintone_part


def test_what_a_case_of_no_likeness_used_is_no_evidence(desk, new_case, asahi, suzuki, procedures, rpa):
    case = make_case(asahi, problem="庁舎の花壇の水やりの当番表を電子掲示板に載せたい。")
    actions.choose_support(case=case, by=suzuki, menu=rpa, reason="-")
    assert "利用はありません" in choosing(desk, new_case)


@pytest.mark.parametrize("result", ["withdrawn", "duplicate"])
def test_cases_that_do_not_count_are_no_evidence(desk, new_case, asahi, suzuki, procedures, rpa, result):
    used(asahi, suzuki, rpa, topic=procedures, result=result)
    assert "利用はありません" in choosing(desk, new_case)
    assert "まだ利用した案件はありません。" in text(desk.get(reverse("menu_detail", args=[rpa.key])))
    assert "利用した案件 0件" in text(desk.get(reverse("menu_list")))


def test_a_case_to_be_handled_with_care_tells_nothing(desk, new_case, asahi, suzuki, procedures, rpa):
    used(asahi, suzuki, rpa, topic=procedures, sensitive=True)
    assert "利用はありません" in choosing(desk, new_case)
    page = text(desk.get(reverse("menu_detail", args=[rpa.key])))
    assert "取扱注意" in page
    assert "月三時間" not in page


def test_the_page_of_a_menu_counts_its_cases(desk, kohoku, asahi, pair, suzuki, procedures, rpa):
    for days in (10, 30, 50):
        used(asahi, suzuki, rpa, topic=procedures, days=days)
    used(kohoku, suzuki, rpa, topic=procedures, days=100, result="advised", outcome="")
    still_open = make_case(kohoku, problem=SHIFTS)
    actions.choose_support(case=still_open, by=suzuki, menu=rpa, reason="転記")
    page = text(desk.get(reverse("menu_detail", args=[rpa.key])))
    assert "利用した案件 5" in page
    assert "選択からクローズまで（中央値） 30日" in page
    assert "完了 3 中止 1" in page
    assert "提案中 1" in page
    assert "クローズした案件の結果 支援 3" in page
    assert "旭区 3 、 港北区 2" in page
    assert page.index(still_open.number) < page.index("月三時間になった。")
    assert "利用した案件 5件" in text(desk.get(reverse("menu_list")))


def test_a_case_that_chose_a_menu_twice_counts_once(desk, new_case, suzuki, rpa):
    for _time in range(2):
        support = actions.choose_support(case=new_case, by=suzuki, menu=rpa, reason="転記")
        actions.change_support(support=support, by=suzuki, state=SupportState.DROPPED)
    page = text(desk.get(reverse("menu_detail", args=[rpa.key])))
    assert "利用した案件 1" in page
    assert "中止 2" in page


def test_how_a_case_ended_is_the_merit_of_what_it_did_not_drop(desk, asahi, suzuki, procedures, rpa, kintone):
    with clock.at(clock.now() - timedelta(days=14)):
        case = make_case(asahi, problem=SHIFTS)
        dropped = actions.choose_support(case=case, by=suzuki, menu=rpa, reason="転記")
        actions.change_support(support=dropped, by=suzuki, state=SupportState.DROPPED)
    actions.choose_support(case=case, by=suzuki, menu=kintone, reason="転記")
    actions.close(case=case, by=suzuki, result="introduced", level=1, topic=procedures)
    record = {menu: text(desk.get(reverse("menu_detail", args=[menu.key]))) for menu in (rpa, kintone)}
    assert "選択からクローズまで（中央値） ―" in record[rpa]
    assert "中止 1" in record[rpa]
    assert "導入・本稼働" not in record[rpa]
    assert "選択からクローズまで（中央値） 0日" in record[kintone]
    assert "導入・本稼働 1" in record[kintone]


def test_of_a_menu_chosen_twice_in_a_case_the_last_time_counts(desk, asahi, suzuki, procedures, rpa):
    case = make_case(asahi, problem=SHIFTS)
    for days in (90, 20):
        with clock.at(clock.now() - timedelta(days=days)):
            support = actions.choose_support(case=case, by=suzuki, menu=rpa, reason="転記")
            actions.change_support(support=support, by=suzuki, state=SupportState.DONE, outcome="よくなった。")
    actions.close(case=case, by=suzuki, result="supported", level=1, topic=procedures)
    page = text(desk.get(reverse("menu_detail", args=[rpa.key])))
    assert "選択からクローズまで（中央値） 20日" in page
    assert "支援 1" in page


def test_the_page_of_consultants_shows_the_contract_and_who_booked_how_much(desk, new_case, suzuki):
    contract = make_contract(100)
    support = actions.choose_support(case=new_case, by=suzuki, menu=contract.menu, reason="聞き取り")
    actions.book_hours(support=support, by=suzuki, hours=30, purpose="聞き取り")
    page = text(desk.get(reverse("menu_detail", args=[contract.menu.key])))
    assert "100時間 30時間 70時間" in page
    assert page.count("30時間") == 3  # of the contract, by case, and in the record of the menu


def test_only_the_office_sees_what_came_of_a_menu(client, asahi, suzuki, procedures, rpa, yamada, ict_member):
    case = used(asahi, suzuki, rpa, topic=procedures)
    for browser in (client, signed_in(yamada), signed_in(ict_member)):
        page = text(browser.get(reverse("catalogue_menu", args=[rpa.key])))
        assert case.number not in page
        assert "これまでの実績" not in page
        assert browser.get(reverse("menu_detail", args=[rpa.key])).status_code in (302, 404)


def test_evidence_asks_as_often_for_many_cases_as_for_few(desk, new_case, asahi, suzuki, procedures, rpa, kintone):
    paths = [
        reverse("case_support", args=[new_case.number]),
        reverse("menu_detail", args=[rpa.key]),
        reverse("menu_list"),
    ]

    def costs():
        counted = []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(path).status_code == 200
            counted.append(len(queries))
        return counted

    used(asahi, suzuki, rpa, topic=procedures)
    few = costs()
    assert max(few) <= 20
    for menu in [rpa, kintone] * 6:
        used(asahi, suzuki, menu, topic=procedures)
    assert costs() == few
