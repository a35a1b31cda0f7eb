from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from meetings.models import AgendaItem
from meetings.models.item import MOST_MINUTES


class ArrangeForm(forms.Form):
    """Where each item stands on the agenda, and how long it may take, in one form for all rows. Empty: as it is. Where
    somebody else has changed a row meanwhile, what was not touched here sets nothing back.
    """

    def __init__(self, data: Any = None, *, items: Iterable[AgendaItem]) -> None:
        super().__init__(data)
        self.items = list(items)
        for item in self.items:
            place = {"place": item.place}
            self.fields[f"place_{item.pk}"] = _number(
                item.place,
                _("Item %(place)s: enter a place from 1 on.") % place,
                min_value=1,
            )
            self.fields[f"minutes_{item.pk}"] = _number(
                item.minutes,
                _("Item %(place)s: enter between 0 and %(most)s minutes.") % {**place, "most": MOST_MINUTES},
                min_value=0,
                max_value=MOST_MINUTES,
            )

    def clean(self) -> dict[str, Any]:
        if any(self._was_touched(name) for name in self.data if name not in self.fields):
            raise forms.ValidationError(
                _("Someone dropped an item for which you typed a place or minutes. Check the agenda, then save again."),
                code="gone",
            )
        return self.cleaned_data

    def _was_touched(self, name: str) -> bool:
        return name.startswith(("place_", "minutes_")) and self.data[name] != self.data.get(f"initial-{name}")

    def rows(self) -> Iterator[tuple[AgendaItem, forms.BoundField, forms.BoundField]]:
        """Each item with the fields of its place and its minutes."""
        return ((item, self[f"place_{item.pk}"], self[f"minutes_{item.pk}"]) for item in self.items)

    @property
    def places(self) -> dict[AgendaItem, int]:
        """The places that were changed."""
        return self._changed("place")

    @property
    def minutes(self) -> dict[AgendaItem, int]:
        """The minutes that were changed."""
        return self._changed("minutes")

    def _changed(self, what: str) -> dict[AgendaItem, int]:
        typed = {item: f"{what}_{item.pk}" for item in self.items}
        return {
            item: self.cleaned_data[name]
            for item, name in typed.items()
            if name in self.changed_data and self.cleaned_data[name] is not None
        }


def _number(initial: int, refusal: str, **limits: int) -> forms.IntegerField:
    return forms.IntegerField(
        initial=initial,
        required=False,
        show_hidden_initial=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), refusal),
        **limits,
    )
