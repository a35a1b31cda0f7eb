from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models.item import MOST_MINUTES

LIMITS = {
    "invalid": _("Enter a number."),
    "min_value": _("Enter a number from %(limit_value)s on."),
    "max_value": _("Enter a number up to %(limit_value)s."),
}


class ArrangeForm(forms.Form):
    """Where an item stands on the agenda, and how long it may take. Empty: as it is."""

    place = forms.IntegerField(label=_("Place on the agenda"), min_value=1, required=False, error_messages=LIMITS)
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, max_value=MOST_MINUTES, required=False, error_messages=LIMITS
    )
