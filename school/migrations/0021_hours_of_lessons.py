"""A lesson's number and times are facts of it: what said so before goes."""

import django.db.models.deletion
import school.models.bells
import school.models.dated
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0020_fill_bells'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicallesson',
            name='number',
            field=models.PositiveSmallIntegerField(verbose_name='номер урока'),
        ),
        migrations.AlterField(
            model_name='historicaltimetableentry',
            name='number',
            field=models.PositiveSmallIntegerField(verbose_name='номер урока'),
        ),
        migrations.AlterField(
            model_name='lesson',
            name='number',
            field=models.PositiveSmallIntegerField(verbose_name='номер урока'),
        ),
        migrations.AlterField(
            model_name='timetableentry',
            name='number',
            field=models.PositiveSmallIntegerField(verbose_name='номер урока'),
        ),
        migrations.AlterField(
            model_name='lesson',
            name='starts_at',
            field=models.TimeField(verbose_name='начало'),
        ),
        migrations.AlterField(
            model_name='lesson',
            name='ends_at',
            field=models.TimeField(verbose_name='конец'),
        ),
        migrations.AlterField(
            model_name='bellslot',
            name='schedule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='school.bellschedule', verbose_name='расписание звонков'),
        ),
        migrations.RemoveConstraint(
            model_name='lesson',
            name='lesson_once',
        ),
        migrations.RemoveConstraint(
            model_name='timetableentry',
            name='timetableentry_no_overlap',
        ),
        migrations.RemoveField(
            model_name='historicallesson',
            name='slot',
        ),
        migrations.RemoveField(
            model_name='historicaltimetableentry',
            name='slot',
        ),
        migrations.RemoveField(
            model_name='lesson',
            name='slot',
        ),
        migrations.RemoveField(
            model_name='timetableentry',
            name='slot',
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.UniqueConstraint(fields=('journal', 'date', 'number'), name='lesson_once', violation_error_message='В этот день и час урок в журнале уже есть.'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='lesson_times_in_order'),
        ),
        migrations.AddConstraint(
            model_name='timetableentry',
            constraint=school.models.dated.NoOverlap(name='timetableentry_no_overlap', over=('journal', 'weekday', 'number')),
        ),
        migrations.AddConstraint(
            model_name='bellslot',
            constraint=models.UniqueConstraint(fields=('schedule', 'number'), name='bellslot_once'),
        ),
        migrations.AddConstraint(
            model_name='bellslot',
            constraint=school.models.bells.NoTimeOverlap(name='bellslot_no_overlap', over=('schedule',)),
        ),
    ]
