"""The first topics were added by a migration, past their history: without a state to compare with, the first change of
one could not say what it changed.
"""

from django.db import migrations
from django.utils import timezone


def write_history(apps, schema_editor):
    states = apps.get_model("knowledge", "HistoricalTopic").objects
    fields = ("id", "key", "name", "name_en", "order", "is_active")
    for topic in apps.get_model("knowledge", "Topic").objects.values(*fields):
        if not states.filter(id=topic["id"]).exists():
            states.create(history_date=timezone.now(), history_type="+", **topic)


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0003_first_topics")]
    operations = [migrations.RunPython(write_history, migrations.RunPython.noop)]
