"""Days of before are spans of one day for the whole school, worked or not. Going back a span becomes
a row for each of its days; what is said of some classes alone has no place there: the lessons that it
has cancelled stay so, as if somebody had done it himself."""

import datetime

from django.db import migrations
from django.db.models import F

MODELS = ("DayOverride", "HistoricalDayOverride")


def fill(apps, schema_editor):
    for name in MODELS:
        days = apps.get_model("school", name).objects
        days.update(ends_on=F("starts_on"))
        days.filter(is_working=True).update(kind="working")
        days.filter(is_working=False).update(kind="off")
        days.filter(reason="").update(reason="причина не указана")


def empty(apps, schema_editor):
    DayOverride = apps.get_model("school", "DayOverride")
    Lesson = apps.get_model("school", "Lesson")
    of_some = DayOverride.objects.exclude(parallel=None, school_class=None)
    keys = list(of_some.values_list("pk", flat=True))
    Lesson.objects.filter(cancelled_by__in=keys).update(cancelled_by=None)
    of_some._raw_delete(of_some.db)  # no lesson points to them any more
    for name in MODELS:
        days = apps.get_model("school", name).objects
        days.filter(kind="working").update(is_working=True)
        days.exclude(kind="working").update(is_working=False)
        # The kind alone said it.
        unsaid = days.filter(reason="")
        unsaid.filter(kind="vacation").update(reason="каникулы")
        unsaid.filter(kind="quarantine").update(reason="карантин")
    for row in DayOverride.objects.filter(ends_on__gt=F("starts_on")):
        for number in range(1, (row.ends_on - row.starts_on).days + 1):
            day = row.starts_on + datetime.timedelta(days=number)
            one = DayOverride.objects.create(
                starts_on=day,
                ends_on=day,
                is_working=row.is_working,
                timetable_weekday=row.timetable_weekday,
                reason=row.reason,
            )
            Lesson.objects.filter(cancelled_by=row.pk, date=day).update(cancelled_by=one.pk)


class Migration(migrations.Migration):
    dependencies = [("school", "0024_days_of_classes")]
    operations = [migrations.RunPython(fill, empty)]
