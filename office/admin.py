"""The administrators' pages for people and departments, and what the pages of all rooms have in common."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, AdminForm
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from office import actions, history
from office.models import Department, Section, User


class Kept(admin.ModelAdmin):
    """What is never deleted: there is neither a button nor an address for it."""

    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if not (url.name or "").endswith("_delete")]

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Django leads on from an address that filters by nonsense, unless only the database finds it out."""
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as problem:
            raise IncorrectLookupParameters(problem) from problem

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Refuses, with status 400, rows that no list of ours can have offered."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.clean(key, None)
        except ValidationError as problem:
            raise BadRequest(f"{ACTION_CHECKBOX_NAME}={key!r}") from problem
        return super().response_action(request, queryset)

    def one_by_one(
        self,
        request: HttpRequest,
        rows: Iterable[Any],
        act: Callable[..., Any],
        name: str,
        *,
        way_on: Callable[[Any], SafeString] | None = None,
        **given: Any,
    ) -> None:
        """Let `act` happen to each row, handed in as `name`. Refusals are told with the reason, and with the link that
        `way_on` makes of the row; the rest is counted.
        """
        done = 0
        for row in rows:
            try:
                act(**{name: row}, by=request.user, **given)
            except actions.ActionRefused as refused:
                words = format_html("{}: {}", row, refused)
                if way_on:
                    words = format_html("{} {}", words, way_on(row))
                self.message_user(request, words, messages.ERROR)
            else:
                done += 1
        if done:
            words = ngettext("%(count)s is done.", "%(count)s are done.", done) % {"count": done}
            self.message_user(request, words, messages.SUCCESS)

    def form_page(self, request: HttpRequest, form: forms.Form, **context: Any) -> TemplateResponse:
        """The page of a form that is no plain editing of a row.

        `context`: title, button (its words); optional: rows (what it is about), hidden (names and values sent along).
        """
        page = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "adminform": AdminForm(form, [(None, {"fields": list(form.fields)})], {}, model_admin=self),
        }
        return TemplateResponse(request, "admin/form_page.html", page | context, status=422 if form.errors else 200)


class Record(Kept):
    """What is only looked at here. It changes by the actions of its room, if at all."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if not (url.name or "").endswith("_add")]


class MasterData(Kept):
    """What administrators keep up; who changed what and when is shown under "History"."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History"),
            "subtitle": str(row),
            "states": history.states(row),
            "object": row,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/history.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actions.keep(row=obj, by=request.user)


class PersonForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        try:
            actions.check_role(user=self.instance, role=given.get("role", self.instance.role))
        except actions.ActionRefused as refused:
            self.add_error("role", str(refused))
        return given


class NewPersonForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User


class SectionField(forms.ModelChoiceField):
    """Nearly every department has a 総務課: the department's name goes in front."""

    def label_from_instance(self, section: Section) -> str:
        return f"{section.department} {section}"


@admin.register(User)
class PersonAdmin(MasterData, UserAdmin):
    """People come by "add" and go by the action "has left": a row is never deleted, and what they did stays theirs."""

    form, add_form, add_form_template = PersonForm, NewPersonForm, None
    list_display = (
        "name",
        "username",
        "role",
        "rank",
        "profession",
        "on_team",
        "facilitator",
        "is_superuser",
        "is_active",
    )
    list_filter = ("is_active", "role", "rank", "profession", "on_team", "facilitator", "is_superuser")
    search_fields = ("name", "username", "email", "phone", "section__name", "section__department__name")
    ordering = ("id",)
    filter_horizontal = ()
    readonly_fields = ("is_active", "last_login", "date_joined")
    person = ("name", "email", "phone", "chat_url")
    office = ("role", "profession", "rank", "on_team", "facilitator")
    ward = ("section", "section_confirmed")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active", "is_superuser", "last_login", "date_joined")}),
        (_("Person"), {"fields": person}),
        (_("Digital Design Office"), {"fields": office}),
        (_("Ward or bureau"), {"fields": ward}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2", "is_superuser")}),
        *fieldsets[1:],
    )
    actions = ("leave", "come_back", "forget_codes")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Administrators cannot take their own right from themselves: the last one would be gone for good."""
        return (*self.readonly_fields, "is_superuser") if obj == request.user else self.readonly_fields

    def formfield_for_foreignkey(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "section":
            kwargs |= {"form_class": SectionField, "queryset": Section.objects.select_related("department")}
        return super().formfield_for_foreignkey(field, request, **kwargs)

    @admin.action(description=_("Has left the office"), permissions=["change"])
    def leave(self, request: HttpRequest, people: Iterable[User]) -> None:
        """Those who still hold something stay, and are told the page on which it is handed on."""
        others = [person for person in people if person != request.user]
        self.one_by_one(request, others, actions.leave, "user", way_on=self.to_hand_on)

    def to_hand_on(self, person: User) -> SafeString:
        # By the name of its address: the page shows cases, of which this room knows nothing.
        return format_html('<a href="{}">{}</a>', reverse("leaving", args=[person.username]), gettext("Hand it on"))

    @admin.action(description=_("Is back"), permissions=["change"])
    def come_back(self, request: HttpRequest, people: Iterable[User]) -> None:
        self.one_by_one(request, people, actions.come_back, "user")

    @admin.action(description=_("Has lost the device for one-time codes: forget it"), permissions=["change"])
    def forget_codes(self, request: HttpRequest, people: Iterable[User]) -> None:
        self.one_by_one(request, people, actions.forget_codes, "user")


@admin.register(Department)
class DepartmentAdmin(MasterData):
    list_display = ("name", "code", "kind", "order", "valid_from", "valid_to", "successor")
    list_filter = ("kind", ("valid_to", admin.EmptyFieldListFilter))
    list_select_related = ("successor",)
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Department | None = None) -> tuple[str, ...]:
        """The code is in links to the form, and in the municipality's own file: it never changes."""
        return ("code",) if obj else ()


@admin.register(Section)
class SectionAdmin(MasterData):
    list_display = ("name", "department", "is_active")
    list_editable = ("is_active",)
    list_filter = ("is_active", "department")
    list_select_related = ("department",)
    search_fields = ("name", "department__name")
