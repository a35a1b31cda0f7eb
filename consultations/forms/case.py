"""What every form of the case page has in common."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django import forms
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.forms.widgets import Input
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from consultations.models import Case, Draft, Entry
from consultations.states import (
    Level,
)
from consultations.templatetags.case_words import in_words, points_elsewhere
from knowledge.models import Topic
from office.differences import Piece, differences
from office.listing import listed

UNDECIDED = [("", _("Undecided"))]
LEVELS = [(level.value, format_lazy("{} {}", level.value, level.label)) for level in Level]


def choose(words: Any) -> dict[str, Any]:
    """What is said where nothing was chosen, or something that is not offered."""
    return {"required": words, "invalid_choice": words}


OTHER = choose(_("Choose one from the list."))


def offer_topics(form: "CaseForm") -> None:
    """Offer the topics in use, and the one the case has. 1 SQL for all forms of the page."""
    case, field = form.case, form.fields["topic"]
    field.queryset = Topic.objects.filter(Q(is_active=True) | Q(pk=case.topic_id))

    def choices() -> list[tuple[Any, str]]:
        if "_topics" not in case.__dict__:
            case.__dict__["_topics"] = [(topic.pk, str(topic)) for topic in field.queryset]
        return [("", field.empty_label), *case.__dict__["_topics"]]

    field.choices = choices


class CaseForm(forms.Form):
    """Something that can be done to a case. `act` names its URL (case_<act>), its template and its ids."""

    act: ClassVar[str]
    heading: ClassVar[Any]
    one_click: ClassVar[bool] = False
    is_merged: bool = True  # there is nothing to be decided between two people
    draft: Draft | None = None  # what this person has typed into it and not sent

    def __init__(self, case: Case, data: Any = None, files: Any = None, **about: Any) -> None:
        self.case, self.about = case, about
        super().__init__(data, files, auto_id=f"id_{self.panel}_%s", initial=self.facts())

    def facts(self) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        return {}

    def focus(self) -> Self:
        """The same form, with the cursor in its first field once the page is there."""
        for field in self.visible_fields()[:1]:
            field.field.widget.attrs["autofocus"] = True
        return self

    @property
    def panel(self) -> str:
        return self.act

    @property
    def url(self) -> str:
        return reverse(f"case_{self.act}", args=[self.case.number])

    @property
    def anchor(self) -> str:
        """Where on the page one is to be once it is done."""
        return ""

    @property
    def template(self) -> str:
        return f"consultations/case/{self.act}.html"

    @property
    def subject(self) -> Any:
        """What the form changes: the case, or the row it is about."""
        return next(iter(self.about.values()), self.case)

    @property
    def present_version(self) -> int:
        return getattr(self.subject, "version", self.case.version)

    @property
    def version_seen(self) -> Any:
        """The version on which the form was filled in: the present one, unless it comes back with errors."""
        return self.data.get("version") or self.present_version

    def on(self, fresh: Case, **about: Any) -> Self:
        """What was typed, on the case (and on what the form is about) as it is now."""
        form = type(self)(fresh, self.data.copy(), self.files, **about)
        form.data["version"] = form.present_version
        return form

    # --- drafts

    def texts(self) -> list[str]:
        """The names of the fields that people type into: those that a draft keeps."""
        return [name for name, field in self.fields.items() if _is_typed(field.widget)]

    def typed(self) -> dict[str, str]:
        """What was typed, field by field, where it is not what the form held before."""
        changed = set(self.changed_data)
        return {n: _one_line_end(self.data.get(self.add_prefix(n), "")) for n in self.texts() if n in changed}

    def bases(self) -> dict[str, str]:
        """What those fields held when the typing began, where the form knows."""
        return {}

    @property
    def drafted(self) -> list[str]:
        """The fields that hold more than the facts: what was sent and came back, or what a draft brought."""
        if self.is_bound:
            return list(self.typed())
        return [name for name in self.texts() if self.draft and name in self.draft.texts]

    def make_room(self, names: Iterable[str]) -> None:
        """Have fields of these names, where the form has as many as are needed."""

    @property
    def unplaced(self) -> list[str]:
        """What the draft holds of fields that are gone."""
        return [text for name, text in self.draft.texts.items() if text and name not in self.fields]

    def resume(self, draft: Draft | None) -> Self:
        """The same form with what this person had typed into it. What the facts say by now is no draft."""
        if draft is None or draft.is_blank:
            return self
        self.make_room(draft.texts)
        now = {name: _one_line_end(str(self[name].value() or "")) for name in self.texts()}
        if any(text != now.get(name, "") for name, text in draft.texts.items()):
            self.draft = draft
            self.initial.update({name: draft.texts[name] for name in self.drafted})
            for name in self.drafted:
                self[name].__dict__.pop("initial", None)  # what it held a moment ago was cached
        return self


class AboutRow:
    """A form about a row that hangs on the case, of which there may be several."""

    @property
    def panel(self) -> str:
        return f"{self.act}_{self.subject.pk}"

    @property
    def url(self) -> str:
        return reverse(f"case_{self.act}", args=[self.case.number, self.subject.pk])


def _is_typed(widget: forms.Widget) -> bool:
    if isinstance(widget, forms.Textarea):
        return True
    kind = getattr(widget, "input_type", "")
    return isinstance(widget, Input) and kind not in ("hidden", "file", "password", "checkbox", "radio")


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n")


class VersionedForm(CaseForm):
    """One that must not overrule what a colleague did while it was being filled in."""

    version = forms.IntegerField(
        required=False, widget=forms.HiddenInput, error_messages={"invalid": _("Open the page anew, then send again.")}
    )


@dataclass(frozen=True)
class Conflict:
    """A field that a colleague changed while this person was filling in the form."""

    mine: BoundField
    is_mine: bool  # this person changed it too, to something else
    theirs: str
    history: list[tuple[Entry, str, str]]  # who changed it when, from what to what; the newest first

    @property
    def by(self) -> Entry | None:
        """The change that made it what it is."""
        return self.history[0][0] if self.history else None

    @property
    def difference(self) -> list[Piece]:
        """From the present text to what was typed; nothing where it is no text."""
        if not (self.is_mine and _is_typed(self.mine.field.widget)):
            return []
        present = self.mine.form._present_text(self.mine.name)
        return differences(present, _one_line_end(str(self.mine.value() or "")))


class FactsForm(VersionedForm):
    """One that shows facts to be put right, of the case or of the row that it is about.

    Each field goes along twice: as it was on the page, and as it is sent. So a save on an older version can be merged:
    a field that one person changed is as that person wants it; one that two changed comes back to be decided.
    """

    # Its fields say one thing together (who the contact is): any change of a colleague comes back, not only of a field.
    is_one_thing: ClassVar[bool] = False
    # What history calls a field, where it has other names there.
    told_as: ClassVar[dict[str, tuple[str, ...]]] = {}

    def __init__(self, case: Case, data: Any = None, files: Any = None, **about: Any) -> None:
        self.asked: list[str] = []  # the fields that came back to be decided
        self.taken_over: list[str] = []  # those that a colleague changed and this person did not
        self.homeless: list[tuple[str, str]] = []  # label and text of what was typed into fields that are gone
        super().__init__(case, data, files, **about)
        if self.is_bound and (given_up := set(self.data.getlist("theirs")) & set(self.fields)):
            self.data = self.data.copy()
            for name in given_up:
                self._copy(self._keys(name), self.data, self.data, of="initial-")

    def __getitem__(self, name: str) -> BoundField:
        bound = super().__getitem__(name)
        bound.field.show_hidden_initial = self._is_watched(bound.field)
        return bound

    @staticmethod
    def _is_watched(field: forms.Field) -> bool:
        return not (field.widget.is_hidden or isinstance(field, forms.FileField))

    @property
    def anchor(self) -> str:
        return f"#change-{self.panel}"

    # --- drafts

    def bases(self) -> dict[str, str]:
        names = {name: f"initial-{self.add_prefix(name)}" for name in self.typed()}
        return {name: self.data[key] for name, key in names.items() if key in self.data}

    def resume(self, draft: Draft | None) -> Self:
        """As `CaseForm.resume`; the draft stays on the facts on which it was begun, so that sending it merges."""
        if super().resume(draft).draft:
            self.data = QueryDict(mutable=True)
            self.data.update({f"initial-{self.add_prefix(n)}": base for n, base in self.draft.bases.items()})
            if self.draft.version:
                self.data["version"] = self.draft.version
        return self

    # --- merging

    def on(self, fresh: Case, **about: Any) -> Self:
        """What was typed, on the facts as they are now: a field that this person left alone takes the newest value.

        `asked` names the fields that both changed, to different things; of a form that is one thing, all that the
        colleague changed.
        """
        now = type(self)(fresh, **about)
        present = now._untouched()
        mine = {name for name in self.changed_data if self._is_watched(self.fields[name])}
        data, since = self.data.copy(), present.copy()
        for name in filter(lambda name: self._is_watched(now.fields[name]), now.fields):
            if name not in mine:
                self._copy(now._keys(name), present, data)
            for key in now._keys(name):
                since.setlist(f"initial-{key}", self.data.getlist(f"initial-{key}"))
                data.setlist(f"initial-{key}", present.getlist(f"initial-{key}"))
        data["version"] = now.present_version
        data.pop("theirs", None)
        merged = type(self)(fresh, data, self.files, **about)
        theirs = set(type(self)(fresh, since, **about).changed_data) & now.fields.keys()
        changed = set(merged.changed_data)
        for name in filter(theirs.__contains__, now.fields):
            if name in mine & changed or self.is_one_thing:
                merged.asked.append(name)
            elif name not in mine:
                merged.taken_over.append(name)
        gone = [name for name in self.fields if name in mine and name not in merged.fields]
        merged.homeless = [(str(self[name].label), str(self[name].value() or "")) for name in gone]
        return merged

    @property
    def is_merged(self) -> bool:
        return not (self.asked or self.homeless)

    def asked_fields(self) -> list[BoundField]:
        return [self[name] for name in self.asked]

    def other_fields(self) -> list[BoundField]:
        """Those of the form that nobody has to decide about."""
        return [field for field in self.visible_fields() if field.name not in self.asked]

    @property
    def has_other_changes(self) -> bool:
        return any(field.name in self.changed_data or field.name in self.taken_over for field in self.other_fields())

    def taken_over_labels(self) -> str:
        return listed(self[name].label for name in self.taken_over)

    def initials(self) -> list[str]:
        """The hidden former values of the fields that are drawn option by option, which leaves these out."""
        return [field.as_hidden(only_initial=True) for field in self.visible_fields() if field.use_fieldset]

    def conflicts(self) -> list[Conflict]:
        """What came back to be decided, each with the history of the field. One query."""
        if not self.asked:
            return []
        noun = next(iter(self.about), "")
        told = [
            entry
            for entry in self.case.entries.newest_first().filter(data__has_key="changes")
            if (entry.data.get(noun) == self.subject.pk if noun else not points_elsewhere(entry))
        ]
        return [
            Conflict(
                mine=self[name],
                is_mine=name in self.changed_data,
                theirs=self._present(name),
                history=list(self._history(name, told)),
            )
            for name in self.asked
        ]

    def _history(self, name: str, told: list[Entry]) -> Iterator[tuple[Entry, str, str]]:
        for entry in told:
            names = self.told_as.get(name, (name,))
            changes = [(each, *entry.data["changes"][each]) for each in names if each in entry.data["changes"]]
            if changes:
                # of several names, the one that says something
                was, old, _new = next((change for change in changes if change[1]), changes[0])
                became, _old, new = next((change for change in changes if change[2]), changes[0])
                yield entry, self._in_words(old, name, was), self._in_words(new, name, became)

    def _keys(self, name: str) -> list[str]:
        """The names under which the widget of a field sends its value."""
        key, widget = self.add_prefix(name), self.fields[name].widget
        if isinstance(widget, forms.MultiWidget):
            return [key + part for part in widget.widgets_names]
        return [key]

    @staticmethod
    def _copy(keys: list[str], source: QueryDict, target: QueryDict, *, of: str = "") -> None:
        for key in keys:
            if of + key in source:
                target.setlist(key, source.getlist(of + key))
            else:
                target.pop(key, None)

    def _untouched(self) -> QueryDict:
        """The facts as a browser would send them back if nobody touched them."""
        sent = QueryDict(mutable=True)
        for name, field in self.fields.items():
            if not self._is_watched(field):
                continue
            value = self[name].value()
            parts = field.widget.decompress(value) if isinstance(field.widget, forms.MultiWidget) else [value]
            widgets = getattr(field.widget, "widgets", [field.widget])
            for key, widget, part in zip(self._keys(name), widgets, parts, strict=True):
                shown = str(part) if isinstance(part, bool) else widget.format_value(part)
                shown = [str(each) for each in shown] if isinstance(shown, list) else [shown or ""]
                sent.setlist(key, shown)
                sent.setlist(f"initial-{key}", shown)
        return sent

    def _present(self, name: str) -> str:
        """The present value in words."""
        return self._in_words(self.get_initial_for_field(self.fields[name], name), name, name)

    def _in_words(self, value: Any, name: str, column: str) -> str:
        field = self.fields[name]
        if value and isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            value = str(dict(field.choices).get(value, value))  # a label may be lazy
        return in_words(value, column, self.subject)

    def _present_text(self, name: str) -> str:
        return _one_line_end(self.data.get(f"initial-{self.add_prefix(name)}", ""))
