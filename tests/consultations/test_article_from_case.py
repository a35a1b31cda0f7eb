"""A closed case becomes the draft of an article: one click, without its people."""

from datetime import timedelta

import pytest

from consultations import actions
from consultations.models import Case, EntryKind
from consultations.states import Result
from knowledge import actions as knowledge
from knowledge.models import Article, Audience, IndexedDocument
from office import clock
from office.actions import ActionRefused
from tests.cast import signed_in
from tests.consultations.case_page import kinds
from tests.consultations.test_digest import MORNING, digest, told
from tests.factories import make_case, make_member
from tests.knowledge.articles import make_article

REPLY = """田中様
お世話になっております。港北区担当の鈴木です。
勤務シフトは、庁内の表計算ひな形で作れます。

1. 庁内イントラ「ひな形＞勤務」を開く
2. 職員の希望を入れる

よろしくお願いいたします。
鈴木（内線 2101）"""


@pytest.fixture
def answered(new_case, suzuki, procedures) -> Case:
    return actions.answer_and_close(
        case=new_case, by=suzuki, text=REPLY, level=1, topic=procedures, lesson="ひな形を先に案内する。"
    )


def click(browser, case: Case):
    return browser.post(f"/desk/cases/{case.number}/article/", follow=True)


def body(response) -> str:
    return response.content.decode()


# --- what the draft holds


def test_it_holds_question_and_answer_without_anybody_of_the_case(answered, sato):
    article, blanked = actions.begin_article(case=answered, by=sato)
    draft = article.draft
    assert draft.question == answered.title
    assert draft.answer == (
        "勤務シフトは、庁内の表計算ひな形で作れます。\n\n1. 庁内イントラ「ひな形＞勤務」を開く\n2. 職員の希望を入れる"
        "\n\nひな形を先に案内する。"
    )
    assert {"田中", "鈴木", "港北区", "2101"} <= {word.strip() for word in blanked}
    assert (draft.written_by, article.owner, article.about) == (sato, sato, answered.label)
    assert [topic.key for topic in article.topics.all()] == ["procedures"]
    assert not article.is_public


def test_a_title_that_names_somebody_is_blanked(kohoku, pair, suzuki, procedures):
    case = make_case(kohoku, title="田中さんと港北区のシフト")
    actions.answer_and_close(case=case, by=suzuki, text="ひな形があります。", level=1, topic=procedures)
    article = actions.begin_article(case=case, by=suzuki).article
    assert "田中" not in article.draft.question
    assert "港北" not in article.draft.question
    with pytest.raises(ActionRefused):  # the blanks are rewritten first
        knowledge.offer_draft(article=article, by=suzuki)


def test_the_last_reply_counts(started_case, suzuki, procedures):
    actions.reply(case=started_case, by=suzuki, text="調べます。")
    case = actions.answer_and_close(case=started_case, by=suzuki, text="ひな形があります。", level=1, topic=procedures)
    assert actions.begin_article(case=case, by=suzuki).article.draft.answer == "ひな形があります。"


def test_one_without_a_written_reply_begins_with_a_blank(started_case, suzuki, procedures):
    case = actions.close(case=started_case, by=suzuki, result=Result.ANSWERED, level=1, topic=procedures)
    assert actions.begin_article(case=case, by=suzuki).article.draft.answer == "〔　〕"


def test_the_case_remembers_it(answered, suzuki):
    article = actions.begin_article(case=answered, by=suzuki).article
    entry = answered.entries.newest_first()[0]
    assert (entry.kind, entry.shared, entry.data["article"]) == (EntryKind.ARTICLE_BEGUN, False, article.pk)
    assert "田中" in entry.data["blanked"]


# --- when it is refused


def test_an_open_case_makes_none(started_case, suzuki):
    with pytest.raises(ActionRefused):
        actions.begin_article(case=started_case, by=suzuki)
    assert not Article.objects.exists()


def test_a_case_handled_with_care_makes_none(answered, suzuki):
    Case.objects.filter(pk=answered.pk).update(sensitive=True)
    with pytest.raises(ActionRefused):
        actions.begin_article(case=answered, by=suzuki)
    assert not Article.objects.exists()


