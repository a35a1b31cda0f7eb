"""Since when everybody can read an article, and until when without a break, was told by its history alone."""

from itertools import groupby

from django.db import migrations, models
from django.db.models import Min


def fill(apps, schema_editor):
    articles = apps.get_model("knowledge", "Article").objects
    first_read = dict(articles.annotate(read=Min("editions__read_at")).values_list("pk", "read"))
    states = apps.get_model("knowledge", "HistoricalArticle").objects.order_by("id", "history_date", "history_id")
    told = states.values_list("id", "history_date", "published", "retired_at", "audience")
    when = {pk: _public(list(some)) for pk, some in groupby(told, key=lambda state: state[0])}
    for article in articles.all():
        article.public_since, article.public_until = when.get(article.pk, (None, None))
        if not article.public_since and article.published_id and not article.retired_at:
            article.public_since = first_read[article.pk] if article.audience == "everyone" else None
        article.save(update_fields=["public_since", "public_until"])


def _public(states):
    since = until = None
    for _pk, at, published, retired_at, audience in states:
        if published and not retired_at and audience == "everyone":
            since = since or at
        elif since:
            until = until or at
    return since, until


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0014_showings_end_one_way'),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='public_since',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='for everybody since'),
        ),
        migrations.AddField(
            model_name='article',
            name='public_until',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='for everybody until'),
        ),
        migrations.AddField(
            model_name='historicalarticle',
            name='public_since',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='for everybody since'),
        ),
        migrations.AddField(
            model_name='historicalarticle',
            name='public_until',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='for everybody until'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('published', None), ('retired_at__isnull', False), ('audience', 'office'), ('public_since__isnull', False), _connector='OR'), name='article_for_everybody_says_since'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('public_until', None), models.Q(('public_since__isnull', False), ('public_since__lte', models.F('public_until'))), _connector='OR'), name='article_public_since_before_until'),
        ),
    ]
