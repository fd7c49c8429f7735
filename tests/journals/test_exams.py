"""Grades of exams and final ones (2.4, 2.6, 4.4): where they stand, when they are due, what is
asked of a final one, and that an exam with grades stays."""

import datetime
from io import BytesIO

import pytest
from django.db.models import ProtectedError
from django.urls import reverse
from openpyxl import load_workbook

from journals.actions.grades import GradeEntry, GradeErrors, save_grades
from journals.actions.locks import lock_period
from journals.actions.watch import sweep
from journals.indicators import EXCELLENT, FAILING
from journals.models import GradeSheet, LateEntry, PeriodGrade
from journals.queries.duties import duties, tell
from journals.queries.grade_book import grade_book
from journals.queries.summary import class_summary
from school.models import GroupMembership, Outage
from tempjournal.actions.outages import record_outage
from tests import world as worlds
from tests.pdf import pages
from tests.site.test_admin import form_of
from tests.world import day, queries_of

YEAR, EXAM, FINAL = "year", "exam", "final"


def at(month, number, hour=9):
    return datetime.datetime(2027, month, number, hour, tzinfo=datetime.UTC)


@pytest.fixture
def exam(world, noon):
    """The last week of May; mathematics has an exam. Nobody learns English any more."""
    noon.move_to(at(5, 27))
    world.maths.has_exam = True
    world.maths.save()
    learners = GroupMembership.objects.filter(group=world.subgroup)
    learners._raw_delete(learners.db)  # as if nobody ever had
    for journal in (world.maths, world.russian):
        worlds.lesson(journal, day(5, 20), world.slots[0])
    return world


def save(w, *entries, journal=None, sure=False, person=None):
    """Write (column, student, text), over what stands there."""
    journal = journal or w.maths
    book = grade_book(journal)
    found = [
        GradeEntry(column, student.pk, book.text(column, student.pk), text, sure)
        for column, student, text in entries
    ]
    save_grades(journal, person or w.teacher, found)


def refused(w, *entries, **options):
    """{(column, student id): told} of what was not written; nothing else was either."""
    before = PeriodGrade.history.count()
    with pytest.raises(GradeErrors) as errors:
        save(w, *entries, **options)
    assert PeriodGrade.history.count() == before
    return {place: str(error) for place, error in errors.value.errors.items()}


def stands(w, column, student):
    return grade_book(w.maths).text(column, student.pk)


def give(w, student, year="", exam="", final="", sure=True):
    """A pupil's grades of the year, whatever follows from what."""
    given = [(YEAR, year), (EXAM, exam), (FINAL, final)]
    save(w, *((column, student, text) for column, text in given if text), sure=sure)


# --- where they stand ---


def test_columns_of_the_summary(exam):
    w = exam
    give(w, w.ivanov, "4", "5", "5")
    found = class_summary(w.a5, None)
    heads = [(one.subject.name, one.kind) for one in found.columns]
    assert heads == [
        ("Математика", YEAR),
        ("Математика", EXAM),
        ("Математика", FINAL),
        ("Русский язык", YEAR),
    ]
    row = next(row for row in found.rows if row.student == w.ivanov)
    assert [cell.text for cell in row.cells] == ["4", "5", "5", ""]
    assert [cell.missing for cell in row.cells] == [False, False, False, True]
    # By an individual plan, which has no exam.
    row = next(row for row in found.rows if row.student == w.special)
    assert [cell.learns for cell in row.cells] == [True, False, False, True]


def test_only_the_year_has_them(exam):
    found = class_summary(exam.a5, exam.quarters[3])
    assert [one.kind for one in found.columns] == ["period", "period"]


def test_how_a_pupil_stands_is_said_by_the_final_grade(exam):
    w = exam
    give(w, w.ivanov, "5", "2", "2")
    give(w, w.petrova, "5")
    found = class_summary(w.a5, None)
    named = {key: [r.student.user.last_name for r in rows] for key, rows in found.named.items()}
    assert named[FAILING] == ["Иванов"]
    assert named[EXCELLENT] == ["Петрова"]
    assert found.indicators.success == 50
    assert [one.indicators.success for one in found.columns] == [100, 0, 0, None]


