"""Lessons on a Sunday, which is a day off all the same: a boarding school has them."""

import datetime
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from attendance.rules import reason_due
from journals.actions.dues import set_dues
from journals.actions.entries import save_cell
from journals.models import LessonWork
from school.actions.days import declare_days
from school.actions.timetable import generate_lessons
from school.models import DayOverride, Lesson, TimetableEntry
from school.queries.calendar import working_calendar
from school.rules.days import end_of_day
from tempjournal.queries.packets import class_papers, packet_days, packet_due
from tests import world as worlds
from tests.site.test_admin import form_of, send
from tests.world import FIRST, day, special

SUNDAY = day(11, 29)
SATURDAY, MONDAY = day(11, 28), day(11, 30)
ZONE = timezone.get_default_timezone()


def at(date, hour=12):
    return datetime.datetime.combine(date, datetime.time(hour), ZONE)


def row(w, weekday, ends_on=None):
    return TimetableEntry.objects.create(
        journal=w.maths, weekday=weekday, number=6, starts_on=FIRST, ends_on=ends_on
    )


def made(w, first, last):
    generate_lessons(w.year, first, last)
    found = Lesson.objects.filter(journal=w.maths, number=6).order_by("date")
    return list(found.values_list("date", flat=True))


@pytest.fixture
def sunday(world):
    """Class 5А has mathematics on Sundays."""
    row(world, 7)
    generate_lessons(world.year, SUNDAY, SUNDAY)
    set_dues([SUNDAY])  # as the next sweep does
    world.sunday = Lesson.objects.get(date=SUNDAY)
    return world


# --- where they come from ---


def test_a_row_makes_them(world):
    row(world, 7)
    wanted = [day(10, 25), day(11, 8), day(11, 15)]  # a vacation is between, 1 November in it
    assert made(world, day(10, 19), day(11, 15)) == wanted


def test_on_a_holiday_there_are_none(world):
    row(world, 7)
    assert made(world, day(5, 3), day(5, 23)) == [day(5, 16), day(5, 23)]


def test_on_a_day_that_the_school_declares_free_there_are_none(world):
    row(world, 7)
    declare_days(special(SUNDAY, "карантин"))
    assert made(world, day(11, 23), day(12, 6)) == [day(12, 6)]


def test_a_saturday_of_a_five_day_week(world):
    row(world, 6)
    assert made(world, day(11, 23), day(11, 29)) == [SATURDAY]


def test_another_day_may_follow_it(world):
    row(world, 7)
    override = special(MONDAY, "за 29-е", DayOverride.Kind.WORKING, timetable_weekday=7)
    override.full_clean()
    override.save()
    assert made(world, MONDAY, MONDAY) == [MONDAY]


def test_the_administrator_says_so(world, login):
    browser, path = login(world.admin), f"/admin/school/journal/{world.maths.pk}/change/"
    form = form_of(browser.get(path)) | {"timetable-TOTAL_FORMS": 1, "timetable-0-weekday": 7}
    form |= {"timetable-0-number": 6, "timetable-0-starts_on": "2026-09-01"}
    form |= {"timetable-0-weeks": 3}
    send(browser, path, form)
    assert TimetableEntry.objects.get().get_weekday_display() == "воскресенье"
    add = "/admin/school/dayoverride/add/"
    form = form_of(browser.get(add)) | {"kind": "working"}
    form |= dict.fromkeys(("starts_on", "ends_on"), "2026-12-07")
    send(browser, add, form | {"timetable_weekday": 7, "reason": "Ярмарка"})
    assert DayOverride.objects.get().get_timetable_weekday_display() == "воскресенья"


# --- what is due ---


def test_its_duties_are_of_the_day_itself(sunday, noon):
    assert sunday.sunday.topic_due_at == end_of_day(SUNDAY, ZONE)
    assert sunday.sunday.homework_due_at == sunday.sunday.last_instant + datetime.timedelta(
        minutes=90
    )
    noon.move_to(at(SUNDAY, 16))
    save_cell(sunday.maths, sunday.sunday.pk, sunday.ivanov.pk, "", "5")
    work = LessonWork.objects.get(lesson=sunday.sunday)
    assert work.marks_due_at == end_of_day(SUNDAY, ZONE)  # no days are allowed for an answer


def test_it_is_no_school_day_for_others(sunday):
    """Marks of tests are due in three school days, of a Sunday's too; reasons in two working
    days."""
    friday = worlds.lesson(sunday.russian, day(11, 27), sunday.slots[3])
    for lesson in (friday, sunday.sunday):
        work = LessonWork.objects.create(lesson=lesson, work_type=sunday.test, position=1)
        set_dues([lesson.date])
        work.refresh_from_db()
        assert work.marks_due_at == end_of_day(day(12, 2), ZONE)
    calendar = working_calendar(FIRST, day(5, 31))
    assert not calendar.is_working(SUNDAY)
    assert reason_due(day(11, 27), calendar, ZONE) == end_of_day(day(12, 1), ZONE)


# --- where they are seen ---


def text_of(answer):
    content = answer.getvalue() if answer.streaming else answer.content
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_the_diary_and_its_print(sunday, login):
    browser = login(sunday.parent)
    html = browser.get(f"/diary/{sunday.ivanov.pk}/?week=2026-W48").content.decode()
    assert "Воскресенье, 29 ноября" in html
    assert "Суббота, 28 ноября" in html
    printed = text_of(browser.get(f"/diary/{sunday.ivanov.pk}/week.pdf?week=2026-W48"))
    assert "Воскресенье, 29 ноября" in printed
    html = browser.get(f"/diary/{sunday.ivanov.pk}/?week=2026-W47").content.decode()
    assert "Воскресенье" not in html  # a week without any


def test_the_teachers_home_and_grid(sunday, login, noon):
    noon.move_to(at(SUNDAY, 8))
    browser = login(sunday.teacher)
    html = browser.get("/").content.decode()
    assert f"/journals/{sunday.maths.pk}/?lesson={sunday.sunday.pk}" in html
    grid = browser.get(f"/journals/{sunday.maths.pk}/").content.decode()
    assert f'data-lesson="{sunday.sunday.pk}"' in grid


@pytest.mark.parametrize(
    ("date", "days"),
    [
        (day(11, 27), (day(11, 27), SUNDAY)),  # Friday's has it already
        (SATURDAY, (SUNDAY, SUNDAY)),  # so that what was changed meanwhile is on paper
        (SUNDAY, (SUNDAY, SUNDAY)),
        (day(11, 22), None),  # a Sunday without lessons
        (day(11, 21), None),
    ],
)
def test_the_packet(sunday, noon, date, days):
    noon.move_to(at(date, 6))
    assert packet_due() == (days and date)
    if days:
        assert packet_days(date) == days
        papers = dict(class_papers(*days))[sunday.a5]
        assert SUNDAY in [one.date for paper in papers for one in paper.lessons]


def test_the_form_of_its_week(sunday, login):
    browser = login(sunday.class_teacher)
    form = f"/temp-journals/form.pdf?class={sunday.a5.pk}&from=2026-W48"
    assert "29.11 6-й урок" in " ".join(text_of(browser.get(form)).split())
