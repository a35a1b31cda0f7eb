"""The administrators' pages for people and departments, and what the pages of all rooms have in common."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from office import actions
from office.models import Department, Pair, Role, Section, User


class Kept(admin.ModelAdmin):
    """What is never deleted: there is neither a button nor an address for it."""

    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if not (url.name or "").endswith("_delete")]

    def one_by_one(
        self, request: HttpRequest, rows: Iterable[Any], act: Callable[..., Any], name: str, **given: Any
    ) -> None:
        """Let `act` happen to each row, handed in as `name`. Refusals are told with the reason; the rest is counted."""
        done = 0
        for row in rows:
            try:
                act(**{name: row}, by=request.user, **given)
            except actions.ActionRefused as refused:
                self.message_user(request, f"{row}: {refused}", messages.ERROR)
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
        states = list(row.history.select_related("history_user"))
        pairs = zip(states, [*states[1:], None], strict=False)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History"),
            "subtitle": str(row),
            "states": [(state, self.changes(state, before)) for state, before in pairs],
            "object": row,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/history.html", context)

    def changes(self, state: Any, before: Any) -> list[tuple[str, str, str]]:
        """What differs between two states of a row: field, old and new value in words."""
        if before is None:
            return []
        changes = state.diff_against(before, foreign_keys_are_objs=True).changes
        return [
            (field.verbose_name, in_words(field, change.old), in_words(field, change.new))
            for change in changes
            for field in [self.opts.get_field(change.field)]
        ]


def in_words(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return str(dict(field.flatchoices).get(value, value)) if value not in (None, "") else "–"


class PersonForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        seats = Pair.objects.with_member(self.instance).filter(ends_on=None)
        if given.get("role", Role.OFFICE) != Role.OFFICE and seats.exists():
            self.add_error("role", _("This person answers for departments. Form new pairs there first."))
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
        self.one_by_one(request, [person for person in people if person != request.user], actions.leave, "user")

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