def test_on_the_page_and_on_paper(exam, login):
    w = exam
    give(w, w.ivanov, "4", "5", "5")
    give(w, w.petrova, "4", "4", "5")
    client, url = login(w.deputy), reverse("class_summary", args=[w.a5.pk])
    html = client.get(f"{url}?period=year").content.decode()
    assert "Мате <small>экз.</small>" in html
    assert "Мате <small>итог</small>" in html
    assert "Мате: Математика, итог" in html
    assert "не следуют из годовой и экзаменационной или стоят без них: <b>1</b>" in html
    assert html.count('<small class="missing doubt">не следует') == 1
    (page,) = pages(client.get(f"{url}summary.pdf?period=year".replace("/summary/", "/")).content)
    lines = [" ".join(line.split()) for line in page.splitlines()]
    assert any(line.startswith("1. Иванов") and "4 5 5" in line for line in lines)
    assert any("Петрова" in line and "4 4 5*" in line for line in lines)
    assert "итог" in page
    assert "* Итоговая не следует" in page


def test_in_the_table_to_take_away(exam, login):
    w = exam
    give(w, w.ivanov, "4", "5", "5")
    give(w, w.petrova, "4", "", "5")
    url = reverse("class_summary", args=[w.a5.pk])
    answer = login(w.deputy).get(f"{url}?period=year&format=xlsx")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[0][2:5] == ("Математика", "Математика, экз.", "Математика, итог")
    assert rows[1][2:5] == (4, 5, 5)
    petrova = next(row for row in rows if row[1] == "Петрова Пелагея")
    assert petrova[-1] == "Математика: итоговая без экзаменационной"


def test_in_the_diary_and_on_the_card(exam, login):
    w = exam
    give(w, w.ivanov, "4", "5", "5")
    html = login(w.parent).get(reverse("diary_grades", args=[w.ivanov.pk])).content.decode()
    for title in ("Год", "Экзамен", "Итоговая"):
        assert f'<th scope="col">{title}</th>' in html
    page = login(w.class_teacher).get(reverse("card", args=[w.ivanov.pk]))
    (table,) = page.context["page"].grades
    assert (table.year, table.titles) == (w.year, ["Год", "Экзамен", "Итоговая"])
    assert table.lines == [("Математика", ["4", "5", "5"])]
    html = page.content.decode()
    assert "Оценки за год, 2026/2027" in html
    assert '<th scope="col">Итоговая</th>' in html
    card = login(w.class_teacher).get(reverse("card", args=[w.petrova.pk]))
    assert card.context["page"].grades == []


def test_a_card_takes_as_many_queries_whatever_it_holds(exam, login):
    w = exam
    client, url = login(w.class_teacher), reverse("card", args=[w.ivanov.pk])
    few = queries_of(client, url)
    give(w, w.ivanov, "4", "5", "5")
    save(w, (YEAR, w.ivanov, "4"), journal=w.russian)
    assert queries_of(client, url) == few


def test_the_summary_takes_as_many_queries_whatever_it_holds(exam, login):
    w = exam
    client, url = login(w.deputy), reverse("class_summary", args=[w.a5.pk]) + "?period=year"
    few = queries_of(client, url)
    for n in range(10):
        give(w, worlds.pupil(f"p{n}", f"Фамилия{n}", "Имя", w.a5), "4", "5", "5")
    assert queries_of(client, url) == few <= 15


# --- when they are due (2.6) ---


def sheet(w, kind):
    return GradeSheet.objects.filter(journal=w.maths, kind=kind).first()


def due(w, kind):
    found = sheet(w, kind)
    return found and f"{found.grades_due_at:%m-%d %H:%M}"


def set_days(w, exams=None, finals=None):
    w.year.exams_due_on, w.year.finals_due_on = exams, finals
    w.year.full_clean()
    w.year.save()


def test_without_a_day_of_the_school_they_are_due_with_the_year(exam):
    sweep()
    assert {kind: due(exam, kind) for kind in (YEAR, EXAM, FINAL)} == dict.fromkeys(
        (YEAR, EXAM, FINAL), "05-31 20:59"
    )
    assert not GradeSheet.objects.filter(journal=exam.russian, kind__in=[EXAM, FINAL]).exists()


def test_the_school_says_until_when(exam, noon):
    set_days(exam, day(6, 18), day(6, 25))
    sweep()
    assert [sheet(exam, kind) for kind in (EXAM, FINAL)] == [None, None]
    noon.move_to(at(6, 11))  # the last week before
    sweep()
    assert (due(exam, EXAM), sheet(exam, FINAL)) == ("06-18 20:59", None)
    noon.move_to(at(6, 18))
    sweep()
    assert due(exam, FINAL) == "06-25 20:59"


def test_a_moved_day_moves_what_is_due_and_blames_nobody(exam, noon):
    set_days(exam, day(5, 31))
    sweep()
    set_days(exam, day(6, 18), day(6, 18))
    assert (due(exam, EXAM), due(exam, FINAL)) == ("06-18 20:59", "06-18 20:59")
    noon.move_to(at(6, 15))
    set_days(exam, day(6, 1), day(6, 1))
    assert due(exam, EXAM) == "06-15 20:59"  # today, not a fortnight ago
    sweep()
    assert not LateEntry.objects.filter(kind="exams").exists()


