"""Lessons that a day off has cancelled say so: till now they were known by its words."""

from django.db import migrations


def link(apps, schema_editor):
    DayOverride = apps.get_model("school", "DayOverride")
    Lesson = apps.get_model("school", "Lesson")
    for day in DayOverride.objects.filter(is_working=False).exclude(reason=""):
        Lesson.objects.filter(date=day.date, cancelled=day.reason).update(cancelled_by=day)


class Migration(migrations.Migration):
    dependencies = [("school", "0006_cancelled_by_a_day")]
    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
