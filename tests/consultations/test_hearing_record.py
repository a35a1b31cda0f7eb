from datetime import timedelta

import pytest
from django.urls import reverse

from consultations import actions
from consultations.states import Status, Verdict
from office import clock
from tests.consultations.case_page import kinds, look, send
from tests.consultations.hearings import QUESTIONS, TREE, as_sent, held, prepared
from tests.factories import make_case


@pytest.fixture
def hearing(started_case, suzuki):
    return prepared(started_case, suzuki, place="第3会議室")


def opened(desk, hearing):
    return desk.get(reverse("case_hearing_record", args=[hearing.case.number, hearing.pk]))


def record(desk, hearing, **typed):
    """Open the page, type over it, send."""
    fields = as_sent(opened(desk, hearing), **typed)
    return send(desk, hearing.case, "hearing_record", hearing.pk, **fields)


def test_it_opens_with_what_is_known(desk, kohoku, pair, suzuki):
    case = make_case(kohoku, wants=["together"], expectation="紙をなくしたい。", phone="内線 12")
    form = opened(desk, prepared(case, suzuki, place="第3会議室")).context["form"]
    assert form["held_on"].value() == clock.today()
    assert form["place"].value() == "第3会議室"
    assert form["participants"].value() == "港北区地域振興課 田中 実\n鈴木 一郎\n佐藤 花子"
    assert form["wish"].value() == "・一緒に考えてほしい\n紙をなくしたい。"
    assert form["real_problem"].value() is None


def test_it_writes_down_what_was_said(desk, hearing, suzuki, sato):
    cause, paper, rest = hearing.hypotheses.all()
    once, who = hearing.questions.all()
    due = clock.today() + timedelta(days=7)
    response = record(
        desk,
        hearing,
        participants="田中、鈴木、佐藤",
        facts="月に1回、2日かけて作る。",
        wish="自動作成ツールがほしい。",
        real_problem="条件が一か所にまとまっていない。",
        purpose="作る時間を半分に。",
        **{f"verdict_{cause.pk}": "refuted", f"evidence_{cause.pk}": "実際は2日。", f"verdict_{paper.pk}": "supported"},
        **{f"answer_{once.pk}": "月に1回"},
        hypothesis_1_text="園ごとに様式が違う",
        hypothesis_1_under=str(paper.pk),
        hypothesis_1_verdict="unclear",
        question_0_text="休みの連絡は？",
        question_0_answer="電話で。",
        step_0_text="様式を集める",
        step_0_owner_name="田中 実",
        step_0_due_on=due,
        step_2_text="表計算で試す",
        step_2_owner=sato.pk,
        step_2_due_on=due,
    )
    assert response.status_code == 302
    hearing.refresh_from_db()
    assert (hearing.held_on, hearing.held_by, hearing.place) == (clock.today(), suzuki, "第3会議室")
    assert hearing.wish == "自動作成ツールがほしい。"
    assert hearing.real_problem == "条件が一か所にまとまっていない。"
    assert [(row.depth, row.text, row.verdict) for row in hearing.hypotheses.all()] == [
        (0, TREE[0][1], "refuted"),
        (1, TREE[1][1], "supported"),
        (2, "園ごとに様式が違う", "unclear"),
        (0, TREE[2][1], ""),
    ]
    assert list(hearing.questions.values_list("text", "answer")) == [
        (QUESTIONS[0], "月に1回"),
        (QUESTIONS[1], ""),
        ("休みの連絡は？", "電話で。"),
    ]
    assert [(step.text, step.who, step.due_on) for step in hearing.next_steps.all()] == [
        ("様式を集める", "田中 実", due),
        ("表計算で試す", "佐藤 花子", due),
    ]
    page = look(desk, hearing.case).content.decode()
    for words in (
        "自動作成ツールがほしい。",
        "園ごとに様式が違う",
        "実際は2日。",
        "支持",
        "否定",
        "休みの連絡は？",
        "様式を集める",
    ):
        assert words in page


