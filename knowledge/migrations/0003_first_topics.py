from django.db import migrations

TOPICS = [
    ("procedures", "手続案内", "Procedures"),
    ("information", "技術情報の提供", "Information on technology"),
    ("tools", "ツール導入", "Adopting a tool"),
    ("improvement", "業務改善", "Improving work"),
    ("succession", "内製・後継システム", "In-house systems and successors"),
    ("web", "Web・画面改善", "Web pages and screens"),
    ("rules", "ルール・セキュリティ", "Rules and security"),
    ("other", "その他", "Other"),
]


def add_topics(apps, schema_editor):
    Topic = apps.get_model("knowledge", "Topic")
    for order, (key, name, name_en) in enumerate(TOPICS, start=1):
        Topic.objects.get_or_create(key=key, defaults={"name": name, "name_en": name_en, "order": order})


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0002_first")]
    operations = [migrations.RunPython(add_topics, migrations.RunPython.noop)]
