from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations import actions
from consultations.actions import ActionRefused
from consultations.forms.facts import PairField
from consultations.models import Ask, Attachment, Case, Entry, Support
from consultations.states import Level, Result
from knowledge.models import Topic
from office import clock
from office.admin import MasterData, Record
from office.fields import DayInput, TextField
from office.listing import listed
from office.models import Department, Pair, User

# As many as one looks at before pressing the button; each may send a mail.
AT_ONCE = 100


class CompleteForm(forms.Form):
    text = TextField(label=gettext_lazy("Note"), rows=3, required=False)
    review_on = forms.DateField(
        label=gettext_lazy("Keep open until"),
        widget=DayInput,
        required=False,
        help_text=gettext_lazy("Left empty, it is the end of the fiscal year."),
    )


class CloseForm(forms.Form):
    result = forms.ChoiceField(label=gettext_lazy("Result"), choices=Result)
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"), choices=[("", "–"), *Level.choices], coerce=int, empty_value=None, required=False
    )
    topic = forms.ModelChoiceField(label=gettext_lazy("Topic"), queryset=Topic.objects.in_use(), required=False)
    lesson = TextField(label=gettext_lazy("Lesson"), rows=3, required=False)


class AssignForm(forms.Form):
    pair = PairField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pair"].offer_those_of_today()


@admin.register(Case)
class CaseAdmin(Record):
    """Cases to look through and to tidy up. What happens to one goes through the same actions as at the desk."""

    list_display = ("link", "title", "department", "status", "level", "topic", "result", "received_at", "pair")
    list_display_links = ("title",)
    list_filter = (
        *("status", ("closed_at", admin.EmptyFieldListFilter), "level", "topic", "result"),
        *("fiscal_year", "channel", "department", "sensitive", "imported"),
    )
    list_select_related = ("department", "topic", "pair__lead", "pair__partner")
    search_fields = ("title",)
    exclude = ("wants",)
    readonly_fields = ("wishes",)
    actions = ("take_up", "complete", "assign_pair", "close")

    @admin.display(description=gettext_lazy("number"), ordering="fiscal_year")
    def link(self, case: Case) -> str:
        return format_html('<a href="{}">{}</a>', case.get_absolute_url(), case.number)

    @admin.display(description=gettext_lazy("wishes"))
    def wishes(self, case: Case) -> str:
        return listed(case.wanted)

    def view_on_site(self, case: Case) -> str:
        return case.get_absolute_url()

    def get_search_results(self, request: HttpRequest, cases: Any, search_term: str) -> tuple[QuerySet[Case], bool]:
        return cases.matching(search_term), False

    @admin.action(description=gettext_lazy("Take up"), permissions=["view"])
    def take_up(self, request: HttpRequest, cases: QuerySet[Case]) -> None:
        self.one_by_one(request, cases, actions.take_up, "case")

    @admin.action(description=gettext_lazy("Complete …"), permissions=["view"])
    def complete(self, request: HttpRequest, cases: QuerySet[Case]) -> HttpResponse | None:
        return self.ask_first(request, cases, actions.complete, CompleteForm, _("Complete the cases"))

    @admin.action(description=gettext_lazy("Give to another pair …"), permissions=["view"])
    def assign_pair(self, request: HttpRequest, cases: QuerySet[Case]) -> HttpResponse | None:
        return self.ask_first(request, cases, actions.assign_pair, AssignForm, _("Give to another pair"))

    @admin.action(description=gettext_lazy("Close …"), permissions=["view"])
    def close(self, request: HttpRequest, cases: QuerySet[Case]) -> HttpResponse | None:
        return self.ask_first(request, cases, actions.close, CloseForm, _("Close the cases"))

    def ask_first(
        self,
        request: HttpRequest,
        cases: QuerySet[Case],
        act: Callable[..., Any],
        form_class: type[forms.Form],
        words: str,
    ) -> HttpResponse | None:
        """The page that asks for what `act` needs; once it is filled in, `act` happens to each of the cases."""
        if cases.count() > AT_ONCE:
            too_many = ngettext("Choose at most %(count)s case.", "Choose at most %(count)s cases.", AT_ONCE)
            self.message_user(request, too_many % {"count": AT_ONCE}, messages.ERROR)
            return None
        form = form_class(request.POST if "filled_in" in request.POST else None)
        if form.is_valid():
            self.one_by_one(request, cases, act, "case", **form.cleaned_data)
            return None
        hidden = [("action", request.POST["action"]), ("filled_in", "1")]
        hidden += [(ACTION_CHECKBOX_NAME, pk) for pk in cases.values_list("pk", flat=True)]
        return self.form_page(request, form, title=words, button=words, rows=list(cases), hidden=hidden)


class PairForm(forms.Form):
    department = forms.ModelChoiceField(label=gettext_lazy("Department"), queryset=Department.objects.none())
    lead = forms.ModelChoiceField(label=gettext_lazy("Lead"), queryset=User.objects.office(), required=False)
    partner = forms.ModelChoiceField(label=gettext_lazy("Partner"), queryset=User.objects.office(), required=False)
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=DayInput,
        help_text=gettext_lazy("The pair before ends the day before. Open cases go over on this day."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.current()


@admin.register(Pair)
class PairAdmin(MasterData):
    """Who answers for whom, today and before. A change of pair is an event, not a correction of a row."""

    list_display = ("department", "lead", "partner", "starts_on", "ends_on")
    list_filter = (("ends_on", admin.EmptyFieldListFilter), "department")
    list_select_related = ("department", "lead", "partner")
    search_fields = ("department__name", "lead__name", "partner__name")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Form a department's next pair; `?department=` (code) chooses it."""
        chosen = Department.objects.current().filter(code=request.GET.get("department", "")).first()
        form = PairForm(request.POST or None, initial={"department": chosen, "starts_on": clock.today()})
        if form.is_valid():
            try:
                pair = actions.change_pair_of_department(**form.cleaned_data, by=request.user)
            except ActionRefused as refused:
                refused.tell(form)
            else:
                self.message_user(request, f"{pair.department}: {pair}", messages.SUCCESS)
                return redirect("admin:office_pair_changelist")
        return self.form_page(request, form, title=_("Form a pair"), button=_("Form the pair"))


class OfCase(Record):
    """What belongs to a case, and is read at the desk."""

    list_select_related = ("case",)
    search_fields: tuple[str, ...] = ("case__title",)

    @admin.display(description=gettext_lazy("case"))
    def link(self, row: Any) -> str:
        return format_html('<a href="{}">{}</a>', row.case.get_absolute_url(), row.case.number)


@admin.register(Entry)
class EntryAdmin(OfCase):
    list_display = ("at", "link", "kind", "author_kind", "author_name", "shared")
    list_filter = ("kind", "author_kind", "shared")
    ordering = ("-at", "-pk")


@admin.register(Attachment)
class AttachmentAdmin(OfCase):
    list_display = ("name", "link", "size", "has_macros")
    list_filter = ("has_macros",)
    search_fields = ("name", "case__title")
    exclude = ("file",)  # handed out at the desk only, where each request is checked


@admin.register(Ask)
class AskAdmin(OfCase):
    list_display = ("asked_at", "link", "kind", "question", "asked_by", "settled_at")
    list_filter = ("kind", ("settled_at", admin.EmptyFieldListFilter))
    list_select_related = ("case", "asked_by")


@admin.register(Support)
class SupportAdmin(OfCase):
    list_display = ("chosen_at", "link", "menu", "state", "chosen_by")
    list_filter = ("state", "menu")
    list_select_related = ("case", "menu", "chosen_by")
