"""The tree of causes, as people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations import outline

words = (
    st.text("保守の人手が足りない0123abc -・", min_size=1)
    .map(str.strip)
    .filter(lambda text: text[:1] not in ("", "-", "・"))
)


@st.composite
def trees(draw):
    """Any tree of causes: no line lies more than one deeper than the line above it."""
    tree, deepest = [], 0
    for text in draw(st.lists(words, max_size=12)):
        depth = draw(st.integers(0, deepest))
        tree.append((depth, text))
        deepest = depth + 1
    return tree


@given(trees())
def test_it_reads_what_it_writes(tree):
    assert outline.read(outline.write(tree)) == tree


@given(trees(), st.sampled_from([" ", "  ", "    ", "\u3000", "\t"]), st.sampled_from(["\n", "\r\n", "\n\n \n"]))
def test_it_reads_every_kind_of_indentation(tree, blank, line_end):
    assert outline.read(line_end.join(blank * depth + text for depth, text in tree)) == tree


@given(trees(), st.sampled_from(["・", "- ", "* "]))
def test_it_reads_repeated_bullets_as_depth(tree, bullet):
    assert outline.read("\n".join(bullet * depth + text for depth, text in tree)) == tree


@given(st.text())
def test_it_makes_a_tree_of_anything(text):
    tree = outline.read(text)
    assert all(depth <= above + 1 for (depth, _), (above, _) in zip(tree, [(-1, ""), *tree], strict=False))
    assert outline.read(outline.write(tree)) == tree


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        (
            "時間がかかる\n・紙で届く\n・手で写す\n人が足りない",
            [(0, "時間がかかる"), (1, "紙で届く"), (1, "手で写す"), (0, "人が足りない")],
        ),
        ("・時間がかかる\n　・紙で届く\n　　- 様式がない", [(0, "時間がかかる"), (1, "紙で届く"), (2, "様式がない")]),
        ("　時間がかかる\n紙で届く", [(0, "時間がかかる"), (0, "紙で届く")]),
        ("時間がかかる\n        紙で届く\n    手で写す", [(0, "時間がかかる"), (1, "紙で届く"), (1, "手で写す")]),
        ("-5度で止まる\n- 暖房がない", [(0, "-5度で止まる"), (1, "暖房がない")]),
        ("時間がかかる\n---\n・\n\u200b\n", [(0, "時間がかかる")]),
    ],
)
def test_it_reads_what_people_write(typed, tree):
    assert outline.read(typed) == tree
