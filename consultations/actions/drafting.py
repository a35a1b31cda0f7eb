"""What people have typed into the forms of a case and not sent: kept for each of them, on any machine.

A draft is nobody's business but its writer's: it leaves no entry in the history.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Case, Draft
from office import clock
from office.actions import ActionRefused
from office.models import User

MOST_BYTES = 300_000
MOST_BESIDE = 3
MOST_SENT = 5


class SentAlready(ActionRefused):
    """The page from which it comes was sent meanwhile."""


@transaction.atomic
def keep_draft(
    *,
    case: Case,
    by: User,
    form: str,
    texts: Mapping[str, str],
    bases: Mapping[str, str] | None = None,
    version: int | None = None,
    page: str = "",
    follows: str = "",
    path: str = "",
) -> Draft | None:
    """Keep what `by` has typed into a form of a case; None where nothing is left to be kept.

    The last page to be typed on counts. Where that is not the one whose draft it goes on from (`follows`), the other
    page's texts are put beside it, not lost. Refused where it comes late from a page that was sent, or is too long.
    """
    page, follows = _plain(page), _plain(follows)
    data: dict[str, Any] = {
        "texts": {_plain(name): _plain(text) for name, text in texts.items()},
        "bases": {_plain(name): _plain(text) for name, text in (bases or {}).items()},
        "version": version,
        "page": page,
        "path": _plain(path),
    }
    if len(json.dumps(data, ensure_ascii=False).encode()) > MOST_BYTES:
        raise ActionRefused(_("This is too long to be kept as a draft."))
    draft = _row(case, by, form)
    if page and page in draft.sent:
        raise SentAlready(_("This was sent already."))
    others = _beside(draft, page, data["texts"])
    if draft.page not in (page, follows) and not _is_within(draft.texts, data["texts"]):
        others.append({"page": draft.page, "texts": draft.texts, "at": draft.saved_at.isoformat()})
    _write(draft, data if texts else {}, beside=others, sent=draft.sent)
    return None if draft.is_blank else draft


@transaction.atomic
def drop_draft(*, case: Case, by: User, form: str, texts: Mapping[str, str], page: str = "", follows: str = "") -> None:
    """Forget what was typed on `page`, which was sent; what else another page of the same person holds stays."""
    page, follows = _plain(page), _plain(follows)
    draft = _row(case, by, form)
    others = _beside(draft, page, texts)
    is_gone = draft.page in (page, follows) or _is_within(draft.texts, texts)
    data = {} if is_gone else draft.data
    _write(draft, data, beside=others, sent=[*draft.sent, page] if page else draft.sent)


@transaction.atomic
def discard_draft(*, case: Case, by: User, form: str, page: str = "") -> None:
    """Throw away all that `by` has typed into this form."""
    for draft in case.drafts.select_for_update().filter(user=by, form=form):
        _write(draft, {}, beside=[], sent=[*draft.sent, *filter(None, [draft.page, _plain(page)])])


@transaction.atomic
def forget_drafts() -> int:
    """Delete what nobody has touched for 60 days. Returns how many."""
    return Draft.objects.forgotten().delete()[0]


def _row(case: Case, by: User, form: str) -> Draft:
    """The draft, locked; where there is none, a blank one."""
    rows = Draft.objects.select_for_update()
    return rows.get_or_create(case=case, user=by, form=form, defaults={"saved_at": clock.now()})[0]


def _write(draft: Draft, data: dict[str, Any], *, beside: list[dict[str, Any]], sent: list[str]) -> None:
    if not data.get("texts") and beside:
        *beside, last = beside
        data = {"texts": last["texts"], "page": last["page"], "path": draft.path}
    draft.data = {**data, "beside": beside[-MOST_BESIDE:], "sent": sent[-MOST_SENT:]}
    draft.saved_at = clock.now()
    draft.save(update_fields=["data", "saved_at"])


def _beside(draft: Draft, page: str, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """What other pages than `page` hold beside `texts`."""
    return [other for other in draft.beside if other["page"] != page and not _is_within(other["texts"], texts)]


def _plain(text: str) -> str:
    # NUL is the one character that PostgreSQL does not take, not even in JSON.
    return text.replace("\r\n", "\n").replace("\0", "")


def _is_within(texts: Mapping[str, str], others: Mapping[str, str]) -> bool:
    """Whether nothing would be lost with `texts`: the others say all of it."""
    return all(text in others.get(name, "") for name, text in texts.items())
