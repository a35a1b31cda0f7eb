"""Pages on which the team leads keep what the office works with: a list, a form to add, a form to change."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Max, Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from office import actions, history
from office.access import keepers_only, looks_and_changes

NO_NUMBER = gettext_lazy("Write a whole number from 0 to 9999.")


def new_key(model: type[Model], name: str) -> str:
    """A key that addresses take, for a row that people know by `name`."""
    key, unique = slugify(name)[:40], uuid.uuid4().hex[:8]
    return key if key and not model._default_manager.filter(key=key).exists() else f"{key}-{unique}".lstrip("-")


class KeptForm(forms.ModelForm):
    """A form for a kept row. `called` is the field that tells one row from another, `twice` what is said of a twin."""

    called = "name"
    twice: Any = gettext_lazy("There is one of this name already. Change that one, or choose another name.")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the newest state of the row's history
    order = forms.IntegerField(
        label=gettext_lazy("Order"),
        help_text=gettext_lazy("Lists begin with the smallest number."),
        min_value=0,
        max_value=9999,
        widget=forms.NumberInput(attrs={"class": "w-short"}),
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], NO_NUMBER),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = history.newest(self.instance) if self.instance.pk else 0
        self.theirs: list[history.Change] = []

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get(self.called) and self.twins().exclude(pk=self.instance.pk).exists():
            self.add_error(self.called, self.twice)
        return self.cleaned_data

    def twins(self) -> QuerySet[Any]:
        """The rows that cannot stand beside the one of this form, itself among them."""
        name = self.cleaned_data[self.called]
        return self._meta.model._default_manager.filter(**{f"{self.called}__iexact": name})

    @property
    def has_news(self) -> bool:
        return bool({*self.changed_data} - {"seen"})

    def onto(self, row: Any) -> "KeptForm":
        """What was typed, on the row as it is now: a field that this person left alone takes the newest value.

        `theirs` of the form that comes back says what has changed meanwhile.
        """
        begun = row.history.filter(history_id=self.cleaned_data["seen"] or 0).first() or row.history.last()
        mine = type(self)(self.data, instance=begun.instance if begun else row).changed_data
        now = type(self)(instance=row)
        data = QueryDict(mutable=True)
        for name in now.fields:
            value = now[name].value()
            if name in mine:
                data.setlist(name, self.data.getlist(name))
            elif value not in (None, False):  # an empty tick box is not sent
                data[name] = value
        data["seen"] = now.initial["seen"]
        merged = type(self)(data, instance=row)
        merged.theirs = history.changes(row.history.first(), begun)
        return merged


class Keeping:
    """The three pages of one model.

    `in_use`: those of its rows that are on offer; `columns`: fields that the list shows beside the name; `lead`: what
    the rows are for.
    """

    def __init__(
        self,
        name: str,
        form: type[KeptForm],
        *,
        in_use: Callable[[], QuerySet[Any]],
        columns: list[str],
        lead: Any,
        keep: Callable[..., Any] = actions.keep,
        list_template: str = "keeping/list.html",
        form_template: str = "keeping/form.html",
    ) -> None:
        self.form, self.in_use, self.columns, self.lead, self.keep = form, in_use, columns, lead, keep
        self.url, self.url_to_add, self.url_to_change = (f"keeping_{name}{act}" for act in ("", "_new", "_change"))
        self.list_template, self.form_template = list_template, form_template
        self.model: type[Model] = form._meta.model
        self.what = self.model._meta.verbose_name_plural

    def urls(self, below: str) -> list[URLPattern]:
        """For a room's `urlpatterns`: the pages, under the path `below`."""
        return [
            path(below, keepers_only(require_safe(self.show_all)), name=self.url),
            path(f"{below}new/", keepers_only(looks_and_changes(self.add)), name=self.url_to_add),
            path(f"{below}<int:pk>/", keepers_only(looks_and_changes(self.change)), name=self.url_to_change),
        ]

    def show_all(self, request: HttpRequest) -> HttpResponse:
        fields = [self.model._meta.get_field(column) for column in self.columns]
        relations = [field.name for field in fields if field.is_relation]
        used = set(self.in_use().values_list("pk", flat=True))
        rows = list(self.model._default_manager.select_related(*relations))
        for row in rows:
            row.cells = [(field.verbose_name, history.in_words(field, getattr(row, field.name))) for field in fields]
        return render(
            request,
            self.list_template,
            {
                "keeping": self,
                "labels": [field.verbose_name for field in fields],
                "rows": [row for row in rows if row.pk in used],
                "resting": [row for row in rows if row.pk not in used],
            },
        )

    def add(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST if request.method == "POST" else None, initial=self._beginning())
        if not form.is_valid():
            return self._page(request, form, status=422 if form.is_bound else 200)
        try:
            row = self.keep(row=form.save(commit=False), by=request.user)
        except actions.ActionRefused as refused:
            refused.tell(form)
            return self._page(request, form, status=409)
        return self._saved(request, row)

    def _beginning(self) -> dict[str, Any]:
        """With what a new row begins: where rows have an order, at its end."""
        if "order" not in self.form.base_fields:
            return {}
        return {"order": (self.model._default_manager.aggregate(last=Max("order"))["last"] or 0) + 1}

    def change(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(self.model, pk=pk)
        form = self.form(request.POST if request.method == "POST" else None, instance=row)
        if not form.is_valid():
            return self._page(request, form, pk, status=422 if form.is_bound else 200)
        if form.has_news:
            try:
                self.keep(row=form.save(commit=False), by=request.user, seen=form.cleaned_data["seen"] or 0)
            except actions.StaleRow as stale:
                form = form.onto(self.model._default_manager.get(pk=pk))
                stale.tell(form)
                return self._page(request, form, pk, status=409)
            except actions.ActionRefused as refused:
                refused.tell(form)
                return self._page(request, form, pk, status=409)
        return self._saved(request, row)

    def _saved(self, request: HttpRequest, row: Model) -> HttpResponse:
        messages.success(request, _("“%(name)s” is saved.") % {"name": row})
        return redirect(self.url)

    def _page(self, request: HttpRequest, form: KeptForm, pk: int | None = None, *, status: int) -> HttpResponse:
        row = self.model._default_manager.get(pk=pk) if pk else None  # the form's own has what was typed
        page = {"keeping": self, "form": form, "row": row, "states": history.states(row) if row else []}
        return render(request, self.form_template, page, status=status)
