"""What stands in a cancelled lesson counts nowhere; a lesson moves with all that stands in it."""

import re

import pytest
from django.urls import reverse

from attendance.actions.documents import receive_document
from attendance.models import Absence, AbsenceDocument
from attendance.queries import class_attendance, pupils_of
from attendance.refusals import Refused
from diaries.queries import week as diaries_week
from diaries.queries.grades import grades
from journals.actions.entries import save_cell, save_field
from journals.actions.lessons import move_lesson
from journals.actions.works import change_work_type
from journals.models import LateEntry, LessonWork, Mark
from journals.queries import book as journals_book
from journals.queries import elsewhere
from journals.queries.grade_book import grade_book
from journals.queries.register import register
from journals.queries.review import review
from school import access
from school.actions.days import declare_days
from school.actions.lessons import cancel_lesson, restore_lesson
from school.actions.refusals import ScheduleError
from school.models import Enrolment, Lesson, PeriodLock, Substitution
from school.rights import JournalRights
from tests.world import NOON, TODAY, day, special

EVERYTHING = JournalRights(sees_all=True, writes_all=True)


def save(w, lesson, text, student=None):
    return save_cell(w.maths, lesson.pk, (student or w.ivanov).pk, "", text)


@pytest.fixture
def marked(world):
    """Иванов has «5» and «2» in mathematics and was absent once; the lesson of «2» and «н» is then
    cancelled."""
    save(world, world.early_lesson, "5")
    save(world, world.lesson, "2")
    save(world, world.lesson, "н", world.petrova)
    cancel_lesson(world.lesson, "урока не было")
    return world


def average(w, student=None):
    found = register(w.maths, w.quarters[1], EVERYTHING)
    row = next(r for r in found.rows if r.attendee.student_id == (student or w.ivanov).pk)
    return row.average


def suggested(w):
    book = grade_book(w.maths)
    marks = book.marks.get((f"p{w.quarters[1].pk}", w.ivanov.pk))
    return marks.count, marks.average


def test_it_counts_in_no_average(marked):
    assert average(marked) == "5,00"
    assert suggested(marked) == (1, 5)
    assert str(elsewhere.average(marked.maths, marked.ivanov.pk, TODAY)) == "5.00"
    [row] = [r for r in grades(marked.ivanov, marked.quarters[1]) if r.marks]
    assert (row.subject, row.average, [m.text for m in row.marks]) == ("Математика", "5,00", ["5"])
    week = diaries_week.week(marked.ivanov, day(11, 23))
    assert [(one.subject, one.average) for one in week.averages] == [("Математика", "5,00")]
    journals = access.journals(marked.deputy).filter(pk=marked.maths.pk)
    [line] = review(journals, day(11, 2), TODAY, NOON)
    assert line.marks == 1


def test_it_is_no_absence(marked):
    pupils = pupils_of(marked.a5)
    found = class_attendance(marked.a5, pupils, day(11, 2), TODAY)
    assert (found.open, found.settled, found.totals) == ([], [], [])
    rows = grades(marked.petrova, marked.quarters[1])
    assert sum(row.absences for row in rows) == 0


def test_it_is_shown_as_such(marked, login):
    page = login(marked.teacher).get(reverse("grid", args=[marked.maths.pk])).content.decode()
    assert '<td class="r v">2</td>' in page
    assert "Урок отменён: урока не было" in page
    page = (
        login(marked.parent)
        .get(reverse("diary_week", args=[marked.ivanov.pk]), {"week": "2026-W48"})
        .content.decode()
    )
    assert "Зачёркнутое не учитывается." in page


def test_in_the_book_it_is_struck_out(marked):
    book = journals_book.book(marked.maths, marked.quarters[1], EVERYTHING)
    cells = {
        cell.text: cell.kind
        for spread in book.spreads
        for _, row in spread.rows
        for cell in row
        if cell.text
    }
    assert cells == {"5": "", "2": "void", "н": "void"}


