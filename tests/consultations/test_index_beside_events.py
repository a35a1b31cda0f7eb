"""The index is built anew while people work: what an event has written by then is in it, on both engines."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from consultations import actions, documents
from consultations.models.case_queryset import CASE
from knowledge import actions as actions_of_articles
from knowledge import shelf, sources
from knowledge.documents import SOURCE as ARTICLES
from knowledge.models import Audience
from tests.consultations.hearings import prepared
from tests.factories import make_case, make_department
from tests.knowledge.articles import make_article

pytestmark = pytest.mark.django_db(transaction=True)
CASES = next(source for source in documents.SOURCES if source.kind == CASE)


def rebuilt_while(event: Callable[[], Any], source: sources.Source) -> None:
    """Begin the event, then the rebuild, and let the event end while the rebuild is waiting or done."""
    begun, failed = threading.Event(), []

    def rebuild() -> None:
        try:
            begun.wait(10)
            list(sources.rebuild(source))
        except Exception as raised:
            failed.append(raised)
        finally:
            connection.close()

    thread = threading.Thread(target=rebuild)
    thread.start()
    with transaction.atomic():
        event()
        begun.set()
        thread.join(0.7)
    thread.join(30)
    assert not thread.is_alive(), "the rebuild waits for ever"
    assert not failed, failed


def found(words: str) -> list[str]:
    return [hit.document.key for hit in shelf.find(words, audience=Audience.OFFICE)]


def test_the_first_hearing_of_a_case_is_in_it(started_case, suzuki):
    rebuilt_while(lambda: prepared(started_case, suzuki), CASES)
    assert found("散らばっている 承認") == [str(started_case.pk)]


def test_a_case_that_moves_to_another_department_stays_in_it(kohoku, pair, suzuki):
    case, midori = make_case(kohoku), make_department("緑区", order=12)
    rebuilt_while(lambda: actions.correct_origin(case=case, by=suzuki, department=midori), CASES)
    assert found("緑区") == [str(case.pk)]


def test_an_article_is_in_it_as_it_was_published_meanwhile(suzuki, sato):
    article = make_article(suzuki, sato)
    actions_of_articles.begin_edition(article=article, by=suzuki)
    actions_of_articles.change_draft(
        article=article, by=suzuki, question="印鑑の廃止", answer="押印は要りません。", offer=True
    )
    rebuilt_while(lambda: actions_of_articles.publish(article=article, by=sato), ARTICLES)
    assert found("印鑑") == [str(article.pk)]
    assert found("電子申請") == []
