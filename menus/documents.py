"""Menus as the shelf holds them, for everybody to find."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from knowledge import shelf
from knowledge.models import Audience
from knowledge.sources import Source
from menus.models import SupportMenu

MENU = "menu"
# A menu has no date of its own; the shelf puts what is newer first among equals.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def document(menu: SupportMenu) -> shelf.Document:
    return shelf.Document(
        kind=MENU,
        key=menu.key,
        at=BEGINNING,
        audience=Audience.EVERYONE,
        title=menu.name,
        texts=[menu.summary, menu.suits, menu.steps],
        aside=[menu.name_en, menu.does_not_suit, menu.contact],
        facets={"menu": menu.key},
    )


def _documents(keys: Sequence[str]) -> Iterator[shelf.Document]:
    yield from map(document, SupportMenu.objects.filter(key__in=keys).order_by("pk").select_for_update(no_key=True))


SOURCE = Source(
    MENU, keys=lambda: SupportMenu.objects.order_by("pk").values_list("key", flat=True), documents=_documents
)
