"""Lists become pupils, parents, teachers: what is new, what changes, what is refused, the way
back."""

import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from journals.models import LessonWork, Mark
from school.models import (
    Enrolment,
    GradeValue,
    GroupMembership,
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
from school.projection import sync
from setup.actions import applying
from setup.actions.applying import apply_now, start_writing, write_waiting
from setup.actions.preparing import prepare
from setup.actions.progress import ask_to_stop
from setup.actions.undoing import refusal, start_undoing, undo_waiting
from setup.actions.uploading import answer, bring, drop, forget_files
from setup.batch import Kind
from setup.changes import State
from setup.models import Import
from setup.refusals import ImportRefused
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


@pytest.mark.parametrize("born_on", [None, BORN])
def test_a_refusal_tells_nothing_of_a_card(world, rows, born_on):
    """A card that somebody has filled in tells of the programme, and so of health."""
    rows.pupil("Абрикосов Иван", "5А", born_on=born_on)
    one = written(world)
    student = Student.objects.get(user__last_name="Абрикосов")
    card = StudentCard.objects.filter(student=student).first() or StudentCard(student=student)
    card.programme = "вариант 8.3"
    card.save()
    told = refusal(one)
    assert "в журналах уже работали" in told
    assert "карточка" not in told
    assert "Абрикосов" not in told


def test_a_refusal_tells_nothing_of_an_individual_plan(world, rows):
    rows.pupil("Абрикосов Иван", "5А")
    one = written(world)
    student = Student.objects.get(user__last_name="Абрикосов")
    kind = TeachingGroup.Kind.INDIVIDUAL
    plan = TeachingGroup.objects.create(kind=kind, year=world.year, name="Абрикосов, инд. план")
    GroupMembership.objects.create(group=plan, student=student, starts_on=TODAY)
    told = refusal(one)
    assert "в журналах уже работали" in told
    assert "план" not in told
    assert "Абрикосов" not in told


def test_what_waits_for_an_answer_is_left_out_by_name(world, rows):
    rows.load("Неведомый Н. Н.", "Математика", "6А", hours=5)
    rows.pupil("Абрикосов Иван", "6А")
    one = written(world)
    told = [line["what"] for line in one.report["lines"] if "нет ответа" in line["what"]]
    assert len(told) == 1
    assert "Неведомый" in told[0]


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


# --- moves, and who is gone ---


def move_in(rows, class_name="5Б"):
    rows.pupil("Иванов Иван", class_name, BORN, file_number="И-7")


@pytest.fixture
def ivanov(world):
    world.ivanov.file_number = "И-7"
    world.ivanov.save()
    return world.ivanov


def classes_of(student):
    return [
        (str(row.school_class), row.starts_on, row.ends_on)
        for row in student.enrolments.order_by("starts_on")
    ]


def test_a_pupil_moves_on_the_day_that_is_said(world, rows, ivanov):
    move_in(rows)
    one = written(world, day="2026-11-30")
    until = datetime.date(2026, 11, 29)
    new = datetime.date(2026, 11, 30)
    assert classes_of(ivanov) == [("5А", FIRST, until), ("5Б", new, None)]
    undone(one, world)
    assert classes_of(ivanov) == [("5А", FIRST, None)]


def test_a_move_that_is_refused_tells_nothing_of_marks(world, rows, ivanov):
    work = LessonWork.objects.create(lesson=world.future_lesson, work_type=world.answer, position=1)
    value = GradeValue.objects.get(scale=world.five, text="5")
    Mark.objects.create(work=work, student=ivanov, value=value)
    move_in(rows)
    one = written(world)
    assert classes_of(ivanov) == [("5А", FIRST, None)]
    (line,) = [line for line in one.report["lines"] if line["state"] == "wrong"]
    assert "скажите завучу" in line["what"]
    assert "отмет" not in str(one.report).casefold()


def test_who_is_gone_leaves_when_that_is_said(world, rows, ivanov):
    move_in(rows, "5А")
    petrova = f"gone:pupil:{world.petrova.pk}"
    special = f"gone:pupil:{world.special.pk}"
    one = written(world, **{petrova: "left:2026-11-20", special: "close"})
    assert classes_of(world.petrova) == [("5А", FIRST, datetime.date(2026, 11, 20))]
    world.special.user.refresh_from_db()
    assert not world.special.user.is_active
    assert classes_of(world.special) == [("5А", FIRST, None)]
    undone(one, world)
    assert classes_of(world.petrova) == [("5А", FIRST, None)]
    world.special.user.refresh_from_db()
    assert world.special.user.is_active


def test_next_years_class_ends_this_years(world, rows, ivanov):
    world.year.ends_on = datetime.date(2026, 11, 24)
    world.year.save()
    next_year = type(world.year).objects.create(
        starts_on=datetime.date(2026, 12, 1), ends_on=datetime.date(2027, 5, 31)
    )
    move_in(rows, "6А")
    written(world)
    last = datetime.date(2026, 11, 30)
    assert classes_of(ivanov) == [("5А", FIRST, last), ("6А", next_year.starts_on, None)]


# --- all of it or nothing ---


def test_a_worker_that_is_killed_leaves_nothing(world, rows, monkeypatch):
    child = rows.pupil("Абрикосов Иван", "5А")
    rows.parent("Абрикосова Елена", child)
    before = facts()
    one = bring(FILES, world.admin)
    prepare(one)
    start_writing(one, world.admin, one.version)

    def killed(writing, changes):
        raise SystemExit  # no error: the process is gone

    with monkeypatch.context() as patched:
        patched.setitem(applying.WRITERS, Kind.PARENTS, killed)
        with pytest.raises(SystemExit):
            write_waiting()
    one.refresh_from_db()
    assert facts() == before
    assert one.state == Import.State.WRITING
    assert write_waiting() == 0  # as long as it may be alive
    Import.objects.update(claimed_at=one.claimed_at - 2 * Import.CLAIM_LASTS)
    assert write_waiting() == 1
    assert Student.objects.filter(user__last_name="Абрикосов").count() == 1
    assert Parent.objects.filter(user__last_name="Абрикосова").count() == 1


def test_an_error_is_told_and_leaves_nothing(world, rows, monkeypatch):
    rows.pupil("Абрикосов Иван", "5А")
    before = facts()
    one = bring(FILES, world.admin)
    prepare(one)
    start_writing(one, world.admin, one.version)

    def fails(writing, changes):
        raise ValueError("broken")

    with monkeypatch.context() as patched:
        patched.setitem(applying.WRITERS, Kind.PUPILS, fails)
        assert write_waiting() == 0
    one.refresh_from_db()
    assert one.state == Import.State.FAILED
    assert "ничего не изменено" in one.error
    assert facts() == before
    prepare(one)
    start_writing(one, world.admin, one.version)  # again, without harm
    assert write_waiting() == 1


def test_it_can_be_stopped(world, rows):
    rows.pupil("Абрикосов Иван", "5А")
    before = facts()
    one = bring(FILES, world.admin)
    prepare(one)
    start_writing(one, world.admin, one.version)
    ask_to_stop(one)
    assert write_waiting() == 0
    one.refresh_from_db()
    assert (one.state, one.error) == (Import.State.FAILED, "Остановлено: ничего не записано.")
    assert facts() == before


def test_of_two_secretaries_the_second_changes_nothing_twice(world, rows):
    rows.pupil("Абрикосов Иван", "5А")
    imports = [bring([("a.xlsx", b"a")], world.admin), bring([("b.xlsx", b"b")], world.deputy)]
    for one in imports:
        prepare(one)
        start_writing(one, world.admin, one.version)
    assert write_waiting() == 2
    assert Student.objects.filter(user__last_name="Абрикосов").count() == 1
    imports[1].refresh_from_db()
    assert imports[1].report["counts"]["pupils"] == {"same": 1}


def test_what_is_not_asked_about_any_more_is_refused(world, rows):
    rows.pupil("Абрикосов Иван", "5А")
    one = written(world)
    with pytest.raises(ImportRefused, match="уже не проверяется: записано"):
        answer(one, {"day": "2026-12-01"}, world.admin)
    with pytest.raises(ImportRefused, match="уже не проверяется"):
        start_writing(one, world.admin, one.version)
    with pytest.raises(ImportRefused, match="уже не проверяется"):
        drop(one)


# --- the way back ---


def test_after_work_in_journals_there_is_no_way_back(world, rows):
    for name in ("Абрикосов Иван", "Гусева Алёна", "Дроздов Кирилл"):
        rows.pupil(name, "6А")
    rows.load("Матвеева М. М.", "Математика", "6А", hours=5)
    rows.hour("6А", "Математика", 3, 1)
    one = written(world)
    lesson = Lesson.objects.get(journal__group__name="6А", date=TODAY)
    lesson.topic, lesson.topic_entered_at = "Дроби", timezone.now()
    lesson.save()
    told = refusal(one)
    assert told.startswith("Вернуть нельзя: после загрузки в журналах уже работали.")
    with pytest.raises(ImportRefused):
        start_undoing(one, world.admin)
    assert Lesson.objects.filter(pk=lesson.pk).exists()


def test_who_has_logged_in_is_not_taken_back(world, rows):
    rows.pupil("Абрикосов Иван", "5А")
    one = written(world)
    User.objects.filter(last_name="Абрикосов").update(last_login=timezone.now())
    assert "вход «Абрикосов Иван»" in refusal(one)


def test_what_another_import_has_written_on_top_is_named(world, rows):
    child = rows.pupil("Абрикосов Иван", "5А")
    one = written(world)
    rows.parent("Абрикосова Елена", child)
    other = written(world)
    assert "законный представитель" in refusal(one)
    undone(other, world)
    assert refusal(one) == ""
    undone(one, world)


def test_rights_follow(world, rows):
    rows.pupil("Абрикосов Иван", "5А")
    rows.load("Англичанова Анна", "Математика", "5Б", hours=4)
    one = written(world)
    assert sync() == (0, 0)
    undone(one, world)
    assert sync() == (0, 0)


def test_a_new_timetable_instead_of_one_in_force(world, rows, brings):
    rows.hour("5Б", "Математика", 1, 1, room="12")
    rows.hour("5Б", "Математика", 2, 2)
    written(world)
    again = Rows()
    again.hour("5Б", "Математика", 1, 1, room="14")
    again.hour("5Б", "Математика", 4, 3)
    brings(again)
    one = written(world, **{"timetable:day": "2026-11-30"})
    spans = {
        (row.weekday, row.number, row.room and row.room.name, row.starts_on, row.ends_on)
        for row in TimetableEntry.objects.all()
    }
    new, until = datetime.date(2026, 11, 30), datetime.date(2026, 11, 29)
    assert spans == {
        (1, 1, "12", FIRST, until),
        (1, 1, "14", new, None),
        (2, 2, None, FIRST, until),
        (4, 3, None, new, None),
    }
    coming = Lesson.objects.filter(journal=world.maths_b, date__gte=new)
    assert {(row.date.isoweekday(), row.number) for row in coming} == {(1, 1), (4, 3)}
    undone(one, world)
    assert {row.ends_on for row in TimetableEntry.objects.all()} == {None}
    coming = Lesson.objects.filter(journal=world.maths_b, date__gte=new)
    assert {(row.date.isoweekday(), row.number) for row in coming} == {(1, 1), (2, 2)}


# --- files ---


def test_the_same_file_counts_once_and_old_ones_are_forgotten(world, rows):
    rows.pupil("Абрикосов Иван", "5А")
    one = bring([*FILES, ("копия.xlsx", b"rows")], world.admin)
    assert [row.name for row in one.files.all()] == ["список.xlsx"]
    path = one.files.get().file.path
    assert forget_files() == 0
    assert forget_files(timezone.now() + datetime.timedelta(days=31)) == 1
    one.refresh_from_db()
    assert one.state == Import.State.DROPPED
    assert not Path(path).exists()
    with pytest.raises(ImportRefused, match="уже удалены"):
        prepare(one)


def test_no_files_are_refused(world):
    with pytest.raises(ImportRefused, match="Выберите файл"):
        bring([], world.admin)
    with pytest.raises(ImportRefused, match="не больше 60"):
        bring([("a", b"a")] * 61, world.admin)


def test_words_are_remembered(world, rows):
    rows.load("Матвиенко", "Мт.", "5А")
    answers = {
        "subject:мт.": str(world.maths.subject_id),
        "teacher:матвиенко": str(world.teacher.pk),
    }
    one = bring(FILES, world.admin)
    answer(one, answers, world.admin)
    found = prepare(one)[1]
    assert not found.questions
    assert found.of(Kind.WORKLOAD, State.SAME)
    other = bring([("другой.xlsx", b"other")], world.deputy)
    assert not prepare(other)[1].questions


def test_a_part_is_written_and_the_rest_goes_on(world, rows):
    for name in ("Абрикосов Иван", "Гусева Алёна", "Дроздов Кирилл"):
        rows.pupil(name, "6А")
    rows.load("Матвеева М. М.", "Математика", "6А", hours=5)
    one = bring(FILES, world.admin)
    one.kinds = [Kind.CLASSES, Kind.PUPILS]
    one.save()
    prepare(one)
    start_writing(one, world.admin, one.version)
    assert write_waiting() == 1
    assert not Journal.objects.filter(group__name="6А").exists()
    rest = one.continued.get()
    assert rest.kinds == [Kind.WORKLOAD]
    assert apply_now(rest, world.admin)
    assert Journal.objects.filter(group__name="6А").exists()


def test_ten_thousand_rows(world, rows):
    """More than a school has: told apart and written in a fixed number of statements a kind."""
    for number in range(10_000):
        letters = "".join("абвгдежзик"[int(digit)] for digit in f"{number:04}")
        born = datetime.date(2010, 1, 1) + datetime.timedelta(days=number % 2000)
        rows.pupil(f"Ра{letters} Иван", "6А", born, file_number=f"Р-{number}")
    found = review(world)
    assert found.count(Kind.PUPILS, State.NEW) == 10_000
