from datetime import timedelta

from celery import shared_task

from consultations import actions, renaming, scanning
from office import clock, files
from office.actors import SYSTEM

# As with mail: a worker that is busy with one thing hears no heartbeat.
AT_A_STRETCH = timedelta(seconds=20)


@shared_task
def forget_intakes() -> int:
    """Delete forms that nobody sent within 24 hours. Returns how many."""
    return actions.forget_intakes()


@shared_task
def make_digest() -> int:
    """Queue the morning's reminders where today's are still to come. Returns how many mails."""
    return actions.make_digest()


@shared_task
def forget_drafts() -> int:
    """Delete drafts that nobody has touched for 60 days. Returns how many."""
    return actions.forget_drafts()


@shared_task
def hand_cases_to_current_pairs() -> int:
    """Give open cases to pairs whose first day has come. Returns how many moved."""
    return actions.hand_cases_to_current_pairs(by=SYSTEM)


@shared_task
def scan_files() -> int:
    """Have the virus scanner look at what it has not seen yet. Returns how many files it passed or found infected."""
    return scanning.scan_waiting(within=AT_A_STRETCH)


@shared_task
def forget_orphans() -> int:
    """Delete stored files that no row names, in one part of the storage each hour, so that a day goes through all of
    it. Returns how many.
    """
    hour = clock.now().hour
    return files.forget_orphans(f"{part:02x}" for part in range(256) if part % 24 == hour)


@shared_task
def index_renamed() -> int:
    """Index cases anew that name a department, section, person or menu under a former name. Returns how many."""
    return renaming.index_renamed(within=AT_A_STRETCH)


@shared_task
def compare_cases() -> int:
    """Find out which settled questions are alike, for the page of knowledge. Returns how many were compared."""
    return actions.compare_cases(within=AT_A_STRETCH)
