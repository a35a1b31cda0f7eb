"""Questions of levels 1 and 2 that come again and that no article answers are ranked as topics to publish."""

from datetime import timedelta

import pytest

from consultations import actions, deflection
from consultations.models import Case, Likeness
from consultations.models.likeness import comparable
from consultations.preface import preface
from consultations.states import Result
from knowledge import actions as knowledge
from knowledge.models import Article, Audience
from office import clock
from tests.consultations.library import closed_case, publish_article
from tests.consultations.requester import text

PAGE = "/desk/knowledge/"
BADGES = "職員の名札を作り直したい。発注の様式と締切を教えてください。"
ENVELOPES = "窓口用の封筒に広告を載せて印刷したい。広告主の募集の方法を知りたい。"


@pytest.fixture
def ask(kohoku, suzuki, procedures, pair):
    """`ask(problem, …)`: a question that was answered at once."""

    def one(problem: str, **given) -> Case:
        return closed_case(kohoku, suzuki, procedures, problem=problem, **given)

    return one


def compare(seconds: float = 60) -> int:
    return actions.compare_cases(within=timedelta(seconds=seconds))


def topics(user) -> list[deflection.Topic]:
    return deflection.topics(deflection.questions(user))


def test_questions_alike_are_one_topic_named_by_the_newest(ask, suzuki):
    first, second = ask(BADGES), ask(f"お世話になっております。{BADGES}")
    ask(ENVELOPES)
    compare()
    (topic,) = topics(suzuki)
    assert [question.pk for question in topic.cases] == [second.pk, first.pk]
    assert topic.past_year == 2
    assert "名札" in topic.words


def test_the_topic_that_came_most_often_within_a_year_comes_first(ask, suzuki):
    ask(BADGES), ask(BADGES)
    for _ in range(3):
        ask(ENVELOPES)
    with clock.at(clock.now() - timedelta(days=370)):
        old = [ask("古い複合機の廃棄のしかたと記録の消去の証明を知りたい。") for _ in range(5)]
    compare()
    found = topics(suzuki)
    assert [topic.past_year for topic in found[:2]] == [3, 2]
    if len(found) > 2:  # early in a fiscal year, what is more than a year old may lie in the last one
        assert (found[2].past_year, len(found[2].cases)) == (0, len(old))


def test_what_a_published_article_answers_is_left_out(ask, suzuki, sato):
    ask(BADGES), ask(BADGES)
    publish_article(suzuki, sato, "職員の名札の作り直し", "名札の発注は様式1で、毎月10日の締切までに。")
    compare()
    assert topics(suzuki) == []


def test_an_article_made_of_one_of_them_answers_it_whatever_its_words(ask, suzuki, sato):
    first, _second = ask(BADGES), ask(BADGES)
    publish_article(suzuki, sato, "身分証について", "総務課まで。", about=first.label)
    compare()
    assert topics(suzuki) == []


def test_an_article_for_the_office_alone_answers_nobody_who_asks(ask, suzuki, sato):
    first, _second = ask(BADGES), ask(BADGES)
    for about in ("", first.label):
        publish_article(suzuki, sato, "職員の名札の作り直し", BADGES, audience=Audience.OFFICE, about=about)
    compare()
    assert len(topics(suzuki)) == 1
    assert list(deflection.published()) == []


def test_an_article_taken_back_answers_nothing_any_more(ask, suzuki, sato):
    ask(BADGES), ask(BADGES)
    article = publish_article(suzuki, sato, "職員の名札の作り直し", "名札の発注は様式1で、毎月10日の締切までに。")
    article.retired_at = clock.now()
    article.save()
    compare()
    assert len(topics(suzuki)) == 1


def press(desk, case: Case):
    """The button of a topic, on a page that may be old."""
    return desk.post(f"/desk/cases/{case.number}/article/", {"topic": ""})


def test_an_article_that_is_being_written_is_led_to_and_not_begun_again(ask, desk, suzuki, sato):
    first, second = ask(BADGES), ask(BADGES)
    compare()
    assert f'action="/desk/cases/{second.number}/article/"' in desk.get(PAGE).content.decode()
    article = actions.begin_article(case=second, by=sato).article
    newest = ask(BADGES)
    with clock.at(clock.now() + timedelta(days=1)):
        compare()
    (topic,) = topics(suzuki)
    assert (topic.newest.pk, topic.article) == (newest.pk, article)
    page = desk.get(PAGE).content.decode()
    assert "/article/" not in page
    assert article.get_desk_url() in page
    assert "下書きを見る" in page
    for case in (first, second, newest):  # from pages that are older than the draft
        assert press(desk, case)["Location"] == article.get_desk_url()
    assert Article.objects.get() == article


