"""Lessons from before it was known which of them nobody attends come through whole: they are
judged by the first sweep."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from journals.actions.watch import sweep
from journals.models import LateEntry
from school.actions.pupils import leave_school
from school.models import Lesson
from tests import world as worlds
from tests.world import day

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("school", "0013_known_lessons"), ("journals", "0011_expected_marks")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def world(transactional_db, noon):
    made = worlds.stands()
    yield made
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def test_what_was_late_without_pupils_goes(world):
    leave_school(world.special, day(11, 16))
    lesson = world.individual_lesson
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    dues = dict(Lesson.objects.exclude(pk=lesson.pk).values_list("pk", "day_due_at"))
    old = migrate(BEFORE)
    due = old.get_model("school", "Lesson").objects.get(pk=world.lesson.pk).day_due_at
    old.get_model("school", "Lesson").objects.filter(pk=lesson.pk).update(
        day_due_at=due, homework_due_at=due
    )
    old.get_model("journals", "LateEntry").objects.create(
        kind="topic", object_id=lesson.pk, lesson_id=lesson.pk, due_at=due, found_at=due
    )
    migrate(newest)
    sweep()
    lesson = Lesson.objects.get(pk=lesson.pk)
    assert (lesson.nobody_attends, lesson.day_due_at, lesson.homework_due_at) == (True, None, None)
    assert not LateEntry.objects.filter(lesson=lesson).exists()
    assert LateEntry.history.filter(lesson=lesson, history_type="-").exists()
    assert dict(Lesson.objects.exclude(pk=lesson.pk).values_list("pk", "day_due_at")) == dues
    assert LateEntry.objects.filter(lesson=world.lesson).exists()
