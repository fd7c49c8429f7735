"""A pupil moves to another class, group or plan: his marks and grades are one (2.3, 2.4)."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from attendance.refusals import Refused
from diaries.queries.grades import grades, year_grades
from journals.actions.entries import save_cell
from journals.actions.grade_sheets import open_sheets
from journals.actions.grades import GradeEntry, GradeErrors, save_grades
from journals.actions.locks import lock_period
from journals.actions.pupil_moves import Answers, move_pupil
from journals.averages import average_text
from journals.models import GradeSheet, LessonWork, Mark, PeriodGrade
from journals.queries.book import book
from journals.queries.elsewhere import average
from journals.queries.grade_book import grade_book
from journals.queries.grades_page import grades_page
from journals.queries.pupil_moves import move_plan
from journals.queries.register import register
from journals.queries.summary import class_summary
from school.models import GroupMembership, Journal, PeriodLock, Subject, TeachingGroup
from school.rights import JournalRights
from tests import world as worlds
from tests.world import FIRST, day, queries_of

MOVED_ON = day(11, 26)
LAST_WEEK = datetime.datetime(2026, 12, 24, 9, tzinfo=datetime.UTC)
WHOLE = JournalRights(sees_all=True, writes_all=True)


def give(w, student, *texts, journal=None, month=11, first=2):
    journal = journal or w.maths
    for place, text in enumerate(texts):
        lesson = worlds.lesson(journal, day(month, first + place), w.slots[6])
        work = LessonWork.objects.create(lesson=lesson, work_type=w.answer, position=1)
        value = journal.scale.values.get(text=text) if text else None
        Mark.objects.create(work=work, student=student, value=value)


@pytest.fixture
def moved(world, noon):
    """Иванов has 5, 4, 5, 4, 4 in 5А, moves on 26 November, and has 4, 4 in 5Б; it is the last week
    of the quarter."""
    give(world, world.ivanov, "5", "4", "5", "4", "4")
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, Answers())
    give(world, world.ivanov, "4", "4", journal=world.maths_b, month=12)
    noon.move_to(LAST_WEEK)
    return world


def q2(w):
    return f"p{w.quarters[1].pk}"


def grade(w, journal, text, was="", sure=False, column=None, student=None):
    entry = GradeEntry(column or q2(w), (student or w.ivanov).pk, was, text, sure)
    save_grades(journal, w.teacher, [entry])


def cell(w, journal, column=1):
    page = grades_page(journal, WHOLE, LAST_WEEK)
    row = next(row for row in page.rows if row.student_id == w.ivanov.pk)
    return row.cells[column][1]


# --- one grade of all marks ---


def test_all_marks_of_the_subject_count(moved):
    """5 marks with the mean 4,40 and 2 with 4,00: 4,29 of all 7, and 4 is suggested."""
    marks = grade_book(moved.maths_b).marks[q2(moved), moved.ivanov.pk]
    assert (marks.count, marks.average * 7) == (7, 30)
    found = cell(moved, moved.maths_b)
    assert (found.average, found.suggestion, found.others) == (
        "4,29",
        "4",
        ("из 5А: 5, 4, 5, 4, 4",),
    )
    assert found.writable
    for journal, expected in ((moved.maths_b, "4,29"), (moved.maths, "4,40")):
        rows = {
            row.attendee.student_id: row for row in register(journal, moved.quarters[1], WHOLE).rows
        }
        assert rows[moved.ivanov.pk].average == expected
        assert average_text(average(journal, moved.ivanov.pk, day(12, 2))) == expected
    (maths,) = [
        one for one in grades(moved.ivanov, moved.quarters[1]) if one.subject == "Математика"
    ]
    assert (maths.average, len(maths.marks)) == ("4,29", 7)


def test_the_grade_is_given_where_he_is_now(moved):
    found = cell(moved, moved.maths)
    assert (found.writable, found.place, found.suggestion) == (False, "ставят в 5Б", "")
    with pytest.raises(GradeErrors) as refused:
        grade(moved, moved.maths, "4")
    assert "оценку ставят в журнале 5Б" in str(*refused.value.errors.values())
    grade(moved, moved.maths_b, "4")
    assert PeriodGrade.objects.get().journal == moved.maths_b


def test_everything_tells_one_grade(moved, login):
    grade(moved, moved.maths_b, "4")
    assert (cell(moved, moved.maths_b).text, cell(moved, moved.maths_b).place) == ("4", "")
    found = book(moved.maths_b, moved.quarters[1], WHOLE)
    texts = {row.attendee.student_id: texts for row, texts in found.grades}
    assert texts[moved.ivanov.pk] == ["4"]
    table = class_summary(moved.b5, moved.quarters[1])
    place = [one.name for one in table.columns].index("Математика")
    (row,) = [row for row in table.rows if row.student == moved.ivanov]
    assert (row.cells[place].text, row.is_present) == ("4", True)
    _, lines = year_grades(moved.ivanov, moved.quarters)
    assert [(line.subject, line.texts[1]) for line in lines] == [("Математика", "4")]


def test_where_he_was_nothing_is_told_of_what_came_after(moved):
    """Neither grade nor marks, nor in the summary of the class."""
    grade(moved, moved.maths_b, "4")
    found = cell(moved, moved.maths)
    assert (found.text, found.place, found.others) == ("", "ставят в 5Б", ())
    texts = {
        row.attendee.student_id: texts
        for row, texts in book(moved.maths, moved.quarters[1], WHOLE).grades
    }
    assert texts[moved.ivanov.pk] == [""]
    table = class_summary(moved.a5, moved.quarters[1])
    place = [one.name for one in table.columns].index("Математика")
    (row,) = [row for row in table.rows if row.student == moved.ivanov]
    assert (row.cells[place].text, row.is_present) == ("", False)


def test_the_database_has_one(moved):
    grade(moved, moved.maths_b, "4")
    with pytest.raises(IntegrityError), transaction.atomic():
        PeriodGrade.objects.create(
            journal=moved.maths,
            student=moved.ivanov,
            kind="period",
            period=moved.quarters[1],
            set_by=moved.teacher,
        )


def test_what_the_old_journal_gave_early_is_changed_in_the_new(world, noon):
    """He moves in the last week, with his grade."""
    noon.move_to(LAST_WEEK)
    give(world, world.ivanov, "5", "5", "5", month=12)
    grade(world, world.maths, "5")
    move_pupil(world.ivanov, world.a5, world.b5, day(12, 25), Answers())
    assert (cell(world, world.maths_b).text, cell(world, world.maths_b).place) == ("5", "из 5А")
    with pytest.raises(GradeErrors):
        grade(world, world.maths, "4", was="5", sure=True)
    with pytest.raises(GradeErrors):  # not taken away from there either
        grade(world, world.maths_b, "", was="4")
    grade(world, world.maths_b, "4", was="5", sure=True)
    (row,) = PeriodGrade.objects.all()
    assert (row.value.text, row.journal) == ("4", world.maths_b)
    assert [one.value.text for one in row.history.order_by("history_id")] == ["5", "4"]


def test_the_years_grade_follows_from_both(world, noon):
    """The first quarter was graded in 5А."""
    noon.move_to(datetime.datetime(2026, 10, 22, 9, tzinfo=datetime.UTC))
    q1 = f"p{world.quarters[0].pk}"
    grade(world, world.maths, "3", column=q1, sure=True)
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, Answers())
    assert (cell(world, world.maths_b, 0).text, cell(world, world.maths_b, 0).place) == (
        "3",
        "из 5А",
    )
    noon.move_to(datetime.datetime(2027, 5, 27, 9, tzinfo=datetime.UTC))
    for quarter in world.quarters[1:]:
        grade(world, world.maths_b, "5", column=f"p{quarter.pk}", sure=True)
    found = grade_book(world.maths_b)
    assert found.suggestion(found.column("year"), world.ivanov.pk) == "5"  # 4,50
    grade(world, world.maths_b, "5", column="year")
    with pytest.raises(GradeErrors):
        grade(world, world.maths, "4", column="year", sure=True)


def test_the_sheet_of_the_new_journal_asks_for_it(moved):
    open_sheets(day(12, 30), day(12, 24))

    def sheet(journal):
        return GradeSheet.objects.get(journal=journal, period=moved.quarters[1])

    for student in (moved.sidorov, moved.newcomer):
        save_grades(
            moved.maths_b, moved.teacher, [GradeEntry(q2(moved), student.pk, "", "4", True)]
        )
    assert sheet(moved.maths_b).complete_at is None
    grade(moved, moved.maths_b, "4")
    assert sheet(moved.maths_b).complete_at == LAST_WEEK
    save_grades(
        moved.maths, moved.teacher, [GradeEntry(q2(moved), moved.petrova.pk, "", "4", True)]
    )
    assert sheet(moved.maths).complete_at == LAST_WEEK  # Иванов is not asked of it


def test_another_scale_is_not_mixed_in(world, noon):
    """What has no common measure is told apart and counts nowhere (2.4)."""
    Journal.objects.filter(pk=world.maths_b.pk).update(scale=world.pass_fail)
    world.maths_b.refresh_from_db()
    give(world, world.ivanov, "5", "5", "5")
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, Answers())
    give(world, world.ivanov, "зч", "зч", "зч", journal=world.maths_b, month=12)
    noon.move_to(LAST_WEEK)
    found = cell(world, world.maths_b)
    assert (found.average, found.suggestion, found.others) == ("", "зч", ("из 5А: 5, 5, 5",))


def test_queries_do_not_grow_with_those_who_move(world, noon, login):
    noon.move_to(LAST_WEEK)
    client, url = login(world.teacher), reverse("grades", args=[world.maths_b.pk])
    give(world, world.ivanov, "5")
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, Answers())
    few = queries_of(client, url)
    for n in range(8):
        student = worlds.pupil(f"p{n}", f"Фамилия{n}", "Имя", world.a5)
        give(world, student, "4", month=11, first=3 + n)
        answers = Answers(groups={world.english.subject_id: None})
        move_pupil(student, world.a5, world.b5, MOVED_ON, answers)
    assert queries_of(client, url) == few


# --- who sees the old rows ---


def test_the_new_class_teacher_reads_the_old_rows(moved, login):
    client = login(moved.class_teacher_b)
    url = reverse("grid", args=[moved.maths.pk])
    html = client.get(url).content.decode()
    assert "Иванов" in html
    assert "Петрова" not in html
    assert moved.maths in [
        line.journal for line in client.get(reverse("journals")).context["lines"]
    ]
    answer = client.post(
        reverse("save_cell", args=[moved.maths.pk]),
        {"lesson": moved.lesson.pk, "student": moved.ivanov.pk, "was": "", "text": "5"},
    )
    assert answer.status_code == 403
    html = client.get(reverse("grades", args=[moved.maths.pk])).content.decode()
    assert "Иванов" in html
    assert "Петрова" not in html


def test_before_the_move_he_sees_nothing(world, login):
    """Nor the old one of the new class, though the move is written down."""
    for journal, person in ((world.maths, "class_teacher_b"), (world.maths_b, "class_teacher")):
        url = reverse("grid", args=[journal.pk])
        assert login(getattr(world, person)).get(url).status_code == 404
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, Answers())
    for journal, person in ((world.maths, "class_teacher_b"), (world.maths_b, "class_teacher")):
        url = reverse("grid", args=[journal.pk])
        assert login(getattr(world, person)).get(url).status_code == 404


# --- the move itself ---


def test_the_plan_asks_what_is_to_be_asked(world):
    """Russian is taught in 5А alone; English in a group of both classes; a control work of all and
    a debt are without marks."""
    world.test.expects = "present"
    world.test.save()
    control = LessonWork.objects.create(lesson=world.lesson, work_type=world.test, position=1)
    save_cell(world.russian, world.russian_lesson.pk, world.ivanov.pk, "", ".")
    plan = move_plan(world.ivanov, world.b5, MOVED_ON)
    assert [(one.subject.name, one.group) for one in plan.along] == [("Математика", "5Б")]
    assert [one.subject.name for one in plan.lacking] == ["Русский язык"]
    (english,) = plan.groups
    assert (english.current, english.usual) == (world.subgroup, str(world.subgroup.pk))
    assert [(one.work, one.is_debt) for one in plan.works] == [
        (control, False),
        (world.russian_lesson.works.get(), True),
    ]


def test_what_was_not_answered_stays_as_it_is(world):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", ".")
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, Answers())
    spans = [
        (one.school_class, one.starts_on, one.ends_on)
        for one in world.ivanov.enrolments.order_by("starts_on")
    ]
    assert spans == [(world.a5, FIRST, day(11, 25)), (world.b5, MOVED_ON, None)]
    assert Mark.objects.get().value is None  # the debt is still owed
    (membership,) = world.ivanov.memberships.all()
    assert (membership.group, membership.ends_on) == (world.subgroup, None)
    assert not TeachingGroup.objects.filter(name__contains="Русский").exists()


def test_a_subject_goes_on_by_an_individual_plan(world):
    answers = Answers(plans={world.russian.pk})
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, answers)
    own = Journal.objects.get(group__kind="individual", subject=world.russian.subject)
    assert (own.scale, own.group.name) == (world.five, "Иванов И., Русский язык")
    (membership,) = own.group.memberships.all()
    assert (membership.student, membership.starts_on) == (world.ivanov, MOVED_ON)
    (assignment,) = own.assignments.all()
    assert (assignment.teacher, assignment.starts_on) == (world.class_teacher, MOVED_ON)


def test_a_work_that_is_not_to_be_done_is_exempt(world):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", ".")
    (work,) = world.lesson.works.all()
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, Answers(exempt={work.pk}))
    mark = Mark.objects.get()
    assert mark.value.text == "осв"
    assert mark.history.count() == 2


def test_another_group_of_the_same_class(world):
    other = TeachingGroup.objects.create(kind="subgroup", year=world.year, name="5 англ. 2")
    journal = Journal.objects.create(group=other, subject=world.english.subject, scale=world.five)
    GroupMembership.objects.create(group=other, student=world.petrova, starts_on=FIRST)
    give(world, world.ivanov, "5", "4", journal=world.english)
    subject = world.english.subject_id
    move_pupil(world.ivanov, world.a5, world.a5, MOVED_ON, Answers(groups={subject: other.pk}))
    spans = [(one.group, one.ends_on) for one in world.ivanov.memberships.order_by("starts_on")]
    assert spans == [(world.subgroup, day(11, 25)), (other, None)]
    assert len(world.ivanov.enrolments.all()) == 1
    found = grade_book(journal)
    assert found.marks[q2(world), world.ivanov.pk].count == 2


def test_a_group_that_nobody_can_guess_is_asked_for(world):
    """Of the new class some learn it in groups, he in one of the old class alone."""
    own = TeachingGroup.objects.create(kind="subgroup", year=world.year, name="5А нем.")
    german = Subject.objects.create(name="Немецкий язык", short_name="Нем")
    Journal.objects.create(group=own, subject=german, scale=world.five)
    GroupMembership.objects.create(group=own, student=world.petrova, starts_on=FIRST)
    theirs = TeachingGroup.objects.create(kind="subgroup", year=world.year, name="5Б нем.")
    Journal.objects.create(group=theirs, subject=german, scale=world.five)
    GroupMembership.objects.create(group=theirs, student=world.sidorov, starts_on=FIRST)
    no_english = {world.english.subject_id: None}
    with pytest.raises(Refused, match="Немецкий язык: выберите группу"):
        move_pupil(world.petrova, world.a5, world.b5, MOVED_ON, Answers(groups=no_english))
    answers = Answers(groups={german.pk: theirs.pk, **no_english})
    move_pupil(world.petrova, world.a5, world.b5, MOVED_ON, answers)
    spans = [(one.group, one.ends_on) for one in world.petrova.memberships.order_by("starts_on")]
    assert spans == [(own, day(11, 25)), (theirs, None)]


def test_back_from_an_individual_plan(world):
    """2.3: from then on he is in the journal of the class; his marks of before count."""
    give(world, world.special, "5", "5", journal=world.individual)
    subject = world.maths.subject_id
    move_pupil(world.special, world.a5, world.a5, MOVED_ON, Answers(groups={subject: None}))
    assert grade_book(world.maths).marks[q2(world), world.special.pk].count == 2


def test_back_to_a_class_that_learns_what_he_has_a_plan_for(world):
    """Whether the plan goes on is to be said."""
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, Answers(plans={world.russian.pk}))
    plan = TeachingGroup.objects.get(name="Иванов И., Русский язык")
    back, subject = day(12, 7), world.russian.subject_id
    with pytest.raises(Refused, match="Русский язык: выберите группу"):
        move_pupil(world.ivanov, world.b5, world.a5, back, Answers())
    move_pupil(world.ivanov, world.b5, world.a5, back, Answers(groups={subject: None}))
    assert plan.memberships.get().ends_on == day(12, 6)
    assert not Journal.objects.filter(group__name__contains="(2)").exists()


def test_a_group_of_two_subjects_is_left_as_a_whole(world):
    other = TeachingGroup.objects.create(kind="subgroup", year=world.year, name="5 англ. 2")
    Journal.objects.create(group=other, subject=world.english.subject, scale=world.five)
    GroupMembership.objects.create(group=other, student=world.petrova, starts_on=FIRST)
    reading = Subject.objects.create(name="Чтение на английском", short_name="ЧтА")
    Journal.objects.create(group=world.subgroup, subject=reading, scale=world.five)
    answers = Answers(groups={world.english.subject_id: other.pk})
    with pytest.raises(Refused, match=r"5 англ\. 1: в этой группе несколько предметов"):
        move_pupil(world.ivanov, world.a5, world.a5, MOVED_ON, answers)
    assert world.ivanov.memberships.get().ends_on is None


def test_who_is_to_leave_leaves_from_the_new_class_too(world):
    enrolment = world.ivanov.enrolments.get()
    enrolment.ends_on = day(12, 18)
    enrolment.save()
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, Answers(plans={world.russian.pk}))
    assert world.ivanov.enrolments.get(school_class=world.b5).ends_on == day(12, 18)
    plan = world.ivanov.memberships.get(group__kind="individual")
    assert plan.ends_on == day(12, 18)


def test_works_of_an_unmarked_journal_are_not_asked_about(world):
    world.test.expects = "present"
    world.test.save()
    LessonWork.objects.create(lesson=world.lesson, work_type=world.test, position=1)
    Journal.objects.filter(pk=world.maths.pk).update(scale=worlds.scale("Без отметок"))
    assert move_plan(world.ivanov, world.b5, MOVED_ON).works == []


def test_periods_of_another_kind(world, noon):
    """From quarters to half-years: the grade of a quarter is still the old journal's to give."""
    spans = ((FIRST, day(12, 31)), (day(1, 1), day(5, 31)))
    for number, (first, last) in enumerate(spans, start=1):
        world.year.periods.create(kind="half_year", number=number, starts_on=first, ends_on=last)
    world.maths_b.period_kind = "half_year"
    world.maths_b.save()
    move_pupil(world.ivanov, world.a5, world.b5, MOVED_ON, Answers())
    noon.move_to(LAST_WEEK)
    assert cell(world, world.maths).writable
    half = cell(world, world.maths_b, 0)
    assert half.writable


