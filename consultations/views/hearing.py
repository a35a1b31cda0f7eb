"""Hearings and next steps: on the page of a case the small things, on pages of their own what needs room."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations import actions, calendar
from consultations.forms import hearing as forms
from consultations.forms import stepping
from consultations.models import Case, Hearing, QuestionTemplate
from consultations.similar import similar_cases
from consultations.views.case_page import act, around_form, find, list_kept, row_of
from office.access import looks_and_changes, office_only

# So many similar cases stand on the sheet.
TO_TAKE_ALONG = 3


@office_only
@looks_and_changes
def prepare(request: HttpRequest, number: str) -> HttpResponse:
    done = _("The hearing is prepared.")
    return act(request, number, forms.PrepareForm, actions.prepare_hearing, done, show=_page)


@office_only
@looks_and_changes
def change(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    hearing = _hearing(request, number, pk)
    if hearing.is_held and request.method != "POST":
        return redirect(reverse("case_hearing_record", args=[number, pk]) + list_kept(request))
    done = _("The changes are saved.")
    return act(request, number, forms.ChangeHearingForm, actions.change_hearing, done, show=_page, hearing=hearing)


@office_only
@looks_and_changes
def record(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    hearing = _hearing(request, number, pk)
    done = _("The hearing is on record.")
    return act(request, number, forms.RecordForm, actions.record_hearing, done, show=_page, hearing=hearing)


@office_only
@looks_and_changes
def record_unprepared(request: HttpRequest, number: str) -> HttpResponse:
    done = _("The hearing is on record.")
    return act(request, number, forms.RecordForm, actions.record_unprepared_hearing, done, show=_page)


@office_only
@looks_and_changes
def call_off(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    hearing = _hearing(request, number, pk)
    done = _("The hearing is called off.")
    return act(request, number, forms.CallOffForm, actions.call_off_hearing, done, hearing=hearing)


@office_only
@looks_and_changes
def need_none(request: HttpRequest, number: str) -> HttpResponse:
    done = _("Noted: %(number)s needs no hearing.")
    return act(request, number, forms.NoHearingForm, actions.need_no_hearing, done)


@office_only
@require_safe
def sheet(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A sheet to take along and write on; of a hearing that was held, its record."""
    hearing = _hearing(request, number, pk)
    case, to_be_held = hearing.case, not hearing.is_held and not hearing.case.sensitive
    context = {
        "hearing": hearing,
        "case": case,
        "similar": similar_cases(case, to=request.user, limit=TO_TAKE_ALONG) if to_be_held else [],
        "hypotheses": hearing.hypotheses.all(),
        "questions": hearing.questions.all(),
        "steps": hearing.next_steps.select_related("owner"),
        "blank_rows": range(4),
    }
    return render(request, "consultations/hearing/sheet.html", context)


@office_only
@require_safe
def ics(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The hearing for anybody's calendar; without a time there is nothing to put into one."""
    hearing = _hearing(request, number, pk)
    if not hearing.starts_at:
        messages.warning(request, _("Date and time of this hearing are open. Set them first."))
        return redirect("case_hearing_change", number, pk)
    return HttpResponse(
        calendar.of_hearing(hearing),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{number}-{pk}.ics"'},
    )


# --- next steps


@office_only
@looks_and_changes
def promise(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, stepping.PromiseForm, actions.promise_step, _("The next step is noted."))


@office_only
@looks_and_changes
def change_step(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    step = row_of(request, number, "next_steps", pk)
    done = _("The changes are saved.")
    return act(request, number, stepping.ChangeStepForm, actions.change_step, done, step=step)


@office_only
@looks_and_changes
def finish_step(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    step = get_object_or_404(find(request, number).next_steps, pk=pk)
    return act(request, number, stepping.FinishStepForm, actions.finish_step, _("The step is done."), step=step)


@office_only
@looks_and_changes
def drop_step(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    step = get_object_or_404(find(request, number).next_steps, pk=pk)
    done = _("The step is no longer needed.")
    return act(request, number, stepping.DropStepForm, actions.drop_step, done, step=step)


def _hearing(request: HttpRequest, number: str, pk: int) -> Hearing:
    case = find(request, number)
    hearing = get_object_or_404(case.hearings, pk=pk)
    hearing.case = case
    return hearing


def _page(request: HttpRequest, case: Case, form: Any, *, status: int = 200) -> HttpResponse:
    """A page for one form of a hearing, with what is known beside it."""
    held = case.hearings.held()
    subject = form.about.get("hearing")
    context = {
        **around_form(request, case, status=status),
        "form": form,
        "hearing": subject,
        "earlier": held.exclude(pk=subject.pk) if subject else held,
        "promised": subject.next_steps.select_related("owner") if subject else [],
        "templates": _other_templates(case) if isinstance(form, forms.PreparationFields) else [],
    }
    return render(request, "consultations/hearing/page.html", context, status=status)


def _other_templates(case: Case) -> list[QuestionTemplate]:
    """Questions to be copied, of topics that the case is not known to have."""
    offered = QuestionTemplate.objects.filter(is_active=True).select_related("topic")
    return [each for each in offered if each.topic_id not in (None, case.topic_id)]
