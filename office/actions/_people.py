"""What the actions ask of the people they name."""

from django.utils.translation import gettext as _

from office.actions._refused import ActionRefused
from office.models import Role, User


def hold_members(**people: User | None) -> None:
    """Lock the accounts named until the transaction ends, so that nobody leaves meanwhile.

    Refused where one does not work in the office (any more); the keyword is the field that is to blame.
    """
    named = {field: person for field, person in people.items() if person}
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=[person.pk for person in named.values()])
    fresh = {row.pk: row for row in rows.order_by("pk")}
    for field, person in named.items():
        now = fresh[person.pk]
        if now.role != Role.OFFICE or not now.is_active:
            raise ActionRefused(
                _("%(name)s does not work in the office. Choose somebody else.") % {"name": now.name}, field=field
            )
