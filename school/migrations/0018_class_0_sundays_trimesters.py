"""A preparatory class is class 0; lessons may be on Sundays, periods trimesters."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0017_outages_of_the_school'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='schoolclass',
            name='schoolclass_number_1_to_12',
        ),
        migrations.RemoveConstraint(
            model_name='timetableentry',
            name='timetableentry_weekday_1_to_6',
        ),
        migrations.AlterField(
            model_name='dayoverride',
            name='timetable_weekday',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'понедельника'), (2, 'вторника'), (3, 'среды'), (4, 'четверга'), (5, 'пятницы'), (6, 'субботы'), (7, 'воскресенья')], null=True, verbose_name='учимся по расписанию'),
        ),
        migrations.AlterField(
            model_name='historicaldayoverride',
            name='timetable_weekday',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'понедельника'), (2, 'вторника'), (3, 'среды'), (4, 'четверга'), (5, 'пятницы'), (6, 'субботы'), (7, 'воскресенья')], null=True, verbose_name='учимся по расписанию'),
        ),
        migrations.AlterField(
            model_name='historicaljournal',
            name='period_kind',
            field=models.CharField(choices=[('quarter', 'четверть'), ('trimester', 'триместр'), ('half_year', 'полугодие')], default='quarter', max_length=10, verbose_name='оценивается по'),
        ),
        migrations.AlterField(
            model_name='historicalperiod',
            name='kind',
            field=models.CharField(choices=[('quarter', 'четверть'), ('trimester', 'триместр'), ('half_year', 'полугодие')], max_length=10, verbose_name='вид'),
        ),
        migrations.AlterField(
            model_name='historicalschoolclass',
            name='number',
            field=models.PositiveSmallIntegerField(help_text='0 — подготовительный класс.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(12)], verbose_name='параллель'),
        ),
        migrations.AlterField(
            model_name='historicaltimetableentry',
            name='weekday',
            field=models.PositiveSmallIntegerField(choices=[(1, 'понедельник'), (2, 'вторник'), (3, 'среда'), (4, 'четверг'), (5, 'пятница'), (6, 'суббота'), (7, 'воскресенье')], verbose_name='день недели'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='period_kind',
            field=models.CharField(choices=[('quarter', 'четверть'), ('trimester', 'триместр'), ('half_year', 'полугодие')], default='quarter', max_length=10, verbose_name='оценивается по'),
        ),
        migrations.AlterField(
            model_name='period',
            name='kind',
            field=models.CharField(choices=[('quarter', 'четверть'), ('trimester', 'триместр'), ('half_year', 'полугодие')], max_length=10, verbose_name='вид'),
        ),
        migrations.AlterField(
            model_name='schoolclass',
            name='number',
            field=models.PositiveSmallIntegerField(help_text='0 — подготовительный класс.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(12)], verbose_name='параллель'),
        ),
        migrations.AlterField(
            model_name='timetableentry',
            name='weekday',
            field=models.PositiveSmallIntegerField(choices=[(1, 'понедельник'), (2, 'вторник'), (3, 'среда'), (4, 'четверг'), (5, 'пятница'), (6, 'суббота'), (7, 'воскресенье')], verbose_name='день недели'),
        ),
        migrations.AddConstraint(
            model_name='schoolclass',
            constraint=models.CheckConstraint(condition=models.Q(('number__range', (0, 12))), name='schoolclass_number_0_to_12'),
        ),
        migrations.AddConstraint(
            model_name='timetableentry',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__range', (1, 7))), name='timetableentry_weekday_1_to_7'),
        ),
    ]