def test_restored_it_counts_again(marked):
    restore_lesson(marked.lesson)
    assert average(marked) == "3,50"


# --- moving ---


def place(lesson):
    lesson = Lesson.objects.get(pk=lesson.pk)
    return lesson.date, lesson.number, lesson.cancelled


def test_a_lesson_moves_with_all_that_stands_in_it(world):
    save(world, world.substituted, "4/5")
    save(world, world.substituted, "н", world.petrova)
    save_field(world.maths, world.substituted.pk, "topic", "", "Дроби")
    move_lesson(world.maths, world.substituted.pk, day(11, 19), 4)
    assert place(world.substituted) == (day(11, 19), 4, "")
    assert Mark.objects.filter(work__lesson=world.substituted).count() == 2
    assert Absence.objects.get(lesson=world.substituted).reason == "н"
    moved = Lesson.objects.get(pk=world.substituted.pk)
    assert moved.topic == "Дроби"
    assert Substitution.objects.filter(lesson=moved, teacher=world.substitute).exists()
    was, now = Lesson.history.filter(id=moved.pk).order_by("-history_id")[:2][::-1]
    assert (was.date, now.date) == (day(11, 24), day(11, 19))


def test_a_cancelled_one_takes_place_where_it_is_moved(marked):
    move_lesson(marked.maths, marked.lesson.pk, day(11, 24), 5)
    assert place(marked.lesson) == (day(11, 24), 5, "")
    assert average(marked) == "3,50"


def test_due_instants_follow(world):
    save(world, world.lesson, "4")
    due = LessonWork.objects.get(lesson=world.lesson).marks_due_at
    move_lesson(world.maths, world.lesson.pk, TODAY, 6)
    assert LessonWork.objects.get(lesson=world.lesson).marks_due_at > due
    assert Lesson.objects.get(pk=world.lesson.pk).topic_due_at.date() == TODAY
    assert not LateEntry.objects.filter(lesson=world.lesson, settled_at=None).exists()


def test_a_document_gives_the_reason_of_the_day_it_covers(world):
    save(world, world.lesson, "н", world.petrova)
    document = AbsenceDocument(
        student=world.petrova,
        kind="medical",
        received_on=day(11, 24),
        starts_on=day(11, 24),
        ends_on=day(11, 24),
        reason="б",
        entered_by=world.class_teacher,
    )
    receive_document(document)
    move_lesson(world.maths, world.lesson.pk, day(11, 24), 6)
    absence = Absence.objects.get(lesson=world.lesson)
    assert (absence.reason, absence.document) == ("б", document)
    move_lesson(world.maths, world.lesson.pk, day(11, 23), 6)
    absence.refresh_from_db()
    assert (absence.reason, absence.document, absence.confirmed_by) == ("н", None, None)


def refused(w, *where, lesson=None):
    lesson = lesson or w.lesson
    before = place(lesson)
    with pytest.raises(Refused) as error:
        move_lesson(w.maths, lesson.pk, *where)
    assert place(lesson) == before
    return str(error.value)


def test_what_can_not_be(world):
    save(world, world.lesson, "4")
    assert "уже есть" in refused(world, TODAY, 2)
    assert "у этих учеников" in refused(world, TODAY, 3)  # Russian of 5А
    assert "и так стоит" in refused(world, day(11, 23), 2)
    assert "на сегодня или на прошедший" in refused(world, day(11, 30), 2)
    move_lesson(world.maths, world.future_lesson.pk, day(11, 30), 2)
    Enrolment.objects.filter(student=world.ivanov).update(ends_on=day(11, 23))
    assert "24.11.2026 здесь не учатся" in refused(world, day(11, 24), 6)
    assert "Иванов Иван" in refused(world, day(11, 24), 6)
    assert "ни в один учебный период" in refused(world, day(10, 28), 6)
    PeriodLock.objects.create(period=world.quarters[0], locked_by=world.deputy)
    assert "период закрыт" in refused(world, day(10, 20), 6)


