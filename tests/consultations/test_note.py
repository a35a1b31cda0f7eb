import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from consultations import actions
from tests.consultations.case_page import kinds, look, send, told


def test_it_stays_in_the_office(desk, started_case):
    send(desk, started_case, "note", text="規程の第5条を確認。\r\n広報課にも聞く。")
    entry = started_case.entries.newest_first()[0]
    assert (entry.kind, entry.text, entry.shared) == ("note", "規程の第5条を確認。\n広報課にも聞く。", False)
    assert told(started_case, "note") == []


def test_it_takes_files_that_come_back_as_downloads(desk, started_case):
    send(desk, started_case, "note", text="様式", files=[SimpleUploadedFile("様式.pdf", b"%PDF-1.7 x")])
    [file] = started_case.attachments.all()
    assert file.entry.kind == "note"
    assert "様式.pdf" in look(desk, started_case).content.decode()
    response = desk.get(f"{started_case.get_absolute_url()}files/{file.pk}/")
    assert b"".join(response.streaming_content) == b"%PDF-1.7 x"
    assert response["Content-Disposition"].startswith("attachment")


def test_it_is_refused_with_a_file_that_cannot_be_taken_and_keeps_the_text(desk, started_case):
    response = send(desk, started_case, "note", text="様式を保存", files=[SimpleUploadedFile("a.exe", b"MZ")])
    assert response.status_code == 422
    assert "様式を保存" in response.content.decode()
    assert kinds(started_case) == ["received", "taken_up"]


def test_it_needs_words(desk, started_case):
    response = send(desk, started_case, "note", text=" ")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"text"}


def test_it_takes_a_double_click_once(desk, started_case):
    key = uuid.uuid4().hex
    for _click in range(2):
        assert send(desk, started_case, "note", text="一度だけ", once=key).status_code == 302
    assert kinds(started_case) == ["received", "taken_up", "note"]


def test_it_takes_other_words_written_after_going_back(desk, started_case):
    key = uuid.uuid4().hex
    send(desk, started_case, "note", text="一つ目", once=key)
    send(desk, started_case, "note", text="二つ目", once=key)
    assert kinds(started_case) == ["received", "taken_up", "note", "note"]


def test_it_can_be_sent_again_after_a_refusal(desk, started_case, monkeypatch):
    key = uuid.uuid4().hex
    with monkeypatch.context() as patch:
        patch.setattr(actions, "add_note", refuse)
        assert send(desk, started_case, "note", text="もう一度", once=key).status_code == 409
    assert send(desk, started_case, "note", text="もう一度", once=key).status_code == 302
    assert kinds(started_case) == ["received", "taken_up", "note"]


def refuse(**_words):
    raise actions.ActionRefused("Not now.")


def test_it_can_be_written_on_a_closed_case(desk, closed_case):
    send(desk, closed_case, "note", text="後日談")
    assert kinds(closed_case)[-1] == "note"
