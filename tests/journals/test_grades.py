"""Grades of quarters, of the year, of the exam: what is suggested, what is written, what is refused
(2.4, 2.6, 4.4)."""

import datetime

import pytest
from django.urls import reverse

from journals.actions.grades import Disagrees, GradeEntry, GradeErrors, save_grades
from journals.actions.locks import lock_period, unlock_journal
from journals.actions.watch import sweep
from journals.models import GradeSheet, LateEntry, LessonWork, Mark, PeriodGrade
from journals.queries.duties import tell
from journals.queries.grade_book import grade_book
from journals.refusals import Conflict
from school.models import Enrolment, GradingRule
from tests import world as worlds
from tests.world import day, queries_of

LAST_WEEK = datetime.datetime(2026, 12, 24, 9, tzinfo=datetime.UTC)


@pytest.fixture
def last_week(world, noon):
    """Thursday, 24 December 2026: the second quarter ends on the 30th."""
    noon.move_to(LAST_WEEK)
    return noon


def marks(w, student, *texts, journal=None, month=12, first=1):
    journal = journal or w.maths
    for place, text in enumerate(texts):
        lesson = worlds.lesson(journal, day(month, first + place), w.slots[6])
        work = LessonWork.objects.create(lesson=lesson, work_type=w.answer, position=1)
        Mark.objects.create(work=work, student=student, value=journal.scale.values.get(text=text))


def q2(w):
    return f"p{w.quarters[1].pk}"


def save(w, text, was="", student=None, column=None, sure=False, journal=None, person=None):
    entry = GradeEntry(column or q2(w), (student or w.ivanov).pk, was, text, sure)
    save_grades(journal or w.maths, person or w.teacher, [entry])


def refused(w, *args, **kwargs):
    """The exception of the one grade that was refused; nothing is written."""
    before = PeriodGrade.history.count()
    with pytest.raises(GradeErrors) as errors:
        save(w, *args, **kwargs)
    assert PeriodGrade.history.count() == before
    (error,) = errors.value.errors.values()
    return error


def stands(w, student=None, column=None, journal=None):
    book = grade_book(journal or w.maths)
    return book.text(column or q2(w), (student or w.ivanov).pk)


def sheet(w, journal=None, period=1):
    period = None if period is None else w.quarters[period]
    kind = GradeSheet.Kind.PERIOD if period else GradeSheet.Kind.YEAR
    return GradeSheet.objects.filter(journal=journal or w.maths, kind=kind, period=period).first()


# --- one grade ---


def test_it_works(world, last_week):
    marks(world, world.ivanov, "5", "4", "4")
    save(world, "4")
    grade = PeriodGrade.objects.get()
    assert (grade.student, grade.value.text, grade.period) == (world.ivanov, "4", world.quarters[1])
    assert (grade.set_by, grade.entered_at) == (world.teacher, LAST_WEEK)
    assert stands(world) == "4"


def test_a_change_a_clearing_and_who_did_it(world, last_week):
    save(world, "4")
    last_week.shift(datetime.timedelta(hours=1))
    save(world, "5", was="4", person=world.class_teacher)
    grade = PeriodGrade.objects.get()
    assert (grade.set_by, grade.entered_at) == (world.class_teacher, LAST_WEEK)
    save(world, "", was="5")
    assert not PeriodGrade.objects.exists()
    assert [row.history_type for row in PeriodGrade.history.order_by("history_id")] == list("+~-")


def test_not_assessed_is_a_grade(world, last_week):
    save(world, "yf")
    assert PeriodGrade.objects.get().value is None
    assert stands(world) == "н/а"


def test_a_save_sent_twice_changes_nothing(world, last_week):
    save(world, "4")
    save(world, "4")
    assert PeriodGrade.history.count() == 1


def test_somebody_was_first(world, last_week):
    save(world, "4")
    error = refused(world, "5", was="")
    assert isinstance(error, Conflict)
    assert error.present == "4"
    assert stands(world) == "4"


def test_against_the_suggestion_it_asks(world, last_week):
    marks(world, world.ivanov, "5", "5", "5")
    error = refused(world, "3")
    assert isinstance(error, Disagrees)
    assert "«5»" in str(error)
    save(world, "3", sure=True)
    assert stands(world) == "3"


