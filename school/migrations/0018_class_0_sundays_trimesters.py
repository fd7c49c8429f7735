"""A preparatory class is class 0."""

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
        migrations.AlterField(
            model_name='historicalschoolclass',
            name='number',
            field=models.PositiveSmallIntegerField(help_text='0 — подготовительный класс.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(12)], verbose_name='параллель'),
        ),
        migrations.AlterField(
            model_name='schoolclass',
            name='number',
            field=models.PositiveSmallIntegerField(help_text='0 — подготовительный класс.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(12)], verbose_name='параллель'),
        ),
        migrations.AddConstraint(
            model_name='schoolclass',
            constraint=models.CheckConstraint(condition=models.Q(('number__range', (0, 12))), name='schoolclass_number_0_to_12'),
        ),
    ]
