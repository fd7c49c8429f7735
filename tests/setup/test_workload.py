"""Cells of the workload: what is written, what is asked, and that it is taken back whole."""

from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.refusals import Refused
from school.models import (
    CurriculumHours,
    Employee,
    GroupMembership,
    Journal,
    Lesson,
    SchoolClass,
    Subject,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
)
from school.projection import sync
from setup.actions.taking_back import take_back
from setup.actions.workload import Edit, write_classes, write_plan, write_teachers
from setup.queries.workload import workload
from tests.world import FIRST, NOON, TODAY, day, stands, user


@pytest.fixture
def w(db):
    with time_machine.travel(NOON, tick=False):
        world = stands()
        world.history = Subject.objects.create(name="История", short_name="Ист.")
        world.algebra = Subject.objects.create(name="Алгебра", short_name="Алг.")
        for login, name in (("ezhova", "Ежова"), ("zhukov", "Жуков"), ("kalinina", "Калинина")):
            person = user(login, name, "Алла", "Дмитриевна")
            Employee.objects.create(user=person)
            setattr(world, login, person)
        yield world


def write(w, school_class, subject, text, was=None):
    return write_classes(w.year, [Edit((school_class.pk, subject.pk), text, was)], w.admin)


def text_of(w, school_class, subject):
    return workload(w.year).text((school_class.pk, subject.pk))


def test_a_name_and_hours_make_the_journal_from_the_years_first_day(w):
    written = write(w, w.a5, w.history, "Калинина 2")
    assert written.count("saved") == 1
    journal = Journal.objects.get(group__school_class=w.a5, subject=w.history)
    assert (journal.scale, journal.period_kind) == (w.five, "quarter")
    one = journal.assignments.get()
    assert (one.teacher, one.hours, one.starts_on, one.ends_on) == (w.kalinina, 2, FIRST, None)
    assert text_of(w, w.a5, w.history) == "Калинина 2"
    assert one.history.get().history_change_reason == written.deed
    assert sync() == (0, 0)  # rights follow


def test_two_names_are_two_groups_that_belong_to_the_class(w):
    write(w, w.a5, w.history, "Ежова 3 / Жуков 3")
    groups = TeachingGroup.objects.filter(journals__subject=w.history)
    names = ["5А История: 1 группа", "5А История: 2 группа"]
    assert [one.name for one in groups] == names
    assert text_of(w, w.a5, w.history) == "Ежова 3 / Жуков 3"
    assert text_of(w, w.b5, w.history) == ""
    assert sync() == (0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "Калинина 2,5",
        "Калинина",
        "Ежова 2 + Жуков 1",
        "дев.: Ежова 2 / мал.: нет",
        "Ежова 3 / Ежова 3",
        "весь класс: Калинина 2 / 1: Ежова 1",
        "Ежова 3 / Жуков 3 / нет",
    ],
)
def test_what_is_written_is_drawn_again(w, text):
    assert write(w, w.a5, w.history, text).count("saved") == 1
    assert text_of(w, w.a5, w.history) == text
    assert write(w, w.a5, w.history, text).count("same") == 1


@pytest.mark.parametrize(
    ("text", "told", "instead"),
    [
        ("Калинена 3", "Сотрудника «Калинена» нет. Похоже: Калинина", "Калинина 3"),
        ("Ежова 3 / Жюков 3", "«Жюков» нет", "Ежова 3 / Жуков 3"),
        ("Щукин 3", "Сотрудника «Щукин» нет.", ""),
        ("Калинина 23", "23 ч. одного предмета", "Калинина 2"),
        ("3", "не сказано, кто ведёт", ""),
        ("Ежова 3 /", "Между косыми чертами пусто", ""),
        ("1: Ежова 3 / 1 группа: Жуков 3", "названа дважды", ""),
    ],
)
def test_what_is_not_clear_is_asked_and_nothing_is_written(w, text, told, instead):
    CurriculumHours.objects.create(school_class=w.a5, subject=w.history, hours=2)
    written = write(w, w.a5, w.history, text)
    (asked,) = written.asked.values()
    assert told in asked.told
    assert asked.instead == instead
    assert not Journal.objects.filter(subject=w.history).exists()
    if instead:
        assert write(w, w.a5, w.history, instead).count("saved") == 1


def test_namesakes_are_told_apart_by_initials(w):
    Employee.objects.create(user=user("kalinin2", "Калинина", "Вера", "Олеговна"))
    (asked,) = write(w, w.a5, w.history, "Калинина 2").asked.values()
    assert "так зовут нескольких" in asked.told
    write(w, w.a5, w.history, "Калинина В 2")
    assert text_of(w, w.a5, w.history) == "Калинина В. О. 2"


def test_a_cell_that_somebody_else_has_changed_stays(w):
    write(w, w.a5, w.history, "Ежова 2")
    assert write(w, w.a5, w.history, "Жуков 2", was="").count("conflict") == 1
    assert text_of(w, w.a5, w.history) == "Ежова 2"


