from consultations import actions
from tests.consultations.case_page import kinds, look, send


def test_it_brings_a_question_to_the_weekly_meeting(desk, started_case, suzuki):
    send(desk, started_case, "ask", kind="direction", question="この方向でよいか。")
    [ask] = started_case.asks.open()
    assert (ask.kind, ask.question, ask.asked_by) == ("direction", "この方向でよいか。", suzuki)
    assert kinds(started_case)[-1] == "asked_meeting"


def test_it_needs_a_reason_and_a_question(desk, started_case):
    response = send(desk, started_case, "ask")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"kind", "question"}


def test_it_is_offered_once_at_a_time(desk, started_case):
    send(desk, started_case, "ask", kind="direction", question="この方向でよいか。")
    assert "ask" not in [p["form"].act for p in look(desk, started_case).context["panels"]]
    response = send(desk, started_case, "ask", kind="no_idea", question="二つ目の問い")
    assert response.status_code == 409
    assert "二つ目の問い" in response.content.decode()


def test_it_can_be_taken_back(desk, started_case, suzuki):
    actions.ask_meeting(case=started_case, by=suzuki, kind="direction", question="この方向でよいか。")
    send(desk, started_case, "ask_withdraw")
    assert not started_case.asks.open()
    assert kinds(started_case)[-1] == "ask_withdrawn"


def test_it_is_refused_to_take_back_what_is_settled(desk, started_case, suzuki):
    ask = actions.ask_meeting(case=started_case, by=suzuki, kind="direction", question="この方向でよいか。")
    actions.record_meeting_advice(ask=ask, by=suzuki, advice="その方向でよい。", held_on="2026-11-24")
    assert send(desk, started_case, "ask_withdraw").status_code == 409
    page = look(desk, started_case).content.decode()
    assert "その方向でよい。" in page


def test_it_says_so_where_nothing_was_asked(desk, started_case):
    assert send(desk, started_case, "ask_withdraw")["Location"] == started_case.get_absolute_url()


def test_it_takes_a_new_case_up(new_case, suzuki):
    actions.ask_meeting(case=new_case, by=suzuki, kind="no_idea", question="案はありますか")
    new_case.refresh_from_db()
    assert new_case.status == "started"
