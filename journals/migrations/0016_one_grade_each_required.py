"""The grades of before have a subject and a year: that is asked of every one from now on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journals', '0015_one_grade_each_filled'),
    ]

    operations = [
        migrations.AlterField(
            model_name='periodgrade',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.subject', verbose_name='предмет'),
        ),
        migrations.AlterField(
            model_name='periodgrade',
            name='year',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.schoolyear', verbose_name='учебный год'),
        ),
        migrations.AddConstraint(
            model_name='periodgrade',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'period')), fields=('student', 'subject', 'period'), name='periodgrade_once'),
        ),
        migrations.AddConstraint(
            model_name='periodgrade',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'period'), _negated=True), fields=('student', 'subject', 'year', 'kind'), name='yeargrade_once'),
        ),
        migrations.AddConstraint(
            model_name='periodgrade',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', True), ('journal__isnull', False)), models.Q(('document__isnull', False), ('journal__isnull', True)), _connector='OR'), name='periodgrade_of_journal_or_document'),
        ),
    ]