def test_without_lessons_another_teacher_takes_his_place_at_once(w):
    write(w, w.a5, w.history, "Ежова 2")
    write(w, w.a5, w.history, "Жуков 2")
    assert TeachingAssignment.objects.get(journal__subject=w.history).starts_on == FIRST


def test_after_lessons_one_ends_and_another_begins_today(w):
    write(w, w.a5, w.maths.subject, "Жуков 5")
    former = w.maths.assignments.get(teacher=w.teacher)
    present = w.maths.assignments.get(teacher=w.zhukov)
    assert (former.ends_on, present.starts_on) == (day(11, 24), TODAY)
    assert sync() == (0, 0)
    # Who is named again goes on as if he had never left.
    write(w, w.a5, w.maths.subject, "Матвеева 5")
    former.refresh_from_db()
    assert (former.ends_on, former.hours) == (None, 5)
    assert not w.maths.assignments.filter(teacher=w.zhukov).exists()


def test_an_empty_cell_takes_away_what_never_held_anything(w):
    write(w, w.a5, w.history, "Ежова 3 / Жуков 3")
    write(w, w.a5, w.history, "")
    assert not Journal.objects.filter(subject=w.history).exists()
    assert not TeachingGroup.objects.filter(name__contains="История").exists()


def test_an_empty_cell_ends_a_journal_that_held_lessons(w):
    write(w, w.a5, w.maths.subject, "")
    w.maths.refresh_from_db()
    assert not w.maths.assignments.filter(ends_on=None).exists()
    assert w.maths.lessons.exists()
    assert text_of(w, w.a5, w.maths.subject) == ""


def test_a_journal_in_the_timetable_stays_without_a_teacher(w):
    write(w, w.a5, w.history, "Ежова 2")
    journal = Journal.objects.get(subject=w.history)
    TimetableEntry.objects.create(journal=journal, weekday=1, number=5, starts_on=FIRST)
    write(w, w.a5, w.history, "")
    assert Journal.objects.filter(pk=journal.pk).exists()
    assert not journal.assignments.exists()


def test_a_class_becomes_groups_and_one_again(w):
    write(w, w.a5, w.history, "Ежова 2")
    write(w, w.a5, w.history, "Ежова 2 / Жуков 2")
    assert not Journal.objects.filter(subject=w.history, group__school_class=w.a5).exists()
    group = TeachingGroup.objects.get(name="5А История: 1 группа")
    GroupMembership.objects.create(group=group, student=w.ivanov, starts_on=day(11, 25))
    write(w, w.a5, w.history, "Жуков 2")
    assert text_of(w, w.a5, w.history) == "Жуков 2"
    assert Journal.objects.filter(subject=w.history).count() == 1


def test_a_group_of_two_classes_is_not_lost_from_one_of_them(w):
    english = w.english.subject
    assert text_of(w, w.a5, english) == text_of(w, w.b5, english) == "5 англ. 1: Англичанова"
    (asked,) = write(w, w.a5, english, "Ежова 3").asked.values()
    assert "общая с другим классом" in asked.told
    write(w, w.a5, english, "5 англ. 1: Ежова 3")
    assert text_of(w, w.b5, english) == "5 англ. 1: Ежова 3"


def test_hours_that_are_not_said_are_those_of_the_curriculum(w):
    write_plan(w.year, [Edit((w.a5.pk, w.history.pk), "2")], w.admin)
    write(w, w.a5, w.history, "Ежова")
    assert text_of(w, w.a5, w.history) == "Ежова 2"


def test_the_foot_counts_groups_once(w):
    write(w, w.a5, w.history, "Ежова 3 / Жуков 3")
    write(w, w.a5, w.algebra, "Калинина 2,5")
    assert workload(w.year).hours(w.a5.pk) == Decimal("5.5")


def test_a_cell_of_the_curriculum_without_a_teacher_is_lacking(w):
    write_plan(w.year, [Edit((w.a5.pk, w.history.pk), "2")], w.admin)
    key = (w.a5.pk, w.history.pk)
    assert workload(w.year).lacks_teacher(key)
    write(w, w.a5, w.history, "Ежова / нет")
    assert workload(w.year).lacks_teacher(key)
    write(w, w.a5, w.history, "Ежова / Жуков")
    assert not workload(w.year).lacks_teacher(key)


def teach(w, teacher, school_class, text):
    return write_teachers(w.year, [Edit((teacher.pk, school_class.pk), text)], w.admin)


def teacher_text(w, teacher, school_class):
    return workload(w.year).teacher_text((teacher.pk, school_class.pk))


def test_by_teachers_the_same_facts_are_written(w):
    teach(w, w.kalinina, w.a5, "ист 2, алгебра 3")
    assert text_of(w, w.a5, w.history) == "Калинина 2"
    assert teacher_text(w, w.kalinina, w.a5) == "алг 3, ист 2"
    teach(w, w.kalinina, w.a5, "ист 2")
    assert text_of(w, w.a5, w.algebra) == ""


