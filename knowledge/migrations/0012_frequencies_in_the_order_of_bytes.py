"""Words of a wrong spelling are looked for between two of these terms: bytes are compared as on SQLite, and as the terms
of postings are, whatever the language of the database."""

from django.db import migrations


def alter(collation):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            column = f'ALTER COLUMN term TYPE varchar(40) COLLATE {collation}'
            schema_editor.execute(f"ALTER TABLE knowledge_frequency {column}")

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0011_drafts_keep_their_history'),
    ]

    operations = [
        migrations.RunPython(alter('"C"'), alter('"default"')),
    ]