@pytest.mark.parametrize(
    ("student", "column", "text", "told"),
    [
        ("ivanov", "q2", "6", "Нет такой оценки: «6». Оценки: 5, 4, 3"),
        ("ivanov", "q3", "5", "3 четверть: оценки ставят с 17.03.2027"),
        ("ivanov", "year", "5", "Год: оценки ставят с 24.05.2027"),
        ("ivanov", "exam", "5", "экзамена по предмету не сдают"),
        ("ivanov", "nonsense", "5", "экзамена по предмету не сдают"),
        ("sidorov", "q2", "5", "ученик здесь не учился"),
        ("special", "q2", "5", "ученик здесь не учился"),  # by an individual plan (2.3)
    ],
)
def test_refused(world, last_week, student, column, text, told):
    quarters = {"q2": q2(world), "q3": f"p{world.quarters[2].pk}"}
    student, column = getattr(world, student), quarters.get(column, column)
    assert told in str(refused(world, text, student=student, column=column))


def test_not_before_the_last_week(world, noon):
    """2.6: the second quarter ends on 30 December."""
    noon.move_to(datetime.datetime(2026, 12, 22, 20, 59, tzinfo=datetime.UTC))
    assert "с 23.12.2026" in str(refused(world, "5"))
    noon.move_to(datetime.datetime(2026, 12, 22, 21, 1, tzinfo=datetime.UTC))  # midnight in Moscow
    save(world, "5")


def test_who_left_in_the_quarter_can_be_graded_who_came_later_not_before(world, last_week):
    save(world, "4", student=world.gone)  # until 6 November
    first = f"p{world.quarters[0].pk}"
    error = refused(world, "4", student=world.newcomer, column=first, journal=world.maths_b)
    assert "1 четверть: ученик здесь не учился" in str(error)


def test_all_or_nothing(world, last_week):
    entries = [
        GradeEntry(q2(world), world.ivanov.pk, "", "5"),
        GradeEntry(q2(world), world.petrova.pk, "", "7"),
    ]
    with pytest.raises(GradeErrors) as errors:
        save_grades(world.maths, world.teacher, entries)
    assert list(errors.value.errors) == [(q2(world), world.petrova.pk)]
    assert not PeriodGrade.objects.exists()


def test_a_closed_period_is_closed_and_its_opened_journal_open(world, last_week, noon):
    first = world.quarters[0]
    lock_period(first.pk, world.deputy)
    told = str(refused(world, "5", column=f"p{first.pk}"))
    assert told.startswith("1 четверть закрыта 24.12.2026. Открыть журнал")
    unlock_journal(world.maths, first, world.deputy, 2, "опечатка")
    save(world, "5", column=f"p{first.pk}")
    noon.shift(datetime.timedelta(hours=3))
    assert "закрыта" in str(refused(world, "4", was="5", column=f"p{first.pk}"))


# --- the year, the exam, the final one ---


@pytest.fixture
def may(world, noon):
    noon.move_to(datetime.datetime(2027, 5, 27, 9, tzinfo=datetime.UTC))
    world.maths.has_exam = True
    world.maths.save()


def test_the_year_follows_from_quarters_also_of_the_same_save(world, may):
    texts = dict(zip(world.quarters, "4555", strict=True))
    entries = [
        GradeEntry(f"p{quarter.pk}", world.ivanov.pk, "", text, True)
        for quarter, text in texts.items()
    ]
    wrong = GradeEntry("year", world.ivanov.pk, "", "3")
    with pytest.raises(GradeErrors) as errors:
        save_grades(world.maths, world.teacher, [wrong, *entries])
    assert "«5»" in str(errors.value.errors["year", world.ivanov.pk])
    right = GradeEntry("year", world.ivanov.pk, "", "5")
    save_grades(world.maths, world.teacher, [*entries, right])
    assert stands(world, column="year") == "5"


def test_the_final_grade_from_year_and_exam(world, may):
    save(world, "4", column="year")
    save(world, "5", column="exam")
    book = grade_book(world.maths)
    assert book.suggestion(book.column("final"), world.ivanov.pk) == "5"
    assert isinstance(refused(world, "4", column="final"), Disagrees)
    save(world, "5", column="final")


