from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseProblem
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import health
from office.forms import DirectorySearch


@login_not_required
@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    """What the service is, for those who have not used it yet."""
    # The six consultations that the city's case study tells of (2-2), in the words of someone who asks.
    examples = [
        (_("Procedures"), _("Which procedures do we have to go through before we introduce a digital tool?")),
        (_("Rules and security"), _("May a picture made by generative AI be used outside the city hall?")),
        (_("Web and screens"), _("Our page on the intranet is hard to read. How should it be laid out?")),
        (
            _("Better ways of working"),
            _("We search piles of PDF for each subsidy and retype them for approval. Is there a quicker way?"),
        ),
        (_("Tools"), _("Is there a tool that makes the duty roster of a nursery school?")),
        (
            _("Home-made systems"),
            _("A system made by a colleague who has retired is out of date. How do we specify its successor?"),
        ),
    ]
    flow = [
        (_("Intake"), _("You send the form. A number and a link come by mail; the whole office knows of it.")),
        (
            _("Hearing"),
            ngettext(
                "Your pair gets in touch within %(days)s business day and asks what lies behind it.",
                "Your pair gets in touch within %(days)s business days and asks what lies behind it.",
                settings.FIRST_ANSWER_BUSINESS_DAYS,
            )
            % {"days": settings.FIRST_ANSWER_BUSINESS_DAYS},
        ),
        (
            _("Choosing support"),
            _("Together we choose what helps: a tool we have, a partner from outside, or a simpler way."),
        ),
        (_("Work together"), _("We stay at your side while you try it and put it to use.")),
        (_("Lessons kept"), _("What was learned is kept, so that the next one need not begin anew.")),
    ]
    return render(request, "portal.html", {"examples": examples, "flow": flow, "search": DirectorySearch()})


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Database, broker, worker and outbox as JSON; status 503 where one of them is not well."""
    answer: dict[str, object] = {"database": "ok", "broker": health.broker()}
    try:
        answer["worker"] = health.worker()
        answer["oldest_undelivered_seconds"] = health.oldest_undelivered_seconds()
    except DatabaseProblem as problem:
        answer["database"] = type(problem).__name__
    well = {answer["database"], answer["broker"], answer.get("worker")} == {"ok"}
    return JsonResponse(answer, status=200 if well else 503)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """In the place of Django's own, which reads the request once more for its CSRF token, and fails at it once more."""
    return HttpResponse(render_to_string("400.html"), status=400)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """In the place of a library's page that has no use here."""
    raise Http404
