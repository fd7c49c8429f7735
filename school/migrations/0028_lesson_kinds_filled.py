"""The six kinds of lessons; what stands is of the first. Topic and attendance were due by one
instant."""

from django.db import migrations
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

OWED = ("counts_as_lessons", "owes_attendance", "owes_topic", "owes_homework", "owes_marks")
KINDS = [  # name, short name, OWED
    ("Урок", "", (True, True, True, True, True)),
    ("Внеурочное занятие", "внеур.", (False, True, True, False, False)),
    ("Коррекционно-развивающее занятие", "коррекц.", (False, True, True, False, False)),
    ("Самоподготовка", "самоподг.", (False, True, False, False, False)),
    ("Консультация", "консульт.", (False, True, True, False, False)),
    ("Экзамен", "экзамен", (True, True, True, False, True)),
]
BASELINE = "начало истории"


def rows():
    """[{field: value}] of the six, in order."""
    return [
        {"name": name, "short_name": short_name, "position": position}
        | dict(zip(OWED, owed, strict=True))
        for position, (name, short_name, owed) in enumerate(KINDS, start=1)
    ]


def fill(apps, schema_editor):
    models = {name: apps.get_model("school", name) for name in NAMES}
    kinds = [_recorded(models, values) for values in rows()]
    usual = kinds[0]
    for name in ("Journal", "HistoricalJournal"):
        models[name].objects.update(lesson_kind=usual)
    for name in ("Lesson", "HistoricalLesson"):
        models[name].objects.update(kind=usual)
    models["Lesson"].objects.update(topic_due_at=F("attendance_due_at"))


NAMES = (
    "HistoricalJournal",
    "HistoricalLesson",
    "HistoricalLessonKind",
    "Journal",
    "Lesson",
    "LessonKind",
)


def _recorded(models, values):
    made = models["LessonKind"].objects.create(**values)
    models["HistoricalLessonKind"].objects.create(
        **values,
        id=made.pk,
        history_type="+",
        history_date=timezone.now(),
        history_change_reason=BASELINE,
    )
    return made


def empty(apps, schema_editor):
    """Back: where one of the two is not owed, the instant is that of the other. The columns go with
    what they say."""
    lessons = apps.get_model("school", "Lesson").objects
    lessons.update(attendance_due_at=Coalesce("attendance_due_at", "topic_due_at"), kind=None)
    for name, said in (("TimetableEntry", "kind"), ("Journal", "lesson_kind")):
        apps.get_model("school", name).objects.update(**{said: None})
    for name in ("HistoricalLessonKind", "LessonKind"):
        apps.get_model("school", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("school", "0027_lesson_kinds")]
    operations = [migrations.RunPython(fill, empty)]
