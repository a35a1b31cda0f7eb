"""Who changed what in a row of master data, and when."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

Change = tuple[str, str, str]  # the field, its old and its new value, in words


def newest(row: Any) -> int:
    """The key of the newest state in the row's history; 0 where there is none."""
    return row.history.values_list("history_id", flat=True).first() or 0


def states(row: Any) -> list[tuple[Any, list[Change]]]:
    """The states of a row, the newest first, each with what it changed."""
    found = list(row.history.select_related("history_user"))
    named: dict[Any, str] = {}
    return [(state, changes(state, before, named)) for state, before in zip(found, [*found[1:], None], strict=True)]


def changes(state: Any, before: Any, named: dict[Any, str] | None = None) -> list[Change]:
    """What differs between two states of a row; nothing where there is none before.

    `named` remembers, from one call to the next, what the rows are called that foreign keys lead to.
    """
    if before is None:
        return []
    named = {} if named is None else named
    model: type[Model] = type(state.instance)

    def words(field: Any, value: Any) -> str:
        if field.is_relation and value is not None:
            if (field, value) not in named:
                named[field, value] = str(field.related_model._base_manager.filter(pk=value).first() or value)
            return named[field, value]
        return in_words(field, value)

    found = state.diff_against(before).changes
    fields = [model._meta.get_field(change.field) for change in found]
    return [
        (str(field.verbose_name), words(field, change.old), words(field, change.new))
        for field, change in zip(fields, found, strict=True)
    ]


def in_words(field: Any, value: Any) -> str:
    """The value of a model's field as people say it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(dict(field.flatchoices).get(value, value)) if value not in (None, "") else "–"