@pytest.mark.parametrize(
    ("student", "was", "to", "on", "told"),
    [
        ("ivanov", "a5", "a5", MOVED_ON, "и так учится в 5А"),
        ("ivanov", "b5", "b5", MOVED_ON, "сейчас он в классе 5А"),
        ("newcomer", "b5", "a5", day(11, 9), "Перевести можно со следующего дня или позже"),
        ("ivanov", "a5", "b5", day(9, 15), "1 четверть закрыта"),
        ("petrova", "a5", "b5", day(11, 5), "есть отметки по 05.11.2026"),
    ],
)
def test_refused(world, student, was, to, on, told):
    lock_period(world.quarters[0].pk, world.deputy)
    save_cell(world.maths, world.early_lesson.pk, world.petrova.pk, "", "5")
    student, was, to = (getattr(world, name) for name in (student, was, to))
    before = list(student.enrolments.values())
    no_english = {world.english.subject_id: None} if student != world.ivanov else {}
    with pytest.raises(Refused, match=told):
        move_pupil(student, was, to, on, Answers(groups=no_english))
    assert list(student.enrolments.values()) == before


def test_no_closed_day_is_moved_by_a_day_of_a_vacation(world):
    PeriodLock.objects.create(period=world.quarters[1], locked_by=world.deputy)
    with pytest.raises(Refused, match="2 четверть закрыта"):
        move_pupil(world.ivanov, world.a5, world.b5, day(10, 28), Answers())


