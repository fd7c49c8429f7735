"""A day of the school's own says its span, its kind and for whom; what said so before goes."""

import school.models.dated
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0025_fill_days'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='dayoverride',
            name='dayoverride_timetable_needs_work',
        ),
        migrations.RemoveField(
            model_name='dayoverride',
            name='is_working',
        ),
        migrations.RemoveField(
            model_name='historicaldayoverride',
            name='is_working',
        ),
        migrations.AlterField(
            model_name='dayoverride',
            name='ends_on',
            field=models.DateField(help_text='Один день: тот же, что «с».', verbose_name='по'),
        ),
        migrations.AlterField(
            model_name='dayoverride',
            name='kind',
            field=models.CharField(choices=[('off', 'нерабочий'), ('vacation', 'каникулы'), ('quarantine', 'карантин'), ('working', 'рабочий')], max_length=10, verbose_name='вид'),
        ),
        migrations.AlterField(
            model_name='dayoverride',
            name='reason',
            field=models.CharField(blank=True, help_text='Можно не писать, если это каникулы или карантин.', max_length=200, verbose_name='почему'),
        ),
        migrations.AlterField(
            model_name='historicaldayoverride',
            name='ends_on',
            field=models.DateField(help_text='Один день: тот же, что «с».', verbose_name='по'),
        ),
        migrations.AlterField(
            model_name='historicaldayoverride',
            name='kind',
            field=models.CharField(choices=[('off', 'нерабочий'), ('vacation', 'каникулы'), ('quarantine', 'карантин'), ('working', 'рабочий')], max_length=10, verbose_name='вид'),
        ),
        migrations.AlterField(
            model_name='historicaldayoverride',
            name='reason',
            field=models.CharField(blank=True, help_text='Можно не писать, если это каникулы или карантин.', max_length=200, verbose_name='почему'),
        ),
        migrations.AddConstraint(
            model_name='dayoverride',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='dayoverride_dates_in_order', violation_error_message='Последний день раньше первого.'),
        ),
        migrations.AddConstraint(
            model_name='dayoverride',
            constraint=models.CheckConstraint(condition=models.Q(('parallel__isnull', True), ('school_class__isnull', True), _connector='OR'), name='dayoverride_class_or_parallel', violation_error_message='Укажите или параллель, или класс.'),
        ),
        migrations.AddConstraint(
            model_name='dayoverride',
            constraint=school.models.dated.NoOverlap(name='dayoverride_no_overlap', nothing_counts=True, over=('parallel', 'school_class')),
        ),
        migrations.AddConstraint(
            model_name='dayoverride',
            constraint=models.CheckConstraint(condition=models.Q(('timetable_weekday__isnull', True), ('kind', 'working'), _connector='OR'), name='dayoverride_timetable_needs_work', violation_error_message='Расписание другого дня бывает только у рабочего дня.'),
        ),
        migrations.AddConstraint(
            model_name='dayoverride',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['vacation', 'quarantine']), models.Q(('reason', ''), _negated=True), _connector='OR'), name='dayoverride_says_why', violation_error_message='Напишите почему.'),
        ),
    ]
