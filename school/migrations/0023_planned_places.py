"""Which place of the timetable a lesson was made for: that in which it stands, where the timetable has
a row for it. Of those that were moved or added by hand nobody knows."""

from django.db import migrations
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import ExtractIsoWeekDay


def plan(apps, schema_editor):
    Lesson = apps.get_model("school", "Lesson")
    DayOverride = apps.get_model("school", "DayOverride")
    for date, weekday in DayOverride.objects.exclude(timetable_weekday=None).values_list(
        "date", "timetable_weekday"
    ):
        _plan(apps, Lesson.objects.filter(date=date), weekday)
    rest = Lesson.objects.filter(planned_on=None).annotate(weekday=ExtractIsoWeekDay("date"))
    _plan(apps, rest, OuterRef("weekday"))


def _plan(apps, lessons, weekday):
    entries = apps.get_model("school", "TimetableEntry").objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef("date")),
        journal=OuterRef("journal"),
        number=OuterRef("number"),
        weekday=weekday,
        starts_on__lte=OuterRef("date"),
    )
    keys = list(lessons.filter(Exists(entries)).values_list("pk", flat=True))
    Lesson = apps.get_model("school", "Lesson")
    for start in range(0, len(keys), 5000):
        found = Lesson.objects.filter(pk__in=keys[start : start + 5000])
        found.update(planned_on=F("date"), planned_number=F("number"))


class Migration(migrations.Migration):
    dependencies = [("school", "0022_timetable_versions")]
    operations = [migrations.RunPython(plan, migrations.RunPython.noop)]
