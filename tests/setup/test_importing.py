"""Lists become pupils, parents, teachers: what is new, what changes, what is refused, the way
back."""

import datetime

import pytest

from school.models import (
    Enrolment,
    Journal,
    Lesson,
    Parent,
    Parenthood,
    SchoolClass,
    Student,
    StudentCard,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
    User,
)
from setup.actions.applying import apply_now, start_writing, write_waiting
from setup.actions.preparing import prepare
from setup.actions.undoing import refusal, start_undoing, undo_waiting
from setup.actions.uploading import answer, bring
from setup.changes import State
from setup.models import Import
from setup.records import Kind
from tests.setup.brought import BORN, Rows
from tests.world import FIRST, TODAY

FILES = [("список.xlsx", b"rows")]


@pytest.fixture
def rows(brings):
    rows = Rows()
    brings(rows)
    return rows


def written(world, **answers):
    """An import of the rows, written."""
    one = bring(FILES, world.admin)
    answer(one, answers, world.admin)
    assert apply_now(one, world.admin), one.error
    one.refresh_from_db()
    return one


def review(world, **answers):
    one = bring(FILES, world.admin)
    answer(one, answers, world.admin)
    return prepare(one)[1]


def undone(one, world):
    start_undoing(one, world.admin)
    assert undo_waiting() == 1, Import.objects.get(pk=one.pk).error
    one.refresh_from_db()


def facts():
    """Counts of all that an import can make."""
    models = (User, Student, Enrolment, Parent, Parenthood, SchoolClass, TeachingGroup, StudentCard)
    more = (Journal, TeachingAssignment, TimetableEntry, Lesson)
    return {model: model.objects.count() for model in (*models, *more)}


def test_it_works(world, rows):
    before = facts()
    child = rows.pupil("Абрикосов Иван Олегович", "6А", sex="m", file_number="А-101")
    rows.pupil("Ёлкина Софья", "6А", None)
    rows.pupil("Гусева Алёна", "6А", datetime.date(2014, 5, 2))
    rows.parent("Абрикосова Елена Викторовна", child, relation="mother", phone="+79135550124")
    one = written(world)
    student = Student.objects.get(file_number="А-101")
    assert (student.user.username, student.sex) == ("abrikosov-i", "m")
    assert not student.user.has_usable_password()
    assert student.card.born_on == BORN
    enrolment = student.enrolments.get()
    assert (str(enrolment.school_class), enrolment.starts_on) == ("6А", FIRST)
    assert enrolment.school_class.group.name == "6А"
    parenthood = Parenthood.objects.get(student=student)
    assert (parenthood.relation, parenthood.parent.user.phone) == ("mother", "+79135550124")
    history = student.history.get()
    assert (history.history_change_reason, history.history_user) == (one.origin, world.admin)
    assert one.report["counts"]["pupils"] == {"new": 3}
    undone(one, world)
    assert facts() == before


def test_a_second_import_changes_nothing(world, rows):
    child = rows.pupil("Абрикосов Иван Олегович", "5А")
    rows.parent("Абрикосова Елена", child, relation="mother")
    written(world)
    again = review(world)
    states = {change.state for change in again.changes} - {State.GONE}
    assert states == {State.SAME}
    before = facts()
    one = bring(FILES, world.admin)
    prepare(one)
    with pytest.raises(Exception, match="Записывать нечего"):
        start_writing(one, world.admin, one.version)
    assert facts() == before


def test_what_another_changes_meanwhile_is_not_written_over(world, rows):
    row = rows.pupil("Иванов Иван", "5А", sex="m", file_number="1")
    one = bring(FILES, world.admin)
    prepare(one)
    Student.objects.filter(pk=world.ivanov.pk).update(file_number="2")
    world.ivanov.refresh_from_db()
    start_writing(one, world.admin, one.version)
    assert write_waiting() == 1
    one.refresh_from_db()
    world.ivanov.refresh_from_db()
    assert world.ivanov.file_number == "2"
    assert "изменил кто-то другой" in one.report["lines"][-1]["what"]
    assert row


def test_an_old_page_is_told(world, rows):
    rows.pupil("Абрикосов Иван", "5А")
    one = bring(FILES, world.admin)
    prepare(one)
    with pytest.raises(Exception, match="Посмотрите ещё раз"):
        start_writing(one, world.admin, one.version - 1)


def test_who_is_alike_is_asked_about(world, rows):
    StudentCard.objects.create(student=world.ivanov, born_on=BORN)
    rows.pupil("Ивановъ Иван", "5Б")
    found = review(world).of(Kind.PUPILS, State.SIMILAR)
    assert len(found) == 1
    assert ("ФИО", "Иванов Иван") in found[0].similar.theirs.facts
    assert not found[0].is_written


def test_undo_is_refused_once_it_was_worked_in(world, rows):
    rows.pupil("Абрикосов Иван", "5А")
    one = written(world)
    student = Student.objects.get(user__last_name="Абрикосов")
    student.user.first_name = "Игорь"
    student.user.save()
    assert "это уже меняли" in refusal(one)


def test_load_and_timetable(world, rows):
    before = facts()
    rows.pupil("Абрикосов Иван", "6А")
    for name in ("Гусева Алёна", "Дроздов Кирилл"):
        rows.pupil(name, "6А")
    rows.load("Матвеева М. М.", "Математика", "6А", hours=5)
    rows.load("Англичанова Анна", "Английский язык", "6А", hours=3)
    rows.load("Посторонняя Полина", "Английский язык", "6А", hours=3)
    rows.hour("6А", "Математика", 1, 1, room="12")
    rows.hour("6А", "Английский язык", 4, 2)
    one = written(world)
    names = {group.name for group in TeachingGroup.objects.filter(name__startswith="6А ")}
    assert names == {"6А Английский язык: 1 группа", "6А Английский язык: 2 группа"}
    assert TimetableEntry.objects.count() == 3
    assert Lesson.objects.filter(journal__group__school_class__number=6).count() > 20
    again = review(world)
    assert {change.state for change in again.changes} == {State.SAME}
    assert refusal(one) == ""
    undone(one, world)
    assert facts() == before


def test_somebody_else_teaches_on(world, rows):
    rows.load("Англичанова Анна", "Математика", "5Б", hours=4)
    written(world)
    journal = world.maths_b
    spans = [(row.teacher, row.ends_on) for row in journal.assignments.order_by("starts_on")]
    yesterday = TODAY - datetime.timedelta(days=1)
    assert spans == [(world.teacher, yesterday), (world.english_teacher, None)]
