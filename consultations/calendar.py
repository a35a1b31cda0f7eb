"""A hearing as an entry for anybody's calendar (iCalendar, RFC 5545)."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from consultations.models import Hearing
from office import clock


def of_hearing(hearing: Hearing) -> bytes:
    """The .ics file of a hearing whose time is set. Imported again after a change, it replaces what it was; of a case
    to be handled with care it tells number and department only.
    """
    case = hearing.case
    starts_at = timezone.localtime(hearing.starts_at)
    what = case.department.name if case.sensitive else f"{case.from_where} {case.title}"
    event = Event()
    event.add("uid", f"hearing-{hearing.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", hearing.version)
    event.add("dtstamp", clock.now())
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=hearing.minutes))
    event.add("summary", _("Hearing: %(what)s (%(number)s)") % {"what": what, "number": case.number})
    event.add("url", case.desk_url)
    event.add("status", "CANCELLED" if hearing.called_off_at else "CONFIRMED")
    if hearing.place and not case.sensitive:
        event.add("location", hearing.place)
    file = Calendar()
    file.add("prodid", f"-//{urlsplit(settings.SITE_URL).hostname}//consultation desk//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add_component(event)
    file.add_missing_timezones()
    return file.to_ical()
