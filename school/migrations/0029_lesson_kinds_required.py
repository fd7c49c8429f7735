"""Every journal and lesson has a kind; what is late is found by the new instants."""

import django.db.models.deletion
import school.models.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0028_lesson_kinds_filled'),
    ]

    operations = [
        migrations.AlterField(
            model_name='journal',
            name='lesson_kind',
            field=models.ForeignKey(help_text='Другой вид получают уроки с сегодняшнего дня, если у них был прежний.', on_delete=django.db.models.deletion.PROTECT, to='school.lessonkind', verbose_name='вид занятий'),
        ),
        # By itself: with what is NULL so far Django would ask today's model for the default.
        migrations.AlterField(
            model_name='journal',
            name='lesson_kind',
            field=models.ForeignKey(default=school.models.kinds.usual_kind, help_text='Другой вид получают уроки с сегодняшнего дня, если у них был прежний.', on_delete=django.db.models.deletion.PROTECT, to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AlterField(
            model_name='historicaljournal',
            name='lesson_kind',
            field=models.ForeignKey(blank=True, db_constraint=False, default=school.models.kinds.usual_kind, help_text='Другой вид получают уроки с сегодняшнего дня, если у них был прежний.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AlterField(
            model_name='lesson',
            name='kind',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='school.lessonkind', verbose_name='вид занятий'),
        ),
        migrations.AddIndex(
            model_name='lesson',
            index=models.Index(condition=models.Q(('attendance_taken_at__isnull', True), ('attendance_taken_at__gt', models.F('attendance_due_at')), _connector='OR'), fields=['attendance_due_at'], name='lesson_attendance_late'),
        ),
        migrations.AddIndex(
            model_name='lesson',
            index=models.Index(condition=models.Q(('topic_entered_at__isnull', True), ('topic_entered_at__gt', models.F('topic_due_at')), _connector='OR'), fields=['topic_due_at'], name='lesson_topic_late'),
        ),
        migrations.AddIndex(
            model_name='lesson',
            index=models.Index(condition=models.Q(('cancelled', ''), ('nobody_attends', False), models.Q(models.Q(('attendance_due_at__isnull', True), ('owes_attendance', True)), models.Q(('owes_topic', True), ('topic_due_at__isnull', True)), models.Q(('homework_due_at__isnull', True), ('owes_homework', True)), _connector='OR')), fields=['date'], name='lesson_due_unknown'),
        ),
    ]
