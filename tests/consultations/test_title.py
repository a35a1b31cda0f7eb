"""The title that a case gets out of the trouble as it was typed."""

import pytest

from consultations.actions import title_of
from consultations.preface import preface
from tests.consultations.library import publish_article


@pytest.fixture
def article(suzuki, sato):
    return publish_article(suzuki, sato)


@pytest.mark.parametrize(
    ("problem", "title"),
    [
        ("保育士の勤務シフトを自動作成したい。手作業で2日かかる。", "保育士の勤務シフトを自動作成したい"),
        ("お世話になっております。港北区地域振興課の田中です。\nPDFを検索したい。", "PDFを検索したい"),
        ("いつもお世話になります。電子申請の手続を教えてください。", "電子申請の手続を教えてください"),
        ("お疲れ様です。\n\nイントラのページを見やすくしたい", "イントラのページを見やすくしたい"),
        ("業務用の端末にソフトを入れたいです。", "業務用の端末にソフトを入れたいです"),
        ("離乳食教室の電子申請について相談です。", "離乳食教室の電子申請について相談です"),
        ("お世話になっております。", "お世話になっております"),
        ("なぜ？どうして？", "なぜ？"),
        ("長" * 60, "長" * 39 + "…"),
    ],
)
def test_it_is_the_first_sentence_without_the_greeting(problem, title):
    assert title_of(problem) == title


def test_it_has_forty_characters_at_most():
    assert len(title_of("あいうえお、" * 30)) <= 40


def test_it_says_the_trouble_and_not_which_article_was_read_before(article):
    assert title_of(f"{preface(article)}窓口の封筒に広告を載せたい。") == "窓口の封筒に広告を載せたい"
    assert title_of(preface(article)), "better than none"
