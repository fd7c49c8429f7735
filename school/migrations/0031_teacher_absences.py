"""Teachers' absences, and which one a substitution is for."""

import django.db.models.deletion
import django.utils.timezone
import school.models.history
import school.models.teacher_absences
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0030_kinds_in_drafts'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalTeacherAbsence',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='по')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('first_number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='с урока')),
                ('last_number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='по урок')),
                ('kind', models.CharField(choices=[('illness', 'болезнь'), ('leave', 'отпуск'), ('trip', 'командировка'), ('training', 'обучение'), ('day_off', 'отгул'), ('other', 'другое')], max_length=10, verbose_name='причина')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='пояснение')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='записано')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='отозвано')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical отсутствие учителя',
                'verbose_name_plural': 'historical отсутствия учителей',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='TeacherAbsence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='по')),
                ('first_number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='с урока')),
                ('last_number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='по урок')),
                ('kind', models.CharField(choices=[('illness', 'болезнь'), ('leave', 'отпуск'), ('trip', 'командировка'), ('training', 'обучение'), ('day_off', 'отгул'), ('other', 'другое')], max_length=10, verbose_name='причина')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='пояснение')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='записано')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='отозвано')),
            ],
            options={
                'verbose_name': 'отсутствие учителя',
                'verbose_name_plural': 'отсутствия учителей',
                'ordering': ['starts_on', 'pk'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='historicalteacherabsence',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalteacherabsence',
            name='recorded_by',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто записал'),
        ),
        migrations.AddField(
            model_name='historicalteacherabsence',
            name='teacher',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто отсутствует'),
        ),
        migrations.AddField(
            model_name='historicalteacherabsence',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто отозвал'),
        ),
        migrations.AddField(
            model_name='teacherabsence',
            name='recorded_by',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто записал'),
        ),
        migrations.AddField(
            model_name='teacherabsence',
            name='teacher',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teacher_absences', to=settings.AUTH_USER_MODEL, verbose_name='кто отсутствует'),
        ),
        migrations.AddField(
            model_name='teacherabsence',
            name='withdrawn_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто отозвал'),
        ),
        migrations.AddField(
            model_name='substitution',
            name='absence',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='substitutions', to='school.teacherabsence', verbose_name='отсутствие'),
        ),
        migrations.AddConstraint(
            model_name='teacherabsence',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='teacherabsence_dates_in_order', violation_error_message='Последний день раньше первого.'),
        ),
        migrations.AddConstraint(
            model_name='teacherabsence',
            constraint=models.CheckConstraint(condition=models.Q(('last_number__isnull', True), ('ends_on__isnull', False), _connector='OR'), name='teacherabsence_last_lesson_of_a_day', violation_error_message='Последний урок указывают вместе с последним днём.'),
        ),
        migrations.AddConstraint(
            model_name='teacherabsence',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('first_number__isnull', True), ('last_number__isnull', True), models.Q(('ends_on', models.F('starts_on')), _negated=True), ('last_number__gte', models.F('first_number')), _connector='OR'), name='teacherabsence_lessons_in_order', violation_error_message='Последний урок раньше первого.'),
        ),
        migrations.AddConstraint(
            model_name='teacherabsence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='teacherabsence_withdrawn_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='teacherabsence',
            constraint=school.models.teacher_absences.NoOverlapInLessons(name='teacherabsence_no_overlap', over=('teacher',)),
        ),
    ]
