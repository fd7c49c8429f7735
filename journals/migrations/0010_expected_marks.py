import datetime
import re

from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

# Works that a whole class writes, by the beginnings of the words of their names.
OF_ALL = re.compile(
    r'\b(контрольн|самостоятельн|практическ|лабораторн|проверочн|диагностич|зач[её]тн|'
    r'тест|диктант|изложени|сочинени|грамматическ|списывани|срез|экзамен|впр\b)'
)
# «Работа над ошибками контрольной» is of those who made them, «домашняя» of who was asked.
OF_SOME = re.compile(r'\b(ответ|устн|домашн|работа над ошибками|работа на уроке)')


def expect_of_all(apps, schema_editor):
    """A kind that was used gets its next version from tomorrow on: works of before are judged as
    they were, for nobody is to blame by a rule of today."""
    WorkType = apps.get_model('journals', 'WorkType')
    LessonWork = apps.get_model('journals', 'LessonWork')
    today = timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    there = WorkType.objects.filter(Q(ends_on=None) | Q(ends_on__gte=tomorrow), expects='asked')
    for one in there.order_by('pk'):
        name = one.name.casefold()
        if not OF_ALL.search(name) or OF_SOME.search(name):
            continue
        if one.starts_on > today or not LessonWork.objects.filter(work_type=one).exists():
            one.expects = 'present'
            one.save()
            _remember(apps, one, '~')
            continue
        ends_on, before = one.ends_on, one.pk
        one.ends_on = today
        one.save()
        _remember(apps, one, '~')
        one.pk, one.starts_on, one.ends_on, one.expects = None, tomorrow, ends_on, 'present'
        one._state.adding = True
        one.save()
        _remember(apps, one, '+')
        LessonWork.objects.filter(work_type=before, lesson__date__gte=tomorrow).update(
            work_type=one.pk
        )


def _remember(apps, work_type, history_type):
    columns = [field.attname for field in work_type._meta.concrete_fields]
    apps.get_model('journals', 'HistoricalWorkType').objects.create(
        **{column: getattr(work_type, column) for column in columns},
        history_date=timezone.now(),
        history_type=history_type,
        history_change_reason='отметки ждут от всех присутствовавших',
        history_address=None,
    )


def forget_unmarked(apps, schema_editor):
    """Where no grades are given no mark was ever missing."""
    LessonWork = apps.get_model('journals', 'LessonWork')
    GradeValue = apps.get_model('school', 'GradeValue')
    LateEntry = apps.get_model('journals', 'LateEntry')
    grades = GradeValue.objects.exclude(text='осв')
    works = LessonWork.objects.filter(
        ~Exists(grades.filter(scale=OuterRef('lesson__journal__scale'))), marked_at=None
    )
    keys = list(works.values_list('pk', flat=True))
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        LateEntry.objects.filter(kind='marks', object_id__in=some).delete()
        LessonWork.objects.filter(pk__in=some).update(marked_at=F('marks_due_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('journals', '0009_first_versions'),
        ('school', '0010_grading_out_of_settings'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalworktype',
            name='expects',
            field=models.CharField(choices=[('asked', 'кого спросили'), ('present', 'все присутствовавшие')], default='asked', max_length=7, verbose_name='отметки получают'),
        ),
        migrations.AddField(
            model_name='worktype',
            name='expects',
            field=models.CharField(choices=[('asked', 'кого спросили'), ('present', 'все присутствовавшие')], default='asked', max_length=7, verbose_name='отметки получают'),
        ),
        migrations.RunPython(expect_of_all, migrations.RunPython.noop),
        migrations.RunPython(forget_unmarked, migrations.RunPython.noop),
    ]
