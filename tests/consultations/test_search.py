"""The search of every page: /search/."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from consultations import actions
from knowledge import shelf
from knowledge.models import Article, Audience
from knowledge.tasks import count_words
from office import clock
from office.models import Rank
from tests.cast import signed_in
from tests.consultations.desk_pages import english, hrefs, make_many, text
from tests.factories import make_case, make_contract, make_member, make_pair

SEARCH = "/search/"


@pytest.fixture
def shift(kohoku, pair):
    return make_case(kohoku, problem="保育士の勤務シフトをパソコンで作りたい。")


def test_the_office_finds_a_case_by_a_synonym_and_the_word_is_marked(desk, shift):
    page = english(desk).get(SEARCH, {"q": "ＰＣ シフト"})
    assert "<mark>パソコン</mark>" in page.content.decode()
    assert shift.get_absolute_url() in page.content.decode()
    assert "“ＰＣ” was looked for as “パソコン”" in text(page)


def test_nobody_else_finds_cases_nor_words_that_occur_in_them_only(shift, tanaka, ict_member):
    count_words()
    for browser in (Client(), signed_in(tanaka), signed_in(ict_member)):
        for words in ("シフト", "シフト 保育", "しふと", "保有 シフト"):
            page = english(browser).get(SEARCH, {"q": words})
            assert shift.number not in text(page)
            assert "Did you mean" not in text(page)
            assert "Narrow the search" not in text(page)


@pytest.mark.parametrize("typed", ["{number}", "{wide}"])
def test_a_number_leads_to_the_case_who_may_see_it(desk, new_case, tanaka, yamada, typed):
    wide = new_case.number.translate({ord(c): ord(c) + 0xFEE0 for c in "R0123456789-"})
    asked = {"q": typed.format(number=new_case.number, wide=wide)}
    assert desk.get(SEARCH, asked)["Location"] == new_case.get_absolute_url()
    assert signed_in(tanaka).get(SEARCH, asked)["Location"] == f"/section/{new_case.number}/"
    assert signed_in(yamada).get(SEARCH, asked).status_code == 200
    stranger = Client()
    assert stranger.get(SEARCH, asked).status_code == 200
    stranger.get(f"/receipts/{new_case.token}/")
    assert stranger.get(SEARCH, asked)["Location"] == f"/receipts/{new_case.token}/"


def test_a_case_is_found_by_whatever_was_typed_about_it(started_case, suzuki):
    """Where it is kept in no entry's text: who promised from outside, where they met, why beyond the contract."""
    case, today = started_case, clock.today()
    actions.promise_step(case=case, by=suzuki, text="見積り", due_on=today, owner_name="海風システム")
    actions.prepare_hearing(case=case, by=suzuki, place="金沢動物園の会議室")
    manager = make_member("omura", "大村 課長", rank=Rank.MANAGER)
    hours = actions.choose_support(case=case, by=suzuki, menu=make_contract(1).menu, reason="聞き取り")
    actions.book_hours(
        support=hours, by=manager, hours=Decimal(2), purpose="面談", excess_reason="議決に間に合わせる。"
    )
    for words in ("海風", "動物園", "議決"):
        assert [hit.document.key for hit in shelf.find(words, audience=Audience.OFFICE, kinds=["case"])] == [
            str(case.pk)
        ], words


def test_a_sensitive_case_shows_no_text(desk, kohoku, pair):
    case = make_case(kohoku, problem="保育士の件です。\n秘密のシフトがあります。", sensitive=True)
    page = text(english(desk).get(SEARCH, {"q": "シフト"}))
    assert case.number in page
    assert "Handle with care" in page
    assert "秘密" not in page


