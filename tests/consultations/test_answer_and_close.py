import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from consultations import actions
from consultations.states import Result, Status
from tests.consultations.case_page import kinds, look, send, told
from tests.factories import make_case


def test_it_replies_and_closes_in_one_submit_with_one_mail(desk, new_case, procedures):
    fields = {"text": "手引きの3ページをご覧ください。", "level": 1, "topic": procedures.pk, "result": "answered"}
    response = send(desk, new_case, "answer", **fields, version=new_case.version)
    assert response["Location"] == new_case.get_absolute_url()
    new_case.refresh_from_db()
    assert (new_case.status, new_case.result, new_case.level) == (Status.COMPLETED, Result.ANSWERED, 1)
    assert new_case.topic == procedures
    assert kinds(new_case) == ["received", "reply", "closed"]
    assert told(new_case, "reply") == [new_case.email]
    assert told(new_case, "closed") == []


def test_it_is_the_form_at_hand_on_a_new_case(desk, new_case):
    page = look(desk, new_case)
    assert [panel["form"].act for panel in page.context["panels"] if panel["open"]] == ["answer"]


def test_it_needs_no_more_than_the_words_and_a_topic_where_only_the_procedure_was_asked_for(desk, kohoku, pair):
    form = look(desk, make_case(kohoku, wants=["procedure"])).context["panels"][0]["form"]
    assert (form["level"].value(), form["result"].value()) == (1, "answered")
    form = look(desk, make_case(kohoku, wants=["procedure", "together"])).context["panels"][0]["form"]
    assert form["level"].value() is None


def test_it_says_at_each_field_what_is_missing_and_keeps_what_was_typed(desk, new_case):
    response = send(desk, new_case, "answer", text="ここに答え", level=3, result="advised")
    assert response.status_code == 422
    form = response.context["form"]
    assert form.errors.keys() == {"topic", "lesson"}
    assert (form["text"].value(), form["level"].value(), form["result"].value()) == ("ここに答え", "3", "advised")
    assert kinds(new_case) == ["received"]


def test_it_asks_for_a_lesson_from_level_3_up(desk, new_case, procedures):
    fields = {"text": "別の方法があります。", "level": 3, "topic": procedures.pk, "result": "advised"}
    assert send(desk, new_case, "answer", **fields).context["form"].errors.keys() == {"lesson"}
    assert send(desk, new_case, "answer", **fields, lesson="まず既存ツールで試す。").status_code == 302
    new_case.refresh_from_db()
    assert new_case.lesson == "まず既存ツールで試す。"


def test_it_sends_files_along(desk, new_case, procedures):
    fields = {"text": "様式です。", "level": 1, "topic": procedures.pk, "result": "answered"}
    send(desk, new_case, "answer", **fields, files=[SimpleUploadedFile("様式.pdf", b"%PDF-1.7 x")])
    assert [file.entry.kind for file in new_case.attachments.all()] == ["reply"]


def test_it_takes_a_double_click_once(desk, new_case, procedures):
    fields = {"text": "はい。", "level": 1, "topic": procedures.pk, "result": "answered", "once": uuid.uuid4().hex}
    for _click in range(2):
        assert send(desk, new_case, "answer", **fields, version=new_case.version).status_code == 302
    assert kinds(new_case) == ["received", "reply", "closed"]


def test_it_waits_while_a_question_lies_with_the_weekly_meeting(desk, started_case, suzuki, procedures):
    actions.ask_meeting(case=started_case, by=suzuki, kind="direction", question="この方向でよいか。")
    fields = {"text": "はい。", "level": 1, "topic": procedures.pk, "result": "answered"}
    response = send(desk, started_case, "answer", **fields)
    assert response.status_code == 409
    assert "この方向でよいか。" in response.context["form"].non_field_errors()[0]
    started_case.refresh_from_db()
    assert started_case.is_open
    assert "reply" not in kinds(started_case)


def test_it_refuses_a_level_or_topic_that_is_not_offered(desk, new_case, procedures):
    procedures.is_active = False
    procedures.save()
    response = send(desk, new_case, "answer", text="x", level=9, topic=procedures.pk, result="withdrawn")
    assert response.status_code == 422
    assert {"level", "topic", "result"} <= response.context["form"].errors.keys()
