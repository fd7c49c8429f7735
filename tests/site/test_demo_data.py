"""The demo's school is a believable one, and always the same."""

import datetime
from collections import Counter
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.db.models import F

from diaries.models import WeeklyReport
from journals import marking
from journals.models import GradeSheet, LateEntry, LessonWork, Mark, PeriodGrade
from school.models import Enrolment, Lesson, PeriodLock, TeachingAssignment, User
from school.projection import expected, projected
from school.queries.lessons import lessons_of
from school.rights import rights
from tempjournal.models import TemporaryJournal

# The demo runs on the embedded defaults. PostgreSQL's sequences go on when a transaction is taken
# back, so that two schools of one database differ there in their keys.
pytestmark = pytest.mark.any_database

TODAY = datetime.date(2026, 11, 25)
LOGINS = ["director", "deputy", "teacher", "classteacher", "student", "parent", "admin"]


def build(**options):
    call_command("demo_data", pupils=45, seed=7, today=TODAY, stdout=StringIO(), **options)


def made():
    """{model: its rows, how often each}: all that was made, but keys, hashes and names of files."""
    found = {}
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if not (field.primary_key or field.is_relation or isinstance(field, models.FileField))
            and field.name not in ("password", "object_pk", "object_id", "sha256", "file")
        ]
        found[model] = Counter(map(str, model._base_manager.values_list(*names)))
    return found


def test_it_is_believable(db, rf):
    build()
    for username in LOGINS:
        assert authenticate(rf.post("/"), username=username, password="demo-journal"), username
    assert sorted(User.objects.exclude(email="").values_list("email", flat=True)) == [
        f"{username}@school.example"
        for username in ("classteacher", "deputy", "director", "teacher")
    ]
    parent = User.objects.get(username="parent")
    assert len(rights(parent).ids("view_diary")) == 2
    child = User.objects.get(username="student").student
    assert child.pk in rights(parent).ids("view_diary")
    assert projected(User.objects.all()).keys() == expected(
        User.objects.all(), datetime.datetime.now().date()
    )
    # Nobody is in two places at once.
    taught = Counter(
        Lesson.objects.filter(cancelled="").values_list(
            "date", "number", "journal__assignments__teacher"
        )
    )
    assert max(taught.values()) == 1
    for enrolment in Enrolment.objects.select_related("student")[:12]:
        places = Counter(
            (lesson.date, lesson.number)
            for lesson in lessons_of(enrolment.student, TODAY - datetime.timedelta(60), TODAY)
            if not lesson.cancelled
        )
        assert max(places.values()) == 1
    # Marks are of the journal's scale, and of pupils enrolled somewhere that day.
    marks = Mark.objects.all()
    assert marks.count() > 500
    given = marks.filter(value__isnull=False)
    assert not given.exclude(value__scale=F("work__lesson__journal__scale")).exists()
    # A few works are still owed, of the last weeks.
    debts = marks.filter(value=None)
    assert 1 <= debts.count() <= 20
    assert debts.filter(work__lesson__date__gte=TODAY - datetime.timedelta(14)).count() == len(
        debts
    )
    enrolled = marks.filter(
        student__enrolments__starts_on__lte=F("work__lesson__date"),
    )
    assert enrolled.count() >= marks.count()
    assert Mark.history.count() == marks.count()
    assert marking.recount(LessonWork.objects.all()) == set()  # done are those that are
    # There is something to mend, and something ahead.
    assert Lesson.objects.filter(date__lt=TODAY, topic_entered_at=None, cancelled="").exists()
    assert not Lesson.objects.filter(date__gt=TODAY).exclude(topic="").exists()
    # The first quarter is graded and closed, a few grades were forgotten.
    assert str(PeriodLock.objects.get().period) == "1 четверть"
    assert PeriodGrade.history.count() == PeriodGrade.objects.count() > 300
    assert 1 <= GradeSheet.objects.filter(complete_at=None).count() <= 5
    # Some parents get printed reports; one was forgotten.
    assert WeeklyReport.objects.exclude(handed_on=None).count() >= 6
    assert LateEntry.objects.filter(kind="report", settled_at=None).count() == 1
    # There was an outage, transferred by most.
    found = TemporaryJournal.objects.filter(outage__ends_at__isnull=False)
    in_time = found.filter(transferred_at__lte=F("transfer_due_at"))
    assert found.count() > in_time.count() > found.count() / 2
    assert Mark.history.filter(history_change_reason__startswith="из временного").exists()
    # There is self-study in the evening, which owes attendance alone and moves no homework.
    study = Lesson.objects.filter(kind__name="Самоподготовка", date__lt=TODAY)
    assert study.count() > 40
    assert not study.exclude(topic_due_at=None, homework_due_at=None).exists()
    assert not LateEntry.objects.filter(lesson__in=study).exclude(kind="attendance").exists()
    mathematics = TeachingAssignment.objects.filter(teacher__username="teacher")
    kinds = set(mathematics.values_list("journal__group__kind", flat=True))
    assert kinds == {"class", "subgroup"}


def test_the_same_arguments_make_the_same_school_whatever_the_clock_says(db):
    first, second = (_made_at(datetime.datetime(*day)) for day in ((2026, 11, 26), (2027, 7, 1)))
    assert [model for model in first if first[model] != second[model]] == []


def _made_at(instant):
    with time_machine.travel(instant), transaction.atomic():
        build()
        found = made()
        transaction.set_rollback(True)
    return found


def test_weeks_are_filled_from_the_beginning(db):
    build(weeks=3)
    filled = Lesson.objects.exclude(topic="").order_by("date")
    assert filled.first().date == datetime.date(2026, 9, 1)
    assert filled.last().date < datetime.date(2026, 9, 22)


def test_more_weeks_than_there_have_been_are_filled(db):
    """Beyond the quarter: until then lessons are held, and nobody can be recorded as away."""
    build(weeks=17)
    assert Lesson.objects.exclude(topic="").filter(date__gt=TODAY).exists()


def test_a_database_with_people_is_left_alone(world):
    before = User.objects.count()
    with pytest.raises(CommandError, match="уже есть люди"):
        build()
    assert User.objects.count() == before