def test_what_was_written_is_escaped(desk, kohoku, pair):
    make_case(kohoku, problem="<script>alert(1)</script> シフト & <b>表</b>")
    page = desk.get(SEARCH, {"q": "シフト"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;" in page


def test_it_is_narrowed_by_facets_and_a_chip_takes_one_off(desk, shift, asahi, ito):
    other = make_case(asahi, problem="勤務シフトの表を見直したい。")
    page = english(desk).get(SEARCH, {"q": "シフト"})
    assert "港北区 1" in text(page)
    assert "旭区 1" in text(page)
    narrowed = english(desk).get(SEARCH, {"q": "シフト", "department": "asahi"})
    assert other.number in text(narrowed)
    assert shift.number not in text(narrowed)
    assert len(hrefs(narrowed, "chip-remove")) == 1


def test_a_word_that_reads_the_same_is_offered(desk, kohoku, pair):
    make_case(kohoku, problem="電子申請の様式を見直したい。")
    count_words()
    page = english(desk).get(SEARCH, {"q": "電視申請"})
    assert "Did you mean this? Search for “電子申請”" in text(page)


def test_what_holds_some_of_the_words_is_shown_where_nothing_holds_all(desk, shift):
    page = text(english(desk).get(SEARCH, {"q": "保育士の当番表を自動化したい"}))
    assert "Nothing holds all of these words" in page
    assert shift.number in page


def test_a_number_that_no_case_has_is_named_and_its_digits_lead_nowhere(desk, shift, tanaka):
    make_case(shift.department, problem="8月までに様式を9999枚刷りたい。")
    page = text(english(desk).get(SEARCH, {"q": "R8-9999"}))
    assert "There is no case R8-9999." in page
    assert "comes nearest" not in page
    assert "Did you mean" not in page
    ward = text(english(signed_in(tanaka)).get(SEARCH, {"q": "R8-9999"}))
    assert "Nothing was found. The number of a consultation opens it for its section." in ward


def test_a_word_in_kanji_is_not_put_together_from_other_words_that_sound_alike(desk, kohoku, pair):
    make_case(kohoku, problem="窓口で問う項目の版が古い。")
    count_words()
    assert "Did you mean" not in text(english(desk).get(SEARCH, {"q": "当番"}))


def test_of_an_endless_question_links_hold_the_beginning_and_the_box_all(desk, kohoku, asahi, pair, ito):
    make_many(21, kohoku)
    make_many(1, asahi)
    question = "窓口の　" * 2_500
    page = desk.get(SEARCH, {"q": question}).content.decode()
    assert f'name="q" value="{question.strip()}"' in page
    links = re.findall(r'href="(\?[^"]*)"', page)
    assert len(links) >= 3
    assert all(len(link) < 4_000 for link in links)
    assert len(page.encode()) < 60_000


def test_only_the_search_shows_its_words_in_the_box_of_every_page(desk, new_case):
    box = re.compile(r'id="header-q"[^>]* value="([^"]*)"')
    assert box.search(desk.get(SEARCH, {"q": "窓口"}).content.decode())[1] == "窓口"
    assert box.search(desk.get("/desk/cases/", {"q": "窓口"}).content.decode())[1] == ""


@pytest.mark.parametrize(
    "words", ["", "あ", "AND", '"会議', "%", "_", "😀", "\x00", "OR NOT (", "あ" * 10_000, "'; --"]
)
def test_every_question_gets_an_answer_or_a_hint(desk, shift, words):
    for browser in (desk, Client()):
        page = browser.get(SEARCH, {"q": words, "department": "\x00", "year": "²", "page": "x", "kind": "topic"})
        assert page.status_code == 200
        assert shift.number not in text(page)


def test_what_stands_on_the_shelf_but_is_no_longer_open_to_the_reader_is_left_out(desk, suzuki):
    """A draft, say, or an article that was taken back: the row has the last word."""
    draft = Article.objects.create(owner=suzuki, review_by=clock.today())
    shelf.put(shelf.Document("article", str(draft.pk), clock.now(), audience=Audience.EVERYONE, title="議事録の手引き"))
    for browser in (Client(), desk):
        assert "議事録の手引き" not in text(browser.get(SEARCH, {"q": "手引き"}))


def test_it_asks_as_much_for_many_as_for_few(desk, kohoku, pair, django_assert_max_num_queries):
    make_many(3, kohoku)
    with django_assert_max_num_queries(12) as few:
        desk.get(SEARCH, {"q": "窓口"})
    make_many(60, kohoku)
    with django_assert_max_num_queries(len(few)):
        assert desk.get(SEARCH, {"q": "窓口"}).content.decode().count('class="result"') == 20


@pytest.mark.parametrize("year", ["020260", "02026", "1", "０２０２", "9" * 5_000])
def test_a_year_that_is_none_narrows_nothing(desk, new_case, year):
    page = desk.get(SEARCH, {"q": new_case.problem[:10], "year": year})
    assert page.status_code == 200
    assert new_case.number in text(page)


def test_a_closed_case_of_two_years_ago_is_found_by_a_paraphrase(desk, kohoku, pair, suzuki, procedures):
    with clock.at(clock.now() - timedelta(days=730)):
        shift = make_case(kohoku, problem="保育士の勤務シフトをパソコンで作りたい。")
        actions.answer_and_close(case=shift, by=suzuki, text="手引きです。", level=1, topic=procedures)
    assert shift.number in text(desk.get(SEARCH, {"q": "業務端末 保育士"}))


def test_a_case_is_found_by_whoever_of_the_office_had_to_do_with_it(desk, new_case, asahi, suzuki, ito):
    actions.reply(case=new_case, by=suzuki, text="回答です。")
    actions.set_supporters(case=new_case, by=suzuki, supporters=[make_member("hoshi", "星 新一")])
    actions.set_supporters(case=new_case, by=suzuki, supporters=[])
    moriya = make_member("moriya", "守屋 宏")
    actions.promise_step(case=new_case, by=suzuki, text="確認", due_on=clock.today(), owner=moriya)
    actions.assign_pair(case=new_case, by=ito, pair=make_pair(asahi, ito, None))
    for name in ("鈴木 一郎", "星 新一", "守屋 宏"):
        assert new_case.number in text(desk.get(SEARCH, {"q": name})), name


def test_a_case_is_found_by_who_wrote_before_the_contact_was_handed_on(desk, new_case, suzuki):
    actions.correct_contact(case=new_case, by=suzuki, name="中野 京子", email="nakano@kohoku.example.jp")
    for name in ("田中", "中野"):
        assert new_case.number in text(desk.get(SEARCH, {"q": name}))
