"""How a call for proposals goes on (open innovation)."""

from datetime import date

from django.utils.translation import gettext as _

from consultations.actions._event import event
from consultations.actions._rows import as_kept, change, locked, not_years_away, save
from consultations.actions.supporting import begin_support
from consultations.models import EntryKind, Support
from office.actions import ActionRefused
from office.models import User


@event
def note_matching(
    *,
    support: Support,
    by: User,
    posted_on: date | None,
    proposals: int | None = None,
    matched_with: str = "",
    version: int | None = None,
) -> Support:
    """Note that a need was posted, how many proposals came in, and with whom the section was matched.

    A closed case allows it too. Refused where nothing changed, where proposals come before the posting, where the day
    is years away, and where the menu is of another kind.
    """
    case = locked(support.case, version)
    support = case.supports.select_related("menu").get(pk=support.pk)
    if not support.is_matched:
        raise ActionRefused(_("Only open innovation looks for proposals."))
    if posted_on is None and (proposals is not None or matched_with):
        raise ActionRefused(_("Choose the day on which it was posted."), field="posted_on")
    if posted_on and posted_on != support.posted_on:
        not_years_away(posted_on)
    changes = change(support, posted_on=posted_on, proposals=proposals, matched_with=matched_with)
    if not changes:
        raise ActionRefused(_("Nothing was changed."))
    changes |= begin_support(support) if posted_on else {}
    support.save(update_fields=[*changes])
    save(case)
    data = {"menu": as_kept(support.menu), "support": support.pk, "changes": changes}
    case.record(kind=EntryKind.MATCHING_NOTED, by=by, data=data)
    return support
