"""The way back for somebody who has lost the link of a receipt. It tells nobody which cases and addresses there are."""

import time

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations import actions
from consultations.forms.lost_link import LostLinkForm
from office import once
from office.access import looks_and_changes
from office.actors import SYSTEM

# Seconds that every answer takes at least. A mail is written in less: whether there was one to write cannot be timed.
TAKES = 0.4


@login_not_required
@never_cache
@looks_and_changes
def ask(request: HttpRequest) -> HttpResponse:
    """Mail the link to whoever has it by right; the answer is the same for everybody."""
    if request.method != "POST":
        return _page(request, LostLinkForm())
    began = time.monotonic()
    form = LostLinkForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not ratelimit.consume(request, action="lost_link"):
        form.add_error(None, _("There are too many requests from your network just now. Please wait a few minutes."))
        return _page(request, form, status=429)
    if ratelimit.consume(request, action="lost_link_again", key=form.key):
        with transaction.atomic():
            if once.first_time(request):
                actions.mail_link(by=SYSTEM, **form.cleaned_data)
    time.sleep(max(0.0, began + TAKES - time.monotonic()))
    return redirect("consult_lost_asked")


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "consultations/lost_link_asked.html")


def _page(request: HttpRequest, form: LostLinkForm, status: int = 200) -> HttpResponse:
    return render(request, "consultations/lost_link.html", {"form": form, "once": once.new_key()}, status=status)
