"""Two people have the same page open, and both send."""

import resource
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consultations import actions
from office import clock
from tests.consultations.case_page import kinds, send, told
from tests.consultations.opened import Forms, Opened


@pytest.fixture
def opened(started_case):
    """What the page that 鈴木 opened carries along."""
    return {"version": started_case.version, "seen": started_case.entries.newest_first()[0].pk}


def test_it_keeps_the_words_and_shows_what_happened_meanwhile(desk, started_case, opened, sato, procedures):
    actions.close(case=started_case, by=sato, result="advised", level=2, topic=procedures)
    fields = {"text": "鈴木の答え", "level": 1, "topic": procedures.pk, "result": "answered"}
    response = send(desk, started_case, "answer", **fields, **opened)
    assert response.status_code == 409
    assert "鈴木の答え" in response.content.decode()
    assert [entry.kind for entry in response.context["news"]] == ["closed"]
    assert [panel["form"].act for panel in response.context["panels"] if panel["open"]] == ["answer"]
    assert kinds(started_case).count("reply") == 0


def test_it_carries_the_newest_version_so_that_sending_again_works(desk, started_case, opened, sato):
    actions.describe(case=started_case, by=sato, title="佐藤の件名", topic=None, level=None)
    fields = {"follow_up_on": (clock.today() + timedelta(days=30)).isoformat(), "text": "待つ理由"}
    response = send(desk, started_case, "hold", **fields, **opened)
    assert response.status_code == 409
    page = response.content.decode()
    assert f'name="version" value="{started_case.version}"' not in page
    fresh = response.context["case"].version
    assert f'name="version" value="{fresh}"' in page
    assert send(desk, started_case, "hold", **fields, version=fresh).status_code == 302


def test_it_does_not_mind_notes_in_between(desk, started_case, opened, sato):
    actions.add_note(case=started_case, by=sato, text="佐藤のメモ")
    assert send(desk, started_case, "reply", text="答え", **opened).status_code == 302


def test_it_says_so_where_the_page_carries_nonsense(desk, started_case):
    response = send(desk, started_case, "hold", follow_up_on=clock.today() + timedelta(days=30), version="x", seen="y")
    assert response.status_code == 422
    assert "version" in response.context["form"].errors


def test_it_carries_its_old_version_through_an_error(desk, started_case, opened, sato):
    """What is sent after it was put right must still be measured against what the person has seen."""
    actions.describe(case=started_case, by=sato, title="佐藤の件名", topic=None, level=None)
    form = Opened(desk, started_case, "hold")
    assert form.send(follow_up_on="x", **opened).status_code == 422
    assert form.fields["version"] == [str(opened["version"])]
    assert form.send(follow_up_on=(clock.today() + timedelta(days=30)).isoformat()).status_code == 409


def test_a_form_that_no_longer_fits_the_case_still_comes_back_with_the_reason(desk, started_case, sato, procedures):
    form = Opened(desk, started_case, "consultation_only")
    actions.close(case=started_case, by=sato, result="advised", level=2, topic=procedures)
    assert form.send(reason="鈴木の理由").status_code == 409
    assert form.fields["reason"] == ["鈴木の理由"]


@pytest.fixture
def full_disk(tmp_path, settings):
    """No file may grow beyond 12 MB: the system refuses to write on in the middle of it, as a full disk does."""
    settings.MEDIA_ROOT = tmp_path
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024**2  # the room is short where files are kept, not where they arrive
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (12 * 1024**2, hard))
    yield tmp_path
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("act", ["reply", "note", "answer"])
def test_a_full_disk_loses_nothing_that_was_typed(desk, started_case, procedures, full_disk, act):
    form = Opened(desk, started_case, act)
    fields = (
        form.fields | {"text": ["長い回答"]} | ({"level": ["1"], "topic": [procedures.pk]} if act == "answer" else {})
    )
    scan = SimpleUploadedFile("写し.pdf", b"%PDF-1.7 " + bytes(15 * 1024**2))
    response = desk.post(form.path, {**fields, "files": scan})
    assert response.status_code == 503
    page = response.content.decode()
    assert Forms(page).found[form.path]["text"] == ["長い回答"]
    assert "notice-error" in page
    assert response.context["files_lost"]
    assert kinds(started_case) == ["received", "taken_up"]
    assert told(started_case, "reply") == []
    assert [path for path in full_disk.rglob("*") if path.is_file()] == [], "the half-written file does not stay"
