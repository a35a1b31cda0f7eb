"""The shared part of a case: the same for the requester behind the link and for colleagues of the section."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from consultations.models import Attachment, Case, EntryKind, Hearing
from consultations.models.entry import waiting_message
from consultations.states import Step
from consultations.views.timeline import timeline
from office import clock
from office.models import Absence

# What a page of the shared part reads with the case.
WITH = ("department", "section", "pair__lead", "pair__partner")


def shared_part(case: Case, *, href: Callable[[Attachment], str]) -> dict[str, Any]:
    """How the case stands, what comes next, what was shared and what was sent, for a template. 6 SQL."""
    entries = timeline(case.entries.shared().newest_first(), href=href)
    hearings = list(case.hearings.filter(called_off_at=None))
    heard = any(hearing.is_held for hearing in hearings)
    waiting = waiting_message(case, entries)
    Absence.objects.note_on(case.pair.people if case.pair else [])
    return {
        "case": case,
        "entries": entries,
        "rows": _rows(case),
        "step": list(Step).index(case.step(heard=heard, has_support=case.supports.exists())) + 1,
        "hearing": _next(hearings),
        "with_ict": case.is_open and case.checks.open().exists(),
        "said_solved": bool(waiting and waiting.kind == EntryKind.SOLVED),
        "answer_by": case.first_answer_by,
        "today": clock.today(),
    }


def _next(hearings: list[Hearing]) -> Hearing | None:
    """The next hearing whose day and hour are settled; one that should be over is left to the pair."""
    settled = [hearing for hearing in hearings if not hearing.is_held and hearing.starts_at]
    to_come = [hearing for hearing in settled if hearing.starts_at >= clock.now()]
    return min(to_come, key=lambda hearing: hearing.starts_at, default=None)


def _rows(case: Case) -> list[dict[str, Any]]:
    """What was sent; what was left out is left out here too."""
    rows = [
        {"label": _("Trouble"), "value": case.problem},
        {"label": _("Expected of us"), "items_list": case.wanted},
        {"label": _("Expected of us, in your words"), "value": case.expectation},
        {"label": _("Path of a shared folder"), "value": case.folder},
        {"label": _("From"), "value": f"{case.department.name} {case.section_name}"},
        {"label": _("Contact"), "value": "\n".join(filter(None, [case.name, case.email, case.phone]))},
        {"label": _("Copies to (CC)"), "items_list": case.cc},
    ]
    return [row for row in rows if row.get("value") or row.get("items_list")]
