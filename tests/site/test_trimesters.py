"""A year with quarters, trimesters and half-years side by side: each journal has the vacations of
its own kind.

    quarters    1.9–25.10, 2.11–30.12, 11.1–24.3, 1.4–31.5
    trimesters  1.9–15.11, 23.11–20.2, 1.3–31.5
"""

import datetime

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance.refusals import Refused
from diaries.actions.applications import recount, register_application
from diaries.models import PrintApplication, ReportDuty
from diaries.queries.grades import period_kind_of
from diaries.queries.reports import teaching
from diaries.queries.week import week, weeks
from journals.actions.dues import set_dues_of_works
from journals.actions.entries import save_cell
from journals.actions.grades import GradeEntry, save_grades
from journals.actions.locks import lock_period
from journals.actions.watch import sweep
from journals.lock_forms import UnlockForm
from journals.models import GradeSheet, LateEntry, LessonWork, PeriodGrade, PlannedTopic
from journals.queries.locks import period_lines
from school.actions.timetable import generate_lessons
from school.forms import OfPeriod
from school.models import (
    Enrolment,
    Journal,
    Lesson,
    Period,
    SchoolClass,
    SchoolYear,
    Subject,
    TeachingGroup,
    TimetableEntry,
)
from school.rules.days import end_of_day
from tests import world as worlds
from tests.site.test_admin import form_of, send
from tests.world import FIRST, day, queries_of

ZONE = timezone.get_default_timezone()
KIND = Period.Kind
TRIMESTERS = [(day(9, 1), day(11, 15)), (day(11, 23), day(2, 20)), (day(3, 1), day(5, 31))]
HALVES = [(day(9, 1), day(12, 30)), (day(1, 11), day(5, 31))]


@pytest.fixture
def mixed(world):
    """5Б is graded by trimesters, Russian in 5А by half-years, the rest by quarters."""
    for kind, spans in ((KIND.TRIMESTER, TRIMESTERS), (KIND.HALF_YEAR, HALVES)):
        for number, (first, last) in enumerate(spans, start=1):
            Period.objects.create(
                year=world.year, kind=kind, number=number, starts_on=first, ends_on=last
            )
    for journal, kind in ((world.maths_b, KIND.TRIMESTER), (world.russian, KIND.HALF_YEAR)):
        journal.period_kind = kind
        journal.save()
    world.trimesters = list(Period.objects.filter(kind=KIND.TRIMESTER))
    return world


def due_days(w, journal):
    """By which days the marks of tests on 23 October and 13 November are due, in three days."""
    found = []
    for date in (day(10, 23), day(11, 13)):
        lesson = worlds.lesson(journal, date, w.slots[5])
        work = LessonWork.objects.create(lesson=lesson, work_type=w.test, position=1)
        set_dues_of_works(LessonWork.objects.filter(pk=work.pk))
        work.refresh_from_db()
        found.append(timezone.localdate(work.marks_due_at))
        assert work.marks_due_at == end_of_day(found[-1], ZONE)
    return found


# --- what follows from the kind ---


def test_marks_are_due_by_the_journals_own_terms(mixed, noon):
    noon.move_to(worlds.NOON.replace(month=10, day=1))
    by_quarters = [day(11, 5), day(11, 18)]  # 4 November is a holiday
    assert due_days(mixed, mixed.maths) == by_quarters
    assert due_days(mixed, mixed.russian) == by_quarters  # a half-year has the quarters' vacations
    assert due_days(mixed, mixed.maths_b) == [day(10, 28), day(11, 25)]


def test_they_follow_when_the_kind_is_changed(mixed, noon):
    noon.move_to(worlds.NOON.replace(month=10, day=1))
    assert due_days(mixed, mixed.maths)[1] == day(11, 18)
    mixed.maths.period_kind = KIND.TRIMESTER
    mixed.maths.save()
    work = LessonWork.objects.get(lesson__journal=mixed.maths, lesson__date=day(11, 13))
    assert work.marks_due_at == end_of_day(day(11, 25), ZONE)


def test_lessons_are_made_in_the_journals_own_terms(mixed):
    for journal in (mixed.maths, mixed.maths_b, mixed.russian):
        TimetableEntry.objects.create(
            journal=journal,
            weekday=2,
            number=7 if journal == mixed.russian else 6,
            starts_on=FIRST,
        )
    generate_lessons(mixed.year, day(10, 19), day(11, 29))
    made = {
        journal: list(
            Lesson.objects.filter(journal=journal, number__gte=6)
            .order_by("date")
            .values_list("date", flat=True)
        )
        for journal in (mixed.maths, mixed.maths_b, mixed.russian)
    }
    by_quarters = [day(10, 20), day(11, 3), day(11, 10), day(11, 17), day(11, 24)]
    assert made[mixed.maths] == made[mixed.russian] == by_quarters
    assert made[mixed.maths_b] == [day(10, n) for n in (20, 27)] + [day(11, n) for n in (3, 10, 24)]


