from collections.abc import Collection

from django.db import transaction

from knowledge.models import Knowing, Topic
from office.models import User


@transaction.atomic
def say_what_i_know(*, by: User, says: str, topics: Collection[Topic], may_be_suggested: bool = True) -> Knowing:
    """Write down what a member knows about, for colleagues who look for somebody to ask."""
    knowing, _made = Knowing.objects.select_for_update().get_or_create(user=by)
    knowing.says, knowing.may_be_suggested = says, may_be_suggested
    knowing.save(update_fields=["says", "may_be_suggested"])
    knowing.topics.set(topics)
    return knowing
