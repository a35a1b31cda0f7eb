"""What people type or paste into a field of one line, or of a text."""

import pytest
from django import forms

from office.fields import LineField, TextField


class Sheet(forms.Form):
    name = LineField()
    problem = TextField()


def read(typed: str) -> Sheet:
    sheet = Sheet({"name": typed, "problem": typed})
    sheet.is_valid()
    return sheet


@pytest.mark.parametrize("typed", ["\u200b\u200b", " \u3000\u200b ", "\u202e", "\u200d", "\u2060\ufeff"])
def test_what_nobody_can_see_counts_as_nothing(typed):
    assert read(typed).errors.keys() == {"name", "problem"}


def test_signs_that_turn_the_direction_of_writing_are_left_out():
    assert read("田中\u202e 一郎\u2066\u200f").cleaned_data == {"name": "田中 一郎", "problem": "田中 一郎"}


@pytest.mark.parametrize("typed", ["👨\u200d👩\u200d👧", "葛\U000e0100城", "\ue000", "🇯🇵"])
def test_joined_emoji_variants_of_a_character_and_the_city_s_own_characters_stay(typed):
    assert read(typed).cleaned_data == {"name": typed, "problem": typed}