def without_quarters(w):
    """A year of trimesters and half-years alone; 5А's mathematics is still graded by quarters."""
    Lesson.objects.all().delete()
    Period.objects.filter(kind=KIND.QUARTER).delete()


def test_no_lessons_are_made_that_no_page_would_show(mixed, login):
    without_quarters(mixed)
    for journal in (mixed.maths, mixed.maths_b):
        TimetableEntry.objects.create(journal=journal, weekday=2, number=6, starts_on=day(5, 1))
    data = {"action": "generate_lessons", "_selected_action": mixed.year.pk}
    browser = login(mixed.admin)
    html = browser.post("/admin/school/schoolyear/", data, follow=True).content.decode()
    assert not Lesson.objects.filter(journal=mixed.maths).exists()
    assert f"создано уроков: {Lesson.objects.filter(journal=mixed.maths_b).count()}." in html
    assert "1 журнал оценивается по четвертям, которых в этом году нет" in html
    assert "уроки для него не созданы" in html


def test_a_journal_says_that_its_kind_has_no_periods(mixed, login):
    without_quarters(mixed)
    html = login(mixed.teacher).get(f"/journals/{mixed.maths.pk}/").content.decode()
    assert "Журнал оценивается по четвертям, а их в 2026/2027 учебном году нет" in html
    assert "ещё нет учебных периодов" not in html


def test_reports_are_owed_while_anybody_is_taught(mixed):
    """The trimesters know no break at New Year; the week of holidays is taught to nobody."""
    assert teaching(day(9, 1))[0] == (day(9, 1), day(1, 3))
    Period.objects.filter(kind=KIND.TRIMESTER).delete()
    assert teaching(day(9, 1))[0] == (day(9, 1), day(10, 25))


def owed(student):
    return ReportDuty.objects.get(application__student=student).due_on


def test_a_report_is_owed_by_the_pupils_own_terms(mixed, noon):
    noon.move_to(worlds.NOON.replace(month=10, day=20))
    for pupil in (mixed.ivanov, mixed.sidorov):
        register_application(pupil, "Мать", day(10, 20), day(10, 20))
    assert owed(mixed.ivanov) == day(11, 9)  # counted anew after the vacation of the quarters
    assert owed(mixed.sidorov) == day(10, 27)
    mixed.maths.period_kind = KIND.TRIMESTER  # beside Russian, which stays as it is
    mixed.maths.save()
    assert owed(mixed.ivanov) == day(10, 27)


def test_without_journals_a_pupil_is_taught_whenever_anybody_is(mixed, noon):
    noon.move_to(worlds.NOON.replace(month=10, day=20))
    Journal.objects.filter(group=mixed.maths.group).update(group=mixed.english.group)
    register_application(mixed.ivanov, "Мать", day(10, 20), day(10, 20))
    assert owed(mixed.ivanov) == day(10, 27)


def test_a_recount_asks_alike_for_many(mixed, django_assert_num_queries):
    pupils = (mixed.ivanov, mixed.petrova, mixed.sidorov)
    for pupil in pupils:
        register_application(pupil, "Мать", day(11, 20), day(11, 20))
    found = list(PrintApplication.objects.all())
    with CaptureQueriesContext(connection) as of_one:
        recount(found[:1])
    with django_assert_num_queries(len(of_one)):
        recount(found)


def notes(student, monday):
    return {one.note for one in week(student, monday).days}


def test_the_diary_says_vacation_to_whom_it_is_one(mixed):
    Lesson.objects.all().delete()
    assert notes(mixed.ivanov, day(10, 26)) == {"Каникулы"}
    assert notes(mixed.sidorov, day(10, 26)) == {"Уроков нет"}
    assert notes(mixed.ivanov, day(11, 16)) == {"Уроков нет"}
    assert notes(mixed.sidorov, day(11, 16)) == {"Каникулы"}
    assert notes(mixed.ivanov, day(3, 29)) == {"Каникулы", "Уроков нет"}  # of April


def test_the_diarys_queries_do_not_grow(mixed, django_assert_num_queries):
    pupils = [mixed.ivanov, mixed.sidorov, mixed.petrova]
    with django_assert_num_queries(10):
        weeks(pupils, day(11, 16))


# --- one kind of periods after another ---


def change_kind(w, login, kind):
    browser, path = login(w.admin), f"/admin/school/journal/{w.maths.pk}/change/"
    page = browser.post(path, form_of(browser.get(path)) | {"period_kind": kind})
    w.maths.refresh_from_db()
    return page


