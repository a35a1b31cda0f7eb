"""What somebody who has lost the link of a receipt still knows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations import numbers
from consultations.forms.addresses import AddressField
from office.fields import LineField


class LostLinkForm(forms.Form):
    """Cleaned: the keywords of the action `mail_link`."""

    number = LineField(
        label=_("Number of the consultation"),
        max_length=30,
        help_text=_("It stands in our mails, such as R8-0012."),
        widget=forms.TextInput(attrs={"class": "w-short", "autocomplete": "off"}),
        error_messages={"required": _("Write the number of the consultation.")},
    )
    email = AddressField(
        label=_("E-mail"),
        help_text=_("The address that you wrote in the form, or one that gets copies."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address.")},
    )

    def clean_number(self) -> str:
        """The number as we write it, however it was typed."""
        parts = numbers.read(self.cleaned_data["number"])
        if parts is None:
            raise forms.ValidationError(_("Write the number as it stands in our mails, such as R8-0012."))
        return numbers.write(*parts)

    @property
    def key(self) -> str:
        """By what repeated asking is counted."""
        given: dict[str, Any] = self.cleaned_data
        return f"{given['number']} {given['email'].casefold()}"
