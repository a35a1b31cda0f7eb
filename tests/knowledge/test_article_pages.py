"""Articles as everybody reads them: found by topic, kind and words, and judged by their readers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from knowledge import actions
from knowledge.models import Opinion, Topic
from office import clock
from tests.cast import signed_in
from tests.knowledge.articles import make_article, make_draft

pytestmark = pytest.mark.django_db


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def article(suzuki, sato):
    topic = Topic.objects.get(key="procedures")
    return make_article(suzuki, sato, topics=[topic], kind="procedure")


@pytest.fixture
def internal(suzuki, sato):
    return make_article(suzuki, sato, question="室内の引継ぎの手順", audience="office")


# --- the list


def test_everybody_reads_what_is_published(client, article, suzuki):
    make_draft(suzuki, question="書きかけの問い")
    text = page(client, "/articles/")
    assert "申込みを電子申請で受けるには" in text
    assert "書きかけの問い" not in text


def test_what_is_for_the_office_only_the_office_sees(client, internal, suzuki, yamada):
    for browser in (client, signed_in(yamada)):
        assert "引継ぎ" not in page(browser, "/articles/")
        assert "引継ぎ" not in page(browser, "/articles/?q=引継ぎ").replace('value="引継ぎ"', "")
        assert browser.get(internal.get_absolute_url()).status_code == 404
    desk = signed_in(suzuki)
    assert "室内の引継ぎの手順" in page(desk, "/articles/?q=引継ぎ")
    assert "室内の引継ぎの手順" in page(desk, internal.get_absolute_url())


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("q=様式", True),
        ("q=シフト", False),
        ("topic=procedures", True),
        ("topic=tools", False),
        ("kind=procedure", True),
        ("kind=manual", False),
        ("q=様式&topic=procedures&kind=procedure&sort=helpful", True),
        ("q=様式&kind=manual", False),
        ("page=99", True),
    ],
)
def test_it_is_narrowed_by_words_topic_and_kind(client, article, query, there):
    Topic.objects.get_or_create(key="tools", defaults={"name": "ツール"})
    assert ("申込みを電子申請で受けるには" in page(client, f"/articles/?{query}")) is there


def test_nonsense_in_the_address_is_answered(client, article):
    for query in ("topic=nothing", "kind=x", "sort=x", f"q={'長' * 500}", "q=%00", "page=x", "q=%22"):
        assert client.get(f"/articles/?{query}").status_code in (200, 422)


def test_the_most_helpful_come_first_where_that_is_asked(client, suzuki, sato):
    helpful = make_article(suzuki, sato, question="役に立つ記事")
    make_article(suzuki, sato, question="新しい記事")
    actions.give_opinion(article=helpful, helped=True)
    newest, best = (page(client, f"/articles/{query}") for query in ("", "?sort=helpful"))
    assert newest.index("新しい記事") < newest.index("役に立つ記事")
    assert best.index("役に立つ記事") < best.index("新しい記事")


@pytest.mark.parametrize("path", ["/articles/", "/articles/?q=電子申請", "/desk/articles/?tab=published"])
def test_the_list_asks_the_database_as_often_however_long_it_is(suzuki, sato, article, path):
    desk = signed_in(suzuki)
    page(desk, path)
    with CaptureQueriesContext(connection) as few:
        page(desk, path)
    topic = Topic.objects.get(key="procedures")
    for number in range(8):
        more = make_article(suzuki, sato, question=f"電子申請の問い{number}", topics=[topic])
        actions.give_opinion(article=more, helped=True)
    with CaptureQueriesContext(connection) as many:
        page(desk, path)
    assert len(many) == len(few) <= 12


# --- one article


def test_it_shows_question_answer_and_when_it_was_checked(client, article):
    with clock.at(clock.now()):
        text = page(client, article.get_absolute_url())
    assert "<h1>申込みを電子申請で受けるには</h1>" in text
    assert "<li>様式作成者の登録</li>" in text
    assert "最終確認" in text
    assert "内線 2101" not in text
    assert "鈴木" not in text


@pytest.mark.parametrize("state", ["draft", "retired"])
def test_a_draft_or_one_taken_back_is_nowhere_to_be_seen(client, suzuki, sato, state):
    article = make_draft(suzuki, offer=True) if state == "draft" else make_article(suzuki, sato)
    if state == "retired":
        actions.retire(article=article, by=sato)
    for browser in (client, signed_in(suzuki)):
        assert browser.get(article.get_absolute_url()).status_code == 404
        assert browser.post(f"{article.get_absolute_url()}opinion/", {"helped": "yes"}).status_code == 404
    assert page(signed_in(suzuki), article.get_desk_url())


def test_it_warns_where_nobody_has_checked_it_in_time(client, article):
    with clock.at(clock.now() + timedelta(days=400)):
        assert "内容が古くなっている" in page(client, article.get_absolute_url())


def test_it_leads_to_articles_like_it(client, article, suzuki, sato):
    make_article(suzuki, sato, question="電子申請の様式を公開前に確認してもらうには")
    make_article(suzuki, sato, question="電子申請の室内メモ", audience="office")
    text = page(client, article.get_absolute_url())
    assert "電子申請の様式を公開前に確認してもらうには" in text
    assert "電子申請の室内メモ" not in text


# --- what readers say


def test_who_was_helped_is_counted_and_thanked(client, article):
    response = client.post(f"{article.get_absolute_url()}opinion/", {"helped": "yes"}, follow=True)
    assert response.redirect_chain == [(article.get_absolute_url(), 302)]
    assert "お役に立ててよかったです" in response.content.decode()
    assert Opinion.objects.get().edition == article.published


def test_who_was_not_helped_comes_to_the_form_with_the_question(client, article):
    response = client.post(f"{article.get_absolute_url()}opinion/", {"helped": "no"}, follow=True)
    assert response.redirect_chain == [(f"/consult/?article={article.pk}", 302)]
    assert "記事「申込みを電子申請で受けるには」" in response.content.decode()
    assert not Opinion.objects.get().helped


def test_a_browser_is_counted_once_for_an_edition(client, article, suzuki, sato):
    path = f"{article.get_absolute_url()}opinion/"
    for helped in ("yes", "yes", "no"):
        client.post(path, {"helped": helped})
    assert Opinion.objects.count() == 1
    Client().post(path, {"helped": "yes"})
    assert Opinion.objects.count() == 2
    actions.begin_edition(article=article, by=sato)
    actions.offer_draft(article=article, by=sato)
    actions.publish(article=article, by=suzuki)
    client.post(path, {"helped": "yes"})
    assert Opinion.objects.count() == 3


def test_an_opinion_is_yes_or_no_and_posted(client, article):
    path = f"{article.get_absolute_url()}opinion/"
    assert client.get(path).status_code == 405
    client.post(path, {"helped": "maybe"})
    assert not Opinion.objects.exists()


def test_the_form_says_nothing_of_an_article_that_is_not_for_the_reader(client, internal):
    for value in (internal.pk, 10**30, "x", ""):
        assert "引継ぎ" not in page(client, f"/consult/?article={value}")


def test_what_no_article_says_is_looked_for_everywhere(client, article):
    assert 'href="/search/?q=%E6%A1%9C%E3%81%AE%E5%89%AA%E5%AE%9A"' in page(client, "/articles/?q=桜の剪定")
    assert "/search/?q=" not in page(client, "/articles/?q=様式")


def test_an_address_that_says_more_than_it_may_gets_the_same_thanks_and_is_not_counted(article, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "article_opinion": "1/h/ip"}
    path = f"{article.get_absolute_url()}opinion/"
    answers = [Client().post(path, {"helped": helped})["Location"] for helped in ("no", "no", "yes")]
    assert answers[0] == answers[1] != answers[2] == article.get_absolute_url()
    assert article.opinions.count() == 1
