"""Outages are facts of the school: the tables stay as they are and keep their names."""

import django.db.models.deletion
import school.models.history
import simple_history.models
from django.conf import settings
from django.db import migrations, models


MODELS = ["outage", "historicaloutage"]


def name_types(old, new):
    """What points to the models' types, rights among it, goes on to. Where both apps have had one
    (who stopped halfway and came back), the new one stands."""

    def rename(apps, schema_editor):
        types = apps.get_model("contenttypes", "ContentType").objects.filter(model__in=MODELS)
        there = list(types.filter(app_label=new).values_list("model", flat=True))
        types.filter(app_label=old).exclude(model__in=there).update(app_label=new)

    return rename


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('school', '0016_owed_and_judged'),
        ('tempjournal', '0006_packet_folders'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='HistoricalOutage',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                        ('starts_at', models.DateTimeField(verbose_name='начало')),
                        ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='конец')),
                        ('reason', models.CharField(blank=True, max_length=300, verbose_name='причина')),
                        ('found_at', models.DateTimeField(editable=False, null=True, verbose_name='обнаружен системой')),
                        ('recorded_at', models.DateTimeField(editable=False, null=True, verbose_name='записан')),
                        ('dismissed_at', models.DateTimeField(editable=False, null=True, verbose_name='отклонён')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('dismissed_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто отклонил')),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто записал')),
                    ],
                    options={
                        'verbose_name': 'historical сбой',
                        'verbose_name_plural': 'historical сбои',
                        'db_table': 'tempjournal_historicaloutage',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Outage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('starts_at', models.DateTimeField(verbose_name='начало')),
                        ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='конец')),
                        ('reason', models.CharField(blank=True, max_length=300, verbose_name='причина')),
                        ('found_at', models.DateTimeField(editable=False, null=True, verbose_name='обнаружен системой')),
                        ('recorded_at', models.DateTimeField(editable=False, null=True, verbose_name='записан')),
                        ('dismissed_at', models.DateTimeField(editable=False, null=True, verbose_name='отклонён')),
                        ('dismissed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто отклонил')),
                        ('hindered_lessons', models.ManyToManyField(related_name='hindering_outages', to='school.lesson')),
                        ('recorded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто записал')),
                    ],
                    options={
                        'verbose_name': 'сбой',
                        'verbose_name_plural': 'сбои',
                        'db_table': 'tempjournal_outage',
                        'ordering': ['-starts_at', '-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='outage_instants_in_order', violation_error_message='Конец сбоя должен быть позже начала.'), models.CheckConstraint(condition=models.Q(models.Q(('recorded_at__isnull', True), ('recorded_by__isnull', True)), models.Q(('recorded_at__isnull', False), ('recorded_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='outage_recorded_with_its_reason'), models.CheckConstraint(condition=models.Q(('recorded_at__isnull', False), ('found_at__isnull', False), _connector='OR'), name='outage_recorded_or_found'), models.CheckConstraint(condition=models.Q(models.Q(('dismissed_at__isnull', True), ('dismissed_by__isnull', True)), models.Q(('dismissed_at__isnull', False), ('dismissed_by__isnull', False)), _connector='OR'), name='outage_dismissed_by_somebody')],
                    },
                ),
            ],
        ),
        migrations.RunPython(name_types("tempjournal", "school"), name_types("school", "tempjournal")),
    ]