def test_exams_that_are_over_by_now_are_due_today(exam, noon):
    """Their day was a later one, so the watch has made no duty yet."""
    set_days(exam, day(6, 25), day(6, 25))
    noon.move_to(at(6, 15))
    sweep()
    assert (due(exam, EXAM), due(exam, FINAL)) == (None, None)
    set_days(exam, day(6, 10), day(6, 10))
    assert (due(exam, EXAM), due(exam, FINAL)) == ("06-15 20:59", "06-15 20:59")
    assert sheet(exam, YEAR) is None


@pytest.mark.parametrize(
    ("exams", "finals", "told"),
    [
        ((5, 24), (5, 24), None),  # the first day on which grades of the year are entered
        ((5, 23), None, "exams_due_on.*Не раньше 24.05.2027"),
        ((9, 1), None, "exams_due_on.*Не раньше 24.05.2027"),
        ((8, 31), None, "exams_due_on.*Не раньше 24.05.2027"),
        ((6, 18), (6, 17), "finals_due_on.*не ставят раньше экзаменационных.* 18.06.2027"),
        (None, (8, 31), "finals_due_on.*Не раньше 24.05.2027"),
        (None, (5, 30), "finals_due_on.*не ставят раньше экзаменационных.* 31.05.2027"),
    ],
)
def test_days_that_can_not_be(world, exams, finals, told):
    def of(parts):  # of August the one before the year
        return parts and datetime.date(2026 if parts[0] >= 8 else 2027, *parts)

    if told is None:
        set_days(world, of(exams), of(finals))
        return
    with pytest.raises(Exception, match=told):
        set_days(world, of(exams), of(finals))


def test_after_august_nothing_is_entered(world):
    with pytest.raises(Exception, match="Не позже 31"):
        set_days(world, datetime.date(2027, 9, 1))
    set_days(world, datetime.date(2027, 8, 31))


def test_the_administrator_sets_the_days(world, login):
    client, url = (
        login(world.admin),
        reverse("admin:school_schoolyear_change", args=[world.year.pk]),
    )
    data = form_of(client.get(url))
    sent = data | {"exams_due_on": "18.06.2027", "finals_due_on": "25.06.2027"}
    assert client.post(url, sent).status_code == 302
    world.year.refresh_from_db()
    assert (world.year.exams_due_on, world.year.finals_due_on) == (day(6, 18), day(6, 25))
    assert world.year.history.latest().history_user == world.admin
    found = login(world.deputy).get(reverse("review_history"), {"person": "Админов"})
    assert "экзаменационные оценки выставляют до" in found.content.decode()


def test_a_day_that_can_not_be_is_told_beside_it(world, login):
    client, url = (
        login(world.admin),
        reverse("admin:school_schoolyear_change", args=[world.year.pk]),
    )
    page = client.post(url, form_of(client.get(url)) | {"finals_due_on": "30.05.2027"})
    errors = page.context["adminform"].form.errors
    assert list(errors) == ["finals_due_on"]


def test_late_is_found_told_and_settled(exam, noon, login):
    w = exam
    set_days(w, day(6, 10), day(6, 17))
    noon.move_to(at(6, 4))
    sweep()
    (asked,) = [
        todo for one, todo in login(w.teacher).get("/").context["sheets"] if one.kind == EXAM
    ]
    assert (asked.name, asked.when) == ("экзаменационные оценки", "до 10.06")
    noon.move_to(at(6, 10, 22))
    sweep()
    late = LateEntry.objects.get(kind="exams", journal=w.maths)
    (told,) = tell([late]).values()
    assert (told.place, told.what) == ("экзамен", "экзаменационные оценки")
    assert told.holders == [w.teacher.pk]
    path = f"{reverse('review_late')}?period=&kind=exams&teacher={w.teacher.pk}"
    html = login(w.deputy).get(path).content.decode()
    assert "экзаменационные и итоговые оценки (2.6)" in html
    assert "экзаменационные оценки" in html
    (asked,) = [
        todo for one, todo in login(w.teacher).get("/").context["sheets"] if one.kind == EXAM
    ]
    assert asked.is_late
    for student in (w.ivanov, w.petrova):  # Ушёл left, Особый has a plan of his own
        save(w, (EXAM, student, "4"))
    late.refresh_from_db()
    assert late.settled_at is not None
    assert sheet(w, EXAM).complete_at == at(6, 10, 22)