def test_the_year_is_closed_when_every_quarter_is(world, may, noon):
    noon.move_to(datetime.datetime(2027, 6, 1, 9, tzinfo=datetime.UTC))
    for quarter in world.quarters[:3]:
        lock_period(quarter.pk, world.deputy)
    save(world, "5", column="year")
    lock_period(world.quarters[3].pk, world.deputy)
    assert "закрыта" in str(refused(world, "4", was="5", column="year"))


def closed_year(w, noon, now):
    noon.move_to(now)
    for quarter in w.quarters:
        lock_period(quarter.pk, w.deputy)


def test_an_exam_is_entered_after_the_year_was_closed(world, may, noon, login):
    save(world, "4", column="year")
    closed_year(world, noon, datetime.datetime(2027, 6, 10, 9, tzinfo=datetime.UTC))
    save(world, "5", column="exam")
    save(world, "5", column="final")
    assert "закрыта" in str(refused(world, "5", was="4", column="year"))
    assert "закрыта" in str(refused(world, "5", column=q2(world)))
    html = login(world.teacher).get(reverse("grades", args=[world.maths.pk])).content.decode()
    assert "Экзамен</b>, <b>Итоговая</b>: оценки можно ставить до 31.08.2027" in html
    assert f'name="exam-{world.petrova.pk}"' in html
    assert f'name="year-{world.petrova.pk}"' not in html
    # In the school's own time zone.
    noon.move_to(datetime.datetime(2027, 8, 31, 20, 59, tzinfo=datetime.UTC))
    save(world, "4", column="exam", student=world.petrova)
    noon.move_to(datetime.datetime(2027, 8, 31, 21, tzinfo=datetime.UTC))
    assert "закрыта" in str(refused(world, "3", was="4", column="exam", student=world.petrova))
    unlock_journal(world.maths, world.quarters[3], world.deputy, 2, "экзамен осенью")
    save(world, "3", was="4", column="exam", student=world.petrova, sure=True)


def test_the_school_sets_threshold_and_number(world, last_week):
    marks(world, world.ivanov, "5", "5", "4", "4")
    rule = GradingRule.objects.get()
    for up_from, least, suggested in (("0.50", 3, "5"), ("0.60", 3, "4"), ("0.50", 5, "н/а")):
        rule.rounds_up_from, rule.min_marks = up_from, least
        rule.save()
        book = grade_book(world.maths)
        assert book.suggestion(book.column(q2(world)), world.ivanov.pk) == suggested


def test_nothing_suggested_is_written(world, last_week, login):
    marks(world, world.ivanov, "5", "5", "5")
    login(world.teacher).get(reverse("grades", args=[world.maths.pk]))
    assert not PeriodGrade.objects.exists()


# --- the duty and its deadline (2.6) ---


def lessons_of_december(w):
    for journal in (w.maths, w.maths_b, w.russian, w.english, w.individual):
        worlds.lesson(journal, day(12, 1), w.slots[0])


def local(moment):
    return f"{moment:%m-%d %H:%M}"


def test_the_duty_begins_with_the_last_week(world, noon):
    noon.move_to(datetime.datetime(2026, 12, 22, 12, tzinfo=datetime.UTC))
    sweep()
    assert not GradeSheet.objects.exists()  # also of the first quarter, over before the first sweep
    noon.move_to(LAST_WEEK)
    sweep()
    sweep()
    assert GradeSheet.objects.count() == 5
    assert {local(one.grades_due_at) for one in GradeSheet.objects.all()} == {"12-30 20:59"}


def test_unmarked_and_empty_journals_have_none(world, last_week):
    world.russian.scale = worlds.scale("Безотметочная", ("осв", None))
    world.russian.save()
    world.ivanov.memberships.update(ends_on=day(11, 1))
    world.sidorov.memberships.update(ends_on=day(11, 1))
    sweep()
    assert sheet(world) is not None
    assert sheet(world, world.russian) is None
    assert sheet(world, world.english) is None


