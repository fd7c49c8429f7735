"""Kinds of works have versions and a history."""

import datetime
import django.core.validators
import django.db.models.deletion
import school.models.dated
import school.models.history
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journals', '0007_certificate_contents'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalWorkType',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('starts_on', models.DateField(default=datetime.date(1, 1, 1), editable=False, verbose_name='действует с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='действует по')),
                ('name', models.CharField(max_length=60, verbose_name='название')),
                ('short_name', models.CharField(max_length=6, verbose_name='сокращение')),
                ('weight', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='вес в среднем')),
                ('mark_days', models.PositiveSmallIntegerField(default=0, verbose_name='учебных дней на отметки')),
                ('usual_order', models.PositiveSmallIntegerField(blank=True, help_text='Первая отметка на уроке без указанных видов работ относится к первому виду, вторая ко второму.', null=True, verbose_name='порядок по умолчанию')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical вид работы',
                'verbose_name_plural': 'historical виды работ',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='worktype',
            name='ends_on',
            field=models.DateField(blank=True, null=True, verbose_name='действует по'),
        ),
        migrations.AddField(
            model_name='worktype',
            name='starts_on',
            field=models.DateField(default=datetime.date(1, 1, 1), editable=False, verbose_name='действует с'),
        ),
        migrations.AlterField(
            model_name='worktype',
            name='name',
            field=models.CharField(max_length=60, verbose_name='название'),
        ),
        migrations.AlterField(
            model_name='worktype',
            name='short_name',
            field=models.CharField(max_length=6, verbose_name='сокращение'),
        ),
        migrations.AlterField(
            model_name='worktype',
            name='usual_order',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Первая отметка на уроке без указанных видов работ относится к первому виду, вторая ко второму.', null=True, verbose_name='порядок по умолчанию'),
        ),
        migrations.AddConstraint(
            model_name='worktype',
            constraint=models.UniqueConstraint(fields=('name', 'starts_on'), name='worktype_once'),
        ),
        migrations.AddConstraint(
            model_name='worktype',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='worktype_dates_in_order', violation_error_message='Последний день раньше первого.'),
        ),
        migrations.AddConstraint(
            model_name='worktype',
            constraint=school.models.dated.NoOverlap(name='worktype_name_no_overlap', over=('name',)),
        ),
        migrations.AddConstraint(
            model_name='worktype',
            constraint=school.models.dated.NoOverlap(name='worktype_short_name_no_overlap', over=('short_name',)),
        ),
        migrations.AddConstraint(
            model_name='worktype',
            constraint=school.models.dated.NoOverlap(name='worktype_usual_order_no_overlap', over=('usual_order',)),
        ),
        migrations.AddField(
            model_name='historicalworktype',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
