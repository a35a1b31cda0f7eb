"""What every form of the case page has in common."""

from typing import Any, ClassVar, Self

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from consultations.models import Case
from consultations.states import (
    Level,
)
from consultations.templatetags.case_words import in_words

UNDECIDED = [("", _("Undecided"))]
LEVELS = [(level.value, format_lazy("{} {}", level.value, level.label)) for level in Level]


def choose(words: Any) -> dict[str, Any]:
    """What is said where nothing was chosen, or something that is not offered."""
    return {"required": words, "invalid_choice": words}


OTHER = choose(_("Choose one from the list."))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CaseForm(forms.Form):
    """Something that can be done to a case. `act` names its URL (case_<act>), its template and its ids."""

    act: ClassVar[str]
    heading: ClassVar[Any]
    one_click: ClassVar[bool] = False

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
    def template(self) -> str:
        return f"consultations/case/{self.act}.html"

    @property
    def subject(self) -> Any:
        """What the form changes: the case, or the row it is about."""
        return next(iter(self.about.values()), self.case)

    def on(self, fresh: Case, **about: Any) -> Self:
        """What was typed, on the case (and on what the form is about) as it is now."""
        return type(self)(fresh, self.data, self.files, **about)


class VersionedForm(CaseForm):
    """One that must not overrule what a colleague did while it was being filled in."""

    version = forms.IntegerField(
        required=False, widget=forms.HiddenInput, error_messages={"invalid": _("Open the page anew, then send again.")}
    )


class FactsForm(VersionedForm):
    """One that shows facts of the case to be put right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = not field.widget.is_hidden

    def on(self, fresh: Case, **about: Any) -> Self:
        """What was typed, on the facts as they are now: a field that this person left alone takes the newest value."""
        data, now = QueryDict(mutable=True), type(self)(fresh, **about)
        data.update({name: self.data.get(self.add_prefix(name), "") for name in self.changed_data})
        for name in self.fields:
            value = now[name].value()
            data.setdefault(name, value)
            data[f"initial-{name}"] = value
        return type(self)(fresh, data, **about)

    def differing(self) -> list[tuple[str, str]]:
        """Label and present value of the fields in which something else was typed."""
        names = [name for name in self.changed_data if self.fields[name].show_hidden_initial]
        return [(str(self[name].label), self._present(name)) for name in names]

    def _present(self, name: str) -> str:
        value = self.initial[name]
        return in_words(str(value) if isinstance(value, Model) else value, name)
