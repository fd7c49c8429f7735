"""The grid: the read model, the page, and what it costs."""

import gzip
import re

import pytest
from django.urls import reverse

from journals.actions.dues import set_dues
from journals.actions.entries import save_cell, save_field
from journals.models import LessonWork, Mark
from journals.queries import register as journals_register
from school import access
from school.models import Enrolment, GroupMembership, Lesson, Student, Substitution, User
from school.projection import sync
from school.queries.belonging import attendees
from tests import world as worlds
from tests.world import day, queries_of


def save(lesson, student, text):
    save_cell(lesson.journal, lesson.pk, student.pk, "", text)


def register(w, person, journal=None, period=1):
    journal, granted = access.journal(person, (journal or w.maths).pk)
    return journals_register.register(journal, w.quarters[period], granted)


def row_of(found, student):
    return next(row for row in found.rows if row.attendee.student_id == student.pk)


def page(client, journal):
    return client.get(reverse("grid", args=[journal.pk])).content.decode()


def cells(html, student, lesson):
    """The `<td>` of a pupil in a lesson's column."""
    row = re.search(rf'<tr data-student="{student.pk}".*?</tr>', html, re.DOTALL)[0]
    columns = re.findall(r'data-lesson="(\d+)" data-date', html)
    return re.findall(r"<td.*?</td>", row)[1:][columns.index(str(lesson.pk))]


def test_it_works(world):
    save(world.lesson, world.ivanov, "4/5")
    save(world.substituted, world.ivanov, "н")
    found = register(world, world.teacher)
    row = row_of(found, world.ivanov)
    assert found.cell_text(row, world.lesson) == "4/5"
    assert found.cell_text(row, world.substituted) == "н"
    assert found.cell_text(row, world.today_lesson) == ""
    assert row.average == "4,50"
    assert [one.name for one in (r.attendee for r in found.rows)] == [
        "Иванов Иван",
        "Петрова Пелагея",
        "Ушёл Устин",
    ]


def test_the_columns_are_of_the_period(world):
    assert [one.date for one in register(world, world.teacher).lessons] == [
        day(11, n) for n in (5, 20, 23, 24, 25, 27)
    ]
    assert register(world, world.teacher, period=0).lessons == []


def test_pupils_in_the_order_of_the_alphabet(world):
    worlds.pupil("elkina", "Ёлкина", "Ева", world.a5)
    worlds.pupil("zhukov", "Жуков", "Ян", world.a5)
    names = [row.attendee.name for row in register(world, world.teacher).rows]
    assert names[:3] == ["Ёлкина Ева", "Жуков Ян", "Иванов Иван"]


def test_who_left_is_greyed_from_that_day_and_his_marks_stay(world, login):
    save(world.early_lesson, world.gone, "5")
    html = page(login(world.teacher), world.maths)
    assert cells(html, world.gone, world.early_lesson) == "<td>5</td>"
    assert 'class="x' in cells(html, world.gone, world.lesson)
    assert re.search(rf'<tr data-student="{world.gone.pk}" class=left>', html)


def test_who_came_later_is_greyed_before(world, login):
    early = worlds.lesson(world.maths_b, day(11, 6), world.slots[2])
    html = page(login(world.teacher), world.maths_b)
    assert 'class="x' in cells(html, world.newcomer, early)
    assert cells(html, world.newcomer, world.lesson_b) == "<td></td>"


def test_an_individual_plan_has_its_own_journal(world, login):
    """2.3"""
    assert "Особый" not in page(login(world.teacher), world.maths)
    assert "Особый" in page(login(world.class_teacher), world.individual)


def test_a_pupil_has_the_number_of_the_paper_whoever_looks(world):
    world.sidorov.user.last_name = "Авдеев"  # of another class, before Иванов
    world.sidorov.user.save()
    whole = register(world, world.english_teacher, world.english)
    assert [row.number for row in whole.rows] == [1, 2]
    (own,) = register(world, world.class_teacher, world.english).rows
    assert (own.attendee.student_id, own.number) == (world.ivanov.pk, 2)


def test_marks_outlive_a_corrected_enrolment(world, login):
    save(world.lesson, world.petrova, "5")
    world.petrova.enrolments.update(ends_on=day(10, 1))
    html = page(login(world.teacher), world.maths)
    assert ">5</td>" in cells(html, world.petrova, world.lesson)


def test_cells_say_what_they_are(world, login):
    save(world.lesson, world.ivanov, "н")
    html = page(login(world.teacher), world.maths)
    assert cells(html, world.ivanov, world.lesson) == '<td class="a">н</td>'
    assert 'class="r' in cells(html, world.ivanov, world.future_lesson)
    assert 'class="r' in cells(html, world.ivanov, world.cancelled_lesson)
    assert 'class="now' in html


