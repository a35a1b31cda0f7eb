"""What the office learns: the counts by month, what each article did, and what was searched for in vain."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations import actions, deflection
from knowledge import actions as knowledge
from knowledge.models import Article, Audience, Edition, Miss
from office import clock
from tests.cast import signed_in
from tests.consultations.library import SHIFTS, SHIFTS_ANSWER, closed_case, publish_article
from tests.consultations.requester import text
from tests.knowledge.articles import make_article

ARTICLE = ("article", "1")


def at(year: int, month: int, day: int = 10) -> datetime:
    return timezone.make_aware(datetime(year, month, day, 10))


@pytest.fixture(autouse=True)
def today():
    with clock.at(at(2026, 7, 15)):
        yield


def showing(when: datetime, *, opened: bool = False, solved: bool = False, sent: bool = False) -> None:
    form = uuid.uuid4()
    with clock.at(when):
        knowledge.show(form=form, documents=[ARTICLE, ("article", "2")])
        for kind, key in (ARTICLE, ("article", "2")) if opened else ():
            knowledge.note_opened(form=form, kind=kind, key=key)
        if solved:
            knowledge.note_solved(form=form, kind="article", key="1")
        if sent:
            knowledge.note_sent(form=form)


def counts(month: deflection.Month) -> tuple[int, int, int, int]:
    return month.shown, month.opened, month.solved, month.sent


def test_each_form_counts_once_in_the_month_in_which_something_was_shown(db):
    showing(at(2026, 6), opened=True, solved=True)
    showing(at(2026, 6), opened=True, sent=True)
    showing(at(2026, 6))
    showing(at(2026, 6), solved=True, sent=True)  # no longer solved
    showing(at(2025, 4, 1))
    showing(at(2025, 3, 31))  # two years ago
    this, last = deflection.years()
    assert [month.first.month for month in this.months] == [4, 5, 6, 7]
    assert [counts(month) for month in this.months] == [(0, 0, 0, 0), (0, 0, 0, 0), (4, 2, 1, 2), (0, 0, 0, 0)]
    assert counts(this.total) == (4, 2, 1, 2)
    assert [month.first.year for month in last.months] == [2025] * 9 + [2026] * 3
    assert counts(last.total) == (1, 0, 0, 0)


def test_a_month_begins_at_midnight_in_japan(db):
    showing(timezone.make_aware(datetime(2026, 6, 1, 0, 5)))
    assert [month.shown for month in deflection.years()[0].months] == [0, 0, 1, 0]


def test_the_page_says_what_the_numbers_mean_and_shows_them_as_text(desk):
    showing(at(2026, 6), solved=True)
    page = desk.get("/desk/knowledge/")
    assert "「この情報で解決した」が押され、その後フォームが送られていないもの" in text(page)
    assert "<svg" in page.content.decode()
    assert "令和8年度" in text(page)


def test_it_is_the_offices_alone(client, tanaka, ict_member):
    assert "/accounts/login/" in client.get("/desk/knowledge/")["Location"]
    for stranger in (tanaka, ict_member):
        assert signed_in(stranger).get("/desk/knowledge/").status_code == 404


# --- articles


@pytest.fixture
def article(kohoku, suzuki, sato, procedures, pair):
    """Published three months and a half ago; five cases like it came in the half year before, one since."""
    for months in (12, 6, 5, 4, 4, 4):
        with clock.at(clock.now() - timedelta(days=30 * months)):
            closed_case(kohoku, suzuki, procedures)
    article = publish_article(suzuki, sato)
    Article.objects.filter(pk=article.pk).update(public_since=clock.now() - timedelta(days=105))
    closed_case(kohoku, suzuki, procedures)
    actions.compare_cases(within=timedelta(seconds=60))
    return article


def test_of_each_article_it_says_what_came_before_and_since(article, suzuki):
    knowledge.show(form=uuid.uuid4(), documents=[("article", str(article.pk))])
    (effect,) = deflection.effects(deflection.questions(suzuki), deflection.published())
    assert (effect.before, effect.after) == (5, 1)
    assert round(effect.before_a_month, 2) == 0.83
    assert 3.4 < effect.months_after < 3.5
    assert (effect.shown, effect.opened, effect.solved, effect.sent) == (1, 0, 0, 0)


def test_the_months_before_are_not_told_once_a_new_fiscal_year_leaves_them_out(
    article, kohoku, suzuki, procedures, desk
):
    """Published on 1 April: half of a year before it lies in the fiscal year that is compared until 31 March."""
    told = {}
    for now in (at(2027, 3, 31), at(2027, 4, 1), at(2028, 4, 1)):
        with clock.at(now):
            actions.compare_cases(within=timedelta(seconds=60))
            (effect,) = deflection.effects(deflection.questions(suzuki), deflection.published())
            told[now.year, now.month] = effect.before, effect.after
            assert ("のみです" in text(desk.get("/desk/knowledge/"))) == (effect.before is None)
            assert not (effect.before is None and effect.tells)
    assert told == {(2027, 3): (5, 1), (2027, 4): (None, 1), (2028, 4): (None, None)}


def test_nor_are_they_told_where_too_many_came_since_to_be_all_compared(article, suzuki, monkeypatch):
    asked = deflection.questions(suzuki)
    monkeypatch.setattr(deflection, "MOST", len(asked))
    (effect,) = deflection.effects(asked, deflection.published())
    assert effect.before == 5
    (effect,) = deflection.effects(asked[:5], deflection.published())
    assert effect.before == 4
    monkeypatch.setattr(deflection, "MOST", 5)
    (effect,) = deflection.effects(asked[:5], deflection.published())
    assert effect.before is None


def test_each_article_is_on_one_of_its_pages(desk, suzuki, sato):
    for number in range(21):
        publish_article(suzuki, sato, f"手引き {number}", "答え")
    first, second = (text(desk.get("/desk/knowledge/", {"page": page})) for page in (1, 2))
    assert ("手引き 20" in first, "手引き 0" in first) == (True, False)
    assert ("手引き 20" in second, "手引き 0" in second) == (False, True)


def test_where_the_numbers_are_small_it_says_so(article, desk, suzuki):
    (effect,) = deflection.effects(deflection.questions(suzuki), deflection.published())
    assert not effect.tells
    assert "まだ判断できません" in text(desk.get("/desk/knowledge/"))


def test_an_article_changed_since_counts_from_its_first_day(article, suzuki, sato):
    edition = Edition.objects.create(
        article=article,
        number=2,
        question="新しい問い",
        answer="新しい答え",
        written_by=sato,
        written_at=clock.now(),
        read_by=suzuki,
        read_at=clock.now(),
    )
    Article.objects.filter(pk=article.pk).update(published=edition)
    (effect,) = deflection.effects(deflection.questions(suzuki), deflection.published())
    assert effect.published_on == clock.today() - timedelta(days=105)
    assert effect.title == "新しい問い"


@pytest.fixture
def asked(kohoku, suzuki, procedures, pair):
    """`asked(days)`: a question like the article's, so many days ago."""

    def one(days: int) -> None:
        with clock.at(clock.now() - timedelta(days=days)):
            closed_case(kohoku, suzuki, procedures)

    return one


