"""What is posted to chat channels: an Adaptive Card, as the webhooks of Teams workflows take it."""

import json
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from consultations.models.case import Case
from consultations.models.check import TechnicalCheck
from outbox.actions import Post

ICT = "ict"


def check_asked(case: Case, check: TechnicalCheck) -> list[Post]:
    """A question to ICT operations, to their channel where there is one. Of a sensitive case number and department."""
    if ICT not in settings.SECRET_WEBHOOKS:
        return []
    with translation.override(settings.LANGUAGE_CODE):
        where = _("%(number)s, %(department)s") % {"number": case.number, "department": case.department.name}
        lines = [] if case.sensitive else [case.title, *filter(None, check.question.splitlines())]
        asked_by = _("Asked by %(name)s") % {"name": check.asked_by.called}
        head = _("Technical check: %(where)s") % {"where": where}
        return [Post(ICT, head, _card(head, [*lines, asked_by], link=check.ict_url, label=_("Answer here")))]


def _card(head: str, lines: list[str], *, link: str, label: str) -> str:
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_text(head, weight="Bolder"), *map(_text, lines)],
        "actions": [{"type": "Action.OpenUrl", "title": label, "url": link}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return json.dumps({"type": "message", "attachments": [attachment]}, ensure_ascii=False)


def _text(line: str, **look: str) -> dict[str, Any]:
    # Not a TextBlock: that would read what people typed as Markdown.
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line, **look}]}
