"""An article is written by one and read by another; what is published stays up while the next edition is written."""

import pytest
from django.db import IntegrityError, transaction

from knowledge import actions, documents, shelf
from knowledge.models import Article, Audience, Edition, IndexedDocument, Topic
from office import clock
from office.actions import ActionRefused
from tests.knowledge.articles import ANSWER, QUESTION, make_article, make_draft

pytestmark = pytest.mark.django_db


def found(words: str, audience: str = Audience.EVERYONE) -> list[str]:
    return [hit.document.key for hit in shelf.find(words, audience=audience, kinds=[documents.ARTICLE])]


# --- writing


def test_a_first_draft_is_seen_by_nobody(suzuki):
    article = make_draft(suzuki)
    assert (article.draft.question, article.draft.answer, article.draft.written_by) == (QUESTION, ANSWER, suzuki)
    assert not article.is_public
    assert found("電子申請", Audience.OFFICE) == []


def test_it_is_looked_at_again_in_a_year(suzuki):
    assert (make_draft(suzuki).review_by - clock.today()).days == 365


@pytest.mark.parametrize("days", [0, -1, 3 * 366 + 1])
def test_the_day_of_the_next_check_is_neither_past_nor_years_away(suzuki, days):
    from datetime import timedelta

    with pytest.raises(ActionRefused) as refused:
        make_draft(suzuki, review_by=clock.today() + timedelta(days=days))
    assert refused.value.field == "review_by"
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    "words", [{"question": " "}, {"answer": "\n"}, {"question": "x" * 121}, {"answer": "x" * 20_001}]
)
def test_an_article_has_a_question_and_an_answer_of_bounded_length(suzuki, words):
    with pytest.raises(ActionRefused):
        make_draft(suzuki, **words)


def test_a_draft_is_changed_while_nobody_has_read_it(suzuki):
    article = make_draft(suzuki)
    actions.change_draft(article=article, by=suzuki, question="別の問い", answer="別の答え", version=1)
    assert (article.draft.question, article.draft.answer, article.draft.version) == ("別の問い", "別の答え", 2)


def test_a_stale_draft_is_refused_and_overwrites_nothing(suzuki, sato):
    article = make_draft(suzuki)
    actions.change_draft(article=article, by=sato, question="佐藤の問い", answer="佐藤の答え", version=1)
    with pytest.raises(actions.StaleDraft):
        actions.change_draft(article=article, by=suzuki, question="鈴木の問い", answer="鈴木の答え", version=1)
    assert article.draft.answer == "佐藤の答え"


# --- a second reader


def test_a_second_person_publishes_it_and_everybody_finds_it(suzuki, sato):
    topic = Topic.objects.get(key="procedures")
    article = make_article(suzuki, sato, topics=[topic], kind="procedure")
    edition = article.published
    assert (edition.written_by, edition.read_by, edition.read_at is not None) == (suzuki, sato, True)
    assert article.checked_on == clock.today()
    assert found("電子申請 様式") == [str(article.pk)]
    row = IndexedDocument.objects.get(kind=documents.ARTICLE, key=str(article.pk))
    assert row.facets == {"topic": ["procedures"], "article_kind": "procedure"}
    assert row.title == QUESTION
    assert "様式作成者の登録" in row.text
    assert "1." not in row.text


def test_the_writer_cannot_publish_it(suzuki):
    article = make_draft(suzuki, offer=True)
    with pytest.raises(ActionRefused):
        actions.publish(article=article, by=suzuki)
    assert not Article.objects.published().exists()


def test_whoever_changed_it_last_is_its_writer(suzuki, sato):
    article = make_draft(suzuki, offer=True)
    actions.change_draft(article=article, by=sato, question=QUESTION, answer="直した答え", offer=True)
    with pytest.raises(ActionRefused):
        actions.publish(article=article, by=sato)
    assert actions.publish(article=article, by=suzuki).is_public


def test_a_draft_that_was_not_offered_is_not_published(suzuki, sato):
    with pytest.raises(ActionRefused):
        actions.publish(article=make_draft(suzuki), by=sato)


def test_what_was_read_is_what_is_published(suzuki, sato):
    article = make_draft(suzuki, offer=True)
    seen = article.draft.version
    actions.change_draft(article=article, by=suzuki, question=QUESTION, answer="まったく別の答え", offer=True)
    with pytest.raises(actions.StaleDraft):
        actions.publish(article=article, by=sato, version=seen)


