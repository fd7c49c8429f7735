import re

from django.db import migrations, models
from django.db.models import Exists, F, OuterRef

# Works that a whole class writes, by the beginnings of the words of their names.
OF_ALL = re.compile(
    r'\b(контрольн|самостоятельн|практическ|лабораторн|проверочн|диагностич|зач[её]тн|'
    r'тест|диктант|изложени|сочинени|грамматическ|списывани|срез|экзамен|впр\b)'
)
# «Работа над ошибками контрольной» is of those who made them, «домашняя» of who was asked.
OF_SOME = re.compile(r'\b(ответ|устн|домашн|работа над ошибками|работа на уроке)')


def expect_of_all(apps, schema_editor):
    """Works of the past keep the instant at which their duty was met: nobody is to blame by a rule
    of today."""
    WorkType = apps.get_model('journals', 'WorkType')
    for work_type in WorkType.objects.all():
        name = work_type.name.casefold()
        if OF_ALL.search(name) and not OF_SOME.search(name):
            work_type.expects = 'present'
            work_type.save(update_fields=['expects'])
            # The history, which has just begun, says how things stand.
            apps.get_model('journals', 'HistoricalWorkType').objects.filter(id=work_type.pk).update(
                expects='present'
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
        ('journals', '0010_histories'),
        ('school', '0007_link_cancellations'),
    ]

    operations = [
        migrations.AddField(
            model_name='worktype',
            name='expects',
            field=models.CharField(choices=[('asked', 'кого спросили'), ('present', 'все присутствовавшие')], default='asked', max_length=7, verbose_name='отметки получают'),
        ),
        migrations.AddField(
            model_name='historicalworktype',
            name='expects',
            field=models.CharField(choices=[('asked', 'кого спросили'), ('present', 'все присутствовавшие')], default='asked', max_length=7, verbose_name='отметки получают'),
        ),
        migrations.RunPython(expect_of_all, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(forget_unmarked, migrations.RunPython.noop, elidable=True),
    ]
