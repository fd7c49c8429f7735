from itertools import groupby

import django.db.models.deletion
from django.core.management.color import no_style
from django.db import migrations, models
from django.utils import timezone

WHY = "один отчёт на заявителя и неделю"


def part_duties_from_papers(apps, schema_editor):
    """A row was a duty and a paper. Each becomes a duty under its old key, so that late entries and
    their excuses stay; it was met by the print, as the rule was then. Papers stay where they are,
    but one for each application and week."""
    reports = apps.get_model("diaries", "WeeklyReport").objects.order_by("pk")
    duties = apps.get_model("diaries", "ReportDuty")
    duties.objects.bulk_create(
        duties(
            pk=one.pk,
            application_id=one.application_id,
            due_on=one.due_on,
            report_due_at=one.report_due_at,
            met_at=one.issued_at,
        )
        for one in reports
    )
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [duties]):
            cursor.execute(sql)
    history = apps.get_model("diaries", "HistoricalWeeklyReport").objects
    removed = list(reports.filter(issued_at=None))
    printed = reports.exclude(issued_at=None).order_by("application", "monday", "issued_at", "pk")
    for _, found in groupby(printed, key=lambda one: (one.application_id, one.monday)):
        first, *others = found
        if others:
            _merge(first, others)
            first.save()
            _tell(history, first, "~")
            removed += others
    for one in removed:
        _tell(history, one, "-")
    reports.filter(pk__in=[one.pk for one in removed]).delete()
    connection.check_constraints()  # what is deferred would forbid to alter the tables


def _merge(first, others):
    """The first print with the last file, and all that was handed out."""
    rows = [first, *others]
    for one in rows:
        if one.batch_id:
            first.batch_id, first.school_class_id = one.batch_id, one.school_class_id
    handed = {(one.handed_on, one.handed_to) for one in rows if one.handed_on}
    if handed:
        (first.handed_on, to), *again = sorted(handed)
        texts = [f"ещё раз {day:%d.%m.%Y}: {whom}" for day, whom in again]
        first.handed_to = "; ".join([to, *texts])[:1000]


def _tell(history, row, history_type):
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del values["due_on"]
    history.create(
        **values,
        history_date=timezone.now(),
        history_type=history_type,
        history_change_reason=WHY,
        history_address=None,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('diaries', '0004_histories'),
        ('school', '0007_link_cancellations'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(editable=False, verbose_name='срок по счёту недель')),
                ('report_due_at', models.DateTimeField(editable=False, verbose_name='срок')),
                ('met_at', models.DateTimeField(editable=False, null=True, verbose_name='исполнено')),
            ],
            options={
                'verbose_name': 'срок печатного отчёта',
                'verbose_name_plural': 'сроки печатных отчётов',
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='reportduty',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='diaries.printapplication', verbose_name='заявление'),
        ),
        migrations.AddIndex(
            model_name='reportduty',
            index=models.Index(condition=models.Q(('met_at__isnull', True), ('met_at__gt', models.F('report_due_at')), _connector='OR'), fields=['report_due_at'], name='reportduty_late'),
        ),
        migrations.AddConstraint(
            model_name='reportduty',
            constraint=models.UniqueConstraint(condition=models.Q(('met_at__isnull', True)), fields=('application',), name='reportduty_one_owed'),
        ),
        migrations.RemoveConstraint(
            model_name='weeklyreport',
            name='weeklyreport_one_owed',
        ),
        migrations.RemoveConstraint(
            model_name='weeklyreport',
            name='weeklyreport_handed_to_somebody',
        ),
        migrations.AddField(
            model_name='historicalweeklyreport',
            name='reprinted_at',
            field=models.DateTimeField(null=True, verbose_name='напечатан полнее'),
        ),
        migrations.AddField(
            model_name='weeklyreport',
            name='reprinted_at',
            field=models.DateTimeField(null=True, verbose_name='напечатан полнее'),
        ),
        migrations.AlterField(
            model_name='historicalweeklyreport',
            name='handed_to',
            field=models.CharField(blank=True, max_length=1000, verbose_name='кому'),
        ),
        migrations.AlterField(
            model_name='weeklyreport',
            name='handed_to',
            field=models.CharField(blank=True, max_length=1000, verbose_name='кому'),
        ),
        migrations.RunPython(part_duties_from_papers, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name='weeklyreport',
            options={'ordering': ['-monday', '-pk'], 'verbose_name': 'недельный отчёт', 'verbose_name_plural': 'недельные отчёты'},
        ),
        migrations.RemoveIndex(
            model_name='weeklyreport',
            name='weeklyreport_late',
        ),
        migrations.RemoveField(
            model_name='historicalweeklyreport',
            name='report_due_at',
        ),
        migrations.RemoveField(
            model_name='weeklyreport',
            name='due_on',
        ),
        migrations.RemoveField(
            model_name='weeklyreport',
            name='report_due_at',
        ),
        migrations.AddConstraint(
            model_name='weeklyreport',
            constraint=models.UniqueConstraint(fields=('application', 'monday'), name='weeklyreport_one_a_week'),
        ),
        migrations.AddConstraint(
            model_name='weeklyreport',
            constraint=models.CheckConstraint(condition=models.Q(('issued_at__isnull', False), ('monday__isnull', False)), name='weeklyreport_is_printed'),
        ),
        migrations.AddConstraint(
            model_name='weeklyreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_on__isnull', True), ('handed_to', ''), ('reprinted_at__isnull', True)), models.Q(('handed_on__isnull', False), models.Q(('handed_to', ''), _negated=True)), _connector='OR'), name='weeklyreport_handed_to_somebody'),
        ),
        migrations.AddField(
            model_name='reportbatch',
            name='left_out',
            field=models.ManyToManyField(related_name='+', to='diaries.printapplication', verbose_name='не напечатаны'),
        ),
    ]