def test_a_move_into_the_past_makes_nobody_late_at_once(world, noon):
    move_lesson(world.maths, world.future_lesson.pk, day(11, 19), 5)
    lesson = Lesson.objects.get(pk=world.future_lesson.pk)
    assert lesson.topic_due_at.date() == TODAY
    # Nor does it after it was cancelled and restored.
    cancel_lesson(lesson, "ошибка")
    restore_lesson(lesson)
    lesson.refresh_from_db()
    assert lesson.topic_due_at.date() == lesson.homework_due_at.date() == TODAY
    assert not LateEntry.objects.filter(lesson=lesson).exists()


def test_works_are_of_the_kind_of_the_day(world):
    save_field(world.maths, world.future_lesson.pk, "works", "", str(world.test.pk))
    world.test.weight = 2
    new = change_work_type(world.test, day(11, 27))
    work = LessonWork.objects.get(lesson=world.future_lesson)
    assert work.work_type == new
    move_lesson(world.maths, world.future_lesson.pk, day(11, 26), 5)
    work.refresh_from_db()
    assert work.work_type == world.test
    assert work.history.count() == 3


def test_a_day_that_was_held_is_not_declared_free(world):
    save(world, world.lesson, "н")
    free = special(day(11, 23), "Карантин")
    with pytest.raises(ScheduleError, match="уже проведены"):
        declare_days(free)
    assert not Lesson.objects.filter(date=day(11, 23)).exclude(cancelled="").exists()


# --- the page ---


def url(w):
    return reverse("lesson_place", args=[w.maths.pk, w.lesson.pk])


def test_a_deputy_moves_cancels_and_restores(world, login):
    save(world, world.lesson, "4")
    deputy = login(world.deputy)
    page = deputy.get(reverse("lesson", args=[world.maths.pk, world.lesson.pk])).content.decode()
    assert url(world) in page
    data = {"deed": "move", "date": "2026-11-24", "number": 5}
    page = deputy.post(url(world), data, follow=True).content.decode()
    assert "Урок перенесён на 24.11.2026, 5-й" in page
    deputy.post(url(world), {"deed": "cancel", "cancelled": "карантин"})
    assert place(world.lesson) == (day(11, 24), 5, "карантин")
    deputy.post(url(world), {"deed": "restore"})
    assert place(world.lesson) == (day(11, 24), 5, "")
    who = Lesson.history.filter(id=world.lesson.pk).values_list("history_user__username", flat=True)
    assert list(who)[:3] == ["deputy"] * 3
    page = deputy.get(reverse("review_history"), {"journal": world.maths.pk}).content.decode()
    assert "23.11.2026 → <b>24.11.2026</b>" in page
    assert "2-й урок → <b>5-й урок</b>" in page


def test_what_was_done_in_another_tab_is_told(world, login):
    deputy = login(world.deputy)
    assert "и так в расписании" in deputy.post(url(world), {"deed": "restore"}).content.decode()
    deputy.post(url(world), {"deed": "cancel", "cancelled": "карантин"})
    page = deputy.post(url(world), {"deed": "cancel", "cancelled": "другое"}).content.decode()
    assert "Урок уже отменён: карантин" in page
    assert place(world.lesson) == (day(11, 23), 2, "карантин")


def test_a_refusal_stands_beside_the_form_with_what_was_typed(world, login):
    data = {"deed": "move", "date": "2026-11-25", "number": 3}
    page = login(world.deputy).post(url(world), data).content.decode()
    assert "у этих учеников уже есть" in page
    assert 'value="2026-11-25"' in page
    page = login(world.deputy).post(url(world), {"deed": "cancel", "cancelled": " "})
    assert re.search("Обязательное поле", page.content.decode())
    assert place(world.lesson) == (day(11, 23), 2, "")


def test_teachers_have_no_such_page(world, login):
    assert login(world.teacher).post(url(world), {"deed": "restore"}).status_code == 403
    assert login(world.english_teacher).get(url(world)).status_code == 404