def test_the_database_refuses_one_who_reads_the_own_text(suzuki):
    draft = make_draft(suzuki).draft
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=draft.pk).update(read_by=suzuki, read_at=clock.now())


def test_it_goes_back_to_its_writer_with_a_remark(suzuki, sato):
    article = make_draft(suzuki, offer=True)
    actions.send_back(article=article, by=sato, remark="期間を書いてください。")
    assert article.draft.remark == "期間を書いてください。（佐藤 花子）"
    assert article.draft.offered_at is None
    with pytest.raises(ActionRefused):
        actions.publish(article=article, by=sato)
    actions.offer_draft(article=article, by=suzuki)
    assert article.draft.remark == ""


def test_the_writer_sends_nothing_back_to_oneself(suzuki):
    with pytest.raises(ActionRefused):
        actions.send_back(article=make_draft(suzuki, offer=True), by=suzuki, remark="直す")


@pytest.mark.parametrize("text", [{"question": "〔　〕の手続"}, {"answer": "〔　〕に聞く"}])
def test_blanks_where_names_stood_are_rewritten_first(suzuki, sato, text):
    article = make_draft(suzuki, **text)
    with pytest.raises(ActionRefused, match="（質問）" if "question" in text else "（回答）"):
        actions.offer_draft(article=article, by=suzuki)


# --- editions


def test_the_published_text_stays_up_while_a_new_edition_is_written(suzuki, sato):
    article = make_article(suzuki, sato)
    actions.begin_edition(article=article, by=sato)
    actions.change_draft(article=article, by=sato, question=QUESTION, answer="窓口で受けます。", offer=True)
    article.refresh_from_db()
    assert article.published.answer == ANSWER
    assert found("窓口") == []
    actions.publish(article=article, by=suzuki)
    article.refresh_from_db()
    assert [edition.number for edition in article.editions.all()] == [2, 1]
    assert article.published.answer == "窓口で受けます。"
    assert found("窓口") == [str(article.pk)]
    assert found("様式") == []


def test_there_is_one_draft_at_a_time(suzuki, sato):
    article = make_article(suzuki, sato)
    actions.begin_edition(article=article, by=sato)
    with pytest.raises(ActionRefused):
        actions.begin_edition(article=article, by=suzuki)


def test_what_is_not_published_gets_no_new_edition(suzuki):
    with pytest.raises(ActionRefused):
        actions.begin_edition(article=make_draft(suzuki), by=suzuki)


def test_the_draft_of_a_new_edition_can_be_thrown_away(suzuki, sato):
    article = make_article(suzuki, sato)
    actions.begin_edition(article=article, by=sato)
    actions.change_draft(article=article, by=sato, question=QUESTION, answer="半分だけ書き直した。")
    actions.drop_draft(article=article, by=suzuki)
    assert article.draft is None
    thrown_away = Edition.history.get(history_type="-")
    assert (thrown_away.answer, thrown_away.history_user) == ("半分だけ書き直した。", suzuki), (
        "nothing is lost for good"
    )
    with pytest.raises(ActionRefused):
        actions.drop_draft(article=make_draft(suzuki), by=suzuki)


# --- the end, and back


def test_an_article_that_is_taken_back_is_found_by_nobody(suzuki, sato):
    article = make_article(suzuki, sato)
    actions.retire(article=article, by=sato)
    assert found("電子申請", Audience.OFFICE) == []
    with pytest.raises(ActionRefused):
        actions.retire(article=article, by=sato)
    assert actions.bring_back(article=article, by=sato).is_public
    assert found("電子申請") == [str(article.pk)]
    with pytest.raises(ActionRefused):
        actions.bring_back(article=article, by=sato)


def test_a_draft_of_an_article_taken_back_is_left_alone(suzuki, sato):
    article = make_draft(suzuki, offer=True)
    actions.retire(article=article, by=suzuki)
    with pytest.raises(ActionRefused):
        actions.publish(article=article, by=sato)


def test_its_history_says_who_did_it(suzuki, sato):
    article = make_article(suzuki, sato)
    actions.retire(article=article, by=sato)
    assert [state.history_user for state in article.history.all()] == [sato, sato, suzuki]
