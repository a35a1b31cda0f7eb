from django import forms
from django.utils.translation import gettext_lazy as _

from office.files import FilesField


class FilesForm(forms.Form):
    files = FilesField(
        label=_("Files"),
        required=True,
        help_text=_("Everybody in the city may take them, without an account."),
        error_messages={"required": _("Choose the files.")},
    )
