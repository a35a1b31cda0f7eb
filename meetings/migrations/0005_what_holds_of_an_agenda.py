from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0004_questions_name_their_case'),
        ('consultations', '0009_decisions_of_the_meeting'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='meeting_confirmed_says_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.UniqueConstraint(fields=('meeting', 'decision'), name='decision_stands_once_on_an_agenda'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['decision', 'ask']), _negated=True), fields=('meeting', 'case'), name='case_stands_once_on_an_agenda'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ask', None), ('decision__isnull', False), ('kind', 'decision')), models.Q(('ask__isnull', False), ('case__isnull', False), ('decision', None), ('kind', 'ask')), models.Q(('ask', None), ('case__isnull', False), ('decision', None), ('kind__in', ['new', 'follow_up', 'quiet', 'check'])), _connector='OR'), name='agenda_item_is_about_what_its_kind_says'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__lte', 240)), name='agenda_item_takes_some_hours_at_most'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dropped_at', None), ('dropped_by', None)), models.Q(('done_at', None), ('dropped_at__isnull', False), ('dropped_by__isnull', False)), _connector='OR'), name='agenda_item_dropped_says_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='agenda_item_done_says_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='advice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['technical', 'administrative', 'crosscut'])), name='advice_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='advice',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='advice_says_something'),
        ),
        migrations.AddConstraint(
            model_name='advice',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'crosscut'), models.Q(('linked_case', None), ('tool', '')), _connector='OR'), name='advice_across_departments_points_there'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('meeting', 'user'), name='attendance_is_noted_once'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='decision_says_something'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('owner__isnull', False), ('owner_name', '')), models.Q(('owner', None), models.Q(('owner_name', ''), _negated=True)), _connector='OR'), name='decision_has_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case', None), ('step', None)), models.Q(('case__isnull', False), ('step__isnull', False)), _connector='OR'), name='decision_on_a_case_is_its_next_step'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('settled_by', None)), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False), ('step', None)), _connector='OR'), name='decision_settled_says_when_and_by_whom'),
        ),
    ]
