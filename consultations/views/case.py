"""What can be seen and done on the page of a case: one view for each act."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations import actions, walk
from consultations.forms import acts, facts
from consultations.views.case_page import act, find, page
from office import files
from office.access import looks_and_changes, office_only


@office_only
@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    return page(request, find(request, number))


@office_only
@require_safe
def attachment(request: HttpRequest, number: str, pk: str) -> HttpResponseBase:
    return files.download(request, get_object_or_404(find(request, number).attachments, pk=pk))


# --- what can be done: GET opens the form on the page, POST does it


@office_only
@looks_and_changes
def take_up(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, acts.TakeUpForm, actions.take_up, _("You have taken up %(number)s."))


@office_only
@looks_and_changes
def add_note(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, acts.NoteForm, actions.add_note, _("Your note is on the timeline."))


@office_only
@looks_and_changes
def reply(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, acts.ReplyForm, actions.reply, _("You have replied to %(name)s."))


@office_only
@looks_and_changes
def need_no_answer(request: HttpRequest, number: str) -> HttpResponse:
    done = _("Noted: the message needs no answer.")
    return act(request, number, acts.NoAnswerForm, actions.need_no_answer, done)


@office_only
@looks_and_changes
def answer_and_close(request: HttpRequest, number: str) -> HttpResponse:
    done = _("You have answered %(name)s and closed %(number)s.")
    return act(request, number, acts.AnswerForm, actions.answer_and_close, done)


@office_only
@looks_and_changes
def hold(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, acts.HoldForm, actions.hold, _("%(number)s is on hold until the day you chose."))


@office_only
@looks_and_changes
def resume(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, acts.ResumeForm, actions.resume, _("%(number)s is in progress again."))


@office_only
@looks_and_changes
def ask_progress(request: HttpRequest, number: str) -> HttpResponse:
    done = _("You have asked %(name)s by mail how things stand (%(number)s).")
    to = walk.came_from(request.POST["back"]) if "back" in request.POST else ""
    return act(request, number, acts.AskProgressForm, actions.ask_progress, done, to=to)


@office_only
@looks_and_changes
def complete(request: HttpRequest, number: str) -> HttpResponse:
    done = _("%(number)s is completed and stays open for now.")
    return act(request, number, acts.CompleteForm, actions.complete, done)


@office_only
@looks_and_changes
def close(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, acts.CloseForm, actions.close, _("You have closed %(number)s."))


@office_only
@looks_and_changes
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, acts.ReopenForm, actions.reopen, _("%(number)s is open again."))


@office_only
@looks_and_changes
def describe(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, facts.DescribeForm, actions.describe, _("The changes are saved."))


@office_only
@looks_and_changes
def set_supporters(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, facts.SupportersForm, actions.set_supporters, _("The changes are saved."))


@office_only
@looks_and_changes
def set_concerned(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, facts.ConcernedForm, actions.set_concerned, _("The changes are saved."))


@office_only
@looks_and_changes
def correct_origin(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, facts.OriginForm, actions.correct_origin, _("The changes are saved."))


@office_only
@looks_and_changes
def correct_contact(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, facts.ContactForm, actions.correct_contact, _("The changes are saved."))


@office_only
@looks_and_changes
def assign_pair(request: HttpRequest, number: str) -> HttpResponse:
    return act(request, number, facts.PairForm, actions.assign_pair, _("The case is with the new pair."))


@office_only
@looks_and_changes
def ask_meeting(request: HttpRequest, number: str) -> HttpResponse:
    done = _("The question goes to the weekly meeting.")
    return act(request, number, acts.AskForm, actions.ask_meeting, done)


@office_only
@looks_and_changes
def withdraw_ask(request: HttpRequest, number: str) -> HttpResponse:
    case = find(request, number)
    ask = case.asks.last()
    if ask is None:
        messages.warning(request, _("Nothing was asked at the weekly meeting about this case."))
        return redirect(case)
    return act(request, number, acts.WithdrawAskForm, actions.withdraw_ask, _("The question is withdrawn."), ask=ask)
