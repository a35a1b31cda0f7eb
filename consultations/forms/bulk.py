"""The same for many cases at once: what is done, with which words, and to which cases."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.actions import bulk
from consultations.actions.closing import not_described, still_waits
from consultations.forms.case import choose
from consultations.forms.facts import PairField
from consultations.models import Case
from consultations.states import Result
from knowledge.models import Topic


class BulkForm(forms.Form):
    """`act` names the URL (case_bulk_<act>)."""

    act: ClassVar[str]
    heading: ClassVar[Any]
    button: ClassVar[Any]

    def never(self, case: Case) -> str:
        """Why it is refused for a case whatever is chosen here; empty where it is not."""
        return bulk.is_closed(case)

    def not_yet(self, case: Case) -> str:
        """What a case still lacks; empty where nothing."""
        return ""


class CloseManyForm(BulkForm):
    act = "close"
    heading = _("Close several cases")
    button = pgettext_lazy("act", "Close")
    result = forms.ChoiceField(
        label=_("Result"),
        choices=[("", _("Choose a result")), *Result.choices],
        help_text=_("The same for all. Level, topic and lesson stay as they are in each case."),
        error_messages=choose(_("Choose a result.")),
    )

    def never(self, case: Case) -> str:
        waits = still_waits(case.open_asks, case.open_checks, case.open_referrals)
        return super().never(case) or bulk.waits_for_us(case) or waits

    def not_yet(self, case: Case) -> str:
        return not_described(level=case.level, topic=case.topic, lesson=case.lesson)


class HandOverManyForm(BulkForm):
    act = "pair"
    heading = _("Give several cases to a pair")
    button = _("Give to this pair")
    pair = PairField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pair"].offer_those_of_today()


class TopicOfManyForm(BulkForm):
    act = "topic"
    heading = _("Set the topic of several cases")
    button = _("Set this topic")
    topic = forms.ModelChoiceField(
        Topic.objects.filter(is_active=True),
        label=_("Topic"),
        empty_label=_("Choose a topic"),
        error_messages=choose(_("Choose a topic.")),
    )