def test_two_teachers_of_one_subject_in_one_paste_are_two_groups(w):
    edits = [
        Edit((w.ezhova.pk, w.a5.pk), "ист 3"),
        Edit((w.zhukov.pk, w.a5.pk), "ист 3"),
    ]
    write_teachers(w.year, edits, w.admin)
    assert text_of(w, w.a5, w.history) == "Ежова 3 / Жуков 3"
    assert teacher_text(w, w.zhukov, w.a5) == "ист (2) 3"


def test_two_teachers_whose_hours_are_the_curriculums_share_the_journal(w):
    CurriculumHours.objects.create(school_class=w.a5, subject=w.history, hours=3)
    edits = [Edit((w.ezhova.pk, w.a5.pk), "ист 2"), Edit((w.zhukov.pk, w.a5.pk), "ист 1")]
    write_teachers(w.year, edits, w.admin)
    assert text_of(w, w.a5, w.history) == "Ежова 2 + Жуков 1"


def test_nobody_takes_a_journal_with_lessons_by_his_own_row(w):
    (asked,) = teach(w, w.zhukov, w.a5, "математика 5").asked.values()
    assert "ведёт Матвеева" in asked.told
    assert text_of(w, w.a5, w.maths.subject) == "Матвеева"


def test_an_unknown_subject_is_asked_about(w):
    (asked,) = teach(w, w.zhukov, w.a5, "астрономия 1").asked.values()
    assert "Предмета «астрономия» нет" in asked.told


FACTS = {
    TeachingGroup: ["pk", "name", "kind"],
    Journal: ["pk", "group", "subject", "scale"],
    TeachingAssignment: ["pk", "journal", "teacher", "hours", "starts_on", "ends_on"],
    CurriculumHours: ["school_class", "subject", "hours"],
    GroupMembership: ["pk", "group", "student", "starts_on", "ends_on"],
}


def facts():
    return [list(model.objects.order_by("pk").values_list(*said)) for model, said in FACTS.items()]


def test_a_paste_is_taken_back_whole(w):
    before = facts()
    edits = [
        Edit((w.a5.pk, w.history.pk), "Ежова 3 / Жуков 3"),
        Edit((w.a5.pk, w.maths.subject_id), "Жуков 5"),  # has lessons
        Edit((w.a5.pk, w.english.subject_id), "5 англ. 1: Ежова 3"),
        Edit((w.b5.pk, w.maths.subject_id), ""),
    ]
    written = write_classes(w.year, edits, w.admin)
    assert written.count("saved") == 4
    assert facts() != before
    take_back(written.deed, w.admin)
    assert facts() == before
    assert sync() == (0, 0)
    with pytest.raises(Refused, match="уже возвращено"):
        take_back(written.deed, w.admin)


def test_what_was_changed_or_used_since_is_not_taken_back(w):
    deed = write(w, w.a5, w.history, "Ежова 2").deed
    write(w, w.a5, w.history, "Ежова 3")
    with pytest.raises(Refused, match="уже меняли"):
        take_back(deed, w.admin)
    deed = write(w, w.a5, w.algebra, "Ежова 2").deed
    journal = Journal.objects.get(subject=w.algebra)
    Lesson.objects.create(
        journal=journal,
        date=TODAY,
        number=6,
        starts_at="14:00",
        ends_at="14:40",
        kind=journal.lesson_kind,
        known_at=None,
    )
    with pytest.raises(Refused, match="уже работали"):
        take_back(deed, w.admin)
    assert text_of(w, w.a5, w.algebra) == "Ежова 2"


def test_nobody_takes_back_anothers_deed(w):
    deed = write(w, w.a5, w.history, "Ежова 2").deed
    with pytest.raises(Refused):
        take_back(deed, w.director)


def test_the_curriculum_is_written_changed_and_taken_back(w):
    key = (w.a5.pk, w.history.pk)
    write_plan(w.year, [Edit(key, "2,5")], w.admin)
    written = write_plan(w.year, [Edit(key, "3", "2,5")], w.admin)
    assert CurriculumHours.objects.get().hours == 3
    take_back(written.deed, w.admin)
    assert CurriculumHours.objects.get().hours == Decimal("2.5")
    assert write_plan(w.year, [Edit(key, "много")], w.admin).count("asked") == 1
    write_plan(w.year, [Edit(key, "")], w.admin)
    assert not CurriculumHours.objects.exists()


def test_queries_do_not_grow_with_the_school(w):
    def counted(deed):
        with CaptureQueriesContext(connection) as made:
            deed()
        return len(made)

    few = counted(lambda: workload(w.year))
    subjects = [
        Subject.objects.create(name=f"Предмет {one}", short_name=f"П{one}") for one in "абвгдежз"
    ]
    classes = [SchoolClass.objects.create(year=w.year, number=7, letter=one) for one in "АБВГ"]
    edits = [Edit((one.pk, its.pk), "Ежова 2 / Жуков 2") for one in classes for its in subjects]
    one_cell = counted(lambda: write(w, w.a5, w.history, "Ежова 2 / Жуков 2"))
    many = counted(lambda: write_classes(w.year, edits, w.admin))
    assert counted(lambda: workload(w.year)) == few
    assert many <= one_cell + 4
