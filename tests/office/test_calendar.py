from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from office import clock, era
from office.templatetags.desk import tel
from office.wording import era_date, era_datetime, fiscal_year_name, short_date


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 4, 1), 2026),
        (date(2027, 3, 31), 2026),
        (date(2026, 3, 31), 2025),
        (date(2024, 2, 29), 2023),
    ],
)
def test_a_fiscal_year_begins_in_april(day, year):
    assert era.fiscal_year(day) == year
    assert era.fiscal_year_start(year) <= day <= era.fiscal_year_end(year)


@pytest.mark.parametrize(
    ("year", "letters", "name"),
    [
        (2026, "R8", "令和8年度"),
        (2020, "R2", "令和2年度"),
        (2019, "R1", "令和元年度"),
        (2018, "H30", "平成30年度"),
        (1989, "H1", "平成元年度"),
        (1988, "S63", "昭和63年度"),
    ],
)
def test_fiscal_years_go_by_the_era_of_most_of_their_days(year, letters, name):
    assert era.fiscal_year_letters(year) == letters
    assert era.fiscal_year_of_letters(letters[0], int(letters[1:])) == year
    assert fiscal_year_name(year) == name


@pytest.mark.parametrize(("letter", "number"), [("H", 31), ("H", 32), ("S", 64), ("R", 0), ("X", 1)])
def test_there_are_fiscal_years_that_never_were(letter, number):
    assert era.fiscal_year_of_letters(letter, number) is None


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "令和8年11月24日（火）"),
        (date(2019, 5, 1), "令和元年5月1日（水）"),
        (date(2019, 4, 30), "平成31年4月30日（火）"),
        (date(1989, 1, 8), "平成元年1月8日（日）"),
        (date(1989, 1, 7), "昭和64年1月7日（土）"),
    ],
)
def test_dates_are_written_in_eras(day, words):
    assert era_date(day) == words


def test_dates_are_written_in_english_on_an_english_page():
    with translation.override("en"):
        assert era_date(date(2026, 11, 24)) == "24 Nov 2026 (Tue)"
        assert short_date(date(2026, 11, 24)) == "24 Nov"
        assert fiscal_year_name(2026) == "fiscal 2026"


def test_a_moment_is_written_in_the_hour_of_the_office():
    assert era_datetime(datetime(2026, 11, 23, 16, 5, tzinfo=UTC)) == "令和8年11月24日（火）01:05"


def test_before_meiji_there_is_no_era():
    with pytest.raises(ValueError, match="Meiji"):
        era.era(date(1868, 1, 24))


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 23), False),  # 勤労感謝の日
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 9, 22), False),  # between two holidays
        (date(2026, 5, 6), False),  # the day in lieu of 3 May, a Sunday
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), False),
        (date(2028, 1, 3), False),  # a Monday
        (date(2027, 1, 4), True),
    ],
)
def test_the_office_is_open_on_business_days(day, open_):
    assert era.is_business_day(day) is open_


@pytest.mark.parametrize(
    ("day", "days", "then"),
    [
        (date(2026, 11, 24), 3, date(2026, 11, 27)),
        (date(2026, 11, 20), 1, date(2026, 11, 24)),  # over a weekend and a holiday
        (date(2026, 12, 28), 1, date(2027, 1, 4)),
        (date(2026, 12, 30), 1, date(2027, 1, 5)),  # sent on a closed day, it counts as come on the next open one
        (date(2026, 11, 22), 0, date(2026, 11, 24)),
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
    ],
)
def test_business_days_are_counted_from_the_first_open_day(day, days, then):
    assert era.add_business_days(day, days) == then


def test_the_clock_stands_still_where_it_is_told_to_and_nowhere_else():
    moment = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
    with clock.at(moment):
        assert (clock.now(), clock.today()) == (moment, date(2026, 4, 1))
        with clock.at(datetime(2025, 12, 31, 15, 0, tzinfo=UTC)):
            assert clock.today() == date(2026, 1, 1)
        assert clock.now() == moment
    assert clock.now() != moment


def test_the_clock_takes_no_moment_without_a_zone():
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 4, 1)):
        pass


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("内線 2101", "2101"),
        ("045-671-2101（内線 4121）", "0456712101"),
        ("０４５−６７１−２１０１", "0456712101"),
        ("+81 45 671 2101", "+81456712101"),
        ("2101、2102", "2101"),
        ("総務係へ", ""),
    ],
)
def test_a_phone_as_typed_can_be_dialled(typed, dialled):
    assert tel(typed) == dialled
