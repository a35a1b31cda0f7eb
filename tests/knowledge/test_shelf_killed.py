"""A process that is killed in the middle of its edits leaves no document that says something else than its source."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge import shelf
from knowledge.models import Audience, IndexedDocument, Posting, Topic
from knowledge.shelf import Document
from tests.servers.fixtures import database_url

ROOT = Path(__file__).parent.parent.parent
EDITS, KILLS = 200, 5
# Topics stand for what a room above keeps; each edit renames one and puts it on the shelf, in one transaction.
EDITOR = """
import sys, django; django.setup()
from django.db import transaction
from knowledge.models import Topic
from tests.knowledge.test_shelf_killed import document
from knowledge import shelf
for edit in range(int(sys.argv[1]), int(sys.argv[2])):
    with transaction.atomic():
        topic = Topic.objects.select_for_update().get(key=f"topic{edit % 7}")
        topic.name = "の".join(["議事録", "補助金", "窓口", "予約", "写真"][: edit % 5 + 1]) + str(edit)
        topic.save()
        shelf.put(document(topic))
    print(edit, flush=True)
"""


def document(topic: Topic) -> Document:
    return Document("topic", topic.key, datetime(2026, 4, 1, tzinfo=UTC), title=topic.name)


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_between_its_edits_leaves_the_index_as_a_rebuild_makes_it(settings):
    for number in range(7):
        Topic.objects.create(key=f"topic{number}", name="議事録")
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    edit = 0
    for kill in range(1, KILLS + 1):
        command = [sys.executable, "-c", EDITOR, str(edit), str(edit + EDITS)]
        with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as editor:
            assert editor.stdout
            while edit < EDITS * kill // KILLS:
                edit = int(editor.stdout.readline())
            time.sleep(0.007 * kill)  # somewhere within an edit
            editor.kill()
    topics = {topic.key: topic.name for topic in Topic.objects.filter(key__startswith="topic")}
    assert dict(IndexedDocument.objects.values_list("key", "title")).items() <= topics.items()
    grown = set(Posting.objects.values_list("rack", "term", "document", "impact"))
    Posting.objects.all().delete()
    IndexedDocument.objects.all().delete()
    shelf.put_all(document(topic) for topic in Topic.objects.filter(key__in=topics))
    assert set(Posting.objects.values_list("rack", "term", "document", "impact")) == grown
    assert shelf.find("議事録", audience=Audience.OFFICE)
