"""What a list says beside what stands, case by case."""

import datetime

import pytest

from school.models import Employee, Enrolment, Parent, Parenthood, StudentCard
from setup.batch import Batch, Kind
from setup.changes import State
from setup.comparing.review import compare
from setup.queries.standing import standing
from tests.setup.brought import BORN, Rows
from tests.world import statements, user

OTHER_DAY = datetime.date(2014, 1, 1)


def compared(world, rows, **answers):
    answers = {key.replace("__", ":"): value for key, value in answers.items()}
    return compare(rows.batch, standing(world.year), answers)


def one_state(review, kind=Kind.PUPILS):
    """The states of a kind but for who is gone."""
    return [one.state for one in review.of(kind) if one.state is not State.GONE]


@pytest.fixture
def born(world):
    """Иванов of 5А is born on a known day, and has a file."""
    StudentCard.objects.create(student=world.ivanov, born_on=BORN)
    world.ivanov.file_number = "И-7"
    world.ivanov.save()
    return world


@pytest.mark.parametrize(
    ("name", "class_name", "birth", "number", "state"),
    [
        ("Иванов Иван", "5А", BORN, "", State.SAME),
        ("Иванов Иван", "5А", None, "", State.SAME),
        ("ИВАНОВ ИВАН", "5А", BORN, "", State.CHANGED),  # as it is written now
        ("Иванов Иван Петрович", "5А", BORN, "И-7", State.CHANGED),
        ("Иванова Ивана", "5А", BORN, "И-7", State.CHANGED),  # the file number knows
        ("Иванов Иван", "5Б", BORN, "", State.CHANGED),  # has moved
        ("Иванов Иван", "5Б", None, "", State.SIMILAR),  # a namesake, or has he moved?
        ("Иванов Иван", "5А", OTHER_DAY, "", State.SIMILAR),
        ("Ивонов Иван", "5А", BORN, "", State.SIMILAR),
        ("Ивонов Иван", "5Б", BORN, "", State.SIMILAR),
        ("Иванов Иван", "5А", BORN, "И-8", State.NEW),  # another file is another pupil
        ("Кузнецов Константин", "5А", BORN, "", State.NEW),
    ],
)
def test_who_is_who(born, name, class_name, birth, number, state):
    rows = Rows()
    rows.pupil(name, class_name, birth, file_number=number)
    assert one_state(compared(born, rows)) == [state]


def test_a_file_number_of_somebody_else_is_wrong(born):
    rows = Rows()
    rows.pupil("Кузнецов Константин", "5А", OTHER_DAY, file_number="и-7")
    (problem,) = compared(born, rows).problems
    assert (problem.field, problem.why) == ("file_number", "Такой номер уже есть: Иванов Иван, 5А.")


def test_two_rows_of_one_pupil(world):
    rows = Rows()
    rows.pupil("Кузнецов Константин", "5А", file_number="К-1")
    rows.pupil("Сафина Амина", "5Б", OTHER_DAY, file_number="К-1")
    rows.pupil("Кузнецов Константин", "5А", sex="m")  # the same, in another list
    rows.pupil("Кузнецов Константин", "5Б")  # a namesake of the same day: asked
    review = compared(world, rows)
    assert [problem.why for problem in review.problems] == [
        "Такой номер уже есть: Кузнецов Константин, 5А (лист «лист», строка 2).",
    ]
    assert [told for _, told in review.passed_over] == ["повторяет: лист «лист», строка 2"]
    assert review.of(Kind.PUPILS, State.NEW)[0].values["sex"] == "m"
    assert sorted(one_state(review)) == [State.NEW, State.SIMILAR]
    key = review.of(Kind.PUPILS, State.SIMILAR)[0].key
    answered = compare(rows.batch, standing(world.year), {f"same:{key}": "another"})
    assert one_state(answered) == [State.NEW, State.NEW]


