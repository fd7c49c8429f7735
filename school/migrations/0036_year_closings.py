"""School years that are over and closed, which a leader may open again."""

import django.db.models.deletion
import django.utils.timezone
import school.models.history
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("school", "0035_abbreviations_once"),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalYearClosing',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('closed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='закрыт')),
                ('reopened_at', models.DateTimeField(null=True, verbose_name='открыт снова')),
                ('why', models.CharField(blank=True, max_length=300, verbose_name='почему')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('closed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто закрыл')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reopened_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто открыл снова')),
                ('year', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.schoolyear', verbose_name='учебный год')),
            ],
            options={
                'verbose_name': 'historical закрытие учебного года',
                'verbose_name_plural': 'historical закрытия учебных годов',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='YearClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='закрыт')),
                ('reopened_at', models.DateTimeField(null=True, verbose_name='открыт снова')),
                ('why', models.CharField(blank=True, max_length=300, verbose_name='почему')),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто закрыл')),
                ('reopened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто открыл снова')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='school.schoolyear', verbose_name='учебный год')),
            ],
            options={
                'verbose_name': 'закрытие учебного года',
                'verbose_name_plural': 'закрытия учебных годов',
                'ordering': ['-closed_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('reopened_at__isnull', True)), fields=('year',), name='yearclosing_stands_once'), models.CheckConstraint(condition=models.Q(models.Q(('reopened_at__isnull', True), ('reopened_by__isnull', True), ('why', '')), models.Q(models.Q(('why', ''), _negated=True), ('reopened_at__gte', models.F('closed_at')), ('reopened_at__isnull', False), ('reopened_by__isnull', False)), _connector='OR'), name='yearclosing_reopened_by_somebody')],
            },
        ),
    ]
