"""Lessons learn which line of the plan they gave: by their topic, in the order of time, as the plan
was followed so far. Of lines with one title each is given as often as it has hours."""

from bisect import bisect_right
from collections import defaultdict

from django.db import migrations
from django.utils import timezone

BASELINE = "начало истории"
AT_ONCE = 2000


def bound_by_text(lines, topics):
    """For each topic the id of the line: the next hour with that title behind the last one, else
    the first one before it; None where there is none. `lines` are (id, title, hours)."""
    hours = [(pk, title) for pk, title, count in lines for _ in range(count)]
    places = defaultdict(list)
    for place, (_, title) in enumerate(hours):
        places[title].append(place)
    last, found = -1, []
    for topic in topics:
        left = places.get(topic)
        if not left:
            found.append(None)
            continue
        last = left.pop(bisect_right(left, last) % len(left))
        found.append(hours[last][0])
    return found


def given(apps):
    """(lesson id, line id) of all journals that have a plan."""
    lines, lessons = defaultdict(list), defaultdict(list)
    rows = apps.get_model("journals", "PlannedTopic").objects.order_by("journal", "position")
    for journal, *line in rows.values_list("journal", "pk", "title", "hours").iterator():
        lines[journal].append(line)
    taught = apps.get_model("school", "Lesson").objects.filter(cancelled="").exclude(topic="")
    taught = taught.order_by("journal", "date", "number")
    for journal, *lesson in taught.values_list("journal", "pk", "topic").iterator():
        if journal in lines:
            lessons[journal].append(lesson)
    for journal, found in lessons.items():
        bound = bound_by_text(lines[journal], [topic for _, topic in found])
        for (lesson, _), line in zip(found, bound, strict=True):
            if line is not None:
                yield lesson, line


def fill(apps, schema_editor):
    model = apps.get_model("journals", "GivenTopic")
    history = apps.get_model("journals", "HistoricalGivenTopic")
    model.objects.bulk_create(
        (model(lesson_id=lesson, line_id=line) for lesson, line in given(apps)), AT_ONCE
    )
    now = timezone.now()
    history.objects.bulk_create(
        (
            history(
                id=row.pk,
                lesson_id=row.lesson_id,
                line_id=row.line_id,
                history_date=now,
                history_type="+",
                history_change_reason=BASELINE,
                history_address=None,
            )
            for row in model.objects.order_by("pk").iterator()
        ),
        AT_ONCE,
    )


class Migration(migrations.Migration):
    dependencies = [("journals", "0021_plan_lines")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
