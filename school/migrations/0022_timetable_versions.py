"""Rooms, odd and even weeks, who holds a lesson; the draft of the next timetable, and which place of the
timetable a lesson was made for."""

import django.db.models.deletion
import school.models.history
import school.models.timetable
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0021_hours_of_lessons'),
    ]

    operations = [
        migrations.CreateModel(
            name='DraftRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(1, 'понедельник'), (2, 'вторник'), (3, 'среда'), (4, 'четверг'), (5, 'пятница'), (6, 'суббота'), (7, 'воскресенье')], verbose_name='день недели')),
                ('number', models.PositiveSmallIntegerField(verbose_name='номер урока')),
                ('weeks', models.PositiveSmallIntegerField(choices=[(1, 'нечётные недели'), (2, 'чётные недели'), (3, 'каждую неделю')], default=3, verbose_name='по каким неделям')),
                ('goes', models.BooleanField(default=False, verbose_name='урока больше нет')),
                ('ended_on', models.DateField(editable=False, null=True, verbose_name='прежняя строка действовала по')),
            ],
            options={
                'verbose_name': 'изменение расписания',
                'verbose_name_plural': 'изменения расписания',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalDraftRow',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(1, 'понедельник'), (2, 'вторник'), (3, 'среда'), (4, 'четверг'), (5, 'пятница'), (6, 'суббота'), (7, 'воскресенье')], verbose_name='день недели')),
                ('number', models.PositiveSmallIntegerField(verbose_name='номер урока')),
                ('weeks', models.PositiveSmallIntegerField(choices=[(1, 'нечётные недели'), (2, 'чётные недели'), (3, 'каждую неделю')], default=3, verbose_name='по каким неделям')),
                ('goes', models.BooleanField(default=False, verbose_name='урока больше нет')),
                ('ended_on', models.DateField(editable=False, null=True, verbose_name='прежняя строка действовала по')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical изменение расписания',
                'verbose_name_plural': 'historical изменения расписания',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalRoom',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('name', models.CharField(db_index=True, help_text='«12», «спортзал»', max_length=40, verbose_name='кабинет')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical кабинет',
                'verbose_name_plural': 'historical кабинеты',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalTimetableDraft',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('starts_on', models.DateField(verbose_name='действует с')),
                ('applied_at', models.DateTimeField(editable=False, null=True, verbose_name='введено')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='отозвано')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical новое расписание',
                'verbose_name_plural': 'historical новые расписания',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='«12», «спортзал»', max_length=40, unique=True, verbose_name='кабинет')),
            ],
            options={
                'verbose_name': 'кабинет',
                'verbose_name_plural': 'кабинеты',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='TimetableDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='действует с')),
                ('applied_at', models.DateTimeField(editable=False, null=True, verbose_name='введено')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='отозвано')),
            ],
            options={
                'verbose_name': 'новое расписание',
                'verbose_name_plural': 'новые расписания',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='timetableentry',
            name='timetableentry_no_overlap',
        ),
        migrations.AddField(
            model_name='historicaltimetableentry',
            name='teacher',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Только если журнал ведут несколько учителей и этот урок чей-то один.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто ведёт'),
        ),
        migrations.AddField(
            model_name='historicaltimetableentry',
            name='weeks',
            field=models.PositiveSmallIntegerField(choices=[(1, 'нечётные недели'), (2, 'чётные недели'), (3, 'каждую неделю')], default=3, verbose_name='по каким неделям'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='planned_number',
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='номер по расписанию'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='planned_on',
            field=models.DateField(editable=False, null=True, verbose_name='по расписанию'),
        ),
        migrations.AddField(
            model_name='timetableentry',
            name='teacher',
            field=models.ForeignKey(blank=True, help_text='Только если журнал ведут несколько учителей и этот урок чей-то один.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто ведёт'),
        ),
        migrations.AddField(
            model_name='timetableentry',
            name='weeks',
            field=models.PositiveSmallIntegerField(choices=[(1, 'нечётные недели'), (2, 'чётные недели'), (3, 'каждую неделю')], default=3, verbose_name='по каким неделям'),
        ),
        migrations.AddField(
            model_name='draftrow',
            name='entry',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='school.timetableentry', verbose_name='строка расписания'),
        ),
        migrations.AddField(
            model_name='draftrow',
            name='journal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='school.journal', verbose_name='журнал'),
        ),
        migrations.AddField(
            model_name='draftrow',
            name='made',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='school.timetableentry', verbose_name='новая строка'),
        ),
        migrations.AddField(
            model_name='draftrow',
            name='teacher',
            field=models.ForeignKey(blank=True, help_text='Только если журнал ведут несколько учителей и этот урок чей-то один.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто ведёт'),
        ),
        migrations.AddField(
            model_name='historicaldraftrow',
            name='entry',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.timetableentry', verbose_name='строка расписания'),
        ),
        migrations.AddField(
            model_name='historicaldraftrow',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicaldraftrow',
            name='journal',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.journal', verbose_name='журнал'),
        ),
        migrations.AddField(
            model_name='historicaldraftrow',
            name='made',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.timetableentry', verbose_name='новая строка'),
        ),
        migrations.AddField(
            model_name='historicaldraftrow',
            name='teacher',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Только если журнал ведут несколько учителей и этот урок чей-то один.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто ведёт'),
        ),
        migrations.AddField(
            model_name='historicalroom',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicaltimetabledraft',
            name='applied_by',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто ввёл'),
        ),
        migrations.AddField(
            model_name='historicaltimetabledraft',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicaltimetabledraft',
            name='year',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.schoolyear', verbose_name='учебный год'),
        ),
        migrations.AddField(
            model_name='historicaldraftrow',
            name='room',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.room', verbose_name='кабинет'),
        ),
        migrations.AddField(
            model_name='draftrow',
            name='room',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.room', verbose_name='кабинет'),
        ),
        migrations.AddField(
            model_name='historicallesson',
            name='room',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.room', verbose_name='кабинет'),
        ),
        migrations.AddField(
            model_name='historicaltimetableentry',
            name='room',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.room', verbose_name='кабинет'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='room',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='school.room', verbose_name='кабинет'),
        ),
        migrations.AddField(
            model_name='timetableentry',
            name='room',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.room', verbose_name='кабинет'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.UniqueConstraint(fields=('journal', 'planned_on', 'planned_number'), name='lesson_planned_once'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('planned_number__isnull', True), ('planned_on__isnull', True)), models.Q(('planned_number__isnull', False), ('planned_on__isnull', False)), _connector='OR'), name='lesson_planned_whole'),
        ),
        migrations.AddConstraint(
            model_name='timetableentry',
            constraint=models.CheckConstraint(condition=models.Q(('weeks__in', [1, 2, 3])), name='timetableentry_weeks'),
        ),
        migrations.AddConstraint(
            model_name='timetableentry',
            constraint=school.models.timetable.NoOverlapInWeeks(name='timetableentry_no_overlap', over=('journal', 'weekday', 'number')),
        ),
        migrations.AddField(
            model_name='timetabledraft',
            name='applied_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто ввёл'),
        ),
        migrations.AddField(
            model_name='timetabledraft',
            name='year',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='school.schoolyear', verbose_name='учебный год'),
        ),
        migrations.AddField(
            model_name='historicaldraftrow',
            name='draft',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.timetabledraft', verbose_name='новое расписание'),
        ),
        migrations.AddField(
            model_name='draftrow',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='school.timetabledraft', verbose_name='новое расписание'),
        ),
        migrations.AddConstraint(
            model_name='timetabledraft',
            constraint=models.UniqueConstraint(condition=models.Q(('applied_at__isnull', True)), fields=('year',), name='timetabledraft_one'),
        ),
        migrations.AddConstraint(
            model_name='timetabledraft',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('applied_at__isnull', False), _connector='OR'), name='timetabledraft_withdrawn_once_applied'),
        ),
        migrations.AddConstraint(
            model_name='draftrow',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__range', (1, 7))), name='draftrow_weekday_1_to_7'),
        ),
        migrations.AddConstraint(
            model_name='draftrow',
            constraint=models.CheckConstraint(condition=models.Q(('weeks__in', [1, 2, 3])), name='draftrow_weeks'),
        ),
        migrations.AddConstraint(
            model_name='draftrow',
            constraint=models.UniqueConstraint(fields=('draft', 'entry'), name='draftrow_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='draftrow',
            constraint=models.CheckConstraint(condition=models.Q(('goes', False), ('made__isnull', True), _connector='OR'), name='draftrow_goes_or_comes'),
        ),
    ]
