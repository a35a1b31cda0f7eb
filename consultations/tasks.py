from celery import shared_task

from consultations import actions
from office.actors import SYSTEM


@shared_task
def forget_intakes() -> int:
    """Delete forms that nobody sent within 24 hours. Returns how many."""
    return actions.forget_intakes()


@shared_task
def hand_cases_to_current_pairs() -> int:
    """Give open cases to pairs whose first day has come. Returns how many moved."""
    return actions.hand_cases_to_current_pairs(by=SYSTEM)
