"""What the addresses of the lists may ask for: of cases, and of technical checks at the desk and at ICT operations."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Model
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

from consultations.documents import EXAMPLE
from consultations.models import Case, Example
from consultations.models.case_queryset import CaseQuerySet
from consultations.models.check import TechnicalCheckQuerySet
from consultations.models.example import ExampleQuerySet
from consultations.queues import URGENT, Queue
from consultations.states import Level, Ruling, Status
from knowledge import shelf
from knowledge.models import Audience, Topic
from menus.models import SupportMenu
from office.fields import LineField
from office.models import Department, User

# How each column sorts upwards, to a definite order. What is missing counts as 0: left to themselves, PostgreSQL would
# put it last and SQLite first.
SORTS: dict[str, list[Any]] = {
    "number": [F("fiscal_year"), F("serial")],
    "department": [F("department__order"), F("department__code"), F("pk")],
    "status": [models.Case(*[models.When(status=status, then=place) for place, status in enumerate(Status)]), F("pk")],
    "level": [Coalesce("level", 0), F("pk")],
    "pair": [Coalesce("pair__lead_id", 0), Coalesce("pair__partner_id", 0), F("pk")],
    "last": [F("last_entry_at"), F("pk")],
}
NEWEST = ("-published_at", "-pk")
DEFAULTS = {"open": "1", "sort": "-number"}
# One letter is the beginning of half the city.
LEAST_OF_A_NAME = 2


class FilterForm(forms.Form):
    marks = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = _("%(field)s: there is no such choice. Choose anew.") % {
                "field": field.label
            }


class WordsFilter(CharFilter):
    field_class = LineField


class RowIterator(ModelChoiceIterator):
    """Goes through the rows that the field has read already; Django's own would read them anew."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        if self.field.null_label is not None:
            yield self.field.null_value, self.field.null_label
        yield from map(self.choice, self.field.queryset)


class RowField(ModelChoiceField):
    """A choice among a few rows, read once: to know the one that was chosen, and to list them all."""

    iterator = RowIterator

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or value == self.null_value:
            return super().to_python(value)
        key = self.to_field_name or "pk"
        for row in self.queryset:
            if str(row.serializable_value(key)) == str(value):
                return row
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})


class RowFilter(ModelChoiceFilter):
    field_class = RowField


class ListFilter(FilterSet):
    """What `query` asks of a list, and what goes without saying (`usual`)."""

    q = WordsFilter(
        label=gettext_lazy("Words or number"), method="by_words", widget=forms.TextInput({"type": "search"})
    )

    class Meta:
        form = FilterForm

    def __init__(self, query: QueryDict, rows: models.QuerySet, **usual: str) -> None:
        self.query, self.usual = query, usual
        data = query.copy()
        for name, value in usual.items():
            data[name] = query.get(name) or value
        super().__init__(data, rows)

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.matching(value)

    def query_without(self, *names: str) -> str:
        """The query without what `names` ask, from its first page."""
        rest = self.query.copy()
        for name in (*names, "page"):
            rest.pop(name, None)
        return rest.urlencode()

    def chips(self) -> Iterator[dict[str, str]]:
        """What is asked beyond the usual, in words, each with the address that no longer asks it."""
        for field in self.form.visible_fields():
            value = self.form.cleaned_data.get(field.name)
            if not value or self.data[field.name] == self.usual.get(field.name):
                continue
            if isinstance(field.field, forms.ChoiceField) and not isinstance(value, Model):
                value = dict(field.field.choices)[value]
            label = _("%(field)s: %(value)s") % {"field": field.label, "value": value}
            yield {"label": label, "url": f"?{self.query_without(field.name)}"}


