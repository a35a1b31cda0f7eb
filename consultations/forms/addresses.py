import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.fields import LineField, TextField

MOST = 10
LONGEST = 254  # of one address, as mail servers and our own table take it


class AddressField(LineField):
    """One e-mail address, typed in full width or not."""

    widget = forms.EmailInput
    default_validators = [
        EmailValidator(gettext_lazy("Write the e-mail address in full, such as tanaka@city.example.jp."))
    ]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFKC", super().to_python(value)).strip()


class AddressesField(TextField):
    """Several e-mail addresses, apart by commas, blanks or line breaks. Cleaned: a list, each address once."""

    def __init__(self, *, most: int = MOST, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**{"max_length": 2000, "rows": 2, **kwargs})
        self.max_length = None  # still checked, but nobody counts the characters of addresses

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        words = re.split(r"[\s,;、]+", unicodedata.normalize("NFKC", super().clean(value)))
        addresses = list(dict.fromkeys(filter(None, words)))
        for address in addresses:
            try:
                MaxLengthValidator(LONGEST)(address)
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    _("“%(address)s” is not an e-mail address. Check it."), params={"address": address}
                ) from None
        if len(addresses) > self.most:
            raise ValidationError(_("Up to %(most)s addresses. Leave some out."), params={"most": self.most})
        return addresses

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
