"""A grade of before is one of its journal's subject and year.

Where a pupil has two for the same, either he has gone from one journal to the other, and the one that
was written last holds, or he is taught the subject in two journals at once, as in the class and in a
practicum: then the second one's subject gets a name of its own, and both grades stay."""

from collections import defaultdict

from django.db import migrations
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

LAST_HOLDS = 'две оценки за одно и то же: действует последняя'
OF_ITS_OWN = 'вторая оценка по тому же предмету: у группы свой предмет'


def fill(apps, schema_editor):
    _name(apps)
    for group in _doubles(apps):
        _part(apps, group)
    _name(apps)
    for group in _doubles(apps):
        _keep_last(apps, group)


def _name(apps):
    Journal = apps.get_model('school', 'Journal')
    own = Journal.objects.filter(pk=OuterRef('journal'))
    for name in ('PeriodGrade', 'HistoricalPeriodGrade'):
        apps.get_model('journals', name).objects.update(
            subject_id=Subquery(own.values('subject')[:1]),
            year_id=Subquery(own.values('group__year')[:1]),
        )


def _doubles(apps):
    """[[PeriodGrades of the same pupil for the same, more than one]]."""
    found = defaultdict(list)
    grades = apps.get_model('journals', 'PeriodGrade').objects.select_related('journal__group', 'period', 'year')
    for grade in grades.order_by('pk'):
        found[grade.student_id, grade.subject_id, grade.year_id, grade.kind, grade.period_id].append(grade)
    return [group for group in found.values() if len(group) > 1]


def _part(apps, group):
    """Give the journals of subgroups a subject of their own in which the pupil is taught at once with
    another one on the last day of what the grades are for. An individual plan takes him out of his
    class's journal: that is no second one."""
    last_day = (group[0].period or group[0].year).ends_on
    there = [
        grade.journal
        for grade in group
        if grade.journal.group.kind != 'individual' and _belongs(apps, grade, last_day)
    ]
    there.sort(key=lambda journal: (journal.group.kind != 'class', journal.pk))
    for journal in there[1:]:
        # Another pupil's grades may have had it renamed.
        journals = apps.get_model('school', 'Journal').objects
        for one in journals.filter(pk=journal.pk, subject=group[0].subject_id):
            _rename(apps, one)


def _belongs(apps, grade, day):
    if grade.journal.group.kind == 'class':
        rows = apps.get_model('school', 'Enrolment').objects.filter(school_class=grade.journal.group.school_class_id)
    else:
        rows = apps.get_model('school', 'GroupMembership').objects.filter(group=grade.journal.group_id)
    found = rows.filter(student=grade.student_id, starts_on__lte=day)
    return any(row.ends_on is None or row.ends_on >= day for row in found)


def _rename(apps, journal):
    Subject = apps.get_model('school', 'Subject')
    name = f'{journal.subject.name}, {journal.group.name}'[:100]
    subject = Subject.objects.filter(name=name).first()
    if subject is None:
        subject = Subject.objects.create(name=name, short_name=journal.subject.short_name)
        _trace(apps, 'Subject', subject, '+', OF_ITS_OWN)
    journal.subject = subject
    journal.save(update_fields=['subject'])
    _trace(apps, 'Journal', journal, '~', OF_ITS_OWN)


def _keep_last(apps, group):
    history = apps.get_model('journals', 'HistoricalPeriodGrade').objects
    told = dict(
        history.filter(id__in=[one.pk for one in group])
        .order_by().values_list('id').annotate(Max('history_date'))
    )
    *older, _ = sorted(group, key=lambda one: (told.get(one.pk) or one.entered_at, one.pk))
    for grade in older:
        _trace(apps, 'PeriodGrade', grade, '-', LAST_HOLDS, app='journals')
        grade.delete()


def _trace(apps, name, row, history_type, reason, app='school'):
    apps.get_model(app, f'Historical{name}').objects.create(
        **{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields},
        history_date=timezone.now(),
        history_type=history_type,
        history_change_reason=reason,
        history_address=None,
    )


def unfill(apps, schema_editor):
    """A grade without a journal has no place there."""
    apps.get_model('journals', 'PeriodGrade').objects.filter(journal=None).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('journals', '0014_one_grade_each'),
    ]

    # It makes subjects as they are here.
    run_before = [
        ('school', '0033_abbreviations_and_minutes'),
    ]

    operations = [
        migrations.RunPython(fill, unfill),
    ]
