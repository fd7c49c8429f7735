"""Lessons that one teacher takes together."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0031_teacher_absences'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicallesson',
            name='joined_to',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.lesson', verbose_name='проводится вместе с'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='joined_to',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='joined', to='school.lesson', verbose_name='проводится вместе с'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(('joined_to', models.F('id')), _negated=True), name='lesson_not_joined_to_itself'),
        ),
    ]
