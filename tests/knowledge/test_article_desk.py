"""Articles at the desk: every step has its page, and what was typed is lost nowhere."""

import pytest

from knowledge import actions
from knowledge.models import Article, Topic
from office import clock, history
from tests.cast import signed_in
from tests.knowledge.articles import ANSWER, QUESTION, make_article, make_draft

pytestmark = pytest.mark.django_db


def body(response) -> str:
    return response.content.decode()


@pytest.fixture
def words(suzuki):
    """What the form for a new article sends."""
    return {
        "question": QUESTION,
        "answer": ANSWER,
        "kind": "faq",
        "audience": "everyone",
        "owner": suzuki.pk,
        "topics": [Topic.objects.get(key="procedures").pk],
        "review_by": "2027-03-31",
    }


def test_it_is_written_offered_read_and_published(desk, sato, words):
    response = desk.post("/desk/articles/new/", {**words, "offer": "1"}, follow=True)
    article = Article.objects.get()
    assert response.redirect_chain == [(article.get_desk_url(), 302)]
    assert "公開" not in body(signed_in(sato).get("/articles/")) or not article.is_public
    reader = signed_in(sato)
    assert "読みました。公開します" in body(reader.get(article.get_desk_url()))
    reader.post(f"{article.get_desk_url()}publish/", {"version": article.draft.version})
    article.refresh_from_db()
    assert article.is_public
    assert str(article.review_by) == "2027-03-31"
    assert [topic.key for topic in article.topics.all()] == ["procedures"]


def test_a_double_click_writes_one_article_and_shows_it_to_both_clicks(desk, words):
    words["once"] = desk.get("/desk/articles/new/").context["once"]
    places = [desk.post("/desk/articles/new/", words)["Location"] for _click in range(2)]
    assert places == [Article.objects.get().get_desk_url()] * 2
    desk.post("/desk/articles/new/", {**words, "question": "別の質問"})
    assert Article.objects.count() == 2


def test_the_writer_is_told_why_not_where_there_is_no_second_reader(desk, suzuki):
    article = make_draft(suzuki, offer=True)
    response = desk.post(f"{article.get_desk_url()}publish/", follow=True)
    assert "ご自身が書いた" in body(response)
    assert "読みました。公開します" not in body(response)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("question", ""),
        ("question", "長" * 121),
        ("question", "改行\nあり"),
        ("answer", ""),
        ("answer", "長" * 20_001),
        ("kind", "song"),
        ("audience", "world"),
        ("owner", "999999"),
        ("topics", "999999"),
        ("review_by", "きのう"),
    ],
)
def test_bad_input_is_refused_and_what_was_typed_stays(desk, words, field, value):
    response = desk.post("/desk/articles/new/", {**words, field: value})
    assert response.status_code == 422
    assert not Article.objects.exists()
    assert (QUESTION if field != "question" else ANSWER.split("\n")[0]) in body(response)


def test_a_past_day_is_refused_in_its_place(desk, words):
    response = desk.post("/desk/articles/new/", {**words, "review_by": clock.today().isoformat()})
    assert response.status_code == 409
    assert 'id="id_review_by_error"' in body(response)
    assert QUESTION in body(response)


def test_a_preview_saves_nothing_and_keeps_what_was_typed(desk, words):
    response = desk.post("/desk/articles/new/", {**words, "preview": "1"})
    assert response.status_code == 200
    assert "<li>様式作成者の登録</li>" in body(response)
    assert "1. 様式作成者の登録" in body(response)
    assert not Article.objects.exists()
    part = desk.post("/desk/articles/new/", {**words, "preview": "1"}, headers={"HX-Request": "true"})
    assert "<html" not in body(part)
    assert "<li>様式作成者の登録</li>" in body(part)


def test_two_who_write_at_once_see_both_texts_and_lose_none(desk, suzuki, sato):
    article = make_draft(suzuki)
    path = f"{article.get_desk_url()}draft/"
    signed_in(sato).post(path, {"question": QUESTION, "answer": "佐藤の文です。", "version": 1})
    response = desk.post(path, {"question": QUESTION, "answer": "鈴木の文です。", "version": 1})
    assert response.status_code == 409
    text = body(response)
    assert "佐藤の文です。" in text
    assert "鈴木の文です。" in text
    assert article.draft.answer == "佐藤の文です。"
    assert 'name="version" value="2"' in text
    desk.post(path, {"question": QUESTION, "answer": "二人の文です。", "version": 2})
    assert article.draft.answer == "二人の文です。"


