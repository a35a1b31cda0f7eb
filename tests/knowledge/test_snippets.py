"""What the list of a search shows of a document: the part where the words stand."""

from knowledge import shelf, snippets, text
from knowledge.words import vocabulary


def shown(said: str, question: str) -> str:
    words = vocabulary()
    asked = shelf.asked_for(text.clean(question), words)
    return "".join(f"[{part}]" if marked else part for part, marked in snippets.snippet(said, asked, words))


def test_a_line_that_says_more_than_the_word_comes_before_one_that_does_not(db):
    assert shown("RPA\n\nRPAは、くり返しの多い操作を自動化します。", "RPA").startswith("[RPA]は、")


def test_a_short_line_is_shown_where_there_is_no_other(db):
    assert shown("RPA\n\n別のことです。", "RPA") == "[RPA]"


def test_the_line_that_holds_most_of_the_words_is_shown(db):
    assert shown("遊具を点検する。\n遊具の点検票の様式を配ってください。", "遊具 点検 様式") == (
        "[遊具]の[点検]票の[様式]を配ってください。"
    )


def test_a_long_line_is_cut_around_the_words(db):
    line = "前置きの文です。" * 40 + "遊具の点検票です。" + "後書きの文です。" * 40
    part = shown(line, "点検")
    assert part.startswith("…")
    assert part.endswith("…")
    assert "[点検]" in part
    assert len(part) <= snippets.LENGTH + len("[]……")