def test_the_kind_stays_where_grades_would_be_seen_nowhere(mixed, login, noon):
    noon.move_to(worlds.NOON.replace(month=10, day=23))
    worlds.lesson(mixed.maths, day(10, 22), mixed.slots[5])
    entry = GradeEntry(f"p{mixed.quarters[0].pk}", mixed.ivanov.pk, "", "4", True)
    save_grades(mixed.maths, mixed.teacher, [entry])
    html = change_kind(mixed, login, KIND.TRIMESTER).content.decode()
    assert "они больше нигде не были бы видны" in html
    assert mixed.maths.period_kind == KIND.QUARTER
    mixed.maths.period_kind = KIND.TRIMESTER
    with pytest.raises(ProtectedError):
        mixed.maths.save()
    mixed.maths.refresh_from_db()
    mixed.maths.save()  # of the same kind it is saved as ever
    PeriodGrade.objects.all().delete()
    assert change_kind(mixed, login, KIND.TRIMESTER).status_code == 302


def test_nobody_owes_grades_of_the_former_periods(mixed, noon):
    for date in (day(10, 20), day(11, 10)):
        worlds.lesson(mixed.maths, date, mixed.slots[5])
    for date in (day(10, 23), day(10, 27)):
        noon.move_to(worlds.NOON.replace(month=date.month, day=date.day))
        sweep()
    late = LateEntry.objects.filter(kind="grades", journal=mixed.maths)
    assert late.count() == 1
    mixed.maths.period_kind = KIND.TRIMESTER
    mixed.maths.save()
    assert not late.exists()
    assert not GradeSheet.objects.filter(journal=mixed.maths).exists()


def last_year(w):
    """Ivanov was in 4А, in four journals graded by quarters."""
    year = SchoolYear.objects.create(
        starts_on=datetime.date(2025, 9, 1), ends_on=datetime.date(2026, 5, 31)
    )
    Period.objects.create(
        year=year, kind=KIND.QUARTER, number=1, starts_on=year.starts_on, ends_on=year.ends_on
    )
    a4 = SchoolClass.objects.create(year=year, number=4, letter="А", class_teacher=w.class_teacher)
    group = TeachingGroup.objects.create(
        kind=TeachingGroup.Kind.CLASS, year=year, name="4А", school_class=a4
    )
    for number in range(4):
        subject = Subject.objects.create(name=f"Предмет {number}")
        Journal.objects.create(group=group, subject=subject, scale=w.five)
    Enrolment.objects.create(
        student=w.ivanov, school_class=a4, starts_on=year.starts_on, ends_on=year.ends_on
    )


def test_a_pupil_of_last_years_quarters_has_this_years_trimesters(mixed, django_assert_num_queries):
    last_year(mixed)
    without_quarters(mixed)
    Journal.objects.filter(group=mixed.maths.group).update(period_kind=KIND.TRIMESTER)
    with django_assert_num_queries(1):
        assert period_kind_of(mixed.ivanov, worlds.TODAY) == KIND.TRIMESTER
    assert period_kind_of(mixed.ivanov, datetime.date(2026, 5, 1)) == KIND.QUARTER


def test_a_kind_without_periods_is_nobodys(mixed):
    without_quarters(mixed)
    Journal.objects.filter(group=mixed.maths.group).update(period_kind=KIND.QUARTER)
    assert period_kind_of(mixed.ivanov, worlds.TODAY) == KIND.TRIMESTER


def test_a_week_without_lessons_has_the_pupils_own_period(mixed):
    def period(monday):
        return str(week(mixed.sidorov, monday).period)

    Lesson.objects.all().delete()
    assert period(day(11, 16)) == "1 триместр"  # his break, and of nobody else
    assert period(day(11, 9)) == "2 четверть"  # nothing says by what he is graded
    lesson = worlds.lesson(mixed.maths_b, day(10, 20), mixed.slots[5])
    save_cell(mixed.maths_b, lesson.pk, mixed.sidorov.pk, "", "5")
    assert period(day(11, 9)) == "1 триместр"


def test_where_nothing_says_it_the_period_is_of_a_kind_that_there_is(mixed):
    without_quarters(mixed)
    assert str(week(mixed.sidorov, day(11, 9)).period) == "1 триместр"


# --- pages ---


def test_the_administrator_enters_them(world, login):
    browser, path = login(world.admin), f"/admin/school/schoolyear/{world.year.pk}/change/"
    form = form_of(browser.get(path))
    count = int(form["periods-TOTAL_FORMS"])
    for number, (first, last) in enumerate(TRIMESTERS):
        row = f"periods-{count + number}-"
        form |= {f"{row}kind": "trimester", f"{row}number": number + 1, f"{row}year": world.year.pk}
        form |= {f"{row}starts_on": str(first), f"{row}ends_on": str(last)}
    send(browser, path, form | {"periods-TOTAL_FORMS": count + 3})
    path = f"/admin/school/journal/{world.maths_b.pk}/change/"
    send(browser, path, form_of(browser.get(path)) | {"period_kind": "trimester"})
    world.maths_b.refresh_from_db()
    assert world.maths_b.get_period_kind_display() == "триместр"
    assert [str(one) for one in Period.objects.filter(kind=KIND.TRIMESTER)] == [
        "1 триместр",
        "2 триместр",
        "3 триместр",
    ]


