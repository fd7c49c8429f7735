"""Several schedules of bells, for whom and from when each holds; a lesson's number and times become facts
of it: the columns."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import school.models.history
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0018_class_0_sundays_trimesters'),
    ]

    operations = [
        migrations.CreateModel(
            name='BellSchedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='название')),
            ],
            options={
                'verbose_name': 'расписание звонков',
                'verbose_name_plural': 'расписания звонков',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='BellUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parallel', models.PositiveSmallIntegerField(blank=True, help_text='Пусто и без класса: для всей школы.', null=True, validators=[django.core.validators.MaxValueValidator(12)], verbose_name='параллель')),
                ('starts_on', models.DateField(verbose_name='с')),
                ('only_that_day', models.BooleanField(default=False, help_text='Например, сокращённые уроки 30 декабря.', verbose_name='только в этот день')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'понедельник'), (2, 'вторник'), (3, 'среда'), (4, 'четверг'), (5, 'пятница'), (6, 'суббота'), (7, 'воскресенье')], help_text='Пусто: во все дни, для которых не сказано другое.', null=True, verbose_name='день недели')),
            ],
            options={
                'verbose_name': 'действие звонков',
                'verbose_name_plural': 'какие звонки действуют',
                'ordering': ['-starts_on'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoricalBellSchedule',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('name', models.CharField(db_index=True, max_length=60, verbose_name='название')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical расписание звонков',
                'verbose_name_plural': 'historical расписания звонков',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalBellUse',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('parallel', models.PositiveSmallIntegerField(blank=True, help_text='Пусто и без класса: для всей школы.', null=True, validators=[django.core.validators.MaxValueValidator(12)], verbose_name='параллель')),
                ('starts_on', models.DateField(verbose_name='с')),
                ('only_that_day', models.BooleanField(default=False, help_text='Например, сокращённые уроки 30 декабря.', verbose_name='только в этот день')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'понедельник'), (2, 'вторник'), (3, 'среда'), (4, 'четверг'), (5, 'пятница'), (6, 'суббота'), (7, 'воскресенье')], help_text='Пусто: во все дни, для которых не сказано другое.', null=True, verbose_name='день недели')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical действие звонков',
                'verbose_name_plural': 'historical какие звонки действуют',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AlterModelOptions(
            name='bellslot',
            options={'ordering': ['schedule', 'number'], 'verbose_name': 'звонок', 'verbose_name_plural': 'звонки'},
        ),
        migrations.AlterModelOptions(
            name='historicalbellslot',
            options={'get_latest_by': ('history_date', 'history_id'), 'ordering': ('-history_date', '-history_id'), 'verbose_name': 'historical звонок', 'verbose_name_plural': 'historical звонки'},
        ),
        migrations.AlterModelOptions(
            name='lesson',
            options={'ordering': ['date', 'starts_at', 'number'], 'permissions': [('write_lesson', 'Ведёт урок по замене')], 'verbose_name': 'урок', 'verbose_name_plural': 'уроки'},
        ),
        migrations.AddField(
            model_name='historicallesson',
            name='number',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='номер урока'),
        ),
        migrations.AddField(
            model_name='historicaltimetableentry',
            name='number',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='номер урока'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='ends_at',
            field=models.TimeField(null=True, verbose_name='конец'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='number',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='номер урока'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='starts_at',
            field=models.TimeField(null=True, verbose_name='начало'),
        ),
        migrations.AddField(
            model_name='timetableentry',
            name='number',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='номер урока'),
        ),
        migrations.AlterField(
            model_name='bellslot',
            name='number',
            field=models.PositiveSmallIntegerField(verbose_name='номер урока'),
        ),
        migrations.AlterField(
            model_name='historicalbellslot',
            name='number',
            field=models.PositiveSmallIntegerField(verbose_name='номер урока'),
        ),
        migrations.AddField(
            model_name='bellslot',
            name='schedule',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='school.bellschedule', verbose_name='расписание звонков'),
        ),
        migrations.AddField(
            model_name='historicalbellslot',
            name='schedule',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.bellschedule', verbose_name='расписание звонков'),
        ),
        migrations.AddField(
            model_name='belluse',
            name='schedule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='school.bellschedule', verbose_name='расписание звонков'),
        ),
        migrations.AddField(
            model_name='belluse',
            name='school_class',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='school.schoolclass', verbose_name='класс'),
        ),
        migrations.AddField(
            model_name='historicalbellschedule',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalbelluse',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalbelluse',
            name='schedule',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.bellschedule', verbose_name='расписание звонков'),
        ),
        migrations.AddField(
            model_name='historicalbelluse',
            name='school_class',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.schoolclass', verbose_name='класс'),
        ),
        migrations.AddConstraint(
            model_name='belluse',
            constraint=models.CheckConstraint(condition=models.Q(('parallel__isnull', True), ('school_class__isnull', True), _connector='OR'), name='belluse_class_or_parallel', violation_error_message='Укажите или параллель, или класс.'),
        ),
        migrations.AddConstraint(
            model_name='belluse',
            constraint=models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('parallel', models.Value(-1)), django.db.models.functions.comparison.Coalesce('school_class', models.Value(0)), django.db.models.functions.comparison.Coalesce('weekday', models.Value(0)), models.F('starts_on'), models.F('only_that_day'), name='belluse_once', violation_error_message='Для них с этого дня звонки уже указаны.'),
        ),
        migrations.AddConstraint(
            model_name='belluse',
            constraint=models.CheckConstraint(condition=models.Q(('only_that_day', False), ('weekday__isnull', True), _connector='OR'), name='belluse_day_or_weekday', violation_error_message='У одного дня день недели не указывают.'),
        ),
        migrations.AddConstraint(
            model_name='belluse',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__isnull', True), ('weekday__range', (1, 7)), _connector='OR'), name='belluse_weekday_1_to_7'),
        ),
        migrations.AlterField(
            model_name='lesson',
            name='slot',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='school.bellslot', verbose_name='урок'),
        ),
        migrations.AlterField(
            model_name='timetableentry',
            name='slot',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='school.bellslot', verbose_name='урок'),
        ),
    ]
