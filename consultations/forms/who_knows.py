"""Who knows what: looking for somebody, and one's own entry."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.models import Knowing, Topic
from office.fields import LineField, TextField


class WhoKnowsForm(forms.Form):
    marks = False
    q = LineField(label=_("Word"), required=False, widget=forms.TextInput({"type": "search"}))
    topic = forms.ModelChoiceField(
        Topic.objects.none(), label=_("Topic"), to_field_name="key", required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.in_use()


class WhatIKnowForm(forms.Form):
    """Cleaned: the keywords of the action `say_what_i_know`."""

    says = TextField(
        label=_("What I know about"),
        rows=5,
        max_length=1000,
        required=False,
        help_text=_("Tools, fields of work, languages, laws: in words that colleagues would look for."),
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(), label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple
    )
    not_suggested = forms.BooleanField(
        label=_("Do not suggest me to colleagues"),
        required=False,
        help_text=_("Cases then do not name you. This page still does."),
    )

    def __init__(self, *args: Any, knowing: Knowing | None, **kwargs: Any) -> None:
        given = {}
        if knowing:
            given = {
                "says": knowing.says,
                "topics": list(knowing.topics.all()),
                "not_suggested": not knowing.may_be_suggested,
            }
        super().__init__(*args, initial=given, use_required_attribute=False, **kwargs)
        self.fields["topics"].queryset = Topic.objects.in_use()

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        given["may_be_suggested"] = not given.pop("not_suggested", False)
        return given
