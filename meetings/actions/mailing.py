"""The agenda by mail to the team and those whose questions stand there, on the morning of the meeting."""

from datetime import time

from django.db import transaction
from django.utils import timezone

from meetings import mail, readers
from meetings.actions._rows import lock_agendas, locked
from meetings.actions.collecting import find_similar, gather
from meetings.models import Meeting
from office import clock, era
from outbox import actions as outbox

MORNING = time(8, 30)


@transaction.atomic
def mail_agenda() -> int:
    """Queue the agenda of today's meeting for whom it concerns, once, from 8:30 on. Returns how many mails.

    Before that it is brought up to date. A worker that comes up late still sends it while the meeting is not over.
    """
    today, now = clock.today(), timezone.localtime(clock.now()).time()
    if now < MORNING or not era.is_business_day(today):
        return 0
    meeting = Meeting.objects.coming().filter(held_on=today).first()
    if meeting is None:
        return 0
    # Of two workers one waits here for the other, and finds that it is done; or somebody has just moved the meeting.
    lock_agendas()
    meeting = locked(meeting)
    if meeting.agenda_mailed_on == today or meeting.held_on != today or not meeting.is_open:
        return 0
    gather(meeting)
    find_similar(meeting)
    meeting.agenda_mailed_on = today
    meeting.save(update_fields=["agenda_mailed_on"])
    mails = mail.agenda(meeting, readers.of_the_agenda(meeting))
    # The day is part of the key: a meeting that was moved is told anew.
    outbox.send(key=f"{meeting.label}:agenda:{today.isoformat()}", about="", mails=mails)
    return len(mails)
