"""A school year that is over is closed as a whole and is an archive from then on (4.2)."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from attendance.actions.absences import confirm_day
from attendance.actions.documents import receive_document, withdraw_document
from attendance.models import Absence, AbsenceDocument
from attendance.refusals import Refused
from journals.actions.entries import save_cell, save_field
from journals.actions.grades import GradeEntry, GradeErrors, save_grades
from journals.actions.late import recheck_sheets
from journals.actions.locks import close_year, lock_period, reopen_year, unlock_journal
from journals.actions.review import answer_remark, make_remark
from journals.models import GradeSheet, Mark, PeriodGrade
from journals.queries.grade_sheets import is_closed as are_closed
from school.actions.days import declare_days
from school.actions.kinds import set_kind
from school.actions.lessons import cancel_lesson, move_lesson, restore_lesson, schedule_lesson
from school.actions.refusals import ScheduleError
from school.models import Lesson, LessonKind, PeriodLock, Unlock, YearClosing
from school.queries.locks import closed_spans, is_closed
from school.rules.spans import covers
from tests import world as worlds
from tests.world import day, special

JUNE = datetime.datetime(2027, 6, 10, 9, tzinfo=datetime.UTC)
TOLD = "Учебный год закрыт 10.06.2027. Открыть журнал для исправлений может заместитель директора."


@pytest.fixture
def june(world, noon):
    """10 June: all quarters are closed. A lesson of mathematics was held in the autumn holidays."""
    world.holiday = worlds.lesson(world.maths, day(10, 28), world.slots[1])
    world.maths.has_exam = True
    world.maths.save()
    noon.move_to(JUNE)
    for one in world.quarters:
        lock_period(one.pk, world.deputy)
    return world


@pytest.fixture
def archive(june):
    close_year(june.year.pk, june.deputy)
    return june


def grade(w, column, text="4"):
    save_grades(w.maths, w.teacher, [GradeEntry(column, w.ivanov.pk, "", text, True)])


# --- closing and opening again ---


def test_it_is_closed_once_and_by_the_first(june):
    close_year(june.year.pk, june.deputy)
    close_year(june.year.pk, june.director)
    assert YearClosing.objects.get().closed_by == june.deputy
    assert YearClosing.history.count() == 1


def test_not_while_it_lasts(world, noon):
    noon.move_to(datetime.datetime(2027, 5, 31, 9, tzinfo=datetime.UTC))
    with pytest.raises(Refused, match=r"ещё идёт, закрыть его можно после 31\.05\.2027"):
        close_year(world.year.pk, world.deputy)


def test_not_before_each_of_its_periods(world, noon):
    noon.move_to(JUNE)
    for one in world.quarters[:3]:
        lock_period(one.pk, world.deputy)
    with pytest.raises(Refused, match="Сначала закройте периоды: 4 четверть"):
        close_year(world.year.pk, world.deputy)
    assert not YearClosing.objects.exists()


def test_it_is_opened_again_with_a_reason_and_closed_once_more(archive):
    reopen_year(archive.year.pk, archive.director, "пересдача")
    first = YearClosing.objects.get()
    assert (first.reopened_by, first.why) == (archive.director, "пересдача")
    assert first.history.count() == 2
    grade(archive, "exam")
    with pytest.raises(Refused, match="не закрыт"):
        reopen_year(archive.year.pk, archive.director, "ещё раз")
    close_year(archive.year.pk, archive.deputy)
    assert YearClosing.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"reopened_at": JUNE},
        {"why": "просто так"},
        {"reopened_at": JUNE, "why": "просто так"},
    ],
)
def test_who_opened_it_when_and_why_is_known_or_nothing(world, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        YearClosing.objects.create(year=world.year, closed_by=world.deputy, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        YearClosing.objects.create(
            year=world.year, closed_by=world.deputy, reopened_by=world.deputy, why="так"
        )


# --- what it refuses ---

WRITES = {
    "mark": lambda w, lesson: save_cell(w.maths, lesson, w.ivanov.pk, "", "5"),
    "absence": lambda w, lesson: save_cell(w.maths, lesson, w.ivanov.pk, "", "н"),
    "topic": lambda w, lesson: save_field(w.maths, lesson, "topic", "", "Тема"),
    "homework": lambda w, lesson: save_field(w.maths, lesson, "homework", "", "§ 1"),
    "works": lambda w, lesson: save_field(w.maths, lesson, "works", "", str(w.test.pk)),
    "attendance": lambda w, lesson: save_field(w.maths, lesson, "attendance", "", "все"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("lesson", ["lesson", "holiday"])
def test_nothing_is_written_in_lessons(archive, write, lesson):
    with pytest.raises(Refused) as refused:
        write(archive, getattr(archive, lesson).pk)
    assert str(refused.value) == TOLD


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_no_period_holds_is_open_until_then(june, write):
    write(june, june.holiday.pk)


@pytest.mark.parametrize("column", ["year", "exam", "final"])
def test_no_grade_of_the_year_is_given(archive, column):
    with pytest.raises(GradeErrors) as refused:
        grade(archive, column)
    assert [str(error) for error in refused.value.errors.values()] == [TOLD]
    assert not PeriodGrade.objects.exists()


def test_exams_are_graded_in_closed_periods_until_then(june):
    grade(june, "exam")
    assert PeriodGrade.objects.get().kind == "exam"


TIMETABLE = {
    "schedule": lambda w: schedule_lesson(w.maths, day(11, 25), 7),
    "cancel": lambda w: cancel_lesson(w.holiday, "карантин"),
    "restore": lambda w: restore_lesson(w.cancelled_lesson),
    "move": lambda w: move_lesson(w.holiday, day(10, 29), 3),
    "kind": lambda w: set_kind(w.holiday, LessonKind.objects.last()),
    "days": lambda w: declare_days(special(day(10, 30), "буря")),
}


@pytest.mark.parametrize("deed", TIMETABLE.values(), ids=TIMETABLE)
def test_its_lessons_and_days_stay(archive, deed):
    before = list(Lesson.objects.order_by("pk").values())
    with pytest.raises(ScheduleError, match="закрыт"):
        deed(archive)
    assert list(Lesson.objects.order_by("pk").values()) == before


def test_its_own_words_stand_where_no_period_does(archive):
    with pytest.raises(ScheduleError, match=r"учебный год 2026/2027 закрыт\. Изменить"):
        cancel_lesson(archive.holiday, "карантин")
    with pytest.raises(ScheduleError, match="Учебный год 2026/2027 закрыт: его дни"):
        declare_days(special(day(10, 30), "буря"))


# --- reasons of absences: of a closed period they are put right, of a closed year not ---


def a_document(w):
    return AbsenceDocument(
        student=w.petrova,
        kind="medical",
        reason="б",
        received_on=timezone.localdate(),
        starts_on=day(10, 28),
        ends_on=day(10, 28),
        entered_by=w.class_teacher,
    )


def test_no_reason_is_put_right(june):
    save_cell(june.maths, june.holiday.pk, june.petrova.pk, "", "н")
    close_year(june.year.pk, june.deputy)
    written = confirm_day(june.petrova.pk, day(10, 28), "б", june.class_teacher, "справка")
    assert (written.changed, written.closed, written.opened) == (0, 1, 0)
    assert Absence.objects.get().reason == "н"


def test_no_document_is_withdrawn(june):
    save_cell(june.maths, june.holiday.pk, june.petrova.pk, "", "н")
    document = a_document(june)
    receive_document(document)
    close_year(june.year.pk, june.deputy)
    with pytest.raises(Refused, match="в закрытом учебном году"):
        withdraw_document(document)
    assert Absence.objects.get().reason == "б"


def test_the_class_page_asks_no_reason_why(archive, login):
    archive.a5.enrolments.update(ends_on=None)
    page = login(archive.class_teacher).get(f"/classes/{archive.a5.pk}/attendance/")
    assert "why" not in page.context["form"].fields


# --- what goes on ---


def test_one_journal_is_opened_for_a_while(archive, noon):
    unlock_journal(archive.maths, archive.quarters[3], archive.deputy, 2, "ошибка")
    save_cell(archive.maths, archive.holiday.pk, archive.ivanov.pk, "", "5")
    grade(archive, "exam")
    with pytest.raises(Refused):  # that of another quarter is closed by its own lock
        save_cell(archive.maths, archive.lesson.pk, archive.ivanov.pk, "", "5")
    noon.shift(datetime.timedelta(hours=3))
    with pytest.raises(Refused):
        save_cell(archive.maths, archive.holiday.pk, archive.ivanov.pk, "5", "4")


def test_a_remark_is_answered(archive):
    remark = make_remark(archive.maths, None, archive.deputy, "Мало отметок")
    answer_remark(remark.pk, archive.teacher, "", "Учту")
    remark.refresh_from_db()
    assert remark.answer == "Учту"


def test_nothing_of_it_is_owed(archive):
    sheet = GradeSheet.objects.create(
        journal=archive.maths, kind="exam", grades_due_at=JUNE + datetime.timedelta(days=5)
    )
    now = timezone.now()
    recheck_sheets([sheet.pk], now)
    assert GradeSheet.objects.filter(are_closed(now), pk=sheet.pk).exists()
    reopen_year(archive.year.pk, archive.deputy, "пересдача")
    assert not GradeSheet.objects.filter(are_closed(now), pk=sheet.pk).exists()


def test_a_journal_without_periods_of_its_own_is_closed_too(archive):
    archive.individual.period_kind = "half_year"
    archive.individual.save()
    lesson = archive.individual_lesson
    assert Lesson.objects.filter(is_closed(timezone.now()), pk=lesson.pk).exists()
    with pytest.raises(Refused, match="Учебный год закрыт"):
        save_field(archive.individual, lesson.pk, "topic", "", "Тема")


def test_spans_and_rows_agree(archive):
    """What plans ask of whole journals is what is asked of each lesson."""
    now = timezone.now()
    Unlock.objects.create(
        journal=archive.maths,
        period=archive.quarters[3],
        until=now + datetime.timedelta(hours=1),
        reason="ошибка",
        made_by=archive.deputy,
    )
    closed = set(Lesson.objects.filter(is_closed(now)).values_list("pk", flat=True))
    spans_of = closed_spans(archive.year.pk, now)
    lessons = Lesson.objects.select_related("journal")
    assert closed == {one.pk for one in lessons if covers(spans_of(one.journal), one.date)}
    assert archive.holiday.pk not in closed
    assert archive.lesson.pk in closed


def test_without_it_only_periods_are_closed(june):
    assert PeriodLock.objects.count() == 4
    assert not Lesson.objects.filter(is_closed(timezone.now()), pk=june.holiday.pk).exists()
    assert not covers(closed_spans(june.year.pk, timezone.now())(june.maths), day(10, 28))
    assert not Mark.objects.exists()
