"""The databases: a school of 600 pupils with 34 filled weeks, the same with ten such years, and the
same with a million lessons for the deadline watch."""

import datetime
import math
import random

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import F

from attendance.models import Absence
from attendance.reasons import Reason
from journals.models import LessonWork, Mark, PlannedTopic, WorkType
from school.models import (
    Enrolment,
    GradeScale,
    GroupMembership,
    Journal,
    Lesson,
    Period,
    PeriodLock,
    SchoolClass,
    SchoolYear,
    Student,
    Subject,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
)
from school.projection import sync
from school.queries.bells import bells_of

TODAY = datetime.date(2026, 11, 25)
NOON = datetime.datetime(2026, 11, 25, 9, tzinfo=datetime.UTC)
PUPILS, LESSONS = 30, 40
SHIFT = 20_000_000  # keys of a copied year
DAYS = 364  # a year of whole weeks
LESSONS_OF_WATCH, NEGLECTED = 1_000_000, 1_000

COPIED = [
    SchoolYear,
    Period,
    SchoolClass,
    Enrolment,
    TeachingGroup,
    GroupMembership,
    Journal,
    TeachingAssignment,
    TimetableEntry,
    PlannedTopic,
    Lesson,
    LessonWork,
    Mark,
    Absence,
    Lesson.history.model,
    LessonWork.history.model,
    Mark.history.model,
    Absence.history.model,
]


def fill_one_year():
    """The demo's school, and a journal of exactly 30 pupils × 40 lessons in a quarter."""
    call_command("demo_data", pupils=600, weeks=34, seed=7, today=TODAY, verbosity=0)
    PeriodLock.objects.all().delete()  # marks are to be saved in all of the year
    with transaction.atomic():
        _full_register()
        sync()
    analyze()


def _full_register():
    dice = random.Random(7)
    year = SchoolYear.objects.get()
    quarter = Period.objects.get(year=year, kind=Period.Kind.QUARTER, number=2)
    users = get_user_model().objects
    teacher = users.create(username="bench", last_name="Замеров", first_name="Захар")
    its_class = SchoolClass.objects.create(year=year, number=12, letter="Я")
    group = TeachingGroup.objects.create(
        kind="class", year=year, name=str(its_class), school_class=its_class
    )
    journal = Journal.objects.create(
        group=group,
        subject=Subject.objects.get(name="Математика"),
        scale=GradeScale.objects.get(name="Пятибалльная"),
    )
    TeachingAssignment.objects.create(journal=journal, teacher=teacher, starts_on=year.starts_on)
    students = []
    for n in range(PUPILS):
        user = users.create(
            username=f"bench{n}", last_name=f"Длиннофамильный{n}", first_name="Александр"
        )
        students.append(Student.objects.create(user=user))
        Enrolment.objects.create(
            student=students[-1], school_class=its_class, starts_on=year.starts_on
        )
    hours = list(
        bells_of([journal.group_id]).of_group(journal.group_id, quarter.starts_on).values()
    )
    values = list(journal.scale.values.filter(points__isnull=False))
    kind = WorkType.objects.get(short_name="ОТВ")
    for n in range(LESSONS):
        lesson = Lesson.objects.create(
            journal=journal,
            kind=journal.lesson_kind,
            date=quarter.starts_on + datetime.timedelta(days=n // 2),
            **hours[n % 2]._asdict(),
            topic="Сложение и вычитание смешанных чисел, решение задач",
            homework="§ 12, № 345–348; повторить правило на с. 56",
            attendance_taken_at=NOON,
            topic_entered_at=NOON,
            homework_entered_at=NOON,
        )
        work = LessonWork.objects.create(lesson=lesson, work_type=kind, position=1, marked_at=NOON)
        for student in students:
            chance = dice.random()
            if chance < 0.33:
                Mark.objects.create(work=work, student=student, value=dice.choice(values))
            elif chance < 0.38:
                Absence.objects.create(lesson=lesson, student=student, reason=Reason.UNKNOWN)
        PlannedTopic.objects.create(journal=journal, position=n + 1, title=f"Тема {n}")


def add_nine_years():
    """Copy the year nine times into the past, with its history."""
    with transaction.atomic(), connection.cursor() as cursor:
        for back in range(1, 10):
            for model in COPIED:
                cursor.execute(_copy_sql(model, back))
    sync()
    analyze()


def add_lessons():
    """Copy the year's lessons and works into the past until there are a million lessons, all duties
    done in time; then of a thousand lessons one duty each is neglected and was due a minute ago."""
    with transaction.atomic(), connection.cursor() as cursor:
        Lesson.objects.filter(cancelled="").update(
            attendance_taken_at=F("attendance_due_at"),
            topic_entered_at=F("topic_due_at"),
            homework_entered_at=F("homework_due_at"),
        )
        LessonWork.objects.update(marked_at=F("marks_due_at"))
        for back in range(1, math.ceil(LESSONS_OF_WATCH / Lesson.objects.count())):
            for model in (SchoolYear, SchoolClass, TeachingGroup, Journal, Lesson, LessonWork):
                cursor.execute(_copy_sql(model, back))
        _neglect()
        cursor.execute("DELETE FROM journals_lateentry")
        cursor.execute("DELETE FROM journals_watch")
    analyze()


def _neglect():
    """Four kinds of duties, of a quarter of the thousand lessons each."""
    past = Lesson.objects.filter(date__lt=TODAY, cancelled="", works__position=1).order_by("-date")
    # What an outage has moved beyond noon was done when it was due: after noon.
    past = past.filter(topic_due_at__lt=NOON, homework_due_at__lt=NOON)
    found = list(past.values_list("pk", flat=True)[:NEGLECTED])
    due = NOON - datetime.timedelta(minutes=1)
    for n, neglected in enumerate(
        [
            {"attendance_due_at": due, "attendance_taken_at": None},
            {"topic_due_at": due, "topic_entered_at": None, "topic": ""},
            {
                "homework_due_at": due,
                "homework_entered_at": None,
                "homework": "",
                "homework_minutes": None,
                "no_homework": False,
            },
        ]
    ):
        Lesson.objects.filter(pk__in=found[n::4]).update(**neglected)
    works = LessonWork.objects.filter(lesson__in=found[3::4], position=1)
    works.update(marks_due_at=due, marked_at=None)


def _copy_sql(model, back):
    columns, shifted = [], []
    for field in model._meta.concrete_fields:
        columns.append(f'"{field.column}"')
        shifted.append(_shifted(field, back))
    table = model._meta.db_table
    # Only the present year's rows are copied: those whose keys were not made here.
    return (
        f'INSERT INTO "{table}" ({", ".join(columns)}) '
        f'SELECT {", ".join(shifted)} FROM "{table}" '
        f'WHERE "{model._meta.pk.column}" < {SHIFT}'
    )


def _shifted(field, back):
    column = f'"{field.column}"'
    of_copied = field.is_relation and field.related_model in COPIED
    if field.primary_key or field.column == "id" or of_copied:
        return f"{column} + {back * SHIFT}"
    if isinstance(field, models.DateTimeField):
        return f"{column} - interval '{back * DAYS} days'"
    if field.column == "ends_on":  # what is open now has ended with its year then
        return f"COALESCE({column}, DATE '2027-05-31') - {back * DAYS}"
    if isinstance(field, models.DateField):
        return f"{column} - {back * DAYS}"
    return column


def analyze():
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
