"""ICT operations: /ict/, the questions put to them, and nothing else of the cases."""

from datetime import timedelta

import pytest

from consultations import actions, documents
from consultations.models import Case, TechnicalCheck
from consultations.states import Ruling
from office import clock
from office.models import Role, User
from tests.cast import signed_in
from tests.consultations.case_page import kinds
from tests.consultations.desk_pages import english, text
from tests.consultations.test_check import data_of
from tests.factories import make_case, make_user

QUESTION = "庁外のクラウドに住民の写真を置いてよいか。"


@pytest.fixture
def check(started_case: Case, suzuki: User, ict_member: User) -> TechnicalCheck:
    return actions.ask_check(case=started_case, by=suzuki, question=QUESTION)


@pytest.fixture
def ict(ict_member: User):
    """運用's browser."""
    return english(signed_in(ict_member))


@pytest.fixture
def second(db: None):
    """The browser of a second member of ICT operations."""
    return english(signed_in(make_user("ict2", "運用 進", role=Role.ICT)))


def answer(check: TechnicalCheck, **fields: object) -> dict[str, object]:
    sent = data_of(check, **fields)
    return {name: value for name, value in sent.items() if "thread_url" not in name}


# --- the list


def test_what_waits_comes_the_longest_wait_first(ict, started_case, suzuki, check):
    with clock.at(clock.now() - timedelta(days=2)):
        actions.ask_check(case=started_case, by=suzuki, question="二日前の問い")
    page = text(ict.get("/ict/"))
    assert page.index("二日前の問い") < page.index(QUESTION)


def test_only_what_was_put_to_them_is_there(ict, started_case, suzuki, check):
    thread = actions.ask_check(case=started_case, by=suzuki, question="スレッドの問い", put_to_ict=False)
    gone = actions.ask_check(case=started_case, by=suzuki, question="取り下げた問い")
    actions.withdraw_check(check=gone, by=suzuki)
    for query in ("", "?state=all"):
        page = text(ict.get(f"/ict/{query}"))
        assert QUESTION in page
        assert "スレッドの問い" not in page
        assert "取り下げた問い" not in page
    assert ict.get(f"/ict/{thread.pk}/").status_code == 404


def test_what_was_answered_can_be_searched(ict, started_case, check, suzuki, ict_member):
    actions.answer_check(check=check, by=ict_member, ruling="allowed", answer="匿名化すればよい。", rule="基準 5.2")
    other = actions.ask_check(case=started_case, by=suzuki, question="無線LANを会議室に置いてよいか。")
    actions.answer_check(check=other, by=ict_member, ruling="not_allowed", answer="持込みは不可。")
    assert "No question waits for an answer." in text(ict.get("/ict/"))
    for words in ("写真", "匿名化", "基準", "クラウド 住民", started_case.number, "ｸﾗｳﾄﾞ"):
        page = text(ict.get("/ict/", {"state": "answered", "q": words}))
        assert QUESTION in page, words
        if words != started_case.number:
            assert "無線LAN" not in page
    page = text(ict.get("/ict/", {"state": "answered", "ruling": "not_allowed"}))
    assert "無線LAN" in page
    assert QUESTION not in page


def test_a_search_finds_nothing_by_what_is_not_shown(ict, started_case, check):
    for hidden in ("田中", "tanaka"):
        assert QUESTION not in text(ict.get("/ict/", {"state": "all", "q": hidden}))
    assert QUESTION in text(ict.get("/ict/", {"state": "all", "q": started_case.title[:6]}))
    Case.objects.filter(pk=started_case.pk).update(sensitive=True)
    documents.put([started_case.pk])
    assert QUESTION not in text(ict.get("/ict/", {"state": "all", "q": started_case.title[:6]}))


def test_it_asks_the_database_the_same_at_2_and_22_rows(ict, started_case, suzuki, django_assert_max_num_queries):
    for n in range(2):
        actions.ask_check(case=started_case, by=suzuki, question=f"問い{n}")
    with django_assert_max_num_queries(6) as few:
        ict.get("/ict/")
    for n in range(20):
        actions.ask_check(case=started_case, by=suzuki, question=f"さらに{n}")
    with django_assert_max_num_queries(len(few)):
        assert text(ict.get("/ict/")).count("さらに") == 20


# --- one question


def test_it_shows_the_case_and_nothing_that_is_not_theirs(ict, kohoku, pair, suzuki, ict_member, procedures):
    case = make_case(kohoku, phone="内線 9876", expectation="秘書課の期待", folder=r"\\fs\秘密", cc=["cc@x.example.jp"])
    actions.describe(case=case, by=suzuki, title="写真の共有", topic=procedures, level=None)
    actions.add_note(case=case, by=suzuki, text="内輪のメモ")
    check = actions.ask_check(case=case, by=suzuki, question=QUESTION)
    page = ict.get(f"/ict/{check.pk}/").content.decode()
    for words in (
        QUESTION,
        case.number,
        "写真の共有",
        "港北区",
        procedures.name_en,
        case.problem,
        "鈴木 一郎",
        "内線 2101",
    ):
        assert words in page
    for words in ("田中", case.email, "9876", "秘書課の期待", "秘密", "cc@x", "内輪のメモ", case.token, "/desk/"):
        assert words not in page


