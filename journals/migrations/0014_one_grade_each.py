"""One grade of a pupil, subject and period, whatever journals he has gone through; what he brings
from his former school."""

import django.db.models.deletion
import django.utils.timezone
import school.models.history
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journals', '0013_judged_by_themselves'),
        ('school', '0030_kinds_in_drafts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BroughtMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'отметка прежней школы',
                'verbose_name_plural': 'отметки прежних школ',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalBroughtMark',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical отметка прежней школы',
                'verbose_name_plural': 'historical отметки прежних школ',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalTransferDocument',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(default=school.models.history.current_address, null=True, verbose_name='адрес')),
                ('school', models.CharField(max_length=100, verbose_name='прежняя школа')),
                ('name', models.CharField(max_length=150, verbose_name='документ')),
                ('signed_on', models.DateField(verbose_name='дата документа')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='внесён')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical документ прежней школы',
                'verbose_name_plural': 'historical документы прежних школ',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='TransferDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('school', models.CharField(max_length=100, verbose_name='прежняя школа')),
                ('name', models.CharField(max_length=150, verbose_name='документ')),
                ('signed_on', models.DateField(verbose_name='дата документа')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='внесён')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.schoolyear', verbose_name='учебный год')),
            ],
            options={
                'verbose_name': 'документ прежней школы',
                'verbose_name_plural': 'документы прежних школ',
                'ordering': ['signed_on', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='periodgrade',
            name='periodgrade_once',
        ),
        migrations.RemoveConstraint(
            model_name='periodgrade',
            name='yeargrade_once',
        ),
        migrations.AddField(
            model_name='historicalperiodgrade',
            name='subject',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.subject', verbose_name='предмет'),
        ),
        migrations.AddField(
            model_name='historicalperiodgrade',
            name='year',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.schoolyear', verbose_name='учебный год'),
        ),
        migrations.AddField(
            model_name='periodgrade',
            name='subject',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.subject', verbose_name='предмет'),
        ),
        migrations.AddField(
            model_name='periodgrade',
            name='year',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.schoolyear', verbose_name='учебный год'),
        ),
        migrations.AlterField(
            model_name='periodgrade',
            name='journal',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grades', to='school.journal', verbose_name='журнал'),
        ),
        migrations.AddField(
            model_name='broughtmark',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.period', verbose_name='период'),
        ),
        migrations.AddField(
            model_name='broughtmark',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.subject', verbose_name='предмет'),
        ),
        migrations.AddField(
            model_name='broughtmark',
            name='value',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.gradevalue', verbose_name='отметка'),
        ),
        migrations.AddField(
            model_name='historicalbroughtmark',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalbroughtmark',
            name='period',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.period', verbose_name='период'),
        ),
        migrations.AddField(
            model_name='historicalbroughtmark',
            name='subject',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.subject', verbose_name='предмет'),
        ),
        migrations.AddField(
            model_name='historicalbroughtmark',
            name='value',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.gradevalue', verbose_name='отметка'),
        ),
        migrations.AddField(
            model_name='historicaltransferdocument',
            name='year',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.schoolyear', verbose_name='учебный год'),
        ),
        migrations.AddField(
            model_name='historicaltransferdocument',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicaltransferdocument',
            name='recorded_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто внёс'),
        ),
        migrations.AddField(
            model_name='historicaltransferdocument',
            name='student',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.student', verbose_name='ученик'),
        ),
        migrations.AddField(
            model_name='transferdocument',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто внёс'),
        ),
        migrations.AddField(
            model_name='transferdocument',
            name='student',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfer_documents', to='school.student', verbose_name='ученик'),
        ),
        migrations.AddField(
            model_name='historicalbroughtmark',
            name='document',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='journals.transferdocument', verbose_name='документ'),
        ),
        migrations.AddField(
            model_name='broughtmark',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='journals.transferdocument', verbose_name='документ'),
        ),
        migrations.AddField(
            model_name='historicalperiodgrade',
            name='document',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='journals.transferdocument', verbose_name='документ прежней школы'),
        ),
        migrations.AddField(
            model_name='periodgrade',
            name='document',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grades', to='journals.transferdocument', verbose_name='документ прежней школы'),
        ),
        migrations.AddConstraint(
            model_name='transferdocument',
            constraint=models.UniqueConstraint(fields=('student', 'school', 'name', 'signed_on'), name='transferdocument_once', violation_error_message='Такой документ уже внесён.'),
        ),
    ]
