import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.translation import gettext as _

from office.fields import TextField

MOST = 10
LONGEST = 254  # of one address, as mail servers and our own table take it


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
