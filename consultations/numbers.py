"""Case numbers: `R8-0123` is the 123rd case of fiscal year 2026."""

import re
import unicodedata

from office import era

PATTERN = re.compile(r"([MTSHR])\s*(\d{1,2})\s*[-‐‑‒–—―−ー]\s*(\d{1,6})", re.IGNORECASE)


def write(fiscal_year: int, serial: int) -> str:
    return f"{era.fiscal_year_letters(fiscal_year)}-{serial:04d}"


def read(text: str) -> tuple[int, int] | None:
    """Fiscal year and serial of a number as people type it (full width, any dash, no zeros); None where it is none."""
    match = PATTERN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not match:
        return None
    year = era.fiscal_year_of_letters(match[1], int(match[2]))
    return (year, int(match[3])) if year else None


def among(words: str) -> tuple[list[tuple[int, int]], str]:
    """The case numbers among words, and the other words."""
    numbers, others = [], []
    for word in words.split():
        if parts := read(word):
            numbers.append(parts)
        else:
            others.append(word)
    return numbers, " ".join(others)
