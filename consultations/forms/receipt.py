"""What the requester may write on the receipt page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.files import FilesField
from consultations.models import EntryKind
from office.fields import TextField


class MessageForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (EntryKind.ANSWER, _("Reply: it answers a question of ours, or adds something. We answer.")),
            (EntryKind.THANKS, _("Thanks or report: it needs no answer.")),
            (
                EntryKind.ASKED_AGAIN,
                _("Ask again: the trouble is back, or goes on. A closed consultation is reopened."),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what your message is."),
            "invalid_choice": _("Choose what your message is from the three that are offered."),
        },
    )
    text = TextField(label=_("Message"), rows=5, error_messages={"required": _("Write your message.")})
    files = FilesField(label=_("Files"), help_text=_("Up to 5 files of 20 MB each."))
