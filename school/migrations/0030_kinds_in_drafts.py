"""A draft of the timetable keeps the kind of a row."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0029_lesson_kinds_required'),
    ]

    operations = [
        migrations.AddField(
            model_name='draftrow',
            name='kind',
            field=models.ForeignKey(blank=True, help_text='Пусто: как у журнала.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AddField(
            model_name='historicaldraftrow',
            name='kind',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Пусто: как у журнала.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AlterField(
            model_name='timetableentry',
            name='kind',
            field=models.ForeignKey(blank=True, help_text='Пусто: как у журнала.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.lessonkind', verbose_name='вид занятий'),
        ),
    ]
