"""What became of suggestions is counted once for a form, and says nothing about anybody."""

import uuid

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from knowledge import actions
from knowledge.actions.showing import showing_of
from knowledge.models import Miss, Showing, ShownDocument
from office import clock

pytestmark = pytest.mark.django_db

FORM = uuid.UUID("7d0c5f2e-3d0f-4b57-9a44-2f1b8a4a6f10")
ARTICLE, OTHER, EXAMPLE = ("article", "1"), ("article", "2"), ("example", "1")


def show(*documents: tuple[str, str], form: uuid.UUID = FORM) -> Showing:
    actions.show(form=form, documents=documents)
    return Showing.objects.get(pk=showing_of(form))


def solve(document: tuple[str, str] = ARTICLE, form: uuid.UUID = FORM) -> bool:
    return actions.note_solved(form=form, kind=document[0], key=document[1])


def open_one(document: tuple[str, str] = ARTICLE, form: uuid.UUID = FORM) -> bool:
    return actions.note_opened(form=form, kind=document[0], key=document[1])


def places() -> dict[tuple[str, str], int]:
    return {(each.kind, each.key): each.place for each in ShownDocument.objects.all()}


# --- shown


def test_a_form_is_one_showing_however_often_something_is_shown_beside_it():
    show(ARTICLE)
    show(ARTICLE, EXAMPLE)
    show(EXAMPLE)
    assert Showing.objects.count() == 1
    assert places() == {ARTICLE: 1, EXAMPLE: 1}


def test_a_document_keeps_the_best_place_it_ever_had():
    show(ARTICLE, OTHER)
    show(OTHER, ARTICLE)
    assert places() == {ARTICLE: 1, OTHER: 1}
    show(EXAMPLE, OTHER, ARTICLE)
    assert places() == {ARTICLE: 1, OTHER: 1, EXAMPLE: 1}


def test_the_database_knows_one_end_of_a_showing_and_one_document_that_solved_it():
    shown = show(ARTICLE, OTHER)
    solve()
    with pytest.raises(IntegrityError), transaction.atomic():
        Showing.objects.filter(pk=shown.pk).update(sent_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        shown.documents.update(solved=True)


def test_two_forms_are_two_showings():
    show(ARTICLE)
    show(ARTICLE, form=uuid.uuid4())
    assert Showing.objects.count() == 2


def test_nothing_is_written_while_nothing_new_is_shown():
    show(ARTICLE, EXAMPLE)
    with CaptureQueriesContext(connection) as queries:
        actions.show(form=FORM, documents=[ARTICLE, EXAMPLE])
    assert len(queries) == 1
    assert queries[0]["sql"].startswith("SELECT")


# --- opened


def test_opening_counts_once():
    show(ARTICLE)
    assert open_one()
    first = ShownDocument.objects.get().opened_at
    assert open_one()
    assert ShownDocument.objects.get().opened_at == first


def test_what_was_not_shown_beside_the_form_cannot_be_opened_or_solve_it():
    show(ARTICLE)
    assert not open_one(OTHER)
    assert not open_one(ARTICLE, form=uuid.uuid4())
    assert not solve(OTHER)
    assert not solve(ARTICLE, form=uuid.uuid4())
    assert Showing.objects.get().solved_at is None


# --- solved, and sent all the same


def test_one_click_says_which_document_was_the_answer_and_a_second_click_changes_nothing():
    show(ARTICLE, EXAMPLE)
    assert solve()
    at = Showing.objects.get().solved_at
    assert solve()
    assert solve(EXAMPLE)
    assert Showing.objects.get().solved_at == at
    assert [(each.kind, each.key) for each in ShownDocument.objects.filter(solved=True)] == [ARTICLE]


def test_whoever_goes_on_writing_has_not_been_helped():
    show(ARTICLE)
    solve()
    actions.take_back_solved(form=FORM)
    assert Showing.objects.get().solved_at is None
    assert not ShownDocument.objects.filter(solved=True)


def test_solved_and_then_sent_is_sent_and_no_longer_solved():
    show(ARTICLE)
    solve()
    actions.note_sent(form=FORM)
    showing = Showing.objects.get()
    assert showing.sent_at
    assert showing.solved_at is None
    assert not ShownDocument.objects.filter(solved=True)


def test_what_was_sent_stays_sent_whatever_is_clicked_in_another_tab():
    show(ARTICLE)
    actions.note_sent(form=FORM)
    at = Showing.objects.get().sent_at
    assert solve()
    actions.note_sent(form=FORM)
    showing = Showing.objects.get()
    assert (showing.sent_at, showing.solved_at) == (at, None)


def test_a_form_beside_which_nothing_was_shown_is_sent_without_a_trace():
    actions.note_sent(form=FORM)
    assert not Showing.objects.exists()


# --- nobody is named


def test_the_tables_have_no_place_for_a_person_a_form_or_a_case():
    columns = {
        model: {field.name for field in model._meta.get_fields() if not field.auto_created or field.concrete}
        for model in (Showing, ShownDocument, Miss)
    }
    assert columns == {
        Showing: {"id", "at", "solved_at", "sent_at"},
        ShownDocument: {"id", "showing", "kind", "key", "place", "opened_at", "solved"},
        Miss: {"id", "words", "audience", "times", "first_at", "last_at", "settled_at"},
    }
    ties = [
        (field.model, field.related_model)
        for model in columns
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]
    assert ties == [(ShownDocument, Showing)]


def test_the_key_of_a_showing_does_not_say_which_form_it_was(settings):
    assert showing_of(FORM) != FORM
    before = showing_of(FORM)
    settings.SECRET_KEY = "another house"
    assert showing_of(FORM) != before
