"""A consultation that came by phone, chat or in person is taken down at the desk."""

import uuid
from typing import Any

from django.utils.translation import gettext as _

from consultations.actions._event import event
from consultations.actions.answering import answer_and_close
from consultations.actions.intake import receive_case
from consultations.models import Case, Intake
from office.actions import ActionRefused
from office.models import User


@event
def take_down(
    *,
    by: User,
    key: uuid.UUID,
    session_key: str,
    answer: str = "",
    level: int | None = None,
    lesson: str = "",
    **facts: Any,
) -> Case:
    """Take a consultation in (`facts` as `receive_case` takes them); one answered on the spot is closed with `answer`.

    Taken down twice with one `key`, it is the same case. Refused where the key is another person's, as
    `receive_case` refuses, and as `answer_and_close` refuses.
    """
    intake, _new = Intake.objects.select_for_update(of=("self",)).get_or_create(
        pk=key, defaults={"session_key": session_key}
    )
    if intake.session_key != session_key:
        raise ActionRefused(_("This page has been used before. Open it anew."))
    if intake.case:
        return intake.case
    case = receive_case(by=by, **facts)
    if answer:
        case = answer_and_close(case=case, by=by, text=answer, level=level, topic=case.topic, lesson=lesson)  # type: ignore[arg-type]
    intake.case = case
    intake.save(update_fields=["case"])
    return case
