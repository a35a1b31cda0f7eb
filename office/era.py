"""Japanese calendar: eras, fiscal years, business days."""

from datetime import date, timedelta

import jpholiday

# (first day, name, letter); before the Meiji era nobody consults us.
ERAS = [
    (date(2019, 5, 1), "令和", "R"),
    (date(1989, 1, 8), "平成", "H"),
    (date(1926, 12, 25), "昭和", "S"),
    (date(1912, 7, 30), "大正", "T"),
    (date(1868, 1, 25), "明治", "M"),
]


def era(day: date) -> tuple[str, str, int]:
    """Name, letter and year of the era that `day` lies in. Raises ValueError before 1868."""
    for first, name, letter in ERAS:
        if day >= first:
            return name, letter, day.year - first.year + 1
    raise ValueError(f"{day} lies before the Meiji era.")


def fiscal_year(day: date) -> int:
    """The fiscal year that `day` lies in, named by its April: 31 March 2027 lies in 2026."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_start(year: int) -> date:
    return date(year, 4, 1)


def fiscal_year_end(year: int) -> date:
    return date(year + 1, 3, 31)


def fiscal_year_era(year: int) -> tuple[str, str, int]:
    """Name, letter and era year that fiscal year `year` goes by: 2019, whose April was still Heisei, is 令和元年度."""
    return era(date(year, 5, 1))


def fiscal_year_letters(year: int) -> str:
    """`R8` for 2026."""
    _, letter, era_year = fiscal_year_era(year)
    return f"{letter}{era_year}"


def fiscal_year_of_letters(letter: str, era_year: int) -> int | None:
    """The inverse of `fiscal_year_letters`; None where there is no such year."""
    for first, _name, known in ERAS:
        if known == letter.upper() and era_year >= 1:
            year = first.year + era_year - 1
            return year if fiscal_year_letters(year) == f"{known}{era_year}" else None
    return None


def is_business_day(day: date) -> bool:
    """Whether city offices are open: no weekend, national holiday or turn of the year (29 December to 3 January)."""
    turn_of_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not turn_of_year and not jpholiday.is_holiday(day)


def add_business_days(day: date, days: int) -> date:
    """The day that is `days` (≥ 0) business days after `day`; with 0 the first business day from `day` on."""
    while not is_business_day(day):
        day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while not is_business_day(day):
            day += timedelta(days=1)
    return day