def test_what_was_typed_stays_where_a_colleague_has_published_meanwhile(desk, suzuki, sato):
    article = make_draft(suzuki, offer=True)
    actions.publish(article=article, by=sato)
    response = desk.post(f"{article.get_desk_url()}draft/", {"question": QUESTION, "answer": "まだ書く", "version": 1})
    assert response.status_code == 409
    assert "まだ書く" in body(response)


def test_a_remark_is_needed_to_send_it_back(desk, suzuki, sato):
    article = make_draft(sato, offer=True)
    path = f"{article.get_desk_url()}send-back/"
    assert desk.post(path, {"version": 1}).status_code == 422
    assert "直してほしい点を書いてください。" in body(desk.post(path, {"version": 1}))
    desk.post(path, {"version": 1, "remark": "期間を書いてください。"})
    assert "期間を書いてください。" in body(desk.get(article.get_desk_url()))


def test_the_page_shows_who_wrote_and_read_each_edition_and_what_differs(desk, suzuki, sato):
    article = make_article(suzuki, sato)
    actions.begin_edition(article=article, by=sato)
    actions.change_draft(article=article, by=sato, question=QUESTION, answer=ANSWER + "\n3. 周知")
    text = body(desk.get(article.get_desk_url()))
    assert "第2版" in text
    assert "<ins>" in text
    assert "3. 周知" in text


def test_tabs_count_where_articles_stand(desk, suzuki, sato):
    make_draft(suzuki, question="下書きの記事")
    make_draft(sato, question="確認待ちの記事", offer=True)
    make_article(suzuki, sato, question="公開した記事")
    gone = make_article(suzuki, sato, question="取り下げた記事")
    actions.retire(article=gone, by=sato)
    for tab, title in {
        "drafts": "下書きの記事",
        "waiting": "確認待ちの記事",
        "published": "公開した記事",
        "retired": "取り下げた記事",
    }.items():
        text = body(desk.get(f"/desk/articles/?tab={tab}"))
        assert title in text
        assert text.count("row-title") == 1
    assert body(desk.get("/desk/articles/?tab=x")).count("row-title") == 1


def test_facts_are_changed_and_a_stale_page_keeps_what_was_chosen(desk, suzuki, sato):
    article = make_article(suzuki, sato)
    path = f"{article.get_desk_url()}facts/"
    seen = history.newest(article)
    sent = {
        "kind": "manual",
        "audience": "office",
        "owner": sato.pk,
        "review_by": article.review_by.isoformat(),
        "topics": [],
        "seen": seen,
    }
    assert desk.post(path, sent).status_code == 302
    article.refresh_from_db()
    assert (article.kind, article.audience, article.owner) == ("manual", "office", sato)
    stale = desk.post(path, {**sent, "kind": "training"})
    assert stale.status_code == 409
    assert 'value="training" selected' in " ".join(body(stale).split())
    assert f'name="seen" value="{history.newest(article)}"' in body(stale)


def test_whoever_wrote_it_is_told_at_its_readers_why_it_stays_in_the_office(desk, suzuki, sato):
    article = make_article(suzuki, sato, audience="office")
    sent = {
        "kind": article.kind,
        "audience": "everyone",
        "owner": suzuki.pk,
        "review_by": article.review_by.isoformat(),
        "topics": [],
        "seen": history.newest(article),
    }
    refused = desk.post(f"{article.get_desk_url()}facts/", sent)
    assert refused.status_code == 409
    assert "同僚" in body(refused).partition('id="id_audience_error"')[2][:200]
    assert signed_in(sato).post(f"{article.get_desk_url()}facts/", sent).status_code == 302


def test_one_click_each_confirms_takes_back_and_brings_back(desk, suzuki, sato):
    article = make_article(suzuki, sato)
    path = article.get_desk_url()
    assert desk.post(f"{path}confirm/", {"review_by": ""}).status_code == 422
    desk.post(f"{path}confirm/", {"review_by": "2027-06-30"})
    article.refresh_from_db()
    assert str(article.review_by) == "2027-06-30"
    desk.post(f"{path}retire/")
    article.refresh_from_db()
    assert not article.is_public
    desk.post(f"{path}bring-back/")
    article.refresh_from_db()
    assert article.is_public


def test_a_new_edition_is_begun_and_thrown_away(desk, suzuki, sato):
    article = make_article(suzuki, sato)
    path = article.get_desk_url()
    assert desk.post(f"{path}edition/")["Location"] == f"{path}draft/"
    desk.post(f"{path}drop/", {"version": 1})
    assert article.draft is None
    assert desk.get(f"{path}draft/")["Location"] == path
