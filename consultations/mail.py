"""What each mail says. Mails are written in the language of the installation; a sensitive case shows no text."""

import re
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from consultations.models.case import Case
from consultations.models.entry import Entry, EntryKind
from office import era
from office.models import Department, User
from outbox.actions import Mail


def _mails(addresses: list[str], subject: str, template: str, case: Case | None, **context: Any) -> list[Mail]:
    """The same mail to each address. Called within the installation's language."""
    text = render_to_string(
        f"consultations/mail/{template}.txt",
        {
            "case": case,
            # not those of internal notes
            "sent_files": case.attachments.filter(entry__kind=EntryKind.RECEIVED) if case else [],
            "form_url": settings.SITE_URL + reverse("consult"),
            "service_name": settings.SERVICE_NAME,
            "office_name": settings.OFFICE_NAME,
            "office_phone": settings.OFFICE_PHONE,
            "office_email": settings.OFFICE_EMAIL,
            **context,
        },
    )
    body = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"  # what a template leaves out leaves empty lines
    headers = {"References": f"<{case.label.replace(':', '-')}@{settings.SITE.hostname}>"} if case else {}
    return [Mail(address=address, subject=subject, body=body, headers=headers) for address in dict.fromkeys(addresses)]


def _named(case: Case) -> dict[str, str]:
    title = _("(handle with care)") if case.sensitive else case.title
    return {"where": case.from_where, "title": title, "number": case.number, "service": str(settings.SERVICE_NAME)}


def _requester(case: Case) -> list[str]:
    return [case.email, *case.cc] if case.email else list(case.cc)


def _pair(case: Case) -> list[str]:
    """The pair and its supporters; where nobody can be reached, the office's leads."""
    people = [*(case.pair.people if case.pair else []), *case.supporters.all()]
    reachable = [person.email for person in people if person.is_active and person.email]
    return reachable or [person.email for person in User.objects.office() if person.is_lead and person.email]


def answer_by(day: date) -> date:
    """The day by which the pair is in touch about what comes in on `day`."""
    return era.add_business_days(day, settings.FIRST_ANSWER_BUSINESS_DAYS)


def first_answer_by(case: Case) -> date:
    """The day by which the pair has promised to be in touch."""
    return answer_by(timezone.localdate(case.received_at))


def received(case: Case) -> list[Mail]:
    """A new case: to every active member of the office, and the receipt to the requester and copies."""
    with translation.override(settings.LANGUAGE_CODE):
        office = [email for email in User.objects.office().values_list("email", flat=True) if email]
        return [
            *_mails(
                office,
                _("[DX consultation, new] %(where)s / %(title)s (%(number)s)") % _named(case),
                "received_office",
                case,
                answer_by=first_answer_by(case),
            ),
            *_mails(
                _requester(case),
                _("[%(service)s] We have received your consultation (%(number)s)") % _named(case),
                "received_requester",
                case,
                answer_by=first_answer_by(case),
            ),
        ]


def replied(case: Case, entry: Entry) -> list[Mail]:
    """An answer to the requester, which may close the case."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[%(service)s] Answer: %(title)s (%(number)s)") % _named(case)
        return _mails(_requester(case), subject, "replied", case, entry=entry)


def closed(case: Case) -> list[Mail]:
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[%(service)s] Closed: %(title)s (%(number)s)") % _named(case)
        return _mails(_requester(case), subject, "closed", case)


def message(case: Case, entry: Entry) -> list[Mail]:
    """What the requester wrote, to the pair."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, %(kind)s] %(where)s / %(title)s (%(number)s)") % {
            **_named(case),
            "kind": entry.get_kind_display(),
        }
        return _mails(_pair(case), subject, "message", case, entry=entry)


def handed_over(case: Case) -> list[Mail]:
    """A case changes hands: to the new pair."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, yours now] %(where)s / %(title)s (%(number)s)") % _named(case)
        return _mails(_pair(case), subject, "handed_over", case)


def new_contact(case: Case) -> list[Mail]:
    """The link, to everyone whom a corrected contact names."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[%(service)s] Your link: %(title)s (%(number)s)") % _named(case)
        return _mails(_requester(case), subject, "new_contact", case)


def form_link(by: User, email: str, department: Department | None) -> Mail:
    """The link to the form, for somebody who called."""
    with translation.override(settings.LANGUAGE_CODE):
        query = f"?{urlencode({'department': department.code})}" if department else ""
        subject = _("[%(service)s] Please describe your consultation in the form") % {"service": settings.SERVICE_NAME}
        link = settings.SITE_URL + reverse("consult") + query
        return _mails([email], subject, "form_link", None, by=by, link=link)[0]
