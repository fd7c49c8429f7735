"""The rule of grading no longer stands among the school's settings."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("school", "0009_first_versions")]
    operations = [
        migrations.RemoveConstraint(
            model_name='school',
            name='school_grade_rounds_up_from',
        ),
        migrations.RemoveField(
            model_name='school',
            name='grade_min_marks',
        ),
        migrations.RemoveField(
            model_name='school',
            name='grade_rounds_up_from',
        ),
    ]