def test_it_takes_a_new_case_up(desk, new_case):
    fields = as_sent(desk.get(reverse("case_hearing_record_new", args=[new_case.number])), facts="電話で聞いた。")
    assert send(desk, new_case, "hearing_record_new", **fields).status_code == 302
    new_case.refresh_from_db()
    [hearing] = new_case.hearings.all()
    assert (new_case.status, hearing.facts, hearing.starts_at) == (Status.STARTED, "電話で聞いた。", None)
    assert kinds(new_case)[-1] == "hearing_held"


def test_a_talk_nobody_had_prepared_takes_back_that_none_is_needed(new_case, suzuki):
    actions.need_no_hearing(case=new_case, by=suzuki)
    actions.record_unprepared_hearing(case=new_case, by=suzuki, held_on=clock.today())
    new_case.refresh_from_db()
    assert not new_case.hearing_unneeded


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"held_on": ""}, ["held_on"]),
        ({"held_on": "きのう"}, ["held_on"]),
        ({"held_on": clock.today() + timedelta(days=1)}, ["held_on"]),
        ({"held_on": "2016-11-24"}, ["held_on"]),
        ({"hypothesis_0_evidence": "根拠だけ"}, ["hypothesis_0_text"]),
        ({"hypothesis_0_text": "x", "hypothesis_0_under": "99999"}, ["hypothesis_0_under"]),
        ({"hypothesis_0_text": "x", "hypothesis_0_verdict": "maybe"}, ["hypothesis_0_verdict"]),
        ({"question_2_answer": "答えだけ"}, ["question_2_text"]),
        ({"step_0_text": "だれが？"}, ["step_0_due_on", "step_0_owner"]),
        ({"step_0_due_on": "2026-11-30"}, ["step_0_owner", "step_0_text"]),
        ({"step_0_text": "x", "step_0_owner_name": "田中", "step_0_due_on": "らいしゅう"}, ["step_0_due_on"]),
        ({"step_0_text": "x", "step_0_owner_name": "田中", "step_0_due_on": "2062-01-01"}, ["step_0_due_on"]),
        ({"step_0_text": "x", "step_0_owner": "0", "step_0_due_on": "2026-11-30"}, ["step_0_owner"]),
        ({"facts": "あ" * 10_001}, ["facts"]),
        ({"wish": "x\x00y"}, ["wish"]),
    ],
)
def test_it_says_what_to_mend_and_keeps_what_was_typed(desk, hearing, fields, wrong):
    response = record(desk, hearing, **{"real_problem": "消えては困る文", **fields})
    assert response.status_code == 422
    form = response.context["form"]
    assert sorted(form.errors) == wrong
    assert form["real_problem"].value() == "消えては困る文"
    for name, typed in fields.items():
        assert str(form[name].value()) == str(typed)
    hearing.refresh_from_db()
    assert not hearing.is_held


def test_a_step_belongs_to_one_person(desk, hearing, sato):
    step = {"step_0_text": "x", "step_0_due_on": clock.today(), "step_0_owner": sato.pk, "step_0_owner_name": "田中"}
    assert list(record(desk, hearing, **step).context["form"].errors) == ["step_0_owner"]


def test_it_is_not_written_down_for_a_closed_case(desk, hearing, procedures, suzuki):
    actions.close(case=hearing.case, by=suzuki, result="advised", level=2, topic=procedures)
    response = record(desk, hearing, facts="遅れて書いた事実")
    assert response.status_code == 409
    assert "遅れて書いた事実" in response.content.decode()


# --- putting the record right


@pytest.fixture
def on_record(started_case, suzuki):
    return held(started_case, suzuki)


def test_it_is_put_right_with_old_and_new_on_the_timeline(desk, on_record):
    cause = on_record.hypotheses.get(order=0)
    fields = {
        "real_problem": "承認が遅い。",
        f"verdict_{cause.pk}": "supported",
        f"evidence_{cause.pk}": "記録を見た。",
    }
    assert record(desk, on_record, **fields).status_code == 302
    entry = on_record.case.entries.newest_first()[0]
    assert entry.kind == "hearing_changed"
    assert entry.data["changes"]["real_problem"] == ["条件が一か所にまとまっていない。", "承認が遅い。"]
    page = look(desk, on_record.case).content.decode()
    assert "支持" in page
    assert f"<q>{cause.text}</q>" in page, "the change says of which hypothesis"


