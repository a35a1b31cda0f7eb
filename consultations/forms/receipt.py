"""What the requester may do on the receipt page."""

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.forms.addresses import AddressesField, AddressField
from consultations.forms.intake import MOST_COPIES
from consultations.models import Case, EntryKind
from office.fields import LineField, TextField
from office.files import FilesField


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


class SolvedForm(forms.Form):
    """One click is enough; a word may go with it."""

    word = TextField(label=_("A word to the pair"), rows=2, max_length=2000, required=False)


class HandOnForm(forms.Form):
    """Who is the contact from now on. Cleaned: the keywords of the action `correct_contact`."""

    name = LineField(
        label=_("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the name of the new contact.")},
    )
    email = AddressField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("The link of this page is mailed there."),
        error_messages={"required": _("Write the e-mail address of the new contact.")},
    )
    phone = LineField(
        label=_("Phone or extension"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-mid", "autocomplete": "off"}),
    )
    cc = AddressesField(
        label=_("Copies to (CC)"),
        help_text=_("E-mail addresses of colleagues who should get the receipt and the answer too; up to 5."),
        most=MOST_COPIES,
        required=False,
    )
    # What the contact was when the form was shown: whoever changed it meanwhile must not be overruled unseen.
    before = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, case: Case, data: Any = None) -> None:
        self.case = case
        facts = {"name": case.name, "email": case.email, "phone": case.phone, "cc": case.cc}
        digest = hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()[:16]
        super().__init__(data, initial={**facts, "before": digest})
        # The desk takes more copies than the form does; those there are may stay.
        self.fields["cc"].most = max(MOST_COPIES, len(case.cc))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.pop("before", "") != self.initial["before"]:
            self.data = {**self.data.dict(), "before": self.initial["before"]}
            raise forms.ValidationError(
                _("The contact was changed meanwhile. It is now %(name)s (%(email)s). Check what you wrote once more."),
                params={"name": self.case.name, "email": self.case.email or _("no e-mail address")},
            )
        if not self.errors and not self.has_changed():
            raise forms.ValidationError(_("Nothing is changed yet. Write who the new contact is."))
        return cleaned

    @property
    def gone(self) -> list[str]:
        """The addresses that will be no longer among the case's; where there are any, this link ends."""
        stay = (self.cleaned_data["email"], *self.cleaned_data["cc"])
        return [address for address in (self.case.email, *self.case.cc) if address and address not in stay]
