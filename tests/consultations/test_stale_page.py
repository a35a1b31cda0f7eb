"""Two people have the same page open, and both send."""

from datetime import timedelta

import pytest

from consultations import actions
from office import clock
from tests.consultations.case_page import kinds, send


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
