"""The one table of bells becomes a schedule that holds for the whole school; lessons and rows of the
timetable say their number and times themselves.

A lesson of the past has the times that its bell had on that day, as far as the history tells. Bells
that overlap, which nobody refused so far, go into a schedule that holds nowhere: lessons keep them.
"""

import datetime

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.utils import timezone

USUAL, CROSSED = "Основное", "Пересекаются с основным"
REASON = "перенос прежнего расписания звонков"
FIRST = datetime.date(2000, 1, 1)


def fill(apps, schema_editor):
    models = {name: apps.get_model("school", name) for name in NAMES}
    slots = list(models["BellSlot"].objects.order_by("starts_at", "ends_at"))
    _numbers(models)
    if not slots:
        return
    usual = _schedule(models, USUAL)
    _recorded(models, "BellUse", schedule=usual, starts_on=FIRST)
    crossed, free_from = None, None
    for slot in slots:
        overlaps = free_from is not None and slot.starts_at < free_from
        if overlaps:
            crossed = crossed or _schedule(models, CROSSED)
        else:
            free_from = slot.ends_at
        slot.schedule = crossed if overlaps else usual
        slot.save(update_fields=["schedule"])
    for schedule in filter(None, (usual, crossed)):
        keys = models["BellSlot"].objects.filter(schedule=schedule).values("pk")
        models["HistoricalBellSlot"].objects.filter(id__in=keys).update(schedule=schedule)
    for slot in slots:
        _times(models, slot)


NAMES = (
    "BellSchedule",
    "BellSlot",
    "BellUse",
    "HistoricalBellSchedule",
    "HistoricalBellSlot",
    "HistoricalBellUse",
    "HistoricalLesson",
    "HistoricalTimetableEntry",
    "Lesson",
    "TimetableEntry",
)


def _schedule(models, name):
    return _recorded(models, "BellSchedule", name=name)


def _recorded(models, model, **values):
    made = models[model].objects.create(**values)
    models[f"Historical{model}"].objects.create(
        **values,
        id=made.pk,
        history_type="+",
        history_date=timezone.now(),
        history_change_reason=REASON,
    )
    return made


def _numbers(models):
    """Of all that says an hour; a bell that is gone by now is known to its history."""
    now = models["BellSlot"].objects.filter(pk=OuterRef("slot")).values("number")
    gone = models["HistoricalBellSlot"].objects.filter(id=OuterRef("slot")).order_by("-history_id")
    for name in ("Lesson", "TimetableEntry", "HistoricalLesson", "HistoricalTimetableEntry"):
        rows = models[name].objects
        rows.update(number=Subquery(now))
        left = rows.filter(number=None)
        if name.startswith("Historical"):
            left.update(number=Subquery(gone.values("number")[:1]))
            left.update(number=0)


def _times(models, slot):
    lessons = models["Lesson"].objects.filter(slot=slot)
    lessons.update(starts_at=slot.starts_at, ends_at=slot.ends_at)
    told = models["HistoricalBellSlot"].objects.filter(id=slot.pk).order_by("history_id")
    until = None
    for row in reversed(list(told.values_list("history_date", "starts_at", "ends_at"))):
        changed_at, *times = row
        if until is not None and times[0] < times[1]:
            lessons.filter(date__lt=until).update(starts_at=times[0], ends_at=times[1])
        until = timezone.localdate(changed_at)


def empty(apps, schema_editor):
    """Back: one table of bells, that of the first schedule and what it lacks."""
    models = {name: apps.get_model("school", name) for name in NAMES}
    kept = {}
    for slot in models["BellSlot"].objects.order_by("schedule", "number"):
        if slot.number in kept:
            slot.delete()
        else:
            kept[slot.number] = slot
    models["BellSlot"].objects.update(schedule=None)
    models["HistoricalBellSlot"].objects.update(schedule=None)
    for hour in models["Lesson"].objects.exclude(number__in=kept).values_list(
        "number", "starts_at", "ends_at"
    ):
        if hour[0] not in kept:
            kept[hour[0]] = models["BellSlot"].objects.create(
                number=hour[0], starts_at=hour[1], ends_at=hour[2]
            )
    of_number = models["BellSlot"].objects.filter(number=OuterRef("number")).values("pk")
    for name in ("Lesson", "TimetableEntry"):
        models[name].objects.update(slot=Subquery(of_number))
    for name in ("HistoricalLesson", "HistoricalTimetableEntry"):
        models[name].objects.update(slot=Subquery(of_number))
    for name in ("HistoricalBellUse", "HistoricalBellSchedule", "BellUse", "BellSchedule"):
        models[name].objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("school", "0019_bells")]
    operations = [migrations.RunPython(fill, empty)]
