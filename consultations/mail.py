"""What each mail says. Mails are written in the language of the installation; a sensitive case shows no text."""

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.models.case import Case
from consultations.models.check import TechnicalCheck
from consultations.models.entry import Entry, EntryKind
from consultations.reminders import Part
from office.models import Absence, Department, Pair, User
from office.wording import era_date
from outbox.actions import Mail

if TYPE_CHECKING:
    from consultations.actions import Holdings


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
    """The pair, its supporters, and the deputies of those who are away; where nobody can be reached, the leads."""
    return _reachable([*(case.pair.people if case.pair else []), *case.supporters.all()])


def _reachable(people: list[User]) -> list[str]:
    """The addresses of `people` and of the deputies of those who are away; where there are none, the leads'."""
    Absence.objects.note_on(people)
    people = [*people, *(person.away.deputy for person in people if person.away)]
    reachable = [person.email for person in people if person.is_active and person.email]
    return reachable or list(User.objects.leads().exclude(email="").values_list("email", flat=True))


def received(case: Case) -> list[Mail]:
    """A new case: to every active member of the office, and the receipt to the requester and copies."""
    with translation.override(settings.LANGUAGE_CODE):
        office = list(User.objects.office().exclude(email="").values_list("email", flat=True))
        return [
            *_mails(
                office,
                _("[DX consultation, new] %(where)s / %(title)s (%(number)s)") % _named(case),
                "received_office",
                case,
                answer_by=case.first_answer_by,
            ),
            *_mails(
                _requester(case),
                _("[%(service)s] We have received your consultation (%(number)s)") % _named(case),
                "received_requester",
                case,
                answer_by=case.first_answer_by,
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


def progress_asked(case: Case, entry: Entry) -> list[Mail]:
    """The question how things stand, with the link to answer by."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[%(service)s] Please tell us how things stand: %(title)s (%(number)s)") % _named(case)
        return _mails(_requester(case), subject, "progress_asked", case, entry=entry)


def message(case: Case, entry: Entry) -> list[Mail]:
    """What the requester wrote, to the pair."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, %(kind)s] %(where)s / %(title)s (%(number)s)") % {
            **_named(case),
            "kind": entry.get_kind_display(),
        }
        return _mails(_pair(case), subject, "message", case, entry=entry)


def consent_asked(case: Case) -> list[Mail]:
    """The question whether the case may be told as an example, with the link to the text. Never of a sensitive case."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[%(service)s] May we tell of your consultation as an example? (%(number)s)") % _named(case)
        link = settings.SITE_URL + reverse("receipt_example", args=[case.token])
        return _mails(_requester(case), subject, "consent_asked", case, link=link)


def consent_answered(case: Case, entry: Entry) -> list[Mail]:
    """What the requester said by the link about the example, to the pair."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, %(kind)s] %(where)s / %(title)s (%(number)s)") % {
            **_named(case),
            "kind": entry.get_kind_display(),
        }
        example_url = settings.SITE_URL + reverse("case_example", args=[case.number])
        return _mails(_pair(case), subject, "consent_answered", case, entry=entry, example_url=example_url)


def handed_over(case: Case) -> list[Mail]:
    """A case changes hands: to the new pair."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, yours now] %(where)s / %(title)s (%(number)s)") % _named(case)
        return _mails(_pair(case), subject, "handed_over", case)


def handed_over_together(handed: dict[Pair, list[Case]]) -> list[Mail]:
    """A change of pair moves many cases: to each of those who answer for them now, one mail about all."""
    by_address: dict[str, list[tuple[Pair, list[Case]]]] = {}
    for pair, cases in handed.items():
        for address in dict.fromkeys(_reachable(pair.people)):
            by_address.setdefault(address, []).append((pair, cases))
    with translation.override(settings.LANGUAGE_CODE):
        return [
            mail
            for address, handovers in by_address.items()
            for subject in [_handover_subject(handovers)]
            for mail in _mails([address], subject, "handed_over_together", None, handovers=handovers)
        ]


def _handover_subject(handovers: list[tuple[Pair, list[Case]]]) -> str:
    names, count = [pair.department.name for pair, _cases in handovers], sum(len(cases) for _pair, cases in handovers)
    others = ngettext("%(name)s and %(count)s other", "%(name)s and %(count)s others", len(names) - 1)
    where = names[0] if len(names) == 1 else others % {"name": names[0], "count": len(names) - 1}
    words = ngettext(
        "[DX consultation, yours now] %(where)s: %(count)s case",
        "[DX consultation, yours now] %(where)s: %(count)s cases",
        count,
    )
    return words % {"where": where, "count": count}


def handed_on(person: User, heir: User, held: "Holdings") -> list[Mail]:
    """What `person`, who leaves, looked after besides the pairs: to `heir`, who does from now on."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, yours now] What %(name)s looked after") % {"name": person.name}
        return _mails(_reachable([heir]), subject, "handed_on", None, person=person, held=held)


