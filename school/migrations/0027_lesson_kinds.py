"""Kinds of lessons and what is not kept in some journals; attendance and topic are due by instants of their
own: the columns."""

import django.core.validators
import django.db.models.deletion
import school.models.dated
import school.models.history
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0026_kinds_of_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='Exemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='по')),
                ('what', models.CharField(choices=[('attendance', 'присутствие'), ('topic', 'тема'), ('homework', 'домашнее задание'), ('marks', 'отметки в срок')], max_length=10, verbose_name='что не ведётся')),
                ('parallel', models.PositiveSmallIntegerField(blank=True, help_text='Или вся параллель, или один журнал.', null=True, validators=[django.core.validators.MaxValueValidator(12)], verbose_name='параллель')),
            ],
            options={
                'verbose_name': 'что не ведётся',
                'verbose_name_plural': 'что не ведётся',
                'ordering': ['what', 'parallel', 'journal', 'starts_on'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoricalExemption',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='по')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('what', models.CharField(choices=[('attendance', 'присутствие'), ('topic', 'тема'), ('homework', 'домашнее задание'), ('marks', 'отметки в срок')], max_length=10, verbose_name='что не ведётся')),
                ('parallel', models.PositiveSmallIntegerField(blank=True, help_text='Или вся параллель, или один журнал.', null=True, validators=[django.core.validators.MaxValueValidator(12)], verbose_name='параллель')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical что не ведётся',
                'verbose_name_plural': 'historical что не ведётся',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalLessonKind',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('counts_as_lessons', models.BooleanField(default=True, help_text='От конца последнего такого урока дня считают полтора часа для домашних заданий.', verbose_name='входит в занятия класса')),
                ('owes_attendance', models.BooleanField(default=True, verbose_name='отмечают присутствие')),
                ('owes_topic', models.BooleanField(default=True, verbose_name='записывают тему')),
                ('owes_homework', models.BooleanField(default=True, verbose_name='записывают домашнее задание')),
                ('owes_marks', models.BooleanField(default=True, verbose_name='выставляют отметки за работы в срок')),
                ('name', models.CharField(db_index=True, max_length=60, verbose_name='название')),
                ('short_name', models.CharField(blank=True, help_text='Стоит у урока в журнале и дневнике; пусто: о виде не говорят.', max_length=12, verbose_name='сокращение')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Первый по порядку получают новые журналы.', verbose_name='порядок')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical вид занятий',
                'verbose_name_plural': 'historical виды занятий',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='LessonKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counts_as_lessons', models.BooleanField(default=True, help_text='От конца последнего такого урока дня считают полтора часа для домашних заданий.', verbose_name='входит в занятия класса')),
                ('owes_attendance', models.BooleanField(default=True, verbose_name='отмечают присутствие')),
                ('owes_topic', models.BooleanField(default=True, verbose_name='записывают тему')),
                ('owes_homework', models.BooleanField(default=True, verbose_name='записывают домашнее задание')),
                ('owes_marks', models.BooleanField(default=True, verbose_name='выставляют отметки за работы в срок')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='название')),
                ('short_name', models.CharField(blank=True, help_text='Стоит у урока в журнале и дневнике; пусто: о виде не говорят.', max_length=12, verbose_name='сокращение')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Первый по порядку получают новые журналы.', verbose_name='порядок')),
            ],
            options={
                'verbose_name': 'вид занятий',
                'verbose_name_plural': 'виды занятий',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.RemoveIndex(
            model_name='lesson',
            name='lesson_attendance_late',
        ),
        migrations.RemoveIndex(
            model_name='lesson',
            name='lesson_topic_late',
        ),
        migrations.RemoveIndex(
            model_name='lesson',
            name='lesson_due_unknown',
        ),
        migrations.RenameField(
            model_name='lesson',
            old_name='day_due_at',
            new_name='attendance_due_at',
        ),
        migrations.AlterField(
            model_name='lesson',
            name='attendance_due_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='присутствие: срок'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='counts_as_lessons',
            field=models.BooleanField(default=True, help_text='От конца последнего такого урока дня считают полтора часа для домашних заданий.', verbose_name='входит в занятия класса'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='owes_attendance',
            field=models.BooleanField(default=True, verbose_name='отмечают присутствие'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='owes_homework',
            field=models.BooleanField(default=True, verbose_name='записывают домашнее задание'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='owes_marks',
            field=models.BooleanField(default=True, verbose_name='выставляют отметки за работы в срок'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='owes_topic',
            field=models.BooleanField(default=True, verbose_name='записывают тему'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='topic_due_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='тема: срок'),
        ),
        migrations.AddField(
            model_name='exemption',
            name='journal',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exemptions', to='school.journal', verbose_name='журнал'),
        ),
        migrations.AddField(
            model_name='historicalexemption',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalexemption',
            name='journal',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.journal', verbose_name='журнал'),
        ),
        migrations.AddField(
            model_name='historicallessonkind',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicaljournal',
            name='lesson_kind',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Другой вид получают уроки с сегодняшнего дня, если у них был прежний.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AddField(
            model_name='historicallesson',
            name='kind',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AddField(
            model_name='historicaltimetableentry',
            name='kind',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Пусто: как у журнала.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AddField(
            model_name='journal',
            name='lesson_kind',
            field=models.ForeignKey(help_text='Другой вид получают уроки с сегодняшнего дня, если у них был прежний.', null=True, on_delete=django.db.models.deletion.PROTECT, to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='kind',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AddField(
            model_name='timetableentry',
            name='kind',
            field=models.ForeignKey(blank=True, help_text='Пусто: как у журнала.', null=True, on_delete=django.db.models.deletion.PROTECT, to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AddConstraint(
            model_name='exemption',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='exemption_dates_in_order', violation_error_message='Последний день раньше первого.'),
        ),
        migrations.AddConstraint(
            model_name='exemption',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('journal__isnull', True), ('parallel__isnull', False)), models.Q(('journal__isnull', False), ('parallel__isnull', True)), _connector='OR'), name='exemption_parallel_or_journal', violation_error_message='Укажите или параллель, или журнал.'),
        ),
        migrations.AddConstraint(
            model_name='exemption',
            constraint=school.models.dated.NoOverlap(name='exemption_of_parallel_no_overlap', over=('what', 'parallel')),
        ),
        migrations.AddConstraint(
            model_name='exemption',
            constraint=school.models.dated.NoOverlap(name='exemption_of_journal_no_overlap', over=('what', 'journal')),
        ),
    ]
