"""Two leads who keep the words of search at the same moment: one is told, and no word means two things."""

from collections.abc import Callable
from typing import Any

import pytest

from knowledge import actions
from knowledge.models import Topic, Word
from office import actions as office
from office.actions import ActionRefused
from tests.consultations.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def one_is_refused(*calls: Callable[[], Any]) -> bool:
    outcomes = at_once(*calls)
    assert not [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, ActionRefused)]
    return sum(isinstance(each, ActionRefused) for each in outcomes) == len(calls) - 1


def test_a_word_that_two_add_is_there_once(suzuki, sato):
    assert one_is_refused(*(lambda by=by: actions.keep_word(by=by, name="ハマサポ") for by in (suzuki, sato)))
    assert Word.objects.filter(name="ハマサポ").count() == 1


def test_another_name_that_two_give_belongs_to_one_word(suzuki, sato):
    named = {"ハマサポ": suzuki, "横浜支援": sato}
    adding = [lambda name=name, by=by: actions.keep_word(by=by, name=name, also="浜支援") for name, by in named.items()]
    assert one_is_refused(*adding)
    assert Word.objects.filter(also="浜支援").count() == 1


def test_a_word_that_is_dropped_while_another_changes_it_means_one_thing(suzuki, sato):
    word = actions.keep_word(by=suzuki, name="ハマサポ")
    outcomes = at_once(
        lambda: actions.drop_word(by=suzuki, word=word),
        lambda: actions.keep_word(by=sato, word=word, name="ハマサポ", also="浜支援"),
    )
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert Word.objects.filter(name="ハマサポ").count() <= 1


def test_a_topic_that_two_add_is_there_once(suzuki, sato):
    adding = [
        lambda by=by: office.keep(row=Topic(key="vpn", name="VPN", name_en="VPN"), by=by) for by in (suzuki, sato)
    ]
    assert one_is_refused(*adding)
    assert Topic.objects.filter(key="vpn").count() == 1
