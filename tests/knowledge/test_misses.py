"""A search that found nothing is counted, by its words alone."""

from datetime import timedelta

import pytest

from knowledge.actions import forget_misses, note_miss, reopen_miss, settle_miss
from knowledge.models import Audience, Miss
from office import clock
from office.actions import ActionRefused

pytestmark = pytest.mark.django_db


def note(words: str, audience: str = Audience.EVERYONE) -> Miss | None:
    return note_miss(words=words, audience=audience)


def test_the_same_question_counts_in_one_row_however_it_is_typed():
    for words in ("ＲＰＡ　研修", "rpa 研修", " RPA  研修 ", "RPA\t研修"):
        note(words)
    assert [(miss.words, miss.times) for miss in Miss.objects.all()] == [("rpa 研修", 4)]


def test_the_row_says_when_it_was_asked_first_and_last():
    first = note("名札の発注")
    again = note("名札の発注")
    assert again.first_at == first.first_at
    assert again.last_at > first.last_at


def test_the_office_and_everybody_else_are_counted_apart():
    note("名札の発注")
    note("名札の発注", Audience.OFFICE)
    assert Miss.objects.count() == 2


@pytest.mark.parametrize(
    "words",
    [
        *("", "   ", "\0\0", "紙", "x"),
        *("045-671-2101", "０４５－６７１－２１０１", "2101", "R8-0123", "r8-123", "12.5%", "電話 045 671 2101"),
        *("tanaka@city.example.jp", "田中＠city.example.jp"),
        *("田中太郎", "佐藤花子 住民票", "鈴木一郎 生活保護", "鈴木"),
        *("田中様", "田中 様", "田中さん", "田中さんの相談", "田中さま", "鈴木氏", "田中様の件"),
        "長" * 101,
    ],
)
def test_what_may_name_somebody_or_is_no_question_is_not_kept(words):
    assert note(words) is None
    assert not Miss.objects.exists()


@pytest.mark.parametrize(
    "words", ["様式2の最新版", "仕様書のひな形", "RPA", "たくさんの添付", "同様の事例", "AI", "第2庁舎", "100%_"]
)
def test_words_that_only_look_like_it_are_kept(words):
    assert note(words) or words == "100%_"


def test_a_settled_one_can_be_put_back(suzuki):
    miss = note("名札の発注")
    assert settle_miss(miss=miss, by=suzuki).settled_at
    assert reopen_miss(miss=miss, by=suzuki).settled_at is None
    assert Miss.objects.get().times == 1


def test_settling_twice_is_refused(suzuki):
    miss = settle_miss(miss=note("名札の発注"), by=suzuki)
    with pytest.raises(ActionRefused):
        settle_miss(miss=miss, by=suzuki)


def test_what_is_searched_for_in_vain_again_is_no_longer_settled(suzuki):
    settle_miss(miss=note("名札の発注"), by=suzuki)
    note("名札の発注")
    miss = Miss.objects.get()
    assert (miss.times, miss.settled_at) == (2, None)


def test_it_is_counted_at_the_time_of_the_clock():
    with clock.at(clock.now().replace(year=2020)):
        assert note("名札の発注").first_at.year == 2020


def test_what_was_asked_once_or_settled_is_forgotten_after_a_year_and_what_is_asked_again_is_not(suzuki):
    long_ago = clock.now() - timedelta(days=366)
    with clock.at(long_ago):
        for words in ("名札の発注", "名札の発注", "会議室の鍵", "公用車の予約", "公用車の予約"):
            note(words)
        settle_miss(miss=Miss.objects.get(words="公用車の予約"), by=suzuki)
    note("封筒の印刷")
    assert forget_misses() == 2
    assert sorted(Miss.objects.values_list("words", flat=True)) == ["名札の発注", "封筒の印刷"]
