from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_the_case(apps, schema_editor):
    """Until now everything on an agenda was a question, known by its case only through it."""
    case = apps.get_model("consultations", "Ask").objects.filter(pk=OuterRef("ask")).values("case")
    apps.get_model("meetings", "AgendaItem").objects.filter(case=None).update(case=Subquery(case))


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0003_the_meeting_itself'),
    ]

    operations = [
        migrations.RunPython(name_the_case, migrations.RunPython.noop),
    ]
