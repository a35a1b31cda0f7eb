"""A department, section or person that is renamed is found under its new name."""

from datetime import timedelta

import pytest

from consultations.models import Case
from consultations.tasks import index_renamed
from knowledge.models import IndexedDocument
from office import actions as office
from office import clock
from office.actors import SYSTEM


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
    assert index_renamed() == 1
    assert list(Case.objects.matching(words)) == [new_case]
    assert index_renamed() == 0


def test_it_leaves_alone_what_was_saved_without_a_new_name(new_case, sato):
    with clock.at(clock.now() - timedelta(days=10)):
        office.keep(row=sato, by=SYSTEM)
    index_renamed()
    sato.phone = "内線 9999"
    office.keep(row=sato, by=SYSTEM)
    assert index_renamed() == 0
    assert IndexedDocument.objects.filter(kind="case").count() == 1
