"""Outages are the school's by now (its 0017); the tables stay as they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0017_outages_of_the_school'),
        ('tempjournal', '0007_claimed'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='temporaryjournal',
                    name='outage',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='temporary_journals', to='school.outage', verbose_name='сбой'),
                ),
                migrations.AlterField(
                    model_name='upload',
                    name='outage',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='school.outage', verbose_name='сбой'),
                ),
                migrations.AlterField(
                    model_name='historicaltemporaryjournal',
                    name='outage',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.outage', verbose_name='сбой'),
                ),
                migrations.DeleteModel(
                    name='HistoricalOutage',
                ),
                migrations.DeleteModel(
                    name='Outage',
                ),
            ],
        ),
    ]
