"""What templates of all rooms ask for: the office's wording, and other small things."""

import re
import unicodedata

from django import template
from django.http import HttpRequest

from office import listing, wording

register = template.Library()
register.filter(listing.listed)
register.filter(listing.quoted)
register.filter(wording.era_date)
register.filter(wording.short_date)
register.filter(wording.near_date)
register.filter(wording.era_datetime)
register.filter(wording.fiscal_year_name)
register.filter(wording.hours)
# Of what a server takes as an address at most, and what no page of ours has.
LONGEST_ADDRESS = 4_000


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
