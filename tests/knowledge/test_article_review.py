"""What an article is can be changed, and once a year somebody says whether it still holds."""

from datetime import timedelta

import pytest

from knowledge import actions, documents, shelf
from knowledge.models import Article, Audience, Topic
from office import clock, history
from office.actions import ActionRefused, StaleRow, leave
from office.actors import SYSTEM
from office.models import User
from tests.knowledge.articles import make_article, make_draft

pytestmark = pytest.mark.django_db


def facts(article: Article, **changed):
    words = {
        "kind": article.kind,
        "topics": article.topics.all(),
        "audience": article.audience,
        "owner": article.owner,
        "review_by": article.review_by,
    }
    return words | changed


def test_it_comes_up_on_the_day_of_the_next_check(suzuki, sato):
    article = make_article(suzuki, sato, review_by=clock.today() + timedelta(days=10))
    assert not Article.objects.past_review().exists()
    with clock.at(clock.now() + timedelta(days=10)):
        assert list(Article.objects.past_review()) == [article]
        assert article.review_is_reached


def test_whoever_looked_at_it_confirms_it_for_another_year(suzuki, sato):
    article = make_article(suzuki, sato, review_by=clock.today() + timedelta(days=10))
    with clock.at(clock.now() + timedelta(days=20)):
        actions.confirm_still_right(article=article, by=suzuki)
        article.refresh_from_db()
        assert (article.review_by - clock.today()).days == 365
        assert article.checked_on == clock.today()


def test_a_draft_is_not_confirmed(suzuki):
    with pytest.raises(ActionRefused):
        actions.confirm_still_right(article=make_draft(suzuki), by=suzuki)


def test_a_new_edition_is_a_check_too(suzuki, sato):
    article = make_article(suzuki, sato, review_by=clock.today() + timedelta(days=10))
    with clock.at(clock.now() + timedelta(days=20)):
        actions.begin_edition(article=article, by=sato)
        actions.offer_draft(article=article, by=sato)
        assert not actions.publish(article=article, by=suzuki).review_is_reached


def test_one_for_the_office_is_found_by_nobody_else(suzuki, sato):
    article = make_article(suzuki, sato)
    actions.change_facts(article=article, by=sato, **facts(article, audience=Audience.OFFICE))
    kinds = [documents.ARTICLE]
    assert shelf.find("電子申請", audience=Audience.EVERYONE, kinds=kinds) == []
    assert len(shelf.find("電子申請", audience=Audience.OFFICE, kinds=kinds)) == 1


def test_its_writer_alone_does_not_open_it_to_everybody(suzuki, sato):
    article = make_article(suzuki, sato, audience=Audience.OFFICE)
    with pytest.raises(ActionRefused) as refused:
        actions.change_facts(article=article, by=suzuki, **facts(article, audience=Audience.EVERYONE))
    assert refused.value.field == "audience"
    article.refresh_from_db()
    assert article.audience == Audience.OFFICE
    assert shelf.find("電子申請", audience=Audience.EVERYONE, kinds=[documents.ARTICLE]) == []
    actions.change_facts(article=article, by=sato, **facts(article, audience=Audience.EVERYONE))
    assert len(shelf.find("電子申請", audience=Audience.EVERYONE, kinds=[documents.ARTICLE])) == 1


def test_nor_by_taking_it_back_and_bringing_it_back(suzuki, sato):
    article = make_article(suzuki, sato, audience=Audience.OFFICE)
    actions.retire(article=article, by=suzuki)
    with pytest.raises(ActionRefused):
        actions.change_facts(article=article, by=suzuki, **facts(article, audience=Audience.EVERYONE))


def test_whom_a_draft_is_for_is_its_writers_choice(suzuki):
    article = make_draft(suzuki, audience=Audience.OFFICE)
    actions.change_facts(article=article, by=suzuki, **facts(article, audience=Audience.EVERYONE))
    article.refresh_from_db()
    assert article.audience == Audience.EVERYONE


def test_whom_it_is_for_is_part_of_what_its_reader_has_read(suzuki, sato):
    article = make_draft(suzuki, offer=True, audience=Audience.OFFICE)
    seen = article.draft.version
    actions.change_facts(article=article, by=suzuki, **facts(article, audience=Audience.EVERYONE))
    with pytest.raises(actions.StaleDraft):
        actions.publish(article=article, by=sato, version=seen)
    assert actions.publish(article=article, by=sato, version=article.draft.version).is_public


def test_its_topics_can_be_searched_by(suzuki, sato):
    article = make_article(suzuki, sato)
    topic = Topic.objects.get(key="procedures")
    actions.change_facts(article=article, by=sato, **facts(article, topics=[topic]))
    assert (
        len(shelf.find("", audience=Audience.EVERYONE, kinds=[documents.ARTICLE], where={"topic": "procedures"})) == 1
    )


def test_a_draft_with_other_facts_stays_off_the_shelf(suzuki):
    article = make_draft(suzuki)
    actions.change_facts(article=article, by=suzuki, **facts(article, kind="manual"))
    assert shelf.find("電子申請", audience=Audience.OFFICE, kinds=[documents.ARTICLE]) == []


def test_facts_that_a_colleague_changed_meanwhile_are_not_overwritten(suzuki, sato):
    article = make_article(suzuki, sato)
    seen = history.newest(article)
    actions.change_facts(article=article, by=sato, **facts(article, kind="manual"))
    with pytest.raises(StaleRow):
        actions.change_facts(article=article, by=suzuki, seen=seen, **facts(article, kind="training"))


def test_its_keeper_works_in_the_office(suzuki, sato, yamada):
    article = make_article(suzuki, sato)
    with pytest.raises(ActionRefused):
        actions.change_facts(article=article, by=suzuki, **facts(article, owner=yamada))


def test_it_belongs_to_nobody_who_has_left_while_the_page_was_open(suzuki, sato, ito):
    article, retired = make_article(suzuki, sato), make_draft(ito)
    actions.retire(article=retired, by=suzuki)
    leave(user=User.objects.get(pk=ito.pk), by=SYSTEM)
    for act in (
        lambda: make_draft(suzuki, owner=ito),
        lambda: actions.change_facts(article=article, by=suzuki, **facts(article, owner=ito)),
        lambda: actions.hand_on_articles(person=suzuki, heir=ito, by=suzuki),
        lambda: actions.bring_back(article=retired, by=suzuki),
    ):
        with pytest.raises(ActionRefused, match="在籍していません"):
            act()
    assert not Article.objects.held_by(ito).exists()


def test_a_day_that_has_passed_is_no_hindrance_to_another_change(suzuki, sato):
    article = make_article(suzuki, sato, review_by=clock.today() + timedelta(days=1))
    with clock.at(clock.now() + timedelta(days=5)):
        actions.change_facts(article=article, by=suzuki, **facts(article, kind="manual"))
        with pytest.raises(ActionRefused):
            actions.change_facts(article=article, by=suzuki, **facts(article, review_by=clock.today()))


def test_who_keeps_an_article_right_hands_it_on_before_leaving(suzuki, sato, ito):
    article = make_article(ito, sato)
    with pytest.raises(ActionRefused) as refused:
        leave(user=ito, by=SYSTEM)
    assert "電子申請" in str(refused.value)
    assert actions.hand_on_articles(person=ito, heir=sato, by=suzuki) == 1
    article.refresh_from_db()
    assert article.owner == sato
    assert not leave(user=ito, by=SYSTEM).is_active