class CaseFilter(ListFilter):
    status = ChoiceFilter(label=gettext_lazy("Status"), choices=Status.choices, empty_label=gettext_lazy("All"))
    level = ChoiceFilter(
        label=gettext_lazy("Level"),
        choices=[(str(value), format_lazy("{} {}", value, label)) for value, label in Level.choices],
        empty_label=gettext_lazy("All"),
        null_label=gettext_lazy("Level undecided"),
        null_value="none",
    )
    department = RowFilter(
        label=gettext_lazy("Department"),
        queryset=Department.objects.all(),
        to_field_name="code",
        empty_label=gettext_lazy("All"),
    )
    open = ChoiceFilter(
        label=gettext_lazy("Closed or not"),
        method="by_open",
        choices=[
            ("1", gettext_lazy("Not closed")),
            ("0", gettext_lazy("Closed")),
            ("all", gettext_lazy("All")),
        ],
        empty_label=None,
    )
    pair = RowFilter(
        label=gettext_lazy("Person in charge"),
        method="by_person",
        queryset=lambda request: User.objects.office(),
        to_field_name="username",
        empty_label=gettext_lazy("All"),
    )
    topic = RowFilter(
        label=gettext_lazy("Topic"),
        queryset=Topic.objects.all(),
        to_field_name="key",
        empty_label=gettext_lazy("All"),
    )
    queue = ChoiceFilter(
        label=gettext_lazy("Queue"), method="by_queue", choices=Queue.choices, widget=forms.HiddenInput
    )
    sort = ChoiceFilter(
        label=gettext_lazy("Order"),
        method="in_order",
        choices=[(sort, sort) for key in SORTS for sort in (key, f"-{key}")] + [(URGENT, URGENT)],
        widget=forms.HiddenInput,
    )

    def __init__(self, query: QueryDict, *, user: User) -> None:
        """The cases that `user` may see, as `query` asks: open ones, newest number first, unless it says otherwise."""
        self.user, self.is_cut = user, False
        super().__init__(query, Case.objects.visible_to(user), **DEFAULTS)

    def by_words(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """Looked for among what the other filters leave, so that the best of all years do not push aside what is open.

        `is_cut` says that more cases hold the words than one search leads to.
        """
        chosen = self.form.cleaned_data
        where = {
            "open": {"1": "1", "0": "0"}.get(chosen["open"], ""),
            "department": chosen["department"].code if chosen["department"] else "",
            "topic": chosen["topic"].key if chosen["topic"] else "",
            "level": chosen["level"] if chosen["level"] in map(str, Level.values) else "",
        }
        found = cases.matching(value, where={facet: value for facet, value in where.items() if value})
        self.is_cut = found.is_cut
        begun = self._departments_beginning(value)
        return found | cases.filter(department__in=begun) if begun else found

    def _departments_beginning(self, word: str) -> list[Department]:
        """Those whose name begins like this, for who types no further: にぎわ is no word, but half of one."""
        departments = self.form.fields["department"].queryset
        return [row for row in departments if row.name.startswith(word)] if len(word) >= LEAST_OF_A_NAME else []

    def by_open(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return {"1": cases.open, "0": cases.closed, "all": cases.all}[value]()

    def by_person(self, cases: CaseQuerySet, name: str, value: User) -> CaseQuerySet:
        return cases.of(value)

    def by_queue(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return Queue(value).of(cases, self.user)

    def in_order(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        if value == URGENT:
            return cases.most_urgent_first()
        columns = SORTS[value.removeprefix("-")]
        return cases.order_by(*[column.desc() if value[0] == "-" else column.asc() for column in columns])

    def chips(self) -> Iterator[dict[str, str]]:
        queue = self.form.cleaned_data.get("queue")
        self.usual |= Queue(queue).query if queue else {}
        return super().chips()


OPEN, ANSWERED, EXPIRED, ALL = "open", "answered", "expired", "all"


class CheckFilter(ListFilter):
    ruling = ChoiceFilter(label=gettext_lazy("Ruling"), choices=Ruling.choices, empty_label=gettext_lazy("All"))
    state = ChoiceFilter(
        label=pgettext_lazy("check", "State"),
        method="by_state",
        choices=[
            (ALL, gettext_lazy("All")),
            (OPEN, gettext_lazy("Waiting for an answer")),
            (ANSWERED, pgettext_lazy("check", "Answered")),
            (EXPIRED, gettext_lazy("Answered, but expired")),
        ],
        empty_label=None,
    )

    def __init__(self, query: QueryDict, checks: TechnicalCheckQuerySet, *, state: str) -> None:
        """Those of `checks` that `query` asks for; in `state` unless it says which.

        What waits comes the longest wait first, the others by the newest answer or question.
        """
        super().__init__(query, checks.filter(withdrawn_at=None), state=state)

    def by_state(self, checks: TechnicalCheckQuerySet, name: str, value: str) -> TechnicalCheckQuerySet:
        if value == OPEN:
            return checks.open().order_by("asked_at", "pk")
        return {ALL: checks.all, ANSWERED: checks.answered, EXPIRED: checks.expired}[value]().newest_first()


def _one_of(model: type[Model], label: Any, *, field_name: str, to_field_name: str = "key") -> ModelChoiceFilter:
    return ModelChoiceFilter(
        label=label,
        field_name=field_name,
        queryset=model._default_manager.all(),
        to_field_name=to_field_name,
        empty_label=gettext_lazy("All"),
    )


class ExampleFilter(ListFilter):
    """What is published: department by department (建制順), the newest first; found by words, the best first."""

    department = _one_of(Department, gettext_lazy("Department"), field_name="case__department", to_field_name="code")
    menu = _one_of(SupportMenu, gettext_lazy("Tool or support menu"), field_name="menus")
    topic = _one_of(Topic, gettext_lazy("Topic"), field_name="case__topic")

    def __init__(self, query: QueryDict) -> None:
        published = Example.objects.published()
        super().__init__(query, published.order_by("case__department__order", "case__department__code", *NEWEST))
        self.form.fields["q"].label = _("Words")
        self._offer("department", published.values("case__department"))
        # What the office has to offer is its own affair, as long as no example tells of it.
        self._offer("menu", published.values("menus"), nothing_else=True)
        self._offer("topic", published.values("case__topic"))

    def _offer(self, name: str, used: models.QuerySet, *, nothing_else: bool = False) -> None:
        """Offer what leads to an example; any other in the address is still understood, and leads to none.

        With `nothing_else` any other is as good as none.
        """
        field = self.form.fields[name]
        rows = field.queryset.filter(pk__in=used)
        if nothing_else:
            field.queryset = rows
        choices = [(getattr(row, field.to_field_name), str(row)) for row in rows]
        field.widget.choices = [("", field.empty_label), *choices]

    def by_words(self, examples: ExampleQuerySet, name: str, value: str) -> ExampleQuerySet:
        chosen = self.form.cleaned_data
        facets = {"department": "code", "menu": "key", "topic": "key"}
        where = {facet: getattr(chosen[facet], key) for facet, key in facets.items() if chosen[facet]}
        hits = shelf.find(value, audience=Audience.EVERYONE, kinds=[EXAMPLE], where=where, limit=shelf.CANDIDATES)
        places = {int(hit.document.key): place for place, hit in enumerate(hits)}
        rank = models.Case(*[models.When(pk=pk, then=place) for pk, place in places.items()], default=len(places))
        return examples.filter(pk__in=places).order_by(rank if places else "pk")