def test_complete_with_the_last_grade_of_those_who_are_there(world, last_week):
    sweep()
    save(world, "4")
    assert sheet(world).complete_at is None
    last_week.shift(datetime.timedelta(hours=1))
    save(world, "4", student=world.petrova)  # Ушёл left, Особый has a plan of his own
    assert sheet(world).complete_at == LAST_WEEK + datetime.timedelta(hours=1)
    save(world, "", was="4")
    assert sheet(world).complete_at is None


def test_a_pupil_who_joins_is_missing(world, last_week):
    sweep()
    save(world, "4")
    save(world, "4", student=world.petrova)
    worlds.pupil("new", "Новая", "Нина", world.a5, starts_on=day(12, 24))
    sweep()
    assert sheet(world).complete_at is None
    Enrolment.objects.filter(student__user__username="new").delete()
    sweep()
    assert sheet(world).complete_at == LAST_WEEK


def test_late_is_found_told_and_settled(world, last_week, noon, login):
    sweep()
    noon.move_to(datetime.datetime(2026, 12, 30, 21, 1, tzinfo=datetime.UTC))
    sweep()
    late = LateEntry.objects.filter(kind="grades", journal=world.maths)
    assert late.get().settled_at is None
    told = tell(LateEntry.objects.filter(pk__in=late).select_related("journal__group"))
    (one,) = told.values()
    assert (one.about, one.place, one.what) == ("5А, Математика", "2 четверть", "оценки за период")
    assert one.holders == [world.teacher.pk]
    assert one.url == reverse("grades", args=[world.maths.pk])
    path = f"{reverse('review_late')}?period=&kind=grades&teacher={world.teacher.pk}"
    page = login(world.deputy).get(path).content.decode()
    assert "5А, Математика" in page
    assert "5А, Русский язык" not in page
    save(world, "4")
    save(world, "4", student=world.petrova)
    assert late.get().settled_at is not None


def test_a_watch_that_slept_over_the_last_day_finds_it(world, last_week, noon):
    sweep()
    GradeSheet.objects.all().delete()  # as if it had stopped before the week began
    noon.move_to(datetime.datetime(2027, 1, 9, 9, tzinfo=datetime.UTC))
    sweep()
    assert LateEntry.objects.filter(kind="grades", journal=world.maths).count() == 1


def test_a_moved_last_day_moves_the_deadline(world, last_week):
    sweep()
    world.quarters[1].ends_on = day(12, 27)  # a Sunday
    world.quarters[1].save()
    assert local(sheet(world).grades_due_at) == "12-27 20:59"


def test_a_year_that_is_closed_asks_for_nothing(world, may, noon, login):
    worlds.lesson(world.maths, day(5, 20), world.slots[0])
    sweep()
    noon.move_to(datetime.datetime(2027, 6, 1, 9, tzinfo=datetime.UTC))

    def asked():
        sheets = login(world.teacher).get("/").context["sheets"]
        return [todo.name for sheet, todo in sheets if sheet.journal == world.maths]

    assert "годовые оценки" in asked()
    for quarter in world.quarters:
        lock_period(quarter.pk, world.deputy)
    assert asked() == ["экзаменационные оценки", "итоговые оценки"]  # those of the exam stay open
    unlock_journal(world.maths, world.quarters[3], world.deputy, 2, "забыли")
    assert "годовые оценки" in asked()


def test_the_year_has_its_sheet(world, may):
    worlds.lesson(world.maths, day(5, 20), world.slots[0])
    sweep()
    assert local(sheet(world, period=None).grades_due_at) == "05-31 20:59"
    for student in (world.ivanov, world.petrova):
        save(world, "5", student=student, column="year")
    assert sheet(world, period=None).complete_at is not None


def test_the_home_page_tells_and_leads_there(world, last_week, noon, login):
    sweep()
    client, url = login(world.teacher), reverse("grades", args=[world.maths.pk])
    page = client.get("/").content.decode()
    assert f'href="{url}">оценки за 2 четверть <small>до 30.12</small>' in page
    noon.move_to(datetime.datetime(2027, 1, 12, 9, tzinfo=datetime.UTC))
    client = login(world.teacher)
    page = client.get("/").content.decode()
    assert "оценки за 2 четверть <small>опоздание на" in page
    for student in (world.ivanov, world.petrova):
        save(world, "4", student=student)
    assert url not in client.get("/").content.decode()