def new_contact(case: Case) -> list[Mail]:
    """The link, to everyone whom a corrected contact names."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[%(service)s] Your link: %(title)s (%(number)s)") % _named(case)
        return _mails(_requester(case), subject, "new_contact", case)


def former_contact(case: Case, gone: list[str]) -> list[Mail]:
    """To those who are no longer among the addresses: their link has ended. Nothing of the case but its number."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[%(service)s] The contact was changed (%(number)s)") % _named(case)
        return _mails(gone, subject, "former_contact", case)


def contact_handed_on(case: Case, former: str) -> list[Mail]:
    """To the pair: the requester has changed the contact. `former`: the name of the contact before."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, new contact] %(where)s / %(title)s (%(number)s)") % _named(case)
        return _mails(_pair(case), subject, "contact_handed_on", case, former=former)


def link_again(case: Case, address: str) -> list[Mail]:
    """The link, to one who has lost it."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[%(service)s] Your link: %(title)s (%(number)s)") % _named(case)
        return _mails([address], subject, "link_again", case)


def check_asked(case: Case, check: TechnicalCheck) -> list[Mail]:
    """A question to ICT operations, to everybody there."""
    with translation.override(settings.LANGUAGE_CODE):
        named = {**_named(case), "where": case.department.name}
        subject = _("[DX consultation, technical check] %(where)s / %(title)s (%(number)s)") % named
        ict = list(User.objects.ict().exclude(email="").values_list("email", flat=True))
        return _mails(ict, subject, "check_asked", case, check=check)


def check_answered(case: Case, check: TechnicalCheck, *, corrected: bool = False) -> list[Mail]:
    """What ICT operations say, to the pair; whoever wrote it down knows."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[DX consultation, ICT has answered] %(where)s / %(title)s (%(number)s)") % _named(case)
        others = [address for address in _pair(case) if address != check.answered_by.email]
        return _mails(others, subject, "check_answered", case, check=check, corrected=corrected)


def digest(reader: User, day: date, parts: Sequence[Part]) -> Mail:
    """The morning's reminders."""
    with translation.override(settings.LANGUAGE_CODE):
        count = sum(len(part.reminders) for part in parts)
        subject = ngettext(
            "[DX consultation, reminder] %(count)s matter waits (%(day)s)",
            "[DX consultation, reminder] %(count)s matters wait (%(day)s)",
            count,
        ) % {"count": count, "day": era_date(day)}
        desk_url = settings.SITE_URL + reverse("desk")
        context = {"reader": reader, "day": day, "parts": parts, "count": count, "desk_url": desk_url}
        return _mails([reader.email], subject, "digest", None, **context)[0]


def form_link(by: User, email: str, department: Department | None) -> Mail:
    """The link to the form, for somebody who called."""
    with translation.override(settings.LANGUAGE_CODE):
        query = f"?{urlencode({'department': department.code})}" if department else ""
        subject = _("[%(service)s] Please describe your consultation in the form") % {"service": settings.SERVICE_NAME}
        link = settings.SITE_URL + reverse("consult") + query
        return _mails([email], subject, "form_link", None, by=by, link=link)[0]