def test_it_writes_nothing_where_nothing_changed(desk, on_record):
    record(desk, on_record)
    assert kinds(on_record.case)[-1] == "hearing_held"


def test_what_came_later_is_added(desk, on_record):
    record(
        desk, on_record, hypothesis_0_text="後で分かった原因", question_0_text="後で聞いた", question_0_answer="はい"
    )
    assert on_record.hypotheses.last().text == "後で分かった原因"
    entry = on_record.case.entries.newest_first()[0]
    assert entry.data["new"]["questions"] == [["後で聞いた", "はい"]]
    assert "後で分かった原因" in look(desk, on_record.case).content.decode()


def test_a_closed_case_allows_it(desk, on_record, suzuki, procedures):
    actions.close(case=on_record.case, by=suzuki, result="advised", level=2, topic=procedures)
    assert record(desk, on_record, facts="書き忘れた事実").status_code == 302


def test_many_hypotheses_cost_no_more_than_one(desk, started_case, suzuki, django_assert_max_num_queries):
    one = prepared(started_case, suzuki, hypotheses=TREE[:1], questions=QUESTIONS[:1])
    many = prepared(started_case, suzuki, hypotheses=TREE[:1] * 30, questions=QUESTIONS[:1] * 30)
    opened(desk, one)
    with django_assert_max_num_queries(20) as few:
        opened(desk, one)
    with django_assert_max_num_queries(20) as more:
        opened(desk, many)
    assert len(more) == len(few)


# --- two at once


def test_what_two_write_to_different_questions_comes_together(desk, hearing, sato):
    first, second = hearing.questions.all()
    page = opened(desk, hearing)
    actions.record_hearing(hearing=hearing, by=sato, held_on=clock.today(), answers={first.pk: "佐藤が聞いた"})
    send(desk, hearing.case, "hearing_record", hearing.pk, **as_sent(page, **{f"answer_{second.pk}": "鈴木が聞いた"}))
    assert [question.answer for question in hearing.questions.all()] == ["佐藤が聞いた", "鈴木が聞いた"]


def test_what_two_write_to_the_same_question_is_not_lost(desk, hearing, sato):
    question = hearing.questions.all()[0]
    page = opened(desk, hearing)
    actions.record_hearing(hearing=hearing, by=sato, held_on=clock.today(), answers={question.pk: "佐藤が聞いた"})
    fields = as_sent(page, **{f"answer_{question.pk}": "鈴木が聞いた"})
    response = send(desk, hearing.case, "hearing_record", hearing.pk, **fields)
    assert response.status_code == 409
    assert "鈴木が聞いた" in response.content.decode()
    assert "佐藤が聞いた" in response.content.decode()


def test_what_is_written_to_a_hypothesis_taken_away_meanwhile_is_kept(desk, hearing, sato):
    gone = hearing.hypotheses.get(order=2)
    asked = hearing.questions.get(order=0)
    page = opened(desk, hearing)
    plan = {"starts_at": None, "minutes": 60, "place": "", "hypotheses": TREE[:2], "questions": QUESTIONS[1:]}
    actions.change_hearing(hearing=hearing, by=sato, **plan)
    typed = {f"verdict_{gone.pk}": "supported", f"evidence_{gone.pk}": "急な休みが週3回", f"answer_{asked.pk}": "月1回"}
    typed |= {"hypothesis_0_text": "別の原因", "hypothesis_0_evidence": "別の根拠"}
    response = send(desk, hearing.case, "hearing_record", hearing.pk, **as_sent(page, **typed))
    if response.status_code == 409:
        response = send(desk, hearing.case, "hearing_record", hearing.pk, **as_sent(response))
    assert response.status_code == 302
    found = hearing.hypotheses.get(text=gone.text)
    assert (found.verdict, found.evidence) == (Verdict.SUPPORTED, "急な休みが週3回")
    assert hearing.hypotheses.get(text="別の原因").evidence == "別の根拠"
    assert hearing.questions.get(text=asked.text).answer == "月1回"
