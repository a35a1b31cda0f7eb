"""The search answers well: the questions of tests/knowledge/quality, put to the demo year.

The floors lie a little below what `python -m bench quality` prints, so that a change that makes it worse is noticed.
"""

from tests.knowledge import quality

RECALL, MRR = 0.86, 0.74


def test_the_questions_are_many_and_name_stories_that_there_are():
    known = {document.key.partition("/")[0] for document in quality.documents()}
    asked = quality.queries()
    assert len(asked) >= 150
    assert {story for query in asked for story in query.right} <= known


def test_what_is_asked_in_other_words_is_found(db):
    quality.fill()
    figures = quality.figures(quality.similar)
    assert figures.recall >= RECALL, figures
    assert figures.mrr >= MRR, figures
