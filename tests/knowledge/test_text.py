"""Words out of Japanese text."""

import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge import text
from knowledge.text import Vocabulary, tokens


@pytest.fixture(scope="module")
def house() -> Vocabulary:
    return Vocabulary(
        [
            ["パソコン", "PC", "パーソナルコンピュータ"],
            ["LoGoフォーム", "ロゴフォーム"],
            ["kintone", "キントーン"],
            ["AI-OCR", "AIOCR"],
            ["生成AI"],
            ["LINE", "ライン"],
        ]
    )


def terms(said: str, vocabulary: Vocabulary | None = None) -> list[str]:
    return [token.term for token in tokens(said, vocabulary or Vocabulary()) if not token.inside]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("申込み", "申し込み"),
        ("問合せ", "問い合わせ"),
        ("サーバ", "サーバー"),
        ("ＰＤＦ", "pdf"),
        ("ﾊﾟｿｺﾝ", "パソコン"),
        ("引越しを届け出た", "引っ越しを届け出る"),
        ("２,４００件", "2400件"),
    ],
)
def test_ways_to_write_the_same_are_one(one, other):
    assert terms(one) == terms(other) != []


def test_what_only_joins_words_is_left_out():
    assert terms("お世話になっております。補助金を、申請したいのですが。") == ["補助", "金", "申請"]


@pytest.mark.parametrize(
    ("said", "term"),
    [
        ("PCを借りる", "パソコン"),
        ("パーソナルコンピュータを借りる", "パソコン"),
        ("ＬｏＧｏフォームで受ける", "logoフォーム"),
        ("ロゴフォームで受ける", "logoフォーム"),
        ("キントーンアプリを作る", "kintone"),
        ("ＡＩ－ＯＣＲで読む", "ai-ocr"),
        ("AIOCRで読む", "ai-ocr"),
        ("生成AIを使う", "生成ai"),
    ],
)
def test_a_word_of_ours_is_one_however_it_is_written(said, term, house):
    assert terms(said, house)[0] == term


@pytest.mark.parametrize("said", ["オンラインで申請", "PCR検査", "ガイドラインを読む"])
def test_a_word_of_ours_is_not_found_inside_another(said, house):
    assert not {"line", "パソコン"} & set(terms(said, house))


def test_the_words_inside_a_word_of_ours_are_there_and_marked(house):
    inside = [token.term for token in tokens("生成AIを使う", house) if token.inside]
    assert inside == ["生成", "ai"]


def test_a_token_says_where_it_stands(house):
    said = "前置き\n次に、ＬｏＧｏフォームの申込み"
    assert [said[token.start : token.end] for token in tokens(said, house)] == [
        "前置き",
        "次",
        "ＬｏＧｏフォーム",
        "ＬｏＧｏ",
        "フォーム",
        "申込み",
    ]


@settings(deadline=None)
@given(st.text())
@example("\x00")
@example("\ud800")
@example("🎉" * 1_500)
@example("あ" * 3_000)
@example("キントーンアプリ" * 400)
@example("ﷺ" * 1_500)
def test_any_text_has_words_or_none(said):
    vocabulary = Vocabulary([["kintone", "キントーン"], ["a b", "ab"]])
    said = text.clean(said)
    for token in tokens(said, vocabulary):
        assert 0 < len(token.term) <= 40
        assert 0 <= token.start < token.end <= len(said)
        token.term.encode()


def test_every_thread_may_ask(house):
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: found.append(terms("生成AIで議事録を作る" * 50, house))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert all(each == found[0] for each in found)


def test_the_dictionary_is_not_opened_before_it_is_needed():
    """Most commands never search; the site and the worker open it with the first text."""
    import subprocess
    import sys

    code = (
        "import django; django.setup(); import knowledge.shelf, knowledge.text as t; print(t._dictionary.cache_info())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "currsize=0" in done.stdout
