"""The history of a case, ready to be shown: at the desk, and on the receipt page."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from consultations.models import Attachment, Entry
from consultations.models.entry import AuthorKind, EntryQuerySet

# What an entry's data only points at, and does not say.
POINTERS = {"ask", "support", "key"}


def timeline(entries: EntryQuerySet, *, href: Callable[[Attachment], str]) -> list[Entry]:
    """The entries in their order, each with `who`, `anchor`, `body` (the template that words it; "" where the label
    says it all), and files that know the address they are fetched from.
    """
    found = list(entries.prefetch_related("attachments"))
    for entry in found:
        files = entry.attachments.all()
        for file in files:
            file.href = href(file)
        entry.who, entry.anchor = _who(entry), f"entry-{entry.pk}"
        entry.body = entry.template if entry.text or entry.data.keys() - POINTERS or files else ""
    return found


def _who(entry: Entry) -> str:
    match entry.author_kind:
        case AuthorKind.REQUESTER:
            return _("%(name)s (requester)") % {"name": entry.author_name}
        case AuthorKind.SYSTEM:
            return _("Automatic")
    return entry.author_name
