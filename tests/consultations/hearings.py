"""Hearings of the cast's case."""

import html
import re
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from consultations import actions
from consultations.models import Case, Hearing
from office import clock
from office.models import User

TREE = [(0, "シフト作成に3日かかる"), (1, "条件が紙に散らばっている"), (0, "急な休みに追いつかない")]
QUESTIONS = ["一月に何回作りますか。", "だれが承認しますか。"]


def at(text: str) -> datetime:
    """A moment by the clock on the wall, such as 2026-11-24 10:00."""
    return timezone.make_aware(datetime.fromisoformat(text))


def prepared(case: Case, by: User, **given: Any) -> Hearing:
    return actions.prepare_hearing(case=case, by=by, **{"hypotheses": TREE, "questions": QUESTIONS, **given})


def held(case: Case, by: User, **given: Any) -> Hearing:
    record = {"held_on": clock.today(), "real_problem": "条件が一か所にまとまっていない。", **given}
    return actions.record_hearing(hearing=prepared(case, by), by=by, **record)


def as_sent(response: HttpResponse, **typed: Any) -> dict[str, Any]:
    """What a browser sends of the form on a page: what it shows, and what somebody typed over it."""
    form = response.context["form"]
    sent: dict[str, Any] = {}
    for name in form.fields:
        bound = form[name]
        value = bound.field.widget.format_value(bound.value())
        value = value[0] if isinstance(value, list) and value else value or ""
        sent[name] = value
        if bound.field.show_hidden_initial:
            sent[f"initial-{name}"] = value
    sent["version"] = form.version_seen
    for initial in form.initials():
        if said := re.search(r'name="((?:cause|asked)_\d+)" value="(.*)"', initial):
            sent[said[1]] = html.unescape(said[2])
    return sent | typed