@pytest.mark.parametrize(("said", "state"), [("one", State.CHANGED), ("another", State.NEW)])
def test_the_answer_about_who_is_alike(born, said, state):
    rows = Rows()
    rows.pupil("Ивонов Иван", "5А")
    key = compared(born, rows).of(Kind.PUPILS, State.SIMILAR)[0].key
    review = compare(rows.batch, standing(born.year), {f"same:{key}": said})
    assert one_state(review) == [state]


def test_what_is_not_said_is_left_as_it_is(born):
    born.ivanov.sex = "m"
    born.ivanov.save()
    rows = Rows()
    rows.pupil("Иванов Иван", "5А", None)
    assert one_state(compared(born, rows)) == [State.SAME]


def test_an_unticked_value_is_not_written(born):
    rows = Rows()
    rows.pupil("Иванов Игорь", "5А", sex="m", file_number="И-7")
    change = compared(born, rows).of(Kind.PUPILS, State.CHANGED)[0]
    assert set(change.values) == {"first_name", "sex"}
    answers = {f"take:{change.key}:first_name": "no"}
    again = compare(rows.batch, standing(born.year), answers).of(Kind.PUPILS, State.CHANGED)[0]
    assert set(again.values) == {"sex"}
    assert again.is_written
    answers[f"take:{change.key}:sex"] = "no"
    again = compare(rows.batch, standing(born.year), answers).of(Kind.PUPILS, State.CHANGED)[0]
    assert not again.is_written


def test_who_is_gone_is_told_and_left_alone(world):
    rows = Rows()
    rows.pupil("Иванов Иван", "5А", None)
    review = compared(world, rows)
    gone = review.of(Kind.PUPILS, State.GONE)
    assert [one.title for one in gone] == ["Особый Осип, 5А", "Петрова Пелагея, 5А"]
    assert not any(one.is_written for one in gone)
    rows.pupil("Сидоров Семён", "5Б", None)  # now it is the whole school's list
    assert len(compared(world, rows).of(Kind.PUPILS, State.GONE)) == 3


def test_a_class_that_is_not_there(world):
    """A slip of the pen is told; a class of several pupils is a new one; so is what was said."""
    rows = Rows()
    rows.pupil("Кузнецов Константин", "5Г")
    review = compared(world, rows)
    assert [one.why for one in review.problems] == ["Класса 5Г нет. Есть 5А, 5Б."]
    assert not review.of(Kind.CLASSES)
    said = compare(rows.batch, standing(world.year), {"class:5Г": "new"})
    assert [one.title for one in said.of(Kind.CLASSES, State.NEW)] == ["5Г"]
    rows.pupil("Андреева Анна", "5Г")
    rows.pupil("Борисов Борис", "5Г")
    assert [one.title for one in compared(world, rows).of(Kind.CLASSES)] == ["5Г"]


# --- parents ---


def test_parents_are_known_again(world):
    rows = Rows()
    ivanov = rows.pupil("Иванов Иван", "5А", None)
    sidorov = rows.pupil("Сидоров Семён", "5Б", None)
    rows.parent("Иванова Инна", ivanov)
    rows.parent("Иванова И.", sidorov, phone="+79130000001")
    rows.parent("Петров Пётр", ivanov)  # the same name, of another child, and not of kin
    states = one_state(compared(world, rows), Kind.PARENTS)
    assert sorted(states) == [State.CHANGED, State.NEW, State.SAME]


def test_a_mother_of_two_is_one_account(world):
    rows = Rows()
    first = rows.pupil("Кузнецов Константин", "5А")
    second = rows.pupil("Кузнецова Ксения", "5Б", OTHER_DAY)
    rows.parent("Кузнецова Клара Карловна", first, phone="+79130000001")
    rows.parent("Кузнецова Клара Карловна", second)
    found = compared(world, rows).of(Kind.PARENTS)
    assert found[0].values["person"] is None
    assert found[1].values["person"] == found[0].key


def test_a_parent_of_nobody_is_wrong(world):
    rows = Rows()
    stranger = Rows().pupil("Никтоев Никто", "5А")
    rows.parent("Никтоева Нина", stranger)
    assert [one.why for one in compared(world, rows).problems] == ["Такого ученика нет."]