def test_the_journals_pages(mixed, login):
    browser = login(mixed.teacher)
    grid = browser.get(f"/journals/{mixed.maths_b.pk}/")
    assert str(grid.context["period"]) == "2 триместр"
    html = grid.content.decode()
    assert [f"{n} триместр" in html for n in (1, 2, 3)] == [True] * 3
    assert "четверть" not in html
    html = browser.get(f"/journals/{mixed.maths_b.pk}/grades/").content.decode()
    assert [f"{n} триместр" in html for n in (1, 2, 3)] == [True] * 3
    assert "четверть" not in html
    PlannedTopic.objects.create(journal=mixed.maths_b, position=1, title="Дроби")
    assert queries_of(browser, f"/journals/{mixed.maths_b.pk}/") == queries_of(
        browser, f"/journals/{mixed.maths.pk}/"
    )


def test_its_grades_are_seen(mixed, login, noon):
    noon.move_to(worlds.NOON.replace(month=11, day=12))
    worlds.lesson(mixed.maths_b, day(11, 10), mixed.slots[5])
    first = mixed.trimesters[0]
    entry = GradeEntry(f"p{first.pk}", mixed.sidorov.pk, "", "4", True)
    save_grades(mixed.maths_b, mixed.teacher, [entry])
    leader = login(mixed.deputy)
    summary = leader.get(f"/classes/{mixed.b5.pk}/summary/?period={first.pk}")
    assert "4" in [row.cells[0].text for row in summary.context["table"].rows]
    html = summary.content.decode()
    assert "1 триместр" in html
    assert "четверть" not in html
    parent = login(mixed.parent)
    grades = parent.get(f"/diary/{mixed.sidorov.pk}/grades/")
    assert [str(one["period"]) for one in grades.context["periods"]] == [
        f"{n} триместр" for n in (1, 2, 3)
    ]
    assert grades.context["year_grades"][0].texts[0] == "4"
    diary = parent.get(f"/diary/{mixed.sidorov.pk}/").content.decode()
    assert "Средние отметки, 1 триместр" in diary


def test_one_is_closed(mixed, login, noon):
    noon.move_to(worlds.NOON.replace(month=11, day=20))
    lock_period(mixed.trimesters[0].pk, mixed.deputy)
    path = f"/journals/{mixed.maths_b.pk}/?period={mixed.trimesters[0].pk}"
    html = login(mixed.teacher).get(path).content.decode()
    assert "<b>1 триместр</b>: закрыто 20.11.2026" in html
    lesson = worlds.lesson(mixed.maths_b, day(11, 10), mixed.slots[5])
    with pytest.raises(Refused, match=r"^1 триместр закрыт 20\.11\.2026\. Открыть журнал"):
        save_cell(mixed.maths_b, lesson.pk, mixed.sidorov.pk, "", "5")
    lines = period_lines(mixed.year, day(11, 20))
    assert [line.period.kind for line in lines] == (
        [KIND.QUARTER] * 4 + [KIND.TRIMESTER] * 3 + [KIND.HALF_YEAR] * 2
    )
    assert [line.lock is not None for line in lines].index(True) == 4
    assert login(mixed.deputy).get("/review/locks/").status_code == 200


def test_closed_periods_are_offered_in_the_order_of_their_kinds(mixed, noon):
    noon.move_to(worlds.NOON.replace(year=2027, month=1, day=15))
    halves = Period.objects.filter(kind=KIND.HALF_YEAR)
    for period in (halves[0], mixed.trimesters[0], mixed.quarters[0]):
        lock_period(period.pk, mixed.deputy)
    offered = UnlockForm(None, year=mixed.year, asked={}).fields["period"].choices
    assert [name for _, name in offered][1:] == ["1 четверть", "1 триместр", "1 полугодие"]


def test_a_filter_of_the_leaders_begins_with_the_present_quarter(mixed):
    assert OfPeriod({}, year=mixed.year).span == (day(11, 2), day(12, 30))
    Period.objects.filter(kind=KIND.QUARTER).delete()
    assert OfPeriod({}, year=mixed.year).span == TRIMESTERS[1]
    names = [name for _, name in OfPeriod({}, year=mixed.year).fields["period"].choices]
    assert names[1:] == ["1 триместр", "2 триместр", "3 триместр", "1 полугодие", "2 полугодие"]