@pytest.mark.parametrize("result", [Result.WITHDRAWN, Result.DUPLICATE, Result.MISTAKEN])
def test_a_case_that_was_not_answered_makes_none(started_case, suzuki, result):
    case = actions.close(case=started_case, by=suzuki, result=result, level=None, topic=None)
    with pytest.raises(ActionRefused):
        actions.begin_article(case=case, by=suzuki)


def test_a_case_makes_one_at_a_time(answered, suzuki):
    first = actions.begin_article(case=answered, by=suzuki).article
    with pytest.raises(actions.ArticleThere) as there:
        actions.begin_article(case=answered, by=suzuki)
    assert there.value.article == first
    knowledge.retire(article=first, by=suzuki)
    assert actions.begin_article(case=answered, by=suzuki).article != first


# --- when the case turns out to be handled with care


def handle_with_care(case: Case, by, sensitive: bool = True) -> None:
    case.refresh_from_db()
    actions.describe(case=case, by=by, title=case.title, topic=case.topic, level=case.level, sensitive=sensitive)


def test_what_is_published_is_taken_back_at_once(client, answered, suzuki, sato):
    article = actions.begin_article(case=answered, by=suzuki).article
    knowledge.offer_draft(article=article, by=suzuki)
    knowledge.publish(article=article, by=sato)
    assert client.get(article.get_absolute_url()).status_code == 200
    handle_with_care(answered, suzuki)
    assert client.get(article.get_absolute_url()).status_code == 404
    assert not IndexedDocument.objects.filter(kind="article").exists()


def test_a_draft_is_taken_back_and_a_second_reader_who_had_it_open_publishes_nothing(answered, suzuki, sato):
    article = actions.begin_article(case=answered, by=suzuki).article
    draft = knowledge.offer_draft(article=article, by=suzuki)
    handle_with_care(answered, suzuki)
    with pytest.raises(ActionRefused):
        knowledge.publish(article=article, by=sato, version=draft.version)


def test_it_is_not_brought_back_while_the_case_is_handled_with_care(answered, suzuki):
    article = actions.begin_article(case=answered, by=suzuki).article
    handle_with_care(answered, suzuki)
    response = signed_in(suzuki).post(f"{article.get_desk_url()}bring-back/", follow=True)
    assert "取扱注意" in body(response)
    article.refresh_from_db()
    assert article.retired_at
    handle_with_care(answered, suzuki, sensitive=False)
    knowledge.bring_back(article=article, by=suzuki)


def test_one_for_the_office_is_not_opened_to_everybody_while_the_case_is_handled_with_care(answered, suzuki, sato):
    article = make_article(suzuki, sato, audience=Audience.OFFICE, about=answered.label)
    Case.objects.filter(pk=answered.pk).update(sensitive=True)  # between its being read and the click
    facts = {"kind": article.kind, "topics": [], "owner": suzuki, "review_by": article.review_by}
    with pytest.raises(ActionRefused, match="取扱注意") as refused:
        knowledge.change_facts(article=article, by=sato, audience=Audience.EVERYONE, **facts)
    assert refused.value.field == "audience"


def test_the_history_says_what_was_taken_back(desk, answered, suzuki):
    article = actions.begin_article(case=answered, by=suzuki).article
    handle_with_care(answered, suzuki)
    said = body(desk.get(answered.get_absolute_url())).partition("この案件から作られた次の記事を取り下げました")[2]
    assert article.get_desk_url() in said[:100]


def test_where_there_is_none_only_the_mark_is_noted(desk, answered, suzuki):
    handle_with_care(answered, suzuki)
    assert "取り下げました" not in body(desk.get(answered.get_absolute_url()))


# --- on the page


