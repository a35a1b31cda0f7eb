"""Documents put on the shelf are found by their words, by those who may see them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from knowledge import counting, shelf
from knowledge.models import Audience, IndexedDocument, Posting, Rack
from knowledge.shelf import Document

pytestmark = pytest.mark.django_db
BEGINNING = datetime(2026, 4, 1, tzinfo=UTC)


def put(key: str, title: str, *texts: str, kind: str = "case", day: int = 0, **given) -> Document:
    document = Document(kind, key, BEGINNING + timedelta(days=day), title=title, texts=texts, **given)
    shelf.put(document)
    return document


def found(words: str, audience: str = Audience.OFFICE, **given) -> list[str]:
    return [hit.document.key for hit in shelf.find(words, audience=audience, **given)]


def alike(question: str | Document, audience: str = Audience.OFFICE, **given) -> list[str]:
    return [hit.document.key for hit in shelf.similar(question, audience=audience, **given)]


@pytest.fixture
def three(db) -> None:
    put("minutes", "会議の議事録の作成", "録音を文字に起こす作業に毎月20時間かかっています。", day=1)
    put("grants", "補助金の審査", "申請書のPDFをパソコンで検索し、審査の資料を作成しています。", day=2)
    put("forms", "講座の申込みをオンラインに", "電話で受けている申込みをＬｏＧｏフォームで受けたい。", day=3)
    count()


def count() -> None:
    for rack in Rack.objects.all():
        counting.count(rack)


def test_every_word_must_stand_there(three):
    assert found("補助金 審査") == ["grants"]
    assert found("補助金 議事録") == []


@pytest.mark.parametrize("words", ["申し込み", "ロゴフォーム", "logo フォーム", "ＬｏＧｏﾌｫｰﾑ", "フォーム"])
def test_another_way_to_write_it_finds_it_too(three, words):
    assert found(words) == ["forms"]


def test_a_synonym_finds_it(three):
    assert found("PC") == found("パーソナルコンピュータ") == ["grants"]


def test_what_fits_best_comes_first_and_the_newest_among_equals():
    put("old", "RPAの導入", day=1)
    put("new", "RPAの導入", day=2)
    put("long", "業務の相談", "RPAのほかに、" + "会議の日程と資料の印刷について。" * 20, day=3)
    assert found("RPA") == ["new", "old", "long"]


def test_a_quoted_phrase_stands_there_as_it_is_written():
    put("apart", "会議の資料を作成し、録音を聞く", day=2)
    put("together", "会議の録音を聞く", day=1)
    assert found("会議 録音") == ["together", "apart"]
    assert found('"会議の録音"') == found("“会議の録音” 聞く") == ["together"]


def test_similar_texts_come_with_the_words_that_make_them_so(three):
    hit, *_ = shelf.similar("毎月の会議を録音して議事録にするのが大変です", audience=Audience.OFFICE)
    assert hit.document.key == "minutes"
    assert set(hit.words) >= {"会議", "録音", "議事"}


def test_a_document_is_not_similar_to_itself():
    one = put("one", "議事録を文字に起こす")
    put("two", "録音を文字に起こす")
    assert alike(one) == ["two"]


def test_what_is_for_the_office_reaches_nobody_else():
    put("secret", "議事録の作成", audience=Audience.OFFICE)
    put("public", "議事録の作り方", kind="article", audience=Audience.EVERYONE)
    assert found("議事録", Audience.EVERYONE) == ["public"]
    assert alike("議事録を作成したい", Audience.EVERYONE) == ["public"]
    assert sorted(found("議事録")) == sorted(alike("議事録")) == ["public", "secret"]


def test_a_document_that_changes_its_audience_leaves_nothing_behind():
    put("one", "議事録の作成", audience=Audience.EVERYONE)
    put("one", "議事録の作成", audience=Audience.OFFICE)
    assert found("議事録", Audience.EVERYONE) == []
    assert found("議事録") == ["one"]
    assert Posting.objects.values("document").distinct().count() == 1


def test_facets_that_begin_alike_are_not_the_same():
    long = "a-menu-whose-key-fills-all-of-fifty-letters-is-"
    put("a", "議事録", facets={"menu": f"{long}one"})
    put("b", "議事録", facets={"menu": f"{long}two"})
    assert found("議事録", where={"menu": f"{long}two"}) == ["b"]


def test_kinds_and_facets_narrow_the_search():
    put("a", "議事録", facets={"department": "kohoku"}, day=1)
    put("b", "議事録", facets={"department": "naka"}, day=2)
    put("c", "議事録", kind="article")
    assert found("議事録", kinds=["case"]) == ["b", "a"]
    assert found("議事録", where={"department": "kohoku"}) == ["a"]
    assert alike("議事録", where={"department": "kohoku"}) == ["a"]
    assert found("", where={"department": "naka"}) == ["b"]
    assert found("department=kohoku") == []


def test_a_document_put_again_is_found_by_its_new_words_only():
    put("one", "議事録の作成")
    put("one", "補助金の審査", day=5)
    assert found("議事録") == []
    assert found("補助金") == ["one"]
    assert IndexedDocument.objects.count() == 1


def test_a_document_taken_off_is_gone():
    put("one", "議事録の作成")
    shelf.remove("case", "one")
    shelf.remove("case", "one")
    assert not Posting.objects.exists()
    assert found("議事録") == []


def test_a_transaction_that_is_rolled_back_leaves_the_shelf_as_it_was():
    put("one", "議事録の作成")
    with transaction.atomic():
        put("one", "補助金の審査")
        transaction.set_rollback(True)
    assert found("議事録") == ["one"]
    assert found("補助金") == []


def test_two_documents_of_the_same_name_and_second_stand_side_by_side(monkeypatch):
    monkeypatch.setattr(shelf.zlib, "crc32", lambda data: 7)
    for key in ("one", "two", "three"):
        put(key, "議事録の作成")
    put("two", "議事録の作成と保存")
    assert sorted(found("議事録")) == ["one", "three", "two"]


def test_rare_words_tell_more_than_common_ones():
    for number in range(20):
        put(f"{number}", "システムの相談", day=number)
    put("rare", "漏水の調査", "システム", day=1)
    count()
    assert alike("漏水のシステムの相談")[0] == "rare"


def test_a_budget_that_is_used_up_keeps_to_the_rarest_words_and_the_newest_documents():
    for number in range(30):
        put(f"{number}", "システムの相談", day=number)
    put("rare", "漏水のシステム")
    count()
    assert alike("漏水のシステムの相談", budget=5) == ["rare", "29", "28", "27", "26", "25"]
    assert found("システム", budget=5, candidates=5) == ["29", "28", "27", "26", "25"]


def test_it_says_there_is_nothing_only_after_reading_on(django_assert_num_queries):
    put("first", "予約のシステム")
    for number in range(1, 30):
        put(f"{number}", "システムの相談", day=number)
    for number in range(30, 60):
        put(f"{number}", "予約の相談", day=number)
    count()
    limits = {"budget": 6, "candidates": 5}
    assert found("システム 予約", **limits) == ["first"]
    assert shelf.keys("システム 予約", audience=Audience.OFFICE, kind="case", budget=6, limit=5) == ["first"]
    with django_assert_num_queries(4):  # the words, how rare they are, the documents, and once more as many
        assert found("相談 システム 予約", **limits) == []
    with django_assert_num_queries(3):  # a rare word was read to its end
        assert found("漏水 相談", **limits) == []


def test_eight_racks_are_asked_at_once():
    for kind in ("case", "example", "article", "menu"):
        for audience in Audience.values:
            put(f"{kind} {audience}", "議事録を作成する", kind=kind, audience=audience)
    long = "、".join(f"{number}番の議事録" for number in range(200))
    assert len(alike(long)) == len(found("議事録")) == 8


def test_a_question_costs_the_same_queries_however_much_there_is(django_assert_num_queries, three):
    for _ in range(2):
        with django_assert_num_queries(4):  # words, racks and frequencies, postings, documents
            found("作成")
        with django_assert_num_queries(6):  # and the terms of the candidates, and their senses
            alike("資料の作成")
        for number in range(20):
            put(f"{number}", "資料の作成")
