"""A department, section or person that is renamed is found under its new name."""

from datetime import timedelta

import pytest

from consultations.models import Case
from consultations.renaming import LATE
from consultations.tasks import index_renamed
from knowledge import shelf
from knowledge.models import Audience, IndexedDocument
from menus.actions import keep_menu
from menus.models import MenuKind, SupportMenu
from office import actions as office
from office import clock
from office.actors import SYSTEM
from tests.consultations.examples import closed, published


@pytest.mark.parametrize(
    ("thing", "name", "words"),
    [("kohoku", "日吉台区", "日吉台"), ("chiiki", "協働推進課", "協働推進課"), ("sato", "青葉 花子", "青葉")],
)
def test_it_is_found_by_the_new_name(request, new_case, thing, name, words):
    row = request.getfixturevalue(thing)
    with clock.at(clock.now() - timedelta(days=10)):
        office.keep(row=row, by=SYSTEM)
    index_renamed()
    assert not Case.objects.matching(words)
    row.name = name
    office.keep(row=row, by=SYSTEM)
    with clock.at(clock.now() + LATE * 2):
        assert index_renamed() == 1
    assert list(Case.objects.matching(words)) == [new_case]
    with clock.at(clock.now() + LATE * 4):
        assert index_renamed() == 0


def test_a_menu_has_its_new_name_in_an_example_that_chose_it_by_itself(kohoku, pair, suzuki):
    menu = SupportMenu(key="rpa", kind=MenuKind.EXISTING_TOOL, name="自動操作", summary="操作を肩代わりする。")
    with clock.at(clock.now() - timedelta(days=10)):
        keep_menu(row=menu, by=SYSTEM)
        example = published(closed(kohoku, suzuki), suzuki, menus=[menu])
    index_renamed()
    menu.name = "定型操作の代行"
    keep_menu(row=menu, by=SYSTEM)
    with clock.at(clock.now() + LATE * 2):
        assert index_renamed() == 1
    [hit] = shelf.find("定型 代行", audience=Audience.EVERYONE, kinds=["example"])
    assert hit.document.key == str(example.pk)


def test_it_leaves_alone_what_was_saved_without_a_new_name(new_case, sato):
    with clock.at(clock.now() - timedelta(days=10)):
        office.keep(row=sato, by=SYSTEM)
    index_renamed()
    sato.phone = "内線 9999"
    office.keep(row=sato, by=SYSTEM)
    assert index_renamed() == 0
    assert IndexedDocument.objects.filter(kind="case").count() == 1