def test_one_click_leads_to_the_draft_and_says_what_was_blanked(desk, answered):
    assert "記事にする" in body(desk.get(answered.get_absolute_url()))
    response = click(desk, answered)
    article = Article.objects.get()
    assert response.redirect_chain == [(f"{article.get_desk_url()}draft/", 302)]
    assert "次の語を伏せました：" in body(response)
    assert "田中" in body(response)
    page = body(desk.get(answered.get_absolute_url()))
    assert article.get_desk_url() in page
    assert "記事にする</button>" not in page


def test_a_second_click_leads_to_the_same_draft(desk, answered):
    click(desk, answered)
    response = click(desk, answered)
    assert response.redirect_chain == [(Article.objects.get().get_desk_url(), 302)]


def test_a_refusal_is_said_on_the_case(desk, started_case):
    response = click(desk, started_case)
    assert response.redirect_chain == [(started_case.get_absolute_url(), 302)]
    assert "先にクローズしてください" in body(response)
    assert "記事にする" not in body(desk.get(started_case.get_absolute_url()))


def test_the_office_only(client, answered, yamada, ict_member):
    path = f"/desk/cases/{answered.number}/article/"
    assert signed_in(yamada).post(path).status_code == 404
    assert signed_in(ict_member).post(path).status_code == 404
    assert "/accounts/login/" in client.post(path)["Location"]
    assert not Article.objects.exists()


def test_the_published_article_says_nothing_of_the_case(client, answered, suzuki, sato):
    article = actions.begin_article(case=answered, by=suzuki).article
    knowledge.offer_draft(article=article, by=suzuki)
    knowledge.publish(article=article, by=sato)
    for path in (article.get_absolute_url(), "/articles/", "/articles/?q=シフト"):
        page = body(client.get(path))
        assert "シフト" in page
        for said in (answered.number, answered.label, "田中", "鈴木", "港北区", "地域振興課", "内線"):
            assert said not in page


def test_the_receipt_page_says_nothing_of_it(client, answered, suzuki):
    actions.begin_article(case=answered, by=suzuki)
    assert EntryKind.ARTICLE_BEGUN in kinds(answered)
    assert "記事" not in body(client.get(f"/receipts/{answered.token}/")).split("<main")[1].split("</main")[0]


# --- in the morning's mail, and when its keeper leaves


def published(by, reader, **given) -> Article:
    words = {"question": "申込みを電子申請で受けるには", "answer": "様式を作ります。", "offer": True}
    with clock.at(MORNING - timedelta(days=30)):
        return knowledge.publish(article=knowledge.write_article(by=by, **words, **given), by=reader)


def test_whoever_keeps_an_article_is_reminded_on_the_day_of_the_next_check(suzuki, sato):
    article = published(sato, suzuki, review_by=MORNING.date())
    published(sato, suzuki, review_by=MORNING.date() + timedelta(days=1))
    assert digest() == 1
    assert "見直しの日が来た記事（1件）" in told(sato)
    assert "申込みを電子申請で受けるには" in told(sato)
    assert article.get_desk_url() in told(sato)


def test_the_leads_are_reminded_where_its_keeper_has_left(suzuki, sato, ito):
    article = published(ito, sato, review_by=MORNING.date())
    ito.is_active = False
    ito.save(update_fields=["is_active"])
    assert digest() == 1
    assert article.get_desk_url() in told(suzuki)


def test_nobody_is_reminded_of_what_was_confirmed_or_taken_back(suzuki, sato):
    with clock.at(MORNING - timedelta(hours=1)):
        knowledge.confirm_still_right(article=published(sato, suzuki, review_by=MORNING.date()), by=sato)
        knowledge.retire(article=published(sato, suzuki, review_by=MORNING.date()), by=sato)
    assert digest() == 0


def test_articles_are_listed_and_handed_on_with_the_rest(desk, suzuki, sato, ito):
    article = published(ito, sato)
    path = f"/desk/people/{ito.username}/leaving/"
    page = body(desk.get(path))
    assert article.get_desk_url() in page
    make_member("heir", "後任 学")
    assert desk.post(path, {}).status_code == 422
    assert desk.post(path, {"heir": sato.pk}).status_code == 302
    article.refresh_from_db()
    assert article.owner == sato
    assert article.get_desk_url() not in body(desk.get(path))
