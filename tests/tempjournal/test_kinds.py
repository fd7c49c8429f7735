"""What is to be transferred of lessons that do not owe all (3.2)."""

import datetime

from django.utils import timezone

from journals.actions.entries import save_field
from school.actions.kinds import set_kind
from school.models import LessonKind
from school.models.lessons import local_instant
from tests.tempjournal.test_outages import dues, write
from tests.world import day


def kind(name):
    return LessonKind.objects.get(name=name)


def paper(outage, journal):
    return outage.temporary_journals.get(journal=journal)


def test_a_transfer_is_complete_with_what_is_owed(world, record):
    set_kind(world.lesson_b, kind("Самоподготовка"))
    made = record("23 11:10", "23 11:30")
    assert paper(made, world.maths_b).transferred_at is None
    save_field(world.maths_b, world.lesson_b.pk, "attendance", "", "все")
    assert paper(made, world.maths_b).transferred_at == timezone.now()
    set_kind(world.lesson_b, kind("Консультация"))
    assert paper(made, world.maths_b).transferred_at is None
    save_field(world.maths_b, world.lesson_b.pk, "topic", "", "Дроби")
    assert paper(made, world.maths_b).transferred_at == timezone.now()


def test_marks_of_a_work_are_waited_for_only_where_they_are_owed(world, record):
    made = record("23 11:10", "23 11:30")
    write(world.lesson_b, topic="Дроби", homework="-", attendance="все", works=f"{world.test.pk}")
    assert paper(made, world.maths_b).transferred_at is None
    set_kind(world.lesson_b, kind("Консультация"))
    assert paper(made, world.maths_b).transferred_at == timezone.now()


def test_of_what_owes_nothing_nothing_is_waited_for(world, record):
    nothing = LessonKind.objects.create(
        name="Прогулка",
        short_name="прог.",
        position=9,
        **dict.fromkeys(
            (
                "counts_as_lessons",
                "owes_attendance",
                "owes_topic",
                "owes_homework",
                "owes_marks",
            ),
            False,
        ),
    )
    set_kind(world.lesson_b, nothing)
    made = record("23 11:10", "23 11:30")
    assert paper(made, world.maths_b).transferred_at == local_instant(
        day(11, 23), datetime.time(11, 40)
    )


def test_what_is_not_owed_is_not_moved(world, record):
    set_kind(world.individual_lesson, kind("Консультация"))
    record("23 11:00", "23 23:50")
    assert dues(world.individual_lesson) == ("11-25 23:59", None)
