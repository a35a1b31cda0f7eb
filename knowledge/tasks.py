from datetime import timedelta

from celery import shared_task

from knowledge import actions, counting, rerank, spelling

# A worker that is busy with one thing hears no heartbeat.
AT_A_STRETCH = timedelta(seconds=20)


@shared_task
def count_words() -> int:
    """Count how often words occur, where the counts are old. Returns how many racks were counted."""
    return counting.count_what_is_due()


@shared_task
def index_touched() -> int:
    """Index anew what changed words touch. Returns how many documents those were."""
    return spelling.index_anew(within=AT_A_STRETCH)


@shared_task
def forget_misses() -> int:
    """Delete searches in vain that nobody asks about any more. Returns how many."""
    return actions.forget_misses()


@shared_task
def encode_new() -> int:
    """Encode what documents mean that are new or say something else now. Returns how many those were."""
    return rerank.encode_waiting(within=AT_A_STRETCH)