def test_a_draft_taken_back_or_made_of_another_question_stands_in_nobodys_way(ask, desk, suzuki, sato):
    first, second = ask(BADGES), ask(BADGES)
    compare()
    knowledge.retire(article=actions.begin_article(case=first, by=sato).article, by=sato)
    actions.begin_article(case=ask(ENVELOPES), by=sato)
    assert topics(suzuki)[0].article is None
    press(desk, second)
    assert Article.objects.filter(about=second.label).exists()


def test_from_the_page_of_a_case_an_article_of_its_own_is_made_all_the_same(ask, suzuki, sato):
    first, second = ask(BADGES), ask(BADGES)
    compare()
    article = actions.begin_article(case=first, by=sato).article
    assert actions.begin_article(case=second, by=suzuki).article != article


def test_an_article_that_answers_too_few_of_them_is_led_to(ask, desk, suzuki, sato):
    first, _second, _third = ask(BADGES), ask(BADGES), ask(BADGES)
    compare()
    article = publish_article(suzuki, sato, "身分証について", "総務課まで。", about=first.label)
    page = desk.get(PAGE).content.decode()
    assert article.get_desk_url() in page
    assert "公開中の記事を見る" in page


def test_a_question_that_an_article_did_not_solve_is_not_counted_as_its_own(ask, suzuki, sato):
    article = publish_article(suzuki, sato, "職員の名札の作り直し", "名札の発注は様式1で、毎月10日の締切までに。")
    ask(preface(article) + ENVELOPES), ask(preface(article) + ENVELOPES)
    compare()
    assert {question.article for question in deflection.questions(suzuki)} == {None}
    assert len(topics(suzuki)) == 1


def test_only_closed_counted_shallow_cases_that_are_not_sensitive_are_compared(ask, kohoku, suzuki, procedures):
    kept = ask(BADGES)
    ask(BADGES, level=2)
    secret = ask(BADGES, sensitive=True)
    open_one = ask(BADGES)
    actions.reopen(case=open_one, by=suzuki, text="もう一度")
    doubled = ask(BADGES)
    Case.objects.filter(pk=doubled.pk).update(result=Result.DUPLICATE)
    deep = ask(BADGES)
    Case.objects.filter(pk=deep.pk).update(level=3)
    compare()
    compared = set(Likeness.objects.values_list("pk", flat=True))
    assert kept.pk in compared
    assert len(compared) == 2
    assert not compared & {secret.pk, open_one.pk, doubled.pk, deep.pk}


def test_a_case_that_becomes_sensitive_disappears_at_once(ask, desk, suzuki):
    ask(BADGES)
    secret = ask("極秘の名札。" + BADGES)
    compare()
    assert "極秘の名札" in text(desk.get("/desk/knowledge/"))
    Case.objects.filter(pk=secret.pk).update(sensitive=True)
    assert "極秘の名札" not in text(desk.get("/desk/knowledge/"))
    compare()
    assert not Likeness.objects.filter(pk=secret.pk).exists()


def test_what_is_known_is_not_found_again_until_a_day_has_passed(ask):
    ask(BADGES), ask(BADGES)
    assert compare() == 2
    assert compare() == 0
    with clock.at(clock.now() + timedelta(days=1)):
        assert compare() == 2


def test_a_run_out_of_time_leaves_the_rest_to_the_next(ask, monkeypatch):
    from consultations.actions import comparing

    monkeypatch.setattr(comparing, "AT_ONCE", 1)
    ask(BADGES), ask(ENVELOPES)
    assert compare(seconds=0) == 0
    assert comparable().count() == 2
    assert compare() == 2


def test_no_more_than_the_newest_are_compared(ask, monkeypatch):
    from consultations.actions import comparing

    monkeypatch.setattr(comparing, "MOST", 2)
    ask(BADGES)
    newest = [ask(BADGES), ask(BADGES)]
    assert compare() == 2
    assert set(Likeness.objects.values_list("pk", flat=True)) == {case.pk for case in newest}


def test_the_page_leads_to_the_cases(ask, desk):
    first, second = ask(BADGES), ask(BADGES)
    compare()
    page = desk.get("/desk/knowledge/").content.decode()
    assert all(f"/desk/cases/{case.number}/" in page for case in (first, second))
