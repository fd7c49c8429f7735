"""Values of scales and rules of grading have versions and a history."""

import datetime
import django.db.models.deletion
import school.models.dated
import school.models.history
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0007_link_cancellations'),
    ]

    operations = [
        migrations.CreateModel(
            name='GradingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(default=datetime.date(1, 1, 1), editable=False, verbose_name='действует с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='действует по')),
                ('rounds_up_from', models.DecimalField(decimal_places=2, default=Decimal('0.50'), help_text='При 0,60 средний балл 4,59 предлагает «4», а 4,60 «5».', max_digits=3, verbose_name='доля, с которой балл округляется вверх')),
                ('min_marks', models.PositiveSmallIntegerField(default=3, help_text='При меньшем числе предлагается «н/а».', verbose_name='наименьшее число отметок для оценки за период')),
            ],
            options={
                'verbose_name': 'правило оценки',
                'verbose_name_plural': 'правила оценки',
                'ordering': ['starts_on'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoricalGradeScale',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('name', models.CharField(db_index=True, max_length=100, verbose_name='название')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical шкала оценивания',
                'verbose_name_plural': 'historical шкалы оценивания',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalGradeValue',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('starts_on', models.DateField(default=datetime.date(1, 1, 1), editable=False, verbose_name='действует с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='действует по')),
                ('text', models.CharField(max_length=10, verbose_name='запись в клетке')),
                ('title', models.CharField(max_length=60, verbose_name='значение')),
                ('points', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='баллы')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='порядок')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical значение шкалы',
                'verbose_name_plural': 'historical значения шкалы',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalGradingRule',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('starts_on', models.DateField(default=datetime.date(1, 1, 1), editable=False, verbose_name='действует с')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='действует по')),
                ('rounds_up_from', models.DecimalField(decimal_places=2, default=Decimal('0.50'), help_text='При 0,60 средний балл 4,59 предлагает «4», а 4,60 «5».', max_digits=3, verbose_name='доля, с которой балл округляется вверх')),
                ('min_marks', models.PositiveSmallIntegerField(default=3, help_text='При меньшем числе предлагается «н/а».', verbose_name='наименьшее число отметок для оценки за период')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical правило оценки',
                'verbose_name_plural': 'historical правила оценки',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RemoveConstraint(
            model_name='gradevalue',
            name='gradevalue_once',
        ),
        migrations.AddField(
            model_name='gradevalue',
            name='ends_on',
            field=models.DateField(blank=True, null=True, verbose_name='действует по'),
        ),
        migrations.AddField(
            model_name='gradevalue',
            name='starts_on',
            field=models.DateField(default=datetime.date(1, 1, 1), editable=False, verbose_name='действует с'),
        ),
        migrations.AddConstraint(
            model_name='gradevalue',
            constraint=models.UniqueConstraint(fields=('scale', 'text', 'starts_on'), name='gradevalue_once'),
        ),
        migrations.AddConstraint(
            model_name='gradevalue',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='gradevalue_dates_in_order', violation_error_message='Последний день раньше первого.'),
        ),
        migrations.AddConstraint(
            model_name='gradevalue',
            constraint=school.models.dated.NoOverlap(name='gradevalue_no_overlap', over=('scale', 'text')),
        ),
        migrations.AddConstraint(
            model_name='gradingrule',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='gradingrule_dates_in_order', violation_error_message='Последний день раньше первого.'),
        ),
        migrations.AddConstraint(
            model_name='gradingrule',
            constraint=school.models.dated.NoOverlap(name='gradingrule_no_overlap', over=()),
        ),
        migrations.AddConstraint(
            model_name='gradingrule',
            constraint=models.CheckConstraint(condition=models.Q(('rounds_up_from__gt', 0), ('rounds_up_from__lte', 1)), name='gradingrule_rounds_up_from', violation_error_message='Больше 0 и не больше 1.'),
        ),
        migrations.AddField(
            model_name='historicalgradescale',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalgradevalue',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalgradevalue',
            name='scale',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.gradescale', verbose_name='шкала'),
        ),
        migrations.AddField(
            model_name='historicalgradingrule',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
