"""Search and cases never disagree, whenever the machine goes down: killed during 200 edits, then compared with a
rebuild."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from consultations.models import Case, Entry
from knowledge import sources
from knowledge.models import Audience, IndexedDocument, Posting, Topic
from knowledge.shelf import find
from office.models import Department
from tests.factories import make_case
from tests.servers.fixtures import database_url

ROOT = Path(__file__).parent.parent.parent
EDITS, KILLS = 200, 5
EDITOR = """
import sys, django; django.setup()
from datetime import timedelta
from consultations import actions
from consultations.models import Case
from knowledge.models import Topic
from office import clock
from office.models import User
from tests.factories import make_case

suzuki, topic = User.objects.get(username="suzuki"), Topic.objects.get(key="killing")
words = ["議事録", "補助金", "窓口の予約", "写真の整理", "宛名の印字"]
for edit in range(int(sys.argv[1]), int(sys.argv[2])):
    cases = list(Case.objects.order_by("pk"))
    case, said = cases[edit % len(cases)], words[edit % 5] + str(edit)
    open_ = [actions.add_note, actions.reply, actions.describe, actions.hold, actions.close][edit // 5 % 5]
    if not case.is_open:
        actions.reopen(case=case, by=suzuki)
    elif open_ in (actions.add_note, actions.reply):
        open_(case=case, by=suzuki, text=said)
    elif open_ is actions.describe:
        actions.describe(case=case, by=suzuki, title=said, topic=topic, level=1, sensitive=edit % 2 == 0)
    elif open_ is actions.hold and case.status != "on_hold":
        actions.hold(case=case, by=suzuki, follow_up_on=clock.today() + timedelta(days=7), text=said)
    elif edit % 10:
        actions.close(case=case, by=suzuki, result="answered", level=1, topic=topic, lesson=said)
    else:
        make_case(case.department, problem=said)
    print(edit, flush=True)
"""


def on_the_shelf() -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    documents = IndexedDocument.objects.values_list("number", "rack", "kind", "key", "title", "text", "aside")
    return set(documents), set(Posting.objects.values_list("rack", "term", "document", "impact"))


@pytest.mark.django_db(transaction=True)
def test_a_desk_killed_during_its_edits_finds_what_a_rebuild_finds(settings, kohoku: Department, pair):
    Topic.objects.create(key="killing", name="手続案内")  # those of the migration are gone once a database was flushed
    for _ in range(4):
        make_case(kohoku)
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    edit = 0
    for kill in range(1, KILLS + 1):
        command = [sys.executable, "-c", EDITOR, str(edit), str(edit + EDITS)]
        with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as editor:
            assert editor.stdout
            while edit < EDITS * kill // KILLS:
                line = editor.stdout.readline()
                assert line, "the editor ended by itself"
                edit = int(line)
            time.sleep(0.007 * kill)  # somewhere within an edit
            editor.kill()
    assert Entry.objects.count() > EDITS / 2
    grown = on_the_shelf()
    assert len(grown[0]) == Case.objects.count()
    for source in sources.registered():
        list(sources.rebuild(source))
    assert on_the_shelf() == grown
    IndexedDocument.objects.all().delete()
    Posting.objects.all().delete()
    for source in sources.registered():
        list(sources.rebuild(source))
    assert on_the_shelf()[0] == grown[0]
    assert find("議事録", audience=Audience.OFFICE)
