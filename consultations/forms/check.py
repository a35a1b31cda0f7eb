"""Technical checks: asking, answering, and where they are talked over. Fields are named as the action's keywords."""

from datetime import date
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.forms.case import AboutRow, CaseForm, FactsForm, VersionedForm, choose
from consultations.models import TechnicalCheck
from consultations.states import Ruling
from office import clock
from office.fields import DayField, LineField, TextField

NO_LINK = _("Copy the link from the chat as a whole; it begins with https://")


class LinkField(LineField):
    """The link to a thread, as a chat gives it."""

    widget = forms.URLInput(attrs={"class": "w-long"})
    default_validators = [URLValidator(schemes=["http", "https"], message=NO_LINK)]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Link to the thread"), max_length=1000, required=False, **kwargs)


class AskCheckForm(CaseForm):
    act = "check_ask"
    question = TextField(
        label=pgettext_lazy("check", "Question"),
        rows=5,
        max_length=2000,
        help_text=_("What is to be done, with which system and network, and with what kind of data."),
        error_messages={"required": pgettext_lazy("check", "Write the question.")},
    )
    put_to_ict = forms.BooleanField(
        label=_("Put it to ICT operations here"),
        required=False,
        help_text=_("They are told at once, see the number, title and trouble of the case, and answer here."),
    )
    thread_url = LinkField(
        help_text=_("Where it is asked in a chat thread. The link and the answer can be added later.")
    )

    anchor = "#checks"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].widget.attrs |= {
            "hx-post": reverse("case_check_similar", args=[self.case.number]),
            "hx-trigger": "input changed delay:400ms",
            "hx-target": "#similar",
            "hx-sync": "this:replace",
        }

    def facts(self) -> dict[str, Any]:
        return {"put_to_ict": True}

    @property
    def template(self) -> str:
        return "consultations/check/ask_form.html"


class AboutCheck(AboutRow):
    """A form about one technical check."""

    anchor = "#checks"

    @property
    def check(self) -> TechnicalCheck:
        return self.about["check"]


class RulingForm(AboutCheck, FactsForm):
    """What ICT operations say; the answer that stands already, where it is put right."""

    act = "check"
    is_one_thing = True  # one person's ruling with another's conditions would be nobody's answer
    ruling = forms.ChoiceField(
        label=_("Ruling"),
        choices=Ruling.choices,
        widget=forms.RadioSelect,
        error_messages=choose(_("Choose a ruling.")),
    )
    answer = TextField(
        label=_("Answer"),
        rows=6,
        max_length=5000,
        required=False,
        help_text=_("The conditions, the reason, or how to apply. It may stay empty where it is simply allowed."),
    )
    rule = LineField(
        label=_("Rule cited"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        help_text=_("Such as the section of the security policy."),
    )
    valid_until = DayField(
        label=_("Valid until"),
        required=False,
        help_text=_("After that day the answer is marked as expired. Left empty, it holds until it is corrected."),
    )

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self.check, name) for name in self.base_fields if name != "version"}

    def clean_valid_until(self) -> date | None:
        day = self.cleaned_data["valid_until"]
        if day and day < clock.today() and day != self.check.valid_until:
            raise ValidationError(_("The day until which the answer holds has passed. Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("ruling", Ruling.ALLOWED) != Ruling.ALLOWED and not cleaned.get("answer", "never"):
            self.add_error("answer", _("Write the answer: the conditions, the reason, or how to apply."))
        return cleaned

    @property
    def template(self) -> str:
        return "consultations/check/answer.html"


class IctAnswerForm(RulingForm):
    """As they write it themselves."""

    @property
    def url(self) -> str:
        return reverse("ict_check", args=[self.check.pk])


class AnswerCheckForm(RulingForm):
    """As the pair writes it in from a thread."""

    thread_url = LinkField()
    field_order = ("version", "thread_url")

    def focus(self) -> Self:
        """Untouched: whoever opens the page of a check mostly comes to read."""
        return self


class ThreadForm(AboutCheck, FactsForm):
    act = "check_thread"
    thread_url = LinkField()

    def facts(self) -> dict[str, Any]:
        return {"thread_url": self.check.thread_url}

    @property
    def template(self) -> str:
        return "consultations/check/thread.html"


class WithdrawCheckForm(AboutCheck, VersionedForm):
    act = "check_withdraw"
    one_click = True
