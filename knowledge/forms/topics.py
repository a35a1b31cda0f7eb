from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from knowledge.models import Topic
from office.fields import LineField
from office.keeping import KeptForm, new_key


class TopicForm(KeptForm):
    name = LineField(
        label=capfirst(_("name")), max_length=50, error_messages={"required": _("Write what it is called.")}
    )
    name_en = LineField(label=capfirst(_("name in English")), max_length=50, required=False)
    is_active = forms.BooleanField(
        label=capfirst(_("in use")),
        required=False,
        initial=True,
        help_text=_("Not in use, it can no longer be chosen. Cases that have it keep it."),
    )

    class Meta:
        model = Topic
        fields = ("name", "name_en", "order", "is_active")

    def save(self, commit: bool = True) -> Topic:
        self.instance.key = self.instance.key or new_key(Topic, self.cleaned_data["name_en"])
        return super().save(commit)
