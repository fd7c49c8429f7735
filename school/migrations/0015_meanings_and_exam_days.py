"""Values of scales say what they mean; the school's year says until when the grades of exams and the
final ones are entered."""

from collections import defaultdict

from django.db import migrations, models

# What was concluded from points so far, and right for a five-point scale.
OF_FIVE = {1: 'insufficient', 2: 'insufficient', 3: 'satisfactory', 4: 'good', 5: 'excellent'}
VERDICTS = {'зч': 'passed', 'нз': 'insufficient'}


def mean(apps, schema_editor):
    """Of «зч» and «нз», and of five-point scales, what was concluded from them stands. Of other
    points it was wrong (a ten-point «4» was good, the best of three levels satisfactory): what they
    mean only the school knows, and until it says so nothing is concluded."""
    GradeValue = apps.get_model('school', 'GradeValue')
    History = apps.get_model('school', 'HistoricalGradeValue')
    points = defaultdict(set)
    for model in (GradeValue, History):
        for scale, one in model.objects.filter(points__isnull=False).values_list('scale', 'points'):
            points[scale].add(one)
    five = [scale for scale, found in points.items() if {3, 4, 5} <= found <= OF_FIVE.keys()]
    for model in (GradeValue, History):
        for text, meaning in VERDICTS.items():
            model.objects.filter(text=text, points=None).update(meaning=meaning)
        for one, meaning in OF_FIVE.items():
            model.objects.filter(scale__in=five, points=one).update(meaning=meaning)


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0014_sort_name'),
    ]

    operations = [
        migrations.AddField(
            model_name='gradevalue',
            name='meaning',
            field=models.CharField(blank=True, choices=[('excellent', 'отлично'), ('good', 'хорошо'), ('satisfactory', 'удовлетворительно'), ('insufficient', 'неудовлетворительно'), ('passed', 'зачтено, без уровня')], help_text='По этому считаются успеваемость, качество и СОУ; пусто: ни о чём не говорит.', max_length=12, verbose_name='что значит'),
        ),
        migrations.AddField(
            model_name='historicalgradevalue',
            name='meaning',
            field=models.CharField(blank=True, choices=[('excellent', 'отлично'), ('good', 'хорошо'), ('satisfactory', 'удовлетворительно'), ('insufficient', 'неудовлетворительно'), ('passed', 'зачтено, без уровня')], help_text='По этому считаются успеваемость, качество и СОУ; пусто: ни о чём не говорит.', max_length=12, verbose_name='что значит'),
        ),
        migrations.AddField(
            model_name='historicalschoolyear',
            name='exams_due_on',
            field=models.DateField(blank=True, help_text='Последний день. Пусто: последний день учебных периодов года (п. 2.6).', null=True, verbose_name='экзаменационные оценки выставляют до'),
        ),
        migrations.AddField(
            model_name='historicalschoolyear',
            name='finals_due_on',
            field=models.DateField(blank=True, help_text='Последний день. Пусто: тот же, что у экзаменационных, но не раньше годовых.', null=True, verbose_name='итоговые оценки выставляют до'),
        ),
        migrations.AddField(
            model_name='schoolyear',
            name='exams_due_on',
            field=models.DateField(blank=True, help_text='Последний день. Пусто: последний день учебных периодов года (п. 2.6).', null=True, verbose_name='экзаменационные оценки выставляют до'),
        ),
        migrations.AddField(
            model_name='schoolyear',
            name='finals_due_on',
            field=models.DateField(blank=True, help_text='Последний день. Пусто: тот же, что у экзаменационных, но не раньше годовых.', null=True, verbose_name='итоговые оценки выставляют до'),
        ),
        migrations.AlterField(
            model_name='gradevalue',
            name='points',
            field=models.PositiveSmallIntegerField(blank=True, help_text='С ними отметка входит в средний балл; пусто: не входит.', null=True, verbose_name='баллы'),
        ),
        migrations.AlterField(
            model_name='historicalgradevalue',
            name='points',
            field=models.PositiveSmallIntegerField(blank=True, help_text='С ними отметка входит в средний балл; пусто: не входит.', null=True, verbose_name='баллы'),
        ),
        migrations.AddConstraint(
            model_name='gradevalue',
            constraint=models.CheckConstraint(condition=models.Q(('meaning__in', ['', 'excellent', 'good', 'satisfactory', 'insufficient', 'passed'])), name='gradevalue_meaning'),
        ),
        migrations.AddConstraint(
            model_name='schoolyear',
            constraint=models.CheckConstraint(condition=models.Q(('exams_due_on__isnull', True), ('exams_due_on__gte', models.F('starts_on')), _connector='OR'), name='schoolyear_exams_due_in_it', violation_error_message='Экзамены раньше начала учебного года.'),
        ),
        migrations.AddConstraint(
            model_name='schoolyear',
            constraint=models.CheckConstraint(condition=models.Q(('finals_due_on__isnull', True), ('finals_due_on__gte', models.F('starts_on')), _connector='OR'), name='schoolyear_finals_due_in_it', violation_error_message='Итоговые оценки раньше начала учебного года.'),
        ),
        migrations.AddConstraint(
            model_name='schoolyear',
            constraint=models.CheckConstraint(condition=models.Q(('exams_due_on__isnull', True), ('finals_due_on__isnull', True), ('finals_due_on__gte', models.F('exams_due_on')), _connector='OR'), name='schoolyear_finals_after_exams', violation_error_message='Итоговые оценки не ставят раньше экзаменационных.'),
        ),
        migrations.RunPython(mean, migrations.RunPython.noop),
    ]
