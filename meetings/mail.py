"""What the meeting's mails say. They are written in the language of the installation; a case that is handled with care
shows no text.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from meetings.agenda import arranged
from meetings.models import Meeting
from office.models import User
from office.wording import era_date
from outbox.actions import Mail


def agenda(meeting: Meeting, readers: Iterable[User]) -> list[Mail]:
    """The agenda, to each of the readers."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, weekly meeting] Agenda of %(day)s") % {"day": era_date(meeting.held_on)}
        context = {
            "items": arranged(meeting, meeting.items.standing().for_the_agenda()).current,
            "url": settings.SITE_URL + reverse("meeting_agenda", args=[meeting.pk]),
            "room_url": settings.SITE_URL + reverse("meeting_room", args=[meeting.pk]),
        }
        return _mails(readers, subject, "agenda", meeting=meeting, **context)


def changed(meeting: Meeting, before: Meeting, readers: Iterable[User]) -> list[Mail]:
    """Another day, time or place than the agenda said, to each of the readers; `before`: the meeting as it was."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, weekly meeting] Change: meeting of %(day)s") % {"day": era_date(before.held_on)}
        url = settings.SITE_URL + reverse("meeting_detail", args=[meeting.pk])
        return _mails(readers, subject, "changed", meeting=meeting, before=before, url=url)


def called_off(meeting: Meeting, readers: Iterable[User]) -> list[Mail]:
    """That the meeting is called off, to each of the readers."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, weekly meeting] Called off: meeting of %(day)s") % {
            "day": era_date(meeting.held_on)
        }
        return _mails(readers, subject, "called_off", meeting=meeting)


def minutes(meeting: Meeting, readers: Iterable[User]) -> list[Mail]:
    """The confirmed minutes, to each of the readers."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, weekly meeting] Minutes of %(day)s") % {"day": era_date(meeting.held_on)}
        context = {
            "agenda": arranged(meeting, meeting.items.standing().for_the_agenda().with_what_was_said()),
            "decisions": meeting.decisions.filter(item=None).with_people(),
            "url": settings.SITE_URL + reverse("meeting_minutes", args=[meeting.pk]),
        }
        return _mails(readers, subject, "minutes", meeting=meeting, **context)


def _mails(readers: Iterable[User], subject: str, template: str, **context: Any) -> list[Mail]:
    text = render_to_string(
        f"meetings/mail/{template}.txt",
        {
            "form_url": settings.SITE_URL + reverse("consult"),
            "office_name": settings.OFFICE_NAME,
            "office_phone": settings.OFFICE_PHONE,
            "office_email": settings.OFFICE_EMAIL,
            **context,
        },
    )
    body = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"  # what a template leaves out leaves empty lines
    addresses = dict.fromkeys(reader.email for reader in readers if reader.email)
    return [Mail(address=address, subject=subject, body=body) for address in addresses]
