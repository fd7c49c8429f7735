"""Teachers' absences: facts, what they do to substitutions, which lessons they touch."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from journals.actions.lessons import move_lesson
from school.actions.lessons import cancel_lesson, substitute
from school.actions.refusals import ScheduleError
from school.actions.teacher_absences import (
    change_absence,
    record_absence,
    version,
    withdraw_absence,
)
from school.models import Lesson, Substitution, TeacherAbsence
from school.queries.teacher_absences import absence_line, away_at, present_and_coming
from tests import world as worlds
from tests.world import TODAY, day, statements

ILLNESS = TeacherAbsence.Kind.ILLNESS


def absence(teacher, first, last=None, from_lesson=None, to_lesson=None, **fields):
    """A TeacherAbsence, not saved: of one day, if no last one is said."""
    return TeacherAbsence(
        teacher=teacher,
        starts_on=first,
        ends_on=last or first,
        first_number=from_lesson,
        last_number=to_lesson,
        kind=ILLNESS,
        **fields,
    )


def recorded(w, *said, **fields):
    made = absence(*said, **fields)
    record_absence(made, w.deputy)
    return made


def absence_of(lesson):
    return Substitution.objects.get(lesson=lesson).absence


def told(lines):
    """{name: [(day, number, who takes it)]} of AbsenceLines."""
    return {
        plain(line.name): [
            (one.lesson.date.day, one.lesson.number, plain(one.taker or ", ".join(one.others)))
            for one in line.lessons
        ]
        for line in lines
    }


def plain(text):
    return text.replace("\xa0", " ")


# --- substitutions follow ---


def test_a_substitution_points_to_the_absence(world):
    ill = recorded(world, world.teacher, TODAY, day(11, 27))
    substitute(world.today_lesson, world.substitute)
    assert absence_of(world.today_lesson) == ill
    assert absence_of(world.substituted) is None  # the day before


def test_an_absence_finds_substitutions_that_were_there_first(world):
    ill = recorded(world, world.teacher, day(11, 24), day(11, 25))
    assert absence_of(world.substituted) == ill


@pytest.mark.parametrize(
    ("times", "is_touched"),
    [((2, 2), True), ((None, 1), False), ((3, None), False), ((1, 3), True)],
)
def test_only_of_the_lessons_that_lie_in_it(world, times, is_touched):
    recorded(world, world.teacher, TODAY, None, *times)
    substitute(world.today_lesson, world.substitute)  # the 2nd
    assert (absence_of(world.today_lesson) is not None) is is_touched


def test_a_changed_absence_lets_go_and_takes(world):
    ill = recorded(world, world.teacher, day(11, 24))
    substitute(world.today_lesson, world.substitute)
    ill.starts_on = ill.ends_on = TODAY
    change_absence(ill, version(ill))
    assert absence_of(world.substituted) is None
    assert absence_of(world.today_lesson) == ill


def test_one_that_is_withdrawn_leaves_the_substitution(world):
    ill = recorded(world, world.teacher, day(11, 24))
    withdraw_absence(ill, world.director, version(ill))
    row = Substitution.objects.get(lesson=world.substituted)
    assert (row.teacher, row.absence) == (world.substitute, None)
    ill.refresh_from_db()
    assert ill.withdrawn_by == world.director
    recorded(world, world.teacher, day(11, 24))  # its time is free again


def test_a_moved_lesson_leaves_the_absence(world):
    ill = recorded(world, world.teacher, day(11, 24), from_lesson=2, to_lesson=2)
    assert absence_of(world.substituted) == ill
    move_lesson(world.maths, world.substituted.pk, day(11, 24), 5)
    assert absence_of(world.substituted) is None
    move_lesson(world.maths, world.substituted.pk, day(11, 24), 2)
    assert absence_of(world.substituted) == ill


def test_who_is_away_stands_in_for_nobody(world):
    recorded(world, world.substitute, TODAY, from_lesson=2, note="операция")
    with pytest.raises(ScheduleError, match="отсутствует") as refused:
        substitute(world.today_lesson, world.substitute)
    assert "Заменова З., 25.11.2026, со 2-го урока" in plain(str(refused.value))
    assert "болезнь" not in str(refused.value)
    assert "операция" not in str(refused.value)


# --- facts ---


def test_two_absences_of_a_teacher_do_not_overlap(world):
    recorded(world, world.teacher, TODAY, day(11, 27), 3, 2)
    recorded(world, world.teacher, TODAY, None, None, 2)  # back for no lesson in between
    recorded(world, world.teacher, day(11, 27), day(11, 30), 3)
    recorded(world, world.substitute, TODAY)
    with pytest.raises(ScheduleError) as refused:
        recorded(world, world.teacher, day(11, 26), day(11, 26))
    assert "Матвеева М. М., с 25.11.2026 (с 3-го урока) по 27.11.2026" in plain(str(refused.value))
    assert "болезнь" not in str(refused.value)
    endless = absence(world.teacher, day(11, 1))
    endless.ends_on = None
    with pytest.raises(ScheduleError):
        record_absence(endless, world.deputy)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a constraint of PostgreSQL")
def test_the_database_refuses_it_too(world):
    recorded(world, world.teacher, TODAY, None, None, 2)
    whom = {"recorded_by": world.deputy}
    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        absence(world.teacher, TODAY, None, 2, **whom).save()
    absence(world.teacher, TODAY, None, 3, **whom).save()
    gone = {"withdrawn_by": world.deputy, "withdrawn_at": timezone.now()}
    absence(world.teacher, TODAY, **whom, **gone).save()


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": day(11, 26)},
        {"first_number": 3, "last_number": 2},
        {"ends_on": None, "last_number": 2},
        {"withdrawn_at": timezone.now},
    ],
)
def test_what_can_not_be(world, wrong):
    made = absence(world.teacher, TODAY, recorded_by=world.deputy)
    for name, value in wrong.items():
        setattr(made, name, value() if callable(value) else value)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()
    with pytest.raises(ValidationError):
        made.validate_constraints()


def test_who_saw_an_older_one_changes_nothing(world):
    ill = recorded(world, world.teacher, TODAY)
    seen = version(ill)
    ill.ends_on = day(11, 27)
    change_absence(ill, seen)
    ill.ends_on = day(11, 30)
    with pytest.raises(ScheduleError, match="изменили"):
        change_absence(ill, seen)
    withdraw_absence(ill, world.deputy, version(ill))
    with pytest.raises(ScheduleError, match="уже отозвана"):
        change_absence(ill, version(ill))
    ill.refresh_from_db()
    assert ill.ends_on == day(11, 27)


def test_every_change_is_in_the_history(world):
    ill = recorded(world, world.teacher, TODAY)
    ill.note = "справка будет"
    change_absence(ill, version(ill))
    withdraw_absence(ill, world.deputy, version(ill))
    notes = list(ill.history.order_by("history_id").values_list("note", flat=True))
    assert notes == ["", "справка будет", "справка будет"]
    assert ill.history.latest().withdrawn_by == world.deputy


def test_the_history_of_a_substitution_tells_nothing_of_it(world):
    before = Substitution.history.count()
    recorded(world, world.teacher, day(11, 24))
    assert Substitution.history.count() == before
    assert not hasattr(Substitution.history.model, "absence")


# --- reads ---


def test_who_is_away_at_a_lesson(world):
    ill = recorded(world, world.teacher, TODAY, day(11, 27), 3)
    assert away_at(TODAY, 2) == {}
    assert away_at(TODAY, 3) == {world.teacher.pk: ill}
    withdraw_absence(ill, world.deputy, version(ill))
    assert away_at(TODAY, 3) == {}


def test_the_lessons_that_an_absence_touches(world):
    substitute(world.future_lesson, world.substitute)
    cancelled = worlds.lesson(world.maths_b, TODAY, world.slots[4])
    cancel_lesson(cancelled, "карантин")
    recorded(world, world.teacher, day(11, 23), day(11, 27))
    (line,) = present_and_coming(TODAY)
    assert told([line]) == {
        "Матвеева М. М.": [(25, 2, ""), (27, 2, "Заменова З.")],  # from today on
    }
    assert line.open_lessons == 1
    assert told([absence_line(line.absence)]) == {
        "Матвеева М. М.": [
            (23, 2, ""),
            (23, 3, ""),
            (24, 2, "Заменова З."),
            (25, 2, ""),
            (27, 2, "Заменова З."),
        ]
    }


def test_a_lesson_that_another_teacher_of_the_journal_takes_is_not_open(world):
    worlds.assign(world.english_teacher, world.maths)
    recorded(world, world.teacher, TODAY)
    (line,) = present_and_coming(TODAY)
    assert told([line]) == {"Матвеева М. М.": [(25, 2, "Англичанова А.")]}
    assert line.open_lessons == 0
    recorded(world, world.english_teacher, TODAY)
    lines = present_and_coming(TODAY)
    assert [line.open_lessons for line in lines] == [1, 1]


def test_a_substitute_who_falls_ill_leaves_the_lesson_open(world):
    recorded(world, world.teacher, TODAY)
    substitute(world.today_lesson, world.substitute)
    recorded(world, world.substitute, TODAY)
    lines = present_and_coming(TODAY)
    assert told(lines)["Заменова З."] == [(25, 2, "Заменова З.")]
    assert [line.open_lessons for line in lines] == [1, 1]


def test_the_page_asks_as_much_of_many_as_of_one(world):
    def asked():
        with statements() as sent:
            present_and_coming(TODAY)
        return len(sent)

    recorded(world, world.teacher, TODAY)
    one = asked()
    for teacher in (world.substitute, world.english_teacher, world.class_teacher):
        recorded(world, teacher, TODAY, day(11, 27))
    for number in (4, 5, 6):
        lesson = worlds.lesson(world.maths, day(11, 27), world.slots[number])
        substitute(lesson, world.class_teacher_b)
    assert Lesson.objects.filter(substitution__isnull=False).count() == 4
    assert asked() == one