# --- words ---


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Матвеева Мария Михайловна", True),
        ("Матвеева М. М.", True),
        ("Матвеева М.", True),
        ("Матвеева", True),
        ("МАТВЕЕВА М.М.", True),
        ("Матвеева А. М.", False),
        ("Матвеенко", False),
    ],
)
def test_teachers(world, written, found):
    rows = Rows()
    rows.load(written.replace("М.М.", "М. М."), "Математика", "5Б")
    review = compared(world, rows)
    assert (one_state(review, Kind.WORKLOAD) == [State.SAME]) == found
    assert bool(review.questions) != found


def test_two_who_may_be_meant_are_asked_about_once(world):
    Employee.objects.create(user=user("matveeva2", "Матвеева", "Алла", "Петровна"))
    rows = Rows()
    rows.load("Матвеева", "Математика", "5А")
    rows.load("Матвеева", "Математика", "5Б")
    (question,) = compared(world, rows).questions
    assert len(question.cells) == 2
    assert [label for _, label in question.options][:2] == [
        "Матвеева Алла Петровна",
        "Матвеева Мария Михайловна",
    ]
    answers = {question.key: str(world.teacher.pk)}
    review = compare(rows.batch, standing(world.year), answers)
    assert one_state(review, Kind.WORKLOAD) == [State.SAME, State.SAME]
    assert not review.questions


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("математика", "Математика"),
        ("Матем.", "Математика"),
        ("Мате", "Математика"),  # the short name of the tests' world
        ("Русский  Язык", "Русский язык"),
        ("Матиматика", None),
        ("Мт.", None),
        ("Астрономия", "Астрономия"),
    ],
)
def test_subjects(world, written, subject):
    rows = Rows()
    rows.hours("5А", written, 1)
    review = compared(world, rows)
    found = [one.title for one in review.of(Kind.CURRICULUM)]
    assert found == ([f"5А, {subject}"] if subject else [])
    assert bool(review.questions) != bool(subject)
    assert bool(review.of(Kind.SUBJECTS)) == (written == "Астрономия")


# --- load and timetable ---


def test_two_teachers_of_one_cell_make_groups_unless_they_share_the_hours(world):
    rows = Rows()
    rows.load("Англичанова А.", "Химия", "5А", hours=1)
    rows.load("Посторонняя П.", "Химия", "5А", hours=2)
    titles = [one.title for one in compared(world, rows).of(Kind.WORKLOAD)]
    assert all("группа" in title for title in titles)
    rows.hours("5А", "Химия", 3)
    titles = [one.title for one in compared(world, rows).of(Kind.WORKLOAD)]
    assert not any("группа" in title for title in titles)


def test_a_class_in_two_places_is_wrong_and_a_teacher_is_told(world):
    rows = Rows()
    rows.hour("5А", "Математика", 1, 1)
    rows.hour("5А", "Русский язык", 1, 1)
    rows.hour("5Б", "Математика", 1, 1)
    review = compared(world, rows)
    (problem,) = review.problems
    assert problem.why == (
        "понедельник, 1-й урок: у класса уже 5А Математика (лист «лист», строка 2)."
    )
    (clash,) = review.clashes
    assert "5А Математика" in clash
    assert "5Б Математика" in clash
    assert len(review.of(Kind.TIMETABLE, State.NEW)) == 2


def test_odd_and_even_weeks_are_two_places(world):
    rows = Rows()
    rows.hour("5А", "Математика", 1, 1, weeks=1)
    rows.hour("5А", "Русский язык", 1, 1, weeks=2)
    review = compared(world, rows)
    assert not review.problems
    assert len(review.of(Kind.TIMETABLE)) == 2


def test_nothing_of_marks_and_health_is_read(world):
    """Neither while what stands is read nor while it is compared."""
    rows = Rows()
    rows.pupil("Ивонов Иван", "5А")
    with statements() as sent:
        compare(rows.batch, standing(world.year), {})
    told = " ".join(sent).casefold()
    assert sent
    for word in ("mark", "absence", "health", "grade_", "programme", "address", "notes"):
        assert word not in told.replace("journals_plannedtopic", ""), word


