"""What every action of a meeting begins with."""

from django.utils.translation import gettext as _

from meetings.models import AgendaItem, Meeting
from office.actions import ActionRefused
from office.wording import era_datetime


def lock_agendas() -> None:
    """Lock all meetings to come until the transaction ends, before any other row: what waits goes onto one of them.

    The last meeting too: where none is to come, two that are planned at once wait for each other at it.
    """
    keys = [
        *Meeting.objects.coming().values_list("pk", flat=True),
        *Meeting.objects.past().values_list("pk", flat=True)[:1],
    ]
    # By key: days change, and with them who would wait for whom.
    list(Meeting.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def locked(meeting: Meeting) -> Meeting:
    """The meeting read anew and locked until the transaction ends. Of meeting and case the meeting is locked first."""
    # No joins: whoever had to wait for the lock would find them as they were before.
    return Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)


def locked_open(meeting: Meeting) -> Meeting:
    """As `locked`, and refused once the minutes are confirmed, or it was called off: then it stays as it was."""
    fresh = locked(meeting)
    if fresh.called_off_at:
        name = fresh.called_off_by.name if fresh.called_off_by else ""
        raise ActionRefused(
            _("%(name)s called this meeting off on %(day)s.") % {"name": name, "day": era_datetime(fresh.called_off_at)}
        )
    if fresh.confirmed_at:
        name = fresh.confirmed_by.name if fresh.confirmed_by else ""
        raise ActionRefused(
            _("%(name)s confirmed the minutes on %(day)s. They stay as they are.")
            % {"name": name, "day": era_datetime(fresh.confirmed_at)}
        )
    return fresh


def locked_item(item: AgendaItem) -> tuple[Meeting, AgendaItem]:
    """An item of a meeting whose minutes are not confirmed, and before it the meeting, both read anew and locked.

    Refused where it was taken off meanwhile: it came onto an earlier agenda, or there is no reason for it any more.
    """
    meeting = locked_open(item.meeting)
    fresh = AgendaItem.objects.select_for_update(no_key=True).filter(pk=item.pk).first()
    if fresh is None:
        raise ActionRefused(_("This item was dropped already."))
    fresh.meeting = meeting
    return meeting, fresh


def bring_back(item: AgendaItem) -> None:
    """What is talked about stands on the agenda, though somebody dropped it while another was writing."""
    if item.dropped_at:
        item.dropped_at = item.dropped_by = None
        item.save(update_fields=["dropped_at", "dropped_by"])


def refuse_past(meeting: Meeting) -> None:
    """Refused where the day has passed: an agenda on which people met is no longer arranged."""
    if meeting.is_past:
        raise ActionRefused(_("This meeting is over, its agenda stays as it was. Plan the next one."))


def refuse_begun(meeting: Meeting) -> None:
    """Refused once its hour has come and anything was said, decided or done at it, or somebody came: then it took
    place, on its day. What was written beforehand does not hold it there.
    """
    if not meeting.has_begun:
        return
    came = meeting.attendance.filter(present=True)
    if meeting.items.spoken_to().exists() or meeting.decisions.exists() or came.exists():
        raise ActionRefused(
            _(
                "This meeting has begun: something was said, decided or done, or attendance was noted. "
                "It is neither moved nor called off."
            )
        )