# --- the page ---


def post(client, w, data, journal=None):
    return client.post(reverse("grades", args=[(journal or w.maths).pk]), data)


def typed(w, text, was="", student=None, **extra):
    name = f"{q2(w)}-{(student or w.ivanov).pk}"
    return {name: text, f"was-{name}": was} | {f"{key}-{name}": "on" for key in extra}


def test_the_page_shows_average_suggestion_and_saves(world, last_week, login):
    marks(world, world.ivanov, "5", "4", "4")
    client = login(world.teacher)
    page = client.get(reverse("grades", args=[world.maths.pk])).content.decode()
    assert '<td class="first mean">4,33</td>' in page
    assert 'data-suggestion="4"' in page
    answer = post(client, world, typed(world, "4"))
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "Матвеева\u00a0М.\u00a0М." in page


def test_a_disagreeing_grade_comes_back_and_asks(world, last_week, login):
    marks(world, world.ivanov, "5", "5", "5")
    client = login(world.teacher)
    data = typed(world, "3") | typed(world, "4", student=world.petrova)
    page = post(client, world, data).content.decode()
    assert "Ничего не записано" in page
    assert "поставить всё равно" in page
    assert 'value="3"' in page
    assert 'value="4"' in page  # what was typed for others is kept
    assert not PeriodGrade.objects.exists()
    assert post(client, world, data | typed(world, "3", sure=1)).status_code == 302
    assert PeriodGrade.objects.count() == 2


def test_a_wrong_grade_is_told_at_its_cell(world, last_week, login):
    page = post(login(world.teacher), world, typed(world, "6")).content.decode()
    assert "Нет такой оценки: «6»" in page
    assert 'value="6"' in page
    assert 'aria-invalid="true"' in page


def test_a_period_closed_meanwhile_is_told_and_the_typed_text_stays(world, noon, login):
    noon.move_to(datetime.datetime(2026, 12, 31, 9, tzinfo=datetime.UTC))
    lock_period(world.quarters[1].pk, world.deputy)
    page = post(login(world.teacher), world, typed(world, "4")).content.decode()
    assert "2 четверть закрыта 31.12.2026" in page
    assert 'value="4"' in page
    assert not PeriodGrade.objects.exists()


def test_a_class_teacher_writes_rows_of_own_pupils_in_a_mixed_subgroup(world, last_week, login):
    """4.4"""
    client = login(world.class_teacher)
    page = client.get(reverse("grades", args=[world.english.pk])).content.decode()
    assert "Иванов" in page
    assert "Сидоров" not in page
    post(client, world, typed(world, "5", student=world.sidorov), world.english)
    assert not PeriodGrade.objects.exists()
    post(client, world, typed(world, "5"), world.english)
    assert PeriodGrade.objects.get().set_by == world.class_teacher


def test_leaders_only_look(world, last_week, login):
    client = login(world.deputy)
    page = client.get(reverse("grades", args=[world.maths.pk])).content.decode()
    assert f'name="{q2(world)}-' not in page
    assert post(client, world, typed(world, "5")).status_code == 403


def test_an_unmarked_subject_has_no_grades(world, last_week, login):
    world.maths.scale = worlds.scale("Безотметочная", ("осв", None))
    world.maths.save()
    page = login(world.teacher).get(reverse("grades", args=[world.maths.pk])).content.decode()
    assert "безотметочное" in page
    assert "<input name=" not in page
    assert "оценок не ставят" in str(refused(world, "5"))


def test_as_many_queries_whatever_it_holds(world, last_week, login):
    client, url = login(world.teacher), reverse("grades", args=[world.maths.pk])
    few = queries_of(client, url)
    for n in range(20):
        student = worlds.pupil(f"p{n}", f"Фамилия{n}", "Имя", world.a5)
        save(world, "4", student=student)
    marks(world, world.ivanov, "5", "4", "4")
    assert queries_of(client, url) == few <= 14