def test_of_a_case_to_be_handled_with_care_they_learn_number_and_department(ict, started_case, check):
    Case.objects.filter(pk=started_case.pk).update(sensitive=True, title="秘密の件名", problem="秘密の相談")
    for path in ("/ict/", f"/ict/{check.pk}/"):
        page = ict.get(path).content.decode()
        assert QUESTION in page
        assert started_case.number in page
        assert "港北区" in page
        assert "秘密" not in page


def test_it_is_answered_and_the_next_one_comes(ict, started_case, check, ict_member):
    until = clock.today() + timedelta(days=365)
    fields = answer(check, ruling="application", answer="様式3で申請する。", rule="要綱 第4条", valid_until=until)
    assert ict.post(f"/ict/{check.pk}/", fields)["Location"] == "/ict/"
    check.refresh_from_db()
    assert (check.ruling, check.answer, check.rule, check.valid_until, check.answered_by) == (
        Ruling.APPLICATION,
        "様式3で申請する。",
        "要綱 第4条",
        until,
        ict_member,
    )
    assert kinds(started_case)[-1] == "check_answered"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ruling": ""}, "ruling"),
        ({"ruling": "maybe"}, "ruling"),
        ({"ruling": "conditional", "answer": " "}, "answer"),
        ({"ruling": "allowed", "answer": "あ" * 5001}, "answer"),
        ({"ruling": "allowed", "rule": "あ" * 301}, "rule"),
        ({"ruling": "allowed", "valid_until": "来年"}, "valid_until"),
        ({"ruling": "allowed", "valid_until": "2020-01-01"}, "valid_until"),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(ict, check, fields, field):
    response = ict.post(f"/ict/{check.pk}/", answer(check, **{"rule": "打った規程", **fields}))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert fields.get("rule", "打った規程") in response.content.decode()
    check.refresh_from_db()
    assert check.answered_at is None


def test_the_second_of_two_sees_the_answer_of_the_first_and_loses_no_text(ict, second, check, started_case):
    ict.post(f"/ict/{check.pk}/", answer(check, ruling="conditional", answer="国内に限る。", rule="基準 5.2"))
    response = second.post(f"/ict/{check.pk}/", answer(check, ruling="not_allowed", answer="外部への持出しにあたる。"))
    assert response.status_code == 409
    page = text(response)
    assert "運用 守 answered this question while you were writing" in page
    assert "国内に限る。" in page
    assert "外部への持出しにあたる。" in page
    assert "/desk/" not in response.content.decode()
    check.refresh_from_db()
    assert (check.ruling, check.answer) == ("conditional", "国内に限る。")
    # after a look at both, the second puts it right
    form = response.context["form"]
    again = {**{name: form.data.get(name) for name in form.data}, "version": form.present_version}
    assert second.post(f"/ict/{check.pk}/", again).status_code == 302
    check.refresh_from_db()
    assert (check.ruling, check.answer, check.answered_by.username) == (
        "not_allowed",
        "外部への持出しにあたる。",
        "ict2",
    )
    assert kinds(started_case)[-2:] == ["check_answered", "check_changed"]


def test_an_answer_to_a_withdrawn_question_is_refused_and_kept_on_the_page(ict, check, suzuki):
    fields = answer(check, ruling="allowed", answer="せっかく書いた回答")
    actions.withdraw_check(check=check, by=suzuki)
    response = ict.post(f"/ict/{check.pk}/", fields)
    assert response.status_code == 409
    assert "せっかく書いた回答" in response.content.decode()
    assert "has been withdrawn" in text(response)
    assert "was withdrawn" in text(ict.get(f"/ict/{check.pk}/"))


def test_an_answer_is_corrected(ict, check, started_case, ict_member):
    actions.answer_check(check=check, by=ict_member, ruling="allowed")
    check.refresh_from_db()
    assert ict.post(f"/ict/{check.pk}/", answer(check, ruling="not_allowed", answer="方針変更")).status_code == 302
    assert started_case.entries.newest_first()[0].data["changes"] == {
        "ruling": ["allowed", "not_allowed"],
        "answer": ["", "方針変更"],
    }


def test_a_double_click_answers_once(ict, check, started_case):
    fields = {**answer(check, ruling="allowed"), "once": "a" * 32}
    assert [ict.post(f"/ict/{check.pk}/", fields).status_code for _ in range(2)] == [302, 302]
    assert kinds(started_case).count("check_answered") == 1


# --- who comes here


def test_the_office_may_look_too_and_others_may_not(client, desk, check, yamada, tanaka):
    for path in ("/ict/", f"/ict/{check.pk}/"):
        assert desk.get(path).status_code == 200
        assert client.get(path).status_code == 302
        for outsider in (yamada, tanaka):
            assert signed_in(outsider).get(path).status_code == 404


def test_they_are_led_there_from_the_start_page(ict):
    page = ict.get("/")
    assert "See the questions put to you" in text(page)
    assert page.content.decode().count('href="/ict/"') == 2


@pytest.mark.parametrize("query", ["?state=nonsense", "?ruling=x", "?page=99999999999", "?q=%00", "?q=R99-999999"])
def test_an_address_that_makes_no_sense_is_no_fault(ict, check, query):
    assert ict.get(f"/ict/{query}").status_code in (200, 400)
    assert ict.get("/ict/99999999999999999999/").status_code == 404
