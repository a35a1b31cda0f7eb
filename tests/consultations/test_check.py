"""Technical checks at the desk: asked of ICT operations or in a chat thread, answered, corrected, withdrawn."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from consultations import actions
from consultations.models import Case, TechnicalCheck
from consultations.states import Ruling
from office import clock
from office.models import Role
from outbox.models import Delivery
from tests.cast import signed_in
from tests.consultations.case_page import kinds, look, send, told
from tests.consultations.desk_pages import english, numbers, text
from tests.factories import make_case, make_user

QUESTION = "庁外のクラウドに住民の写真を置いてよいか。"
THREAD = "https://teams.microsoft.com/l/message/19%3Aabc/1700000000000?tenantId=x&groupId=y"


@pytest.fixture
def check(started_case: Case, suzuki, ict_member) -> TechnicalCheck:
    return actions.ask_check(case=started_case, by=suzuki, question=QUESTION)


@pytest.fixture
def answered(check: TechnicalCheck, ict_member) -> TechnicalCheck:
    return actions.answer_check(
        check=check,
        by=ict_member,
        ruling=Ruling.CONDITIONAL,
        answer="国内のリージョンに限る。",
        rule="情報セキュリティ対策基準 5.2",
        valid_until=clock.today() + timedelta(days=100),
    )


def data_of(check: TechnicalCheck, **fields: object) -> dict[str, object]:
    """What the browser sends of the form of an answer: what stood there, what stands there, and on which version."""
    names = ("ruling", "answer", "rule", "valid_until", "thread_url")
    stood = {name: getattr(check, name) or "" for name in names}
    before = {f"initial-{name}": value for name, value in stood.items()}
    return {**stood, **before, "version": check.version, **fields}


def test_the_database_takes_no_bare_no(answered):
    with pytest.raises(IntegrityError), transaction.atomic():
        TechnicalCheck.objects.filter(pk=answered.pk).update(answer="")
    TechnicalCheck.objects.filter(pk=answered.pk).update(answer="", ruling=Ruling.ALLOWED)


# --- asking


def test_it_is_put_to_ict_who_are_told_at_once(desk, started_case, suzuki, ict_member):
    make_user("ict2", "運用 進", role=Role.ICT, email="")
    make_user("ict3", "退職 者", role=Role.ICT, is_active=False)
    done = send(desk, started_case, "check_ask", question=QUESTION, put_to_ict="on")
    assert done["Location"] == f"{started_case.get_absolute_url()}#checks"
    [check] = started_case.checks.open()
    assert (check.question, check.put_to_ict, check.asked_by) == (QUESTION, True, suzuki)
    assert kinds(started_case)[-1] == "check_asked"
    assert told(started_case, f"check:{check.pk}") == [ict_member.email]
    mail = Delivery.objects.get(key=f"{started_case.label}:check:{check.pk}:asked")
    assert mail.subject == f"【DX相談・技術確認】港北区／{started_case.title}（{started_case.number}）"
    assert QUESTION in mail.body
    assert check.ict_url in mail.body
    assert started_case.email not in mail.body


def test_it_is_asked_in_a_thread_and_tells_nobody(desk, started_case, ict_member):
    send(desk, started_case, "check_ask", question=QUESTION, thread_url=THREAD)
    [check] = started_case.checks.open()
    assert (check.put_to_ict, check.thread_url) == (False, THREAD)
    assert not Delivery.objects.filter(key__contains="check")
    assert THREAD.replace("&", "&amp;") in look(desk, started_case).content.decode()


def test_it_takes_a_new_case_up(desk, new_case):
    send(desk, new_case, "check_ask", question=QUESTION)
    new_case.refresh_from_db()
    assert new_case.status == "started"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": " \n "}, "question"),
        ({"question": "あ" * 2001}, "question"),
        ({"question": QUESTION, "thread_url": "javascript:alert(1)"}, "thread_url"),
        ({"question": QUESTION, "thread_url": "ftp://example.jp/x"}, "thread_url"),
        ({"question": QUESTION, "thread_url": "スレッド参照"}, "thread_url"),
        ({"question": QUESTION, "thread_url": "https://example.jp/" + "x" * 1000}, "thread_url"),
    ],
)
def test_what_is_missing_or_wrong_comes_back_with_what_was_typed(desk, started_case, fields, field):
    response = send(desk, started_case, "check_ask", **fields)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert fields["question"].strip() in response.content.decode()
    assert not started_case.checks.exists()


def test_a_closed_case_asks_nothing(desk, closed_case):
    response = send(desk, closed_case, "check_ask", question=QUESTION)
    assert response.status_code == 409
    assert QUESTION in response.content.decode()
    assert "Ask ICT operations" not in text(english(desk).get(closed_case.get_absolute_url()))


def test_a_double_click_asks_once(desk, started_case, ict_member):
    for _ in range(2):
        response = send(desk, started_case, "check_ask", question=QUESTION, put_to_ict="on", once="a" * 32)
        assert response.status_code == 302
    assert started_case.checks.count() == 1


def test_it_says_so_where_nobody_at_ict_can_be_mailed(desk, started_case):
    page = english(desk).get(reverse("case_check_ask", args=[started_case.number]))
    assert "nobody is told by mail" in text(page)


# --- answering


def test_the_pair_writes_in_what_was_said_in_the_thread(desk, started_case, suzuki, sato):
    check = actions.ask_check(case=started_case, by=suzuki, question=QUESTION, put_to_ict=False)
    sent = data_of(check, thread_url=THREAD, ruling="not_allowed", answer="外部への持ち出しにあたる。")
    assert send(desk, started_case, "check", check.pk, **sent)["Location"].endswith("#checks")
    check.refresh_from_db()
    assert (check.ruling, check.thread_url, check.answered_by) == ("not_allowed", THREAD, suzuki)
    assert kinds(started_case)[-1] == "check_answered"
    assert told(started_case, f"check:{check.pk}:answered") == [sato.email], "who wrote it in knows"


def test_the_answer_of_ict_goes_to_the_pair_at_once(answered, started_case, suzuki, sato):
    assert told(started_case, f"check:{answered.pk}:answered") == [suzuki.email, sato.email]
    mail = Delivery.objects.get(key__endswith=":answered", address=suzuki.email)
    for words in (QUESTION, "条件付き可", "国内のリージョンに限る。", "対策基準 5.2", started_case.desk_url, "運用 守"):
        assert words in mail.body


def test_the_timeline_and_the_facts_tell_it(desk, answered, started_case):
    page = text(english(desk).get(started_case.get_absolute_url()))
    for words in ("Technical check answered", QUESTION, "国内のリージョンに限る。", "対策基準 5.2"):
        assert words in page
    assert page.count("Allowed with conditions") == 2


@pytest.mark.parametrize("ruling", ["conditional", "not_allowed", "application"])
def test_only_a_plain_yes_needs_no_words(desk, started_case, check, ruling):
    response = send(desk, started_case, "check", check.pk, **data_of(check, ruling=ruling))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["answer"]
    with pytest.raises(actions.ActionRefused):
        actions.answer_check(check=check, by=check.asked_by, ruling=ruling)
    assert send(desk, started_case, "check", check.pk, **data_of(check, ruling="allowed")).status_code == 302


def test_it_needs_a_ruling_that_exists(desk, started_case, check):
    for ruling in ("", "maybe"):
        response = send(desk, started_case, "check", check.pk, **data_of(check, ruling=ruling, answer="はい"))
        assert response.status_code == 422
        assert "ruling" in response.context["form"].errors


def test_an_answer_cannot_be_over_before_it_is_given(desk, started_case, check, ict_member):
    yesterday = clock.today() - timedelta(days=1)
    sent = data_of(check, ruling="allowed", valid_until=yesterday.isoformat())
    response = send(desk, started_case, "check", check.pk, **sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["valid_until"]
    with pytest.raises(actions.ActionRefused):
        actions.answer_check(check=check, by=ict_member, ruling="allowed", valid_until=yesterday)
    assert send(desk, started_case, "check", check.pk, **data_of(check, ruling="allowed", valid_until=clock.today()))


def test_a_question_withdrawn_meanwhile_is_not_answered_and_the_words_are_kept(desk, started_case, check, suzuki):
    sent = data_of(check, ruling="allowed", answer="長い回答の下書き")
    actions.withdraw_check(check=check, by=suzuki)
    response = send(desk, started_case, "check", check.pk, **sent)
    assert response.status_code == 409
    assert "長い回答の下書き" in response.content.decode()
    check.refresh_from_db()
    assert check.answered_at is None


def test_an_answer_given_meanwhile_is_not_overruled(desk, started_case, check, ict_member):
    sent = data_of(check, ruling="not_allowed", answer="鈴木が聞いた回答")
    actions.answer_check(check=check, by=ict_member, ruling="allowed", answer="運用の回答")
    response = send(desk, started_case, "check", check.pk, **sent)
    assert response.status_code == 409
    page = response.content.decode()
    assert "運用の回答" in page
    assert "鈴木が聞いた回答" in page
    check.refresh_from_db()
    assert (check.ruling, check.answer) == ("allowed", "運用の回答")
    fresh = response.context["form"]
    again = {**{key: fresh.data.get(key) for key in fresh.data}, "version": check.version}
    assert send(desk, started_case, "check", check.pk, **again).status_code == 302
    check.refresh_from_db()
    assert (check.ruling, check.answer) == ("not_allowed", "鈴木が聞いた回答")


# --- afterwards


def test_a_correction_keeps_old_and_new_and_tells_the_pair(desk, started_case, answered, suzuki, sato):
    sent = data_of(answered, ruling="not_allowed", answer="方針が変わった。")
    assert send(desk, started_case, "check", answered.pk, **sent).status_code == 302
    entry = started_case.entries.newest_first()[0]
    assert entry.kind == "check_changed"
    assert entry.data["changes"] == {
        "ruling": ["conditional", "not_allowed"],
        "answer": ["国内のリージョンに限る。", "方針が変わった。"],
    }
    assert told(started_case, f"check:{answered.pk}:corrected") == [sato.email]
    page = text(english(desk).get(started_case.get_absolute_url()))
    assert "Allowed with conditions → Not allowed" in page


def test_a_correction_that_changes_nothing_leaves_no_trace(desk, started_case, answered):
    before = kinds(started_case)
    send(desk, started_case, "check", answered.pk, **data_of(answered))
    assert kinds(started_case) == before
    assert not told(started_case, f"check:{answered.pk}:corrected")


def test_the_words_of_an_expired_answer_can_be_corrected_without_renewing_it(desk, started_case, answered):
    with clock.at(clock.now() + timedelta(days=101)):
        sent = data_of(answered, answer="表現を直した。")
        assert send(desk, started_case, "check", answered.pk, **sent).status_code == 302
        answered.refresh_from_db()
        assert answered.has_expired
        sent = data_of(answered, valid_until=(clock.today() - timedelta(days=2)).isoformat())
        assert send(desk, started_case, "check", answered.pk, **sent).status_code == 422


def test_an_answer_past_its_day_is_marked_as_expired(desk, started_case, answered):
    address = reverse("case_check", args=[started_case.number, answered.pk])
    assert "Expired" not in text(english(desk).get(address))
    with clock.at(clock.now() + timedelta(days=101)):
        assert "Expired" in text(desk.get(address))
        assert "Expired" in text(look(desk, started_case))


def test_the_link_to_the_thread_is_added_and_changed_with_old_and_new(desk, started_case, check):
    assert send(desk, started_case, "check_thread", check.pk, thread_url=THREAD, version=1).status_code == 302
    entry = started_case.entries.newest_first()[0]
    assert (entry.kind, entry.data["changes"]) == ("check_changed", {"thread_url": ["", THREAD]})
    assert send(desk, started_case, "check_thread", check.pk, thread_url="x", version=2).status_code == 422


def test_a_changed_link_is_no_new_answer(answered, suzuki, ict_member):
    check = actions.correct_answer(
        check=answered,
        by=suzuki,
        ruling=answered.ruling,
        answer=answered.answer,
        rule=answered.rule,
        valid_until=answered.valid_until,
        thread_url=THREAD,
    )
    assert (check.thread_url, check.answered_by) == (THREAD, ict_member)


def test_a_question_is_withdrawn_once(desk, started_case, check):
    assert send(desk, started_case, "check_withdraw", check.pk, version=check.version).status_code == 302
    assert kinds(started_case)[-1] == "check_withdrawn"
    assert send(desk, started_case, "check_withdraw", check.pk, version=check.version).status_code == 409
    assert kinds(started_case).count("check_withdrawn") == 1


def test_an_answered_question_cannot_be_withdrawn(desk, started_case, answered):
    assert send(desk, started_case, "check_withdraw", answered.pk, version=answered.version).status_code == 409
    answered.refresh_from_db()
    assert answered.withdrawn_at is None


# --- the case around it


def test_the_case_stands_in_its_queue_while_it_waits(desk, started_case, check, suzuki):
    actions.ask_check(case=started_case, by=suzuki, question="もう一つの問い")
    assert numbers(desk.get("/desk/cases/?queue=ict")) == [started_case.number]
    assert "With ICT operations 1" in text(english(desk).get("/desk/"))
    for waiting in started_case.checks.open():
        actions.withdraw_check(check=waiting, by=suzuki)
    assert numbers(desk.get("/desk/cases/?queue=ict")) == []


@pytest.mark.parametrize("act", ["close", "answer"])
def test_a_case_is_not_closed_while_a_check_waits(desk, started_case, check, procedures, act):
    fields = {"result": "answered", "level": 1, "topic": procedures.pk, "text": "回答です。"}
    response = send(desk, started_case, act, **fields, version=started_case.version)
    assert response.status_code == 409
    assert QUESTION in response.content.decode()
    assert "回答です。" in response.content.decode() or act == "close"
    actions.withdraw_check(check=check, by=check.asked_by)
    assert send(desk, started_case, act, **fields, version=started_case.version).status_code == 302


def test_the_check_of_another_case_is_not_found_here(desk, check, kohoku, pair):
    other = make_case(kohoku)
    for name in ("case_check", "case_check_thread", "case_check_withdraw"):
        assert desk.get(reverse(name, args=[other.number, check.pk])).status_code == 404
        assert desk.post(reverse(name, args=[other.number, check.pk])).status_code == 404


def test_checks_cost_the_page_of_a_case_one_query(desk, started_case, suzuki, django_assert_max_num_queries):
    look(desk, started_case)
    with django_assert_max_num_queries(20) as few:
        look(desk, started_case)
    for n in range(20):
        actions.ask_check(case=started_case, by=suzuki, question=f"問い{n}")
    with django_assert_max_num_queries(len(few)):
        look(desk, started_case)


def test_they_are_closed_to_others(check, started_case, client, yamada, tanaka, ict_member):
    paths = [
        reverse("check_list"),
        reverse("case_check_ask", args=[started_case.number]),
        reverse("case_check", args=[started_case.number, check.pk]),
    ]
    for path in paths:
        assert client.get(path).status_code == 302
        for outsider in (yamada, tanaka, ict_member):
            assert signed_in(outsider).get(path).status_code == 404
            assert signed_in(outsider).post(path).status_code in (404, 405)


def test_the_requester_sees_nothing_of_it(client, answered, started_case):
    page = client.get(f"/receipts/{started_case.token}/").content.decode()
    assert QUESTION not in page
    assert "国内のリージョンに限る。" not in page


def test_a_case_to_be_handled_with_care_says_number_and_department_and_no_more(started_case, suzuki, ict_member):
    Case.objects.filter(pk=started_case.pk).update(sensitive=True, title="秘密の件名")
    started_case.refresh_from_db()
    check = actions.ask_check(case=started_case, by=suzuki, question="秘密の問い", thread_url="https://x.jp/秘密")
    answer = {"ruling": "not_allowed", "answer": "秘密の回答", "rule": "秘密の規程"}
    check = actions.answer_check(check=check, by=ict_member, **answer)
    actions.correct_answer(check=check, by=ict_member, **answer | {"answer": "秘密の回答2"})
    mails = Delivery.objects.filter(key__contains=f"check:{check.pk}")
    assert len({mail.key for mail in mails}) == 3
    for mail in mails:
        assert "秘密" not in mail.subject + mail.body
        assert "不可" not in mail.body
        assert started_case.number in mail.body
        assert "港北区" in mail.body


def test_the_mails_hold_the_words_as_typed_no_gaps_and_the_office_at_the_foot(started_case, suzuki, ict_member):
    words = "庁外の <クラウド> & \"写真\"\n\n'可'？"
    check = actions.ask_check(case=started_case, by=suzuki, question=words, thread_url=THREAD)
    check = actions.answer_check(check=check, by=ict_member, ruling="allowed", answer=words)
    actions.correct_answer(check=check, by=ict_member, ruling="allowed", answer="")
    told = Delivery.objects.filter(key__contains="check:")
    mails = {mail.key.split(":")[4]: mail.body for mail in told}
    assert mails.keys() == {"asked", "answered", "corrected"}
    assert THREAD in mails["asked"]
    for body in mails.values():
        assert words in body
        assert body.split("\n")[-4:-2] == ["デジタル・デザイン室", "メール：dx-soudan@city.example.jp"]
        for sign in ("&lt;", "&amp;", "&quot;", "&#", "{{", "{%", "\n\n\n", "None"):
            assert sign not in body
