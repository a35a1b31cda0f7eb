import tomllib
from pathlib import Path

from django.db import migrations

WORDS = Path(__file__).parent.parent / "data" / "words.toml"


def add_words(apps, schema_editor):
    Word = apps.get_model("knowledge", "Word")
    History = apps.get_model("knowledge", "HistoricalWord")
    if Word.objects.exists():
        return
    with WORDS.open("rb") as file:
        words = tomllib.load(file)["words"]
    made = Word.objects.bulk_create(Word(name=name, also=also) for name, also in words.items())
    History.objects.bulk_create(
        History(
            id=word.pk, name=word.name, also=word.also, changed_at=word.changed_at,
            history_date=word.changed_at, history_type="+",
        )
        for word in made
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0005_shelf")]
    operations = [migrations.RunPython(add_words, migrations.RunPython.noop)]
