"""Dates as the office writes them, in the language of the page, and other small things that templates ask for."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office import clock, era, listing

register = template.Library()
register.filter(listing.listed)
register.filter(listing.quoted)
WEEKDAYS = "月火水木金土日"
# Of what a server takes as an address at most, and what no page of ours has.
LONGEST_ADDRESS = 4_000


def _japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


def _day(value: date | datetime) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value


@register.filter
def era_date(value: date | datetime | None) -> str:
    """令和8年11月24日（火）, or 24 Nov 2026 (Tue)."""
    if not value:
        return ""
    day = _day(value)
    if not _japanese():
        return f"{day.day} {day:%b %Y (%a)}"
    name, _letter, year = era.era(day)
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


@register.filter
def short_date(value: date | datetime | None) -> str:
    """11月24日, or 24 Nov."""
    if not value:
        return ""
    day = _day(value)
    return f"{day.month}月{day.day}日" if _japanese() else f"{day.day} {day:%b}"


@register.filter
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


@register.filter
def era_datetime(value: datetime | None) -> str:
    """令和8年11月24日（火）10:05, or 24 Nov 2026 (Tue) 10:05."""
    if not value:
        return ""
    separator = "" if _japanese() else " "
    return f"{era_date(value)}{separator}{timezone.localtime(value):%H:%M}"


@register.filter
def fiscal_year_name(year: int) -> str:
    """令和8年度, or fiscal 2026."""
    if not _japanese():
        return _("fiscal %(year)s") % {"year": year}
    name, _letter, era_year = era.fiscal_year_era(year)
    return f"{name}{'元' if era_year == 1 else era_year}年度"


@register.filter
def hours(number: Decimal | float | str) -> str:
    """12.5時間, 12時間, or 12.5 hours."""
    return _("%(hours)s hours") % {"hours": f"{float(number):,.1f}".removesuffix(".0")}


@register.filter
def tel(phone: str) -> str:
    """The number to dial out of what was typed as a phone: `045-671-2101（内線 4121）` is `0456712101`, `内線 4121` is
    `4121`; empty where there is none.
    """
    number = re.search(r"[+0]\d[\d\-‐−ー() ]*|\d+", unicodedata.normalize("NFKC", phone))
    return re.sub(r"[^\d+]", "", number[0]) if number else ""


@register.filter
def address(request: HttpRequest) -> str:
    """Where this page is, to come back to; without what was asked of it where that is endless."""
    whole = request.get_full_path()
    return whole if len(whole) <= LONGEST_ADDRESS else request.path
