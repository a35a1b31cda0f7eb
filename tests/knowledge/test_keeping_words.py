"""How the leads keep the words of search, and that a change takes effect."""

import pytest

from knowledge.models import Respelling, Word
from knowledge.tasks import index_touched
from tests.consultations.desk_pages import english, text
from tests.factories import make_case

LIST = "/desk/keeping/words/"


def test_a_new_word_joins_what_was_two(desk, kohoku, pair):
    case = make_case(kohoku, problem="ハマサポの画面を直したい。")
    page = english(desk).post(f"{LIST}new/", {"name": "ハマサポ", "also": "浜支援"}, follow=True)
    assert "Search takes it up within minutes" in text(page)
    assert "Changes are being taken up" in text(page)
    index_touched()
    assert "Changes are being taken up" not in text(desk.get(LIST))
    assert case.number in text(desk.get("/search/", {"q": "浜支援"}))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": ""}, "Write what it is called."),
        ({"name": "ｐｃ"}, "belongs to the word “パソコン” already"),
        ({"also": "端末、PC"}, "belongs to the word “パソコン” already"),
        ({"also": "あ" * 41}, "is too long for a word"),
        ({"name": "一、二"}, "Write one word here"),
    ],
)
def test_what_cannot_be_kept_is_said(desk, typed, why):
    page = english(desk).post(f"{LIST}new/", {"name": "ハマサポ", "also": ""} | typed)
    assert page.status_code == 422
    assert why in text(page)
    assert not Respelling.objects.exists()


def test_a_word_goes_out_of_use(desk):
    word = Word.objects.get(name="パソコン")
    assert desk.get(f"{LIST}{word.pk}/drop/").status_code == 405
    desk.post(f"{LIST}{word.pk}/drop/")
    assert not Word.objects.filter(name="パソコン").exists()
    assert Respelling.objects.exists()