def test_the_duty_outlives_the_locks_of_the_year(exam, noon, login):
    w = exam
    set_days(w, day(6, 18))
    noon.move_to(at(6, 14))
    for quarter in w.quarters:
        lock_period(quarter.pk, w.deputy)
    sweep()
    sheets = login(w.teacher).get("/").context["sheets"]
    assert [one.kind for one, _ in sheets if one.journal == w.maths] == [EXAM, FINAL]


def test_of_a_late_exam_the_teachers_of_the_year_tell(exam, noon):
    """Assignments end with the lessons, exams come after."""
    w = exam
    w.maths.assignments.filter(teacher=w.teacher).update(ends_on=day(5, 31))
    set_days(w, day(6, 10))
    noon.move_to(at(6, 4))
    sweep()
    noon.move_to(at(6, 11))
    sweep()
    found = LateEntry.objects.filter(kind="exams", journal=w.maths)
    assert {one for told in tell(list(found)).values() for one in told.holders} == {w.teacher.pk}
    assert set(found.filter(duties()["exams"].held_by(w.teacher.pk, found))) == set(found)


def test_what_is_missing_is_told_from_the_last_week_on(exam, noon, login):
    w = exam
    set_days(w, day(6, 18), day(6, 18))
    url = reverse("grades", args=[w.maths.pk])

    def missing():
        found = class_summary(w.a5, None)
        html = login(w.deputy).get(url).content.decode()
        return [one.missing for one in found.columns], html.count(
            '<span class="missing">нет</span>'
        )

    columns, cells = missing()
    assert columns == [3, 0, 0, 3]
    noon.move_to(at(6, 11))
    assert missing() == ([3, 2, 2, 3], cells + 4)


def test_an_early_exam_is_entered_early(exam, noon):
    w = exam
    set_days(w, day(5, 25), day(5, 31))
    noon.move_to(at(5, 17))
    told = refused(w, (EXAM, w.ivanov, "5"))
    assert "Экзамен: оценки ставят с 18.05.2027" in told[EXAM, w.ivanov.pk]
    noon.move_to(at(5, 18))
    save(w, (EXAM, w.ivanov, "5"))


def test_an_outage_moves_them_too(exam, noon):
    w = exam
    set_days(w, day(6, 10))
    noon.move_to(at(6, 4))
    sweep()
    noon.move_to(at(6, 11, 6))
    outage = Outage(starts_at=at(6, 10, 8), ends_at=at(6, 10, 22), reason="нет света")
    record_outage(outage, w.deputy)
    assert due(w, EXAM) == "06-16 20:59"  # the second working day after: 14 June is free


# --- a final grade follows from its parts ---


def test_a_final_grade_without_its_parts_is_asked(exam):
    w = exam
    place = (FINAL, w.ivanov.pk)
    told = refused(w, (FINAL, w.ivanov, "5"))
    assert told == {place: "Итоговая стоит без годовой и экзаменационной оценки."}
    save(w, (YEAR, w.ivanov, "5"))
    told = refused(w, (FINAL, w.ivanov, "5"))
    assert told == {place: "Итоговая стоит без экзаменационной оценки."}
    save(w, (FINAL, w.ivanov, "5"), sure=True)
    save(w, (FINAL, w.petrova, "осв"))
    assert (stands(w, FINAL, w.ivanov), stands(w, FINAL, w.petrova)) == ("5", "осв")


def test_all_three_at_once_need_no_question(exam):
    w = exam
    save(w, (FINAL, w.ivanov, "5"), (EXAM, w.ivanov, "5"), (YEAR, w.ivanov, "4"))
    assert stands(w, FINAL, w.ivanov) == "5"


@pytest.mark.parametrize(
    ("column", "text", "told"),
    [
        (EXAM, "3", "Итоговая не следует из годовой и экзаменационной: выходит «4», а стоит «5»."),
        (YEAR, "3", "Итоговая не следует из годовой и экзаменационной: выходит «4», а стоит «5»."),
        (EXAM, "", "Итоговая стоит без экзаменационной оценки."),
        (YEAR, "", "Итоговая стоит без годовой оценки."),
    ],
)
def test_a_changed_part_asks_about_the_final_grade(exam, column, text, told):
    w = exam
    give(w, w.ivanov, "5", "5", "5", sure=False)
    assert refused(w, (column, w.ivanov, text)) == {(FINAL, w.ivanov.pk): told}
    # It is changed along, or it stays and is said to.
    save(w, (column, w.ivanov, text), (FINAL, w.ivanov, "5"), sure=True)
    assert (stands(w, column, w.ivanov), stands(w, FINAL, w.ivanov)) == (text, "5")
    if text:
        save(w, (column, w.ivanov, "5"))
        save(w, (column, w.ivanov, text), (FINAL, w.ivanov, "4"))
        assert stands(w, FINAL, w.ivanov) == "4"


