from consultations.states import Status
from tests.consultations.case_page import kinds, send


def test_it_puts_a_closed_case_back_to_work(desk, closed_case):
    send(desk, closed_case, "reopen", text="続きの相談があった。", version=closed_case.version)
    closed_case.refresh_from_db()
    assert (closed_case.status, closed_case.closed_at, closed_case.result) == (Status.STARTED, None, "")
    entry = closed_case.entries.newest_first()[0]
    assert (entry.kind, entry.text) == ("reopened", "続きの相談があった。")


def test_it_is_refused_where_the_case_is_in_work(desk, started_case):
    assert send(desk, started_case, "reopen").status_code == 409
    assert "reopened" not in kinds(started_case)
