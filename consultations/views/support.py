"""What help a case gets: choosing it on a page of its own, with evidence, and how each kind of it goes on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations import actions, evidence
from consultations.forms.case import CaseForm
from consultations.forms.support import (
    BookingForm,
    ChangeSupportForm,
    ConsultationOnlyForm,
    MatchingForm,
    ReferForm,
    ReferralAnswerForm,
    SupportForm,
    TakeBackForm,
)
from consultations.models import Booking, Case, Support
from consultations.views.case_page import act, find, frame, row_of
from office.access import looks_and_changes, office_only


@office_only
@looks_and_changes
def choose(request: HttpRequest, number: str) -> HttpResponse:
    done = _("The support menu is chosen.")
    return act(request, number, SupportForm, actions.choose_support, done, show=_choose_page)


def _choose_page(request: HttpRequest, case: Case, form: CaseForm, *, status: int = 200) -> HttpResponse:
    """The menus on offer, each with what it suits, and what it came to in similar cases."""
    found = evidence.in_similar_cases(case, to=request.user)
    options = [(option, found.get(option.data["value"].instance.pk)) for option in form["menu"]]
    context = {**frame(request, case, form, status), "options": options}
    return render(request, "consultations/support/choose.html", context, status=status)


@office_only
@looks_and_changes
def settle_by_consultation(request: HttpRequest, number: str) -> HttpResponse:
    done = _("Noted: consultation alone settles this case.")
    return act(request, number, ConsultationOnlyForm, actions.settle_by_consultation, done)


@office_only
@looks_and_changes
def change(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    support, done = _of(request, number, pk), _("The state of the support is saved.")
    return act(request, number, ChangeSupportForm, actions.change_support, done, support=support)


@office_only
@looks_and_changes
def matching(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    support, done = _of(request, number, pk), _("The state of the call for proposals is saved.")
    return act(request, number, MatchingForm, actions.note_matching, done, support=support)


@office_only
@looks_and_changes
def refer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    support, done = _of(request, number, pk), _("The referral is noted. If no answer comes, you will be reminded.")
    return act(request, number, ReferForm, actions.refer, done, support=support)


@office_only
@looks_and_changes
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    support, done = _of(request, number, pk), _("Their answer is noted.")
    return act(request, number, ReferralAnswerForm, actions.answer_referral, done, support=support)


@office_only
@looks_and_changes
def hours(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The hours that a support has booked, and a form to book more."""
    support, to = _of(request, number, pk), reverse("case_support_hours", args=[number, pk])
    done = _("The hours are booked.")
    return act(request, number, BookingForm, actions.book_hours, done, show=_hours_page, to=to, support=support)


@office_only
@looks_and_changes
def take_back(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    case = find(request, number)
    booking = get_object_or_404(Booking.objects.filter(support__case=case).select_related("support__menu"), pk=pk)
    to = reverse("case_support_hours", args=[number, booking.support_id])
    done = _("The booking is taken back.")
    return act(request, number, TakeBackForm, actions.take_back_booking, done, show=_hours_page, to=to, booking=booking)


def _hours_page(request: HttpRequest, case: Case, form: CaseForm, *, status: int = 200) -> HttpResponse:
    """All bookings of a support, with the form at work: to book more, or to take one back."""
    at_work = form.booking if isinstance(form, TakeBackForm) else None
    support = at_work.support if at_work else form.support
    years = evidence.hours_of(support.menu)
    context = {
        **frame(request, case, form, status),
        "support": support,
        "bookings": support.bookings.select_related("contract", "booked_by", "taken_back_by"),
        "at_work": at_work,
        "years": years,
        "this_year": evidence.this_year_of(years),
    }
    return render(request, "consultations/support/hours.html", context, status=status)


def _of(request: HttpRequest, number: str, pk: int) -> Support:
    return row_of(request, number, "supports", pk)