def test_the_help_names_each_reason_of_absence(world, login):
    told = re.search(r"Пропуск: (.*?)\.", page(login(world.teacher), world.maths))[1]
    assert re.sub("</?kbd>", "", told) == "н, уп, б, нп, оп"


def test_what_was_typed_is_escaped(world, login):
    save_field(world.maths, world.lesson.pk, "topic", "", "<script>1</script>")
    world.ivanov.user.last_name = "<b>Иванов</b>"
    world.ivanov.user.save()
    html = page(login(world.teacher), world.maths)
    assert "<script>1" not in html
    assert "<b>Иванов" not in html
    assert "&lt;script&gt;1" in html


def test_the_plan_is_offered(world, login):
    html = page(login(world.teacher), world.maths)
    assert 'data-plan="Сложение дробей"' in html
    assert 'data-plan="§ 12, № 345"' in html


def test_two_lessons_of_the_journal_on_one_day(world, login):
    second = worlds.lesson(world.maths, day(11, 23), world.slots[5])
    save(second, world.ivanov, "3")
    html = page(login(world.teacher), world.maths)
    assert cells(html, world.ivanov, second) == "<td>3</td>"
    assert cells(html, world.ivanov, world.lesson) == "<td></td>"


# --- what it costs ---

WHO = {
    "teacher": ("teacher", "maths"),
    "deputy": ("deputy", "maths"),
    "class teacher": ("class_teacher", "maths"),
    "class teacher of some pupils": ("class_teacher", "english"),
    "substitute": ("substitute", "maths"),
}


def grow(w, pupils=30, lessons=40):
    """A class of 30 pupils and a quarter of 40 lessons, filled as teachers fill them."""
    people = User.objects.bulk_create(
        User(username=f"p{n}", last_name=f"Длиннофамильный{n:02}", first_name="Александр")
        for n in range(pupils - 2)
    )
    made = Student.objects.bulk_create(Student(user=one) for one in people)
    since = {"starts_on": day(9, 1)}
    Enrolment.objects.bulk_create(
        Enrolment(student=one, school_class=w.a5, **since) for one in made
    )
    GroupMembership.objects.bulk_create(
        GroupMembership(group=w.subgroup, student=one, **since) for one in made
    )
    sync()
    for journal in (w.maths, w.english):
        fill(w, journal, lessons - journal.lessons.count())
    set_dues(set(Lesson.objects.values_list("date", flat=True)))


def fill(w, journal, count):
    students = [one.student_id for one in attendees(journal, day(11, 2), day(11, 30))]
    lessons = Lesson.objects.bulk_create(
        Lesson(
            journal=journal,
            kind=journal.lesson_kind,
            date=day(11, 2 + n // 3) if n < 60 else day(11, 30),
            **worlds.hour(5 + n % 3),
            topic="Сложение и вычитание смешанных чисел, решение задач",
            topic_entered_at=worlds.NOON,
            homework="§ 12, № 345–348; повторить правило на с. 56",
            homework_entered_at=worlds.NOON,
            known_at=None,
        )
        for n in range(count)
    )
    works = LessonWork.objects.bulk_create(
        LessonWork(lesson=one, work_type=w.answer, position=1) for one in lessons
    )
    values = [w.five.values.get(text=text) for text in "5432"]
    Mark.objects.bulk_create(
        Mark(work=work, student_id=student, value=values[n % 4] if place else None)
        for n, work in enumerate(works)
        for place, student in enumerate(students[n % 3 :: 3])
    )


@pytest.mark.parametrize(("who", "journal"), WHO.values(), ids=WHO)
def test_at_most_fifteen_queries_whatever_it_holds(world, login, who, journal):
    client, journal = login(getattr(world, who)), getattr(world, journal)
    url = reverse("grid", args=[journal.pk])
    nothing_owed = queries_of(client, url)
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", ".")
    save_cell(world.english, world.english_lesson.pk, world.ivanov.pk, "", ".")
    few = queries_of(client, url)
    grow(world)
    Substitution.objects.create(
        lesson=world.maths.lessons.order_by("-date").first(), teacher=world.substitute
    )
    assert queries_of(client, url) == few
    assert nothing_owed <= 15
    assert few <= nothing_owed + 1  # who owes what, where somebody does


def test_the_page_is_light(world, login):
    grow(world)
    answer = login(world.teacher).get(
        reverse("grid", args=[world.maths.pk]), headers={"accept-encoding": "gzip"}
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) < 25_000
    html = gzip.decompress(answer.content)
    assert len(re.findall(rb"data-lesson=\"\d+\" data-date", html)) == 40
    assert len(re.findall(rb"<tr data-student", html)) >= 30
    assert len(html) < 150_000
