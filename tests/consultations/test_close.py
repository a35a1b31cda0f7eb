import pytest

from consultations.states import Result, Status
from tests.consultations.case_page import kinds, look, send, told


def test_it_notes_result_level_topic_and_lesson_and_tells_the_requester(desk, started_case, procedures):
    fields = {"result": "supported", "level": 4, "topic": procedures.pk, "lesson": "退職の前に引き継ぎ書を作る。"}
    send(desk, started_case, "close", **fields, version=started_case.version)
    started_case.refresh_from_db()
    assert (started_case.status, started_case.result, started_case.level) == (Status.COMPLETED, Result.SUPPORTED, 4)
    assert started_case.lesson == "退職の前に引き継ぎ書を作る。"
    assert kinds(started_case)[-1] == "closed"
    assert told(started_case, "closed") == [started_case.email]


@pytest.mark.parametrize("result", ["withdrawn", "duplicate", "mistaken"])
def test_it_asks_for_nothing_more_where_the_case_does_not_count(desk, started_case, result):
    assert send(desk, started_case, "close", result=result).status_code == 302
    started_case.refresh_from_db()
    assert (started_case.result, started_case.level, started_case.topic) == (result, None, None)


def test_it_tells_nobody_of_a_mistake(desk, started_case):
    send(desk, started_case, "close", result="mistaken")
    assert told(started_case, "closed") == []


def test_it_says_at_each_field_what_is_missing(desk, started_case, procedures):
    response = send(desk, started_case, "close", result="answered")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"level", "topic"}
    response = send(desk, started_case, "close", result="answered", level=4, topic=procedures.pk)
    assert response.context["form"].errors.keys() == {"lesson"}
    response = send(desk, started_case, "close")
    assert "result" in response.context["form"].errors


def test_it_leaves_nothing_to_answer_on_the_page(desk, closed_case):
    assert [p["form"].act for p in look(desk, closed_case).context["panels"]] == ["note", "reopen"]


def test_it_shows_what_was_learned(desk, started_case, procedures):
    send(desk, started_case, "close", result="advised", level=3, topic=procedures.pk, lesson="既存ツールで足りた。")
    assert look(desk, started_case).content.decode().count("既存ツールで足りた。") == 2
