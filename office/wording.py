"""Dates, years and hours as the office writes them, in the language of the page."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office import clock, era

WEEKDAYS = "月火水木金土日"


def _japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


def _day(value: date | datetime) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value


def era_date(value: date | datetime | None) -> str:
    """令和8年11月24日（火）, or 24 Nov 2026 (Tue)."""
    if not value:
        return ""
    day = _day(value)
    if not _japanese():
        return f"{day.day} {day:%b %Y (%a)}"
    name, _letter, year = era.era(day)
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def short_date(value: date | datetime | None) -> str:
    """11月24日, or 24 Nov."""
    if not value:
        return ""
    day = _day(value)
    return f"{day.month}月{day.day}日" if _japanese() else f"{day.day} {day:%b}"


def near_date(value: date | datetime | None) -> str:
    """For columns: as `short_date` in this calendar year, else R7.11.24, or 24 Nov 2025."""
    if not value:
        return ""
    day = _day(value)
    if day.year == clock.today().year:
        return short_date(day)
    if not _japanese():
        return f"{day.day} {day:%b %Y}"
    _name, letter, year = era.era(day)
    return f"{letter}{year}.{day.month}.{day.day}"


def era_datetime(value: datetime | None) -> str:
    """令和8年11月24日（火）10:05, or 24 Nov 2026 (Tue) 10:05."""
    if not value:
        return ""
    separator = "" if _japanese() else " "
    return f"{era_date(value)}{separator}{timezone.localtime(value):%H:%M}"


def fiscal_year_name(year: int) -> str:
    """令和8年度, or fiscal 2026."""
    if not _japanese():
        return _("fiscal %(year)s") % {"year": year}
    name, _letter, era_year = era.fiscal_year_era(year)
    return f"{name}{'元' if era_year == 1 else era_year}年度"


def hours(number: Decimal | float | str) -> str:
    """12.5時間, 12時間, or 12.5 hours."""
    return _("%(hours)s hours") % {"hours": f"{float(number):,.1f}".removesuffix(".0")}
