
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journals', '0022_fill_given_topics'),
        ('school', '0040_people_and_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Certifying',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='взят в работу')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='когда')),
                ('sealed_key', models.TextField(blank=True, editable=False, verbose_name='пароль ключа')),
                ('started_at', models.DateTimeField(null=True, verbose_name='начато')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='закончено')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='ошибка')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто заверяет')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.period', verbose_name='период')),
                ('stopped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто остановил')),
            ],
            options={
                'verbose_name': 'заверение журналов',
                'verbose_name_plural': 'заверения журналов',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='CertifyingLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was_certified', models.BooleanField(default=False, verbose_name='был заверен раньше')),
                ('refusal', models.CharField(blank=True, max_length=500, verbose_name='почему не заверен')),
                ('done_at', models.DateTimeField(null=True, verbose_name='когда')),
                ('certificate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journals.certificate', verbose_name='заверен')),
                ('certifying', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='journals.certifying', verbose_name='заверение')),
                ('journal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='school.journal', verbose_name='журнал')),
            ],
            options={
                'verbose_name': 'журнал заверения',
                'verbose_name_plural': 'журналы заверения',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='certifying',
            constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('finished_at', None)), name='certifying_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='certifying',
            constraint=models.CheckConstraint(condition=models.Q(('finished_at', None), ('sealed_key', ''), _connector='OR'), name='certifying_forgets_the_key'),
        ),
        migrations.AddConstraint(
            model_name='certifyingline',
            constraint=models.UniqueConstraint(fields=('certifying', 'journal'), name='certifyingline_once'),
        ),
        migrations.AddConstraint(
            model_name='certifyingline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('certificate', None), ('done_at', None), ('refusal', '')), models.Q(('certificate__isnull', False), ('done_at__isnull', False), ('refusal', '')), models.Q(('certificate', None), ('done_at__isnull', False), models.Q(('refusal', ''), _negated=True)), _connector='OR'), name='certifyingline_certified_or_refused'),
        ),
    ]
