"""The duty to grade exams, and finally, has sheets of its own."""

from django.db import migrations, models
from django.utils import timezone


def name_kinds(apps, schema_editor):
    """So far a sheet without a period was that of the year."""
    apps.get_model('journals', 'GradeSheet').objects.filter(period=None).update(kind='year')


def show_again(apps, schema_editor):
    """A journal whose exam was switched off with grades in it had hidden them: it has one."""
    Journal = apps.get_model('school', 'Journal')
    History = apps.get_model('school', 'HistoricalJournal')
    graded = apps.get_model('journals', 'PeriodGrade').objects.filter(kind__in=['exam', 'final'])
    for journal in Journal.objects.filter(has_exam=False, pk__in=graded.values('journal')):
        journal.has_exam = True
        journal.save()
        History.objects.create(
            **{field.attname: getattr(journal, field.attname) for field in Journal._meta.concrete_fields},
            history_date=timezone.now(),
            history_type='~',
            history_change_reason='экзаменационные или итоговые оценки уже выставлены',
            history_address=None,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('journals', '0011_expected_marks'),
        ('school', '0015_meanings_and_exam_days'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='gradesheet',
            name='yeargradesheet_once',
        ),
        migrations.AddField(
            model_name='gradesheet',
            name='kind',
            field=models.CharField(choices=[('period', 'за период'), ('year', 'годовая'), ('exam', 'экзаменационная'), ('final', 'итоговая')], default='period', max_length=10, verbose_name='вид'),
        ),
        migrations.RunPython(name_kinds, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='gradesheet',
            constraint=models.UniqueConstraint(condition=models.Q(('period__isnull', True)), fields=('journal', 'kind'), name='yeargradesheet_once'),
        ),
        migrations.AddConstraint(
            model_name='gradesheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'period'), ('period__isnull', False)), models.Q(models.Q(('kind', 'period'), _negated=True), ('period__isnull', True)), _connector='OR'), name='gradesheet_period_iff_kind'),
        ),
        migrations.RunPython(show_again, migrations.RunPython.noop),
    ]
