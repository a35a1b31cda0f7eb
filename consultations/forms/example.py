"""Telling a closed case as an example: its text, and the requester's word on it. Named as the actions' keywords."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.actions.publishing import TEXTS
from consultations.blanking import Blanking
from consultations.forms.case import OTHER, FactsForm, VersionedForm, choose
from consultations.models import Case, Example
from menus.models import SupportMenu
from office.fields import LineField, TextField

# What the form of an example that is not there yet sends in the place of a version: it is no version of any.
NOT_YET = -1


class ExampleForm(FactsForm):
    """The text as readers will see it; of one that is not written yet, what the case itself has to say."""

    act = "example"
    anchor = ""
    title = LineField(
        label=pgettext_lazy("example", "Title"),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        error_messages={"required": pgettext_lazy("example", "Write a title.")},
    )
    trouble = TextField(
        label=_("What the trouble was"),
        max_length=3000,
        error_messages={"required": _("Write what the trouble was.")},
    )
    approach = TextField(
        label=_("What was done"),
        max_length=3000,
        rows=8,
        error_messages={"required": _("Write what was done.")},
    )
    outcome = TextField(
        label=pgettext_lazy("example", "What came of it"),
        max_length=3000,
        help_text=_("Figures help most: hours saved, how many people use it. What did not work is worth telling too."),
        error_messages={"required": _("Write what came of it.")},
    )
    menus = forms.ModelMultipleChoiceField(
        SupportMenu.objects.none(),
        label=_("Support menus"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Readers find the example by them."),
        error_messages=OTHER,
    )

    def __init__(self, case: Case, *args: Any, **about: Any) -> None:
        super().__init__(case, *args, **about)
        chosen = Q(supports__case=case) | Q(examples__case=case)
        offered = SupportMenu.objects.on_offer().values("pk")
        self.fields["menus"].queryset = SupportMenu.objects.filter(chosen | Q(pk__in=offered)).distinct()

    @property
    def example(self) -> Example | None:
        return self.about.get("example")

    @property
    def present_version(self) -> int:
        return self.example.version if self.example else NOT_YET

    def facts(self) -> dict[str, Any]:
        if self.example:
            texts = {name: getattr(self.example, name) for name in TEXTS}
            return {**texts, "menus": list(self.example.menus.all())}
        return draft_of(self.case)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.example:
            cleaned.pop("version", None)
        return cleaned

    @property
    def template(self) -> str:
        return "consultations/example/form.html"


def draft_of(case: Case) -> dict[str, Any]:
    """What a case says of itself, with persons and places blanked: to be shortened and bettered by whoever writes."""
    blanking = Blanking(case)
    hearings = [hearing for hearing in case.hearings.all() if hearing.is_held]
    supports = list(case.supports.select_related("menu"))
    replies = [entry for entry in case.entries.in_order() if entry.kind == "reply"]
    texts = {
        "trouble": [case.problem, *(hearing.real_problem for hearing in hearings)],
        "approach": [entry.text for entry in replies],
        "outcome": [*(support.outcome for support in supports), case.lesson],
    }
    blanked = {name: _paragraphs(blanking.text(text) for text in some if text) for name, some in texts.items()}
    return {
        "title": blanking.line(case.title),
        **blanked,
        "menus": list(dict.fromkeys(support.menu for support in supports)),
    }


def left_over(example: Example) -> list[str]:
    """What may still name somebody in the text of an example. Its department is told anyway."""
    blanking = Blanking(example.case)
    for name in TEXTS:
        blanking.text(getattr(example, name))
    return [found for found in blanking.found if found != example.case.department.name]


def _paragraphs(texts: Any) -> str:
    return "\n\n".join(dict.fromkeys(filter(None, texts)))


class OneClick(VersionedForm):
    """Something that needs no words, done to the example of the case."""

    one_click = True


class AskConsentForm(OneClick):
    act = "example_ask"


class PublishExampleForm(OneClick):
    act = "example_publish"


AGREES, DECLINES = "agrees", "declines"


class ConsentForm(VersionedForm):
    """What the requester told a member. Cleaned with `agrees`: whether it was a yes."""

    act = "example_consent"
    answer = forms.ChoiceField(
        label=_("What was said"),
        choices=[(AGREES, _("Agrees to the publication")), (DECLINES, _("Does not want it published"))],
        widget=forms.RadioSelect,
        error_messages=choose(_("Choose what was said.")),
    )
    name = LineField(label=_("Who said so"), max_length=100, error_messages={"required": _("Write who said so.")})
    how = LineField(
        label=_("How you were told"),
        max_length=200,
        help_text=_("Such as: by phone on 24 November. The requester sees it on the receipt page."),
        error_messages={"required": _("Write how you were told, such as by phone.")},
    )

    def facts(self) -> dict[str, Any]:
        return {"name": self.case.name}

    @property
    def template(self) -> str:
        return "consultations/example/consent_form.html"


class WithdrawExampleForm(VersionedForm):
    act = "example_withdraw"
    wished = forms.BooleanField(
        label=_("The requester wishes so"),
        required=False,
        help_text=_("The consent then ends; without this, the same text can be published again."),
    )
    reason = LineField(
        label=_("Reason"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        help_text=_("The requester sees it on the receipt page."),
    )

    @property
    def template(self) -> str:
        return "consultations/example/withdraw_form.html"


class WordForm(forms.Form):
    """The requester's own word, by the link. `version`: of the text that was read."""

    answer = forms.ChoiceField(
        choices=[(AGREES, ""), (DECLINES, "")], error_messages=choose(_("Press one of the buttons."))
    )
    name = LineField(
        label=_("Your name"),
        max_length=100,
        help_text=_("For our record only; it is not published."),
        error_messages={"required": _("Write your name.")},
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(["required", "invalid"], _("Open the page anew, then send again.")),
    )

    def __init__(self, example: Example, data: Any = None) -> None:
        super().__init__(data, initial={"name": example.case.name, "version": example.version})
