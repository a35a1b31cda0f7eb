from django.db import migrations, models


def count_anew(apps, schema_editor):
    """The counts lack their readings; the worker counts what was never counted within the hour."""
    apps.get_model("knowledge", "Frequency").objects.all().delete()
    apps.get_model("knowledge", "Rack").objects.update(counted_at=None)


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0009_documents_wait_for_their_sense")]
    operations = [
        migrations.RunPython(count_anew, migrations.RunPython.noop),
        migrations.AddField(
            model_name="frequency",
            name="reading",
            field=models.CharField(blank=True, max_length=40, verbose_name="reading"),
        ),
        migrations.AddIndex(
            model_name="frequency", index=models.Index(fields=["reading"], name="frequency_by_reading")
        ),
    ]