def test_a_changed_part_from_which_it_follows_asks_nothing(exam):
    w = exam
    give(w, w.ivanov, "5", "5", "5", sure=False)
    save(w, (EXAM, w.ivanov, "4"))
    assert stands(w, EXAM, w.ivanov) == "4"


def test_a_period_that_is_put_right_asks_about_the_year(exam):
    w = exam
    keys = [f"p{quarter.pk}" for quarter in w.quarters]
    save(w, *((key, w.ivanov, "5") for key in keys), sure=True)
    save(w, (YEAR, w.ivanov, "5"))
    save(w, (keys[0], w.ivanov, "3"), sure=True)  # 4,5
    told = refused(w, (keys[1], w.ivanov, "3"))
    assert told == {
        (YEAR, w.ivanov.pk): ("Годовая не следует из оценок за периоды: выходит «4», а стоит «5».")
    }


def test_the_page_asks_and_marks_without_a_script(exam, login):
    w = exam
    give(w, w.ivanov, "5", "5", "5", sure=False)
    client, url = login(w.teacher), reverse("grades", args=[w.maths.pk])
    exam_name, final_name = f"exam-{w.ivanov.pk}", f"final-{w.ivanov.pk}"
    data = {exam_name: "2", f"was-{exam_name}": "5", final_name: "5", f"was-{final_name}": "5"}
    page = client.post(url, data)
    html = page.content.decode()
    assert "Ничего не записано" in html
    assert "Итоговая не следует из годовой и экзаменационной: выходит «4», а стоит «5»." in html
    assert f'name="sure-{final_name}"' in html
    assert f'name="sure-{exam_name}"' not in html
    assert stands(w, EXAM, w.ivanov) == "5"
    assert client.post(url, data | {f"sure-{final_name}": "on"}).status_code == 302
    assert (stands(w, EXAM, w.ivanov), stands(w, FINAL, w.ivanov)) == ("2", "5")
    html = client.get(url).content.decode()
    mark = '<small class="missing doubt">не следует</small>'
    assert html.count(mark) == 1
    # Who sees it only reads it, too.
    assert mark in login(w.deputy).get(url).content.decode()


def test_another_subjects_grades_are_not_asked_about(exam):
    w = exam
    give(w, w.ivanov, "5", "5", "5", sure=False)
    save(w, (YEAR, w.ivanov, "2"), journal=w.russian)
    save(w, (EXAM, w.petrova, "2"))


# --- an exam with grades stays ---


def journal_page(login, w):
    client, url = login(w.admin), reverse("admin:school_journal_change", args=[w.maths.pk])
    return client, url, form_of(client.get(url))


@pytest.mark.parametrize("column", [EXAM, FINAL])
def test_an_exam_with_grades_is_not_switched_off(exam, login, column):
    w = exam
    save(w, (column, w.ivanov, "5"), sure=True)
    client, url, data = journal_page(login, w)
    data.pop("has_exam", None)
    html = client.post(url, data).content.decode()
    assert "уже выставлены экзаменационные или итоговые оценки" in html
    assert "Иванов" not in html  # no more than that
    w.maths.refresh_from_db()
    assert w.maths.has_exam
    w.maths.has_exam = False
    with pytest.raises(ProtectedError):
        w.maths.save()


def test_without_grades_it_is_and_its_duty_goes(exam, noon, login):
    w = exam
    sweep()
    noon.move_to(at(6, 1))
    sweep()
    assert LateEntry.objects.filter(kind="exams", journal=w.maths).count() == 2
    save(w, (YEAR, w.ivanov, "5"))
    client, url, data = journal_page(login, w)
    data.pop("has_exam", None)
    assert client.post(url, data).status_code == 302
    assert not GradeSheet.objects.filter(journal=w.maths, kind__in=[EXAM, FINAL]).exists()
    assert not LateEntry.objects.filter(kind="exams").exists()
    assert LateEntry.objects.filter(kind="grades", journal=w.maths).exists()


def test_an_exam_that_was_just_switched_off_takes_no_grade(exam):
    """The page was opened before: the journal in hand still says that there is one."""
    w = exam
    type(w.maths).objects.filter(pk=w.maths.pk).update(has_exam=False)
    told = refused(w, (EXAM, w.ivanov, "5"))
    assert "экзамена по предмету не сдают" in told[EXAM, w.ivanov.pk]
