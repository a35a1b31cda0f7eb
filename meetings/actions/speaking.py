"""In the room: what is talked about, and what people say to it. Each contribution is a row of its own."""

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from consultations import actions as consultations
from consultations.models import Case
from consultations.states import AdviceKind
from meetings.actions._rows import bring_back, locked_item
from meetings.models import Advice, AgendaItem
from menus.models import SupportMenu
from office import clock
from office.actions import ActionRefused
from office.models import User


@transaction.atomic
def focus(*, item: AgendaItem, by: User) -> AgendaItem:
    """Say that this item is talked about now: all who are in the room see it. Refused where it was dropped, or the
    minutes are confirmed.
    """
    meeting, item = locked_item(item)
    if item.dropped_at:
        raise ActionRefused(_("This item was dropped already."))
    meeting.focus = item
    meeting.save(update_fields=["focus"])
    return item


@transaction.atomic
def say(
    *,
    item: AgendaItem,
    by: User,
    kind: AdviceKind,
    text: str,
    speaker: User | None = None,
    linked: Case | None = None,
    tool: str = "",
) -> Advice:
    """Write down what one person says to an item; it stands on the case at once, as theirs.

    `speaker`: whose words they are, where `by` keeps the record for another. A case that was closed meanwhile, and a
    question that is settled, take it too; an item that was dropped stands on the agenda again. `linked` and `tool` are
    of another department. Refused once the minutes are confirmed, for an item without a case, and for a case that
    points to itself.
    """
    meeting, item = locked_item(item)
    case = _case_of(item)
    if linked and linked.pk == case.pk:
        raise ActionRefused(_("This is the case itself. Enter the number of another one."), field="linked")
    bring_back(item)
    speaker = speaker or by
    writer = by if by != speaker else None
    advice = Advice.objects.create(
        item=item, by=speaker, written_by=writer, at=clock.now(), kind=kind, text=text, linked_case=linked, tool=tool
    )
    consultations.note_meeting_advice(
        case=case,
        by=speaker,
        written_by=writer,
        kind=kind,
        text=text,
        held_on=meeting.held_on.isoformat(),
        linked=linked,
        tool=tool,
    )
    return advice


@transaction.atomic
def finish_item(*, item: AgendaItem, by: User, summary: str = "") -> AgendaItem:
    """Say that an item is done; the room goes on to the next. A question is settled thereby: by the `summary`, and
    what people said to it.

    Refused where it is done already, where a question would be settled by nothing, and once the minutes are confirmed.
    """
    meeting, item = locked_item(item)
    if item.dropped_at:
        raise ActionRefused(_("This item was dropped already."))
    if item.ask:
        advice = "\n".join(_lines(item, summary))
        if not advice:
            raise ActionRefused(_("Write what the meeting advised."), field="summary")
        held_on = meeting.held_on.isoformat()
        consultations.record_meeting_advice(ask=item.ask, by=by, advice=advice, held_on=held_on, summary=summary)
    elif item.done_at:
        raise ActionRefused(_("This item is done already."))
    item.done_at, item.done_by, item.conclusion = clock.now(), by, summary
    item.save(update_fields=["done_at", "done_by", "conclusion"])
    if meeting.focus_id == item.pk:
        meeting.focus = meeting.items.to_do().filter(order__gt=item.order).first() or meeting.items.to_do().first()
        meeting.save(update_fields=["focus"])
    return item


@transaction.atomic
def set_level(*, item: AgendaItem, by: User, level: int) -> AgendaItem:
    """Change the level of the case on the spot. Refused where the case is closed, or the minutes are confirmed."""
    _meeting, item = locked_item(item)
    consultations.set_level(case=_case_of(item), by=by, level=level)
    return item


@transaction.atomic
def choose_menu(*, item: AgendaItem, by: User, menu: SupportMenu, reason: str) -> AgendaItem:
    """Choose a support menu on the spot. Refused as `choose_support` of a case, and once the minutes are
    confirmed.
    """
    _meeting, item = locked_item(item)
    consultations.choose_support(case=_case_of(item), by=by, menu=menu, reason=reason)
    return item


def _case_of(item: AgendaItem) -> Case:
    if item.case is None:
        raise ActionRefused(_("This item is about no case."))
    return item.case


def _lines(item: AgendaItem, summary: str) -> Iterator[str]:
    """What was said to a question, as the case keeps it: in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        for advice in item.advice.select_related("by"):
            words = {"kind": advice.get_kind_display(), "name": advice.by.family_name, "text": advice.text}
            yield _("%(kind)s (%(name)s): %(text)s") % words
    if summary:
        yield summary
