import re
import unicodedata

from office.models import Department, Section


def section_called(typed: str, department: Department) -> Section | None:
    """The section that somebody means, however it is typed, with the department's name or without; else None."""
    wanted = _plain(typed).removeprefix(_plain(department.name))
    sections = department.sections.filter(is_active=True)
    return next((section for section in sections if _plain(section.name) == wanted), None) if wanted else None


def _plain(name: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold().replace("ヶ", "ケ")