# --- the page ---


def test_the_page_shows_asks_and_moves(world, login):
    give(world, world.ivanov, "5", "4")
    client, url = login(world.deputy), reverse("move_pupil", args=[world.ivanov.pk])
    assert client.get(url).status_code == 200
    query = f"{url}?to={world.b5.pk}&on={MOVED_ON}"
    html = client.get(query).content.decode()
    assert "Русский язык: там этого предмета нет" in html
    assert "2 отметки" in html
    data = {
        "was": world.a5.pk,
        f"group-{world.english.subject_id}": world.subgroup.pk,
        f"lacking-{world.russian.pk}": "end",
    }
    again = client.post(query, {**data, f"lacking-{world.russian.pk}": ""})
    assert "Обязательное поле" in again.content.decode()
    answer = client.post(query, data, follow=True)
    assert "Иванов Иван: 5Б с 26.11.2026" in answer.content.decode()
    twice = client.post(query, data)  # the other deputy, or the same button
    assert "Ученик уже не там, где был: сейчас он в классе 5Б." in twice.content.decode()
    assert world.ivanov.enrolments.count() == 2


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("to=999999&on=2026-11-26", "Выберите корректный вариант"),
        ("to={b5}&on=2020-11-26", "Учебный год: 01.09.2026 – 31.05.2027"),
        ("to={b5}&on=nonsense", "Введите правильную дату"),
        ("to={b5}", "Обязательное поле"),
    ],
)
def test_bad_input_is_told_beside(world, login, query, told):
    url = reverse("move_pupil", args=[world.ivanov.pk])
    html = login(world.deputy).get(f"{url}?{query.format(b5=world.b5.pk)}").content.decode()
    assert told in html
    assert "Перевести</button>" not in html
