from django.db import migrations


def open_the_rack(apps, schema_editor):
    """Menus on the shelf become findable for everybody, without indexing them anew."""
    apps.get_model("knowledge", "Rack").objects.filter(kind="menu", audience="office").update(audience="everyone")


def shut_the_rack(apps, schema_editor):
    apps.get_model("knowledge", "Rack").objects.filter(kind="menu", audience="everyone").update(audience="office")


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0010_readings_of_words'),
        ('menus', '0003_contracts_and_files'),
    ]

    operations = [migrations.RunPython(open_the_rack, shut_the_rack)]
