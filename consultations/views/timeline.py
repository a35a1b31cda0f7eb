"""The history of a case, ready to be shown: at the desk, and on the receipt page."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from consultations.models import Attachment, Entry, EntryKind
from consultations.models.entry import MESSAGES, EntryQuerySet
from consultations.templatetags.case_words import who

# What an entry's data only points at, and does not say.
POINTERS = {"ask", "example", "hearing", "key", "support"}


def timeline(entries: EntryQuerySet, *, href: Callable[[Attachment], str]) -> list[Entry]:
    """The entries in their order, each with `who`, `anchor`, `body` (the template that words it; "" where the label
    says it all), and files that know the address they are fetched from.
    """
    found = list(entries.prefetch_related("attachments"))
    for entry in found:
        files = entry.attachments.all()
        for file in files:
            file.href = href(file)
        entry.who, entry.anchor = who(entry), f"entry-{entry.pk}"
        entry.body = entry.template if entry.text or entry.data.keys() - POINTERS or files else ""
    return found


# What the timeline can be narrowed to: the value of ?kinds=, what it is called, and the entries in it.
KINDS = {
    "messages": (
        _("Messages"),
        {EntryKind.RECEIVED, EntryKind.REPLY, *MESSAGES, EntryKind.PROGRESS_ASKED, EntryKind.SOLVED},
    ),
    "notes": (_("Internal notes"), {EntryKind.NOTE}),
    "hearing": (
        _("Hearing and next steps"),
        {kind for kind in EntryKind if kind.startswith(("hearing_", "step_"))},
    ),
    "support": (
        _("Support"),
        {
            *(EntryKind.SUPPORT_CHOSEN, EntryKind.SUPPORT_CHANGED, EntryKind.CONSULTATION_ONLY),
            *(EntryKind.MATCHING_NOTED, EntryKind.REFERRED, EntryKind.REFERRAL_ANSWERED),
            *(EntryKind.HOURS_BOOKED, EntryKind.HOURS_TAKEN_BACK),
        },
    ),
    "checks": (_("Technical checks"), {kind for kind in EntryKind if kind.startswith("check_")}),
    "meeting": (
        _("Weekly meeting"),
        {EntryKind.ASKED_MEETING, EntryKind.MEETING_ADVICE, EntryKind.MEETING_DECISION, EntryKind.ASK_WITHDRAWN},
    ),
    "example": (_("Example"), {kind for kind in EntryKind if kind.startswith(("example_", "consent_"))}),
}
CHANGES = _("State and facts")  # ?kinds=changes: all the rest
# So many are read at a glance; with a year of them the page would weigh twice as much.
NEWEST = 6


@dataclass(frozen=True)
class Narrowed:
    """A timeline of which a part may be shown."""

    shown: list[Entry]
    earlier: list[Entry]  # of the same kinds, and not shown
    total: int
    label: Any  # of the kinds that are shown; "" where all are
    choices: list[dict[str, Any]]  # key, label, count, current: what there is to narrow it to, first all

    @property
    def count(self) -> int:
        return len(self.shown) + len(self.earlier)


def narrow(entries: list[Entry], chosen: str, *, whole: bool) -> Narrowed:
    """The entries of one group of kinds, or of all where `chosen` names none: the newest, or the `whole` of them."""
    groups = [group_of(entry) for entry in entries]
    counts = Counter({"": len(entries)}) + Counter(groups)
    labels = {"": _("All"), **{key: label for key, (label, _kinds) in KINDS.items()}, "changes": CHANGES}
    chosen = chosen if chosen in labels else ""
    found = [entry for entry, group in zip(entries, groups, strict=True) if chosen in ("", group)]
    newest = len(found) if whole else NEWEST
    return Narrowed(
        shown=found[:newest],
        earlier=found[newest:],
        total=len(entries),
        label=labels[chosen] if chosen else "",
        choices=[
            {"key": key, "label": label, "count": counts[key], "current": key == chosen}
            for key, label in labels.items()
            if counts[key] or key == chosen
        ],
    )


def group_of(entry: Entry) -> str:
    """The key of the group that an entry belongs to."""
    return next((key for key, (_label, kinds) in KINDS.items() if entry.kind in kinds), "changes")