def effect_of(article, suzuki) -> deflection.Effect:
    actions.compare_cases(within=timedelta(seconds=60))
    (effect,) = deflection.effects(deflection.questions(suzuki), deflection.published())
    assert effect.article == article.pk
    return effect


def shifts(writer, reader, audience: str):
    return make_article(writer, reader, question=SHIFTS, answer=SHIFTS_ANSWER, audience=audience)


def open_to(audience: str, article, by) -> None:
    facts = {"kind": article.kind, "topics": [], "owner": article.owner, "review_by": article.review_by}
    knowledge.change_facts(article=article, by=by, audience=audience, **facts)


def test_an_article_that_only_the_office_read_counts_from_the_day_on_which_everybody_could(asked, suzuki, sato):
    with clock.at(clock.now() - timedelta(days=100)):
        article = shifts(suzuki, sato, Audience.OFFICE)
    asked(60)
    with clock.at(clock.now() - timedelta(days=40)):
        open_to(Audience.EVERYONE, article, sato)
    asked(20)
    asked(10)
    effect = effect_of(article, suzuki)
    assert effect.published_on == clock.today() - timedelta(days=40)
    assert (effect.before, effect.after) == (1, 2)


@pytest.mark.parametrize("way", ["taken back", "for the office"])
def test_of_one_that_was_away_for_a_while_it_counts_until_it_went(asked, suzuki, sato, way):
    with clock.at(clock.now() - timedelta(days=100)):
        article = shifts(suzuki, sato, Audience.EVERYONE)
    asked(90)
    with clock.at(clock.now() - timedelta(days=70)):
        knowledge.retire(article=article, by=sato) if way == "taken back" else open_to("office", article, sato)
    asked(50)
    with clock.at(clock.now() - timedelta(days=40)):
        knowledge.bring_back(article=article, by=sato) if way == "taken back" else open_to("everyone", article, sato)
    asked(20)
    effect = effect_of(article, suzuki)
    assert effect.published_on == clock.today() - timedelta(days=100)
    assert effect.after == 1
    assert round(effect.months_after, 1) == 1.0


# --- searches in vain


def test_the_most_frequent_comes_first_and_one_click_settles_it(desk):
    for words in ("名札の発注", "車の鍵", "名札の発注"):
        knowledge.note_miss(words=words, audience=Audience.EVERYONE)
    page = text(desk.get("/desk/knowledge/"))
    assert page.index("名札の発注") < page.index("車の鍵")
    miss = Miss.objects.get(words="名札の発注")
    done = desk.post(f"/desk/knowledge/misses/{miss.pk}/settle/", follow=True)
    assert "「名札の発注」を対応済みにしました。" in text(done)
    assert Miss.objects.get(pk=miss.pk).settled_at
    assert "すでに対応済みになっています。" in text(desk.post(f"/desk/knowledge/misses/{miss.pk}/settle/", follow=True))
    desk.post(f"/desk/knowledge/misses/{miss.pk}/reopen/")
    assert Miss.objects.get(pk=miss.pk).settled_at is None


# --- what it costs


def test_it_asks_the_database_no_more_often_when_there_is_more(article, desk, suzuki, sato, kohoku, procedures):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get("/desk/knowledge/").status_code == 200
        return len(queries)

    knowledge.note_miss(words="名札の発注", audience=Audience.EVERYONE)
    for _ in range(2):  # a topic to publish
        closed_case(kohoku, suzuki, procedures, problem="公用車の鍵を貸し出す帳簿をやめたい。空きも見たい。")
    actions.compare_cases(within=timedelta(seconds=60))
    before = asked()
    for place in range(4):
        publish_article(suzuki, sato, f"名札の発注その{place}", "様式1で申請してください。")
        closed_case(kohoku, suzuki, procedures, problem=f"封筒の印刷を頼みたい。{place}通りの宛名がある。")
        knowledge.note_miss(words=f"車の鍵{place}", audience=Audience.EVERYONE)
        showing(at(2026, 5 + place % 2), opened=True)
    actions.compare_cases(within=timedelta(seconds=60))
    assert asked() == before <= 10