def test_queries_do_not_grow(world):
    with statements() as before:
        standing(world.year)
    for number in range(5):
        person = user(f"one{number}", f"Один{number}")
        parent = Parent.objects.create(user=person)
        Parenthood.objects.create(parent=parent, student=world.ivanov)
    Enrolment.objects.filter(student=world.gone).update(ends_on=None)
    with statements() as after:
        standing(world.year)
    assert len(after) == len(before) <= 22


def test_without_a_year_it_says_what_to_do_first():
    rows = Rows()
    rows.hours("5А", "Химия", 1)
    stands = standing.__globals__["Standing"](datetime.date(2026, 8, 1))
    review = compare(rows.batch, stands, {})
    assert "Учебного года ещё нет" in review.notes[0]
    assert compare(Batch(), stands, {}).changes == []


def test_what_is_too_long_is_told_at_its_row(world):
    rows = Rows()
    rows.pupil(f"{'А' * 101} Иван", "5А")
    rows.staff("Новая Нина", position="ю" * 201)
    rows.hour("5А", "Математика", 1, 1, room="к" * 41)
    rows.pupil("Кузнецов Константин", "5А")
    review = compared(world, rows)
    assert sorted((one.place.row, one.field) for one in review.problems) == [
        (2, "person"),
        (3, "position"),
        (4, "room"),
    ]
    assert one_state(review) == [State.NEW]


def test_who_works_here_no_more_is_asked_about(world):
    for person in (world.teacher, world.english_teacher, world.class_teacher):
        Employee.objects.create(user=person)
    rows = Rows()
    rows.staff("Матвеева Мария Михайловна")
    assert not compared(world, rows).of(Kind.STAFF, State.GONE)  # one of three: no whole list
    rows.staff("Руссова Раиса Романовна")
    (gone,) = compared(world, rows).of(Kind.STAFF, State.GONE)
    assert gone.title == "Англичанова Анна"
    assert not gone.is_written


def test_of_whom_a_file_says_that_he_is_gone(world):
    rows = Rows()
    row = rows.pupil("Петрова Пелагея", "5А", None)
    rows.batch.rows.clear()
    rows.batch.gone.append((Kind.PUPILS, row))
    (gone,) = compared(world, rows).changes
    assert (gone.state, gone.title) == (State.GONE, "Петрова Пелагея, 5А")


def test_a_list_without_birth_dates_beside_one_with_them(world):
    rows = Rows()
    rows.pupil("Кузнецов Константин", "5А", None, file_number="К-1")
    rows.pupil("Кузнецов Константин", "5А")
    (new,) = compared(world, rows).of(Kind.PUPILS, State.NEW)
    assert (new.values["born_on"], new.values["file_number"]) == (BORN, "К-1")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ежова М. И.", "Ежова Мария Игоревна"),
        ("Ежова Мария Игоревна", "ЕЖОВА Мария"),
        (None, "Ежова Мария Игоревна"),
    ],
)
def test_a_class_teacher_of_whom_two_files_agree(world, first, second):
    rows = Rows()
    rows.school_class("6А", first)
    rows.school_class("6А", second)
    review = compared(world, rows)
    assert (review.problems, review.asked) == ([], [])
    (made,) = review.of(Kind.STAFF, State.NEW)
    assert made.title == "Ежова Мария Игоревна"
    (change,) = review.of(Kind.CLASSES, State.NEW)
    assert change.values["class_teacher"] == made.key


def test_two_class_teachers_of_one_class_are_told(world):
    rows = Rows()
    rows.school_class("6А", "Ежова Мария Игоревна")
    rows.school_class("6А", "Жуков Пётр Ильич")
    (problem,) = compared(world, rows).problems
    assert problem.why == "Выше классный руководитель 6А другой: Ежова Мария Игоревна."
