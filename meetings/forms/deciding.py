"""What becomes of a decision about no case."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.forms.stepping import StepFields, one_owner_each
from meetings.models import Decision
from office.fields import LineField
from office.models import User


class ChangeDecisionForm(StepFields):
    """Who carries it out from now on, until when, and why that changes."""

    text = None
    reason = LineField(
        label=_("Why does it change?"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        error_messages={"required": _("Write why it changes.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, decision: Decision, **kwargs: Any) -> None:
        now = decision.changed or decision
        facts = {"owner": now.owner, "owner_name": now.owner_name, "due_on": now.due_on}
        super().__init__(data, initial={**facts, "seen": decision.changed_id or 0}, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(
            Q(pk__in=User.objects.office().values("pk")) | Q(pk=now.owner_id)
        )

    def clean(self) -> dict[str, Any]:
        one_owner_each(self)
        return self.cleaned_data

    def seen_again(self, decision: Decision) -> "ChangeDecisionForm":
        """What was typed and why it was refused, to be sent once more over the decision as it is now."""
        data = self.data.copy()
        data["seen"] = str(decision.changed_id or 0)
        form = type(self)(data, decision=decision)
        form.errors.update(self.errors)
        return form


class DropDecisionForm(forms.Form):
    """Why it is no longer needed."""

    reason = LineField(
        label=_("Why is it no longer needed?"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "w-long"}),
        error_messages={"required": _("Write why it is no longer needed.")},
    )
