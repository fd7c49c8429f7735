"""The class summary: pupils × subjects, indicators, what is missing (2.9, 2.10)."""

import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from journals.actions.grades import GradeEntry, GradeErrors, save_grades
from journals.indicators import EXCELLENT, FAILING, ONE_THREE
from journals.queries.summary import class_summary
from school.models import GroupMembership, Journal, TeachingGroup
from tests import world as worlds
from tests.pdf import pages
from tests.world import day, queries_of


@pytest.fixture
def december(world, noon):
    noon.move_to(datetime.datetime(2026, 12, 28, 9, tzinfo=datetime.UTC))
    for journal in (world.maths, world.russian, world.english, world.individual):
        worlds.lesson(journal, day(12, 2), world.slots[0])


def grade(w, journal, student, text):
    entry = GradeEntry(f"p{w.quarters[1].pk}", student.pk, "", text, True)
    save_grades(journal, w.class_teacher, [entry])


def table(w, period=1):
    return class_summary(w.a5, None if period is None else w.quarters[period])


def texts(found):
    """{last name: {subject: text, «нет» where one is missing}}."""
    return {
        row.student.user.last_name: {
            head.subject.name: cell.text or ("нет" if cell.missing else "")
            for head, cell in zip(found.columns, row.cells, strict=True)
        }
        for row in found.rows
    }


def test_it_works(world, december):
    grade(world, world.maths, world.ivanov, "5")
    grade(world, world.russian, world.ivanov, "4")
    grade(world, world.english, world.ivanov, "5")
    grade(world, world.individual, world.special, "3")
    found = table(world)
    assert texts(found) == {
        "Иванов": {"Английский язык": "5", "Математика": "5", "Русский язык": "4"},
        # an individual plan stands in the pupil's own row, a subgroup's subject in some rows only
        "Особый": {"Английский язык": "", "Математика": "3", "Русский язык": "нет"},
        "Петрова": {"Английский язык": "", "Математика": "нет", "Русский язык": "нет"},
        "Ушёл": {"Английский язык": "", "Математика": "", "Русский язык": ""},
    }
    assert found.missing == 3
    assert [head.missing for head in found.columns] == [0, 1, 2]


def test_pupils_of_the_other_class_are_not_in_it(world, december):
    grade(world, world.english, world.sidorov, "2")
    found = table(world)
    assert "Сидоров" not in texts(found)
    assert found.columns[0].indicators.success is None


def test_indicators(world, december):
    for student, maths, russian in (
        (world.ivanov, "5", "5"),
        (world.petrova, "4", "3"),
        (world.special, None, "2"),
    ):
        if maths:
            grade(world, world.maths, student, maths)
        grade(world, world.russian, student, russian)
    grade(world, world.maths, world.gone, "2")  # who left does not count
    found = table(world)
    assert (found.indicators.success, found.indicators.quality) == (
        Decimal("66.7"),
        Decimal("33.3"),
    )
    russian = found.columns[2].indicators
    (figures,) = russian.of_scales.values()
    shares = (russian.success, russian.quality, figures.learnt)
    assert shares == (Decimal("66.7"), Decimal("33.3"), Decimal("50.7"))
    named = {key: [r.student.user.last_name for r in rows] for key, rows in found.named.items()}
    assert named[EXCELLENT] == ["Иванов"]
    assert named[ONE_THREE] == ["Петрова"]
    assert named[FAILING] == ["Особый"]


def test_the_year(world, december, noon):
    noon.move_to(datetime.datetime(2027, 5, 28, 9, tzinfo=datetime.UTC))
    entry = GradeEntry("year", world.ivanov.pk, "", "4")
    save_grades(world.russian, world.class_teacher, [entry])
    assert texts(table(world, None))["Иванов"]["Русский язык"] == "4"
    assert texts(table(world, None))["Петрова"]["Русский язык"] == "нет"


def test_a_subject_without_grades_or_lessons_is_no_column(world, december):
    world.russian.scale = worlds.scale("Безотметочная", ("осв", None))
    world.russian.save()
    assert [head.subject.name for head in table(world).columns] == [
        "Английский язык",
        "Математика",
    ]
    assert table(world, 0).columns == []


def test_the_page_marks_what_is_missing_by_a_sign_too(world, december, login):
    grade(world, world.maths, world.ivanov, "5")
    url = reverse("class_summary", args=[world.a5.pk])
    html = login(world.class_teacher).get(url).content.decode()
    assert 'aria-current="page">2 четверть' in html  # whose grades are being entered
    assert '<span class="missing">нет</span>' in html
    assert "Не хватает оценок: <b>6</b>" in html
    assert (
        'aria-current="page">Год' in login(world.deputy).get(f"{url}?period=year").content.decode()
    )


def test_the_table_to_take_away(world, december, login):
    grade(world, world.maths, world.ivanov, "5")
    url = reverse("class_summary", args=[world.a5.pk])
    answer = login(world.deputy).get(f"{url}?period={world.quarters[1].pk}&format=xlsx")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    subjects = ("Английский язык", "Математика", "Русский язык")
    assert rows[0] == ("№", "Ученик", *subjects, "Средний балл", "Как учится", "Сомнения")
    assert rows[1] == (1, "Иванов Иван", "нет оценки", 5, "нет оценки", 5, "Отличники", None)
    assert rows[4][-2] == "выбыл"
    assert rows[5][1] == "Успеваемость, %"


def test_as_many_queries_whatever_it_holds(world, december, login):
    client, url = login(world.deputy), reverse("class_summary", args=[world.a5.pk])
    few = queries_of(client, url)
    for n in range(15):
        student = worlds.pupil(f"p{n}", f"Фамилия{n}", "Имя", world.a5)
        GroupMembership.objects.create(group=world.subgroup, student=student, starts_on=day(9, 1))
        grade(world, world.maths, student, "4")
    assert queries_of(client, url) == few <= 15


def test_on_paper(world, december, login):
    grade(world, world.maths, world.ivanov, "5")
    grade(world, world.russian, world.ivanov, "4")
    path = reverse("class_summary_pdf", args=[world.a5.pk])
    answer = login(world.class_teacher).get(path, {"period": world.quarters[1].pk})
    assert answer["Content-Type"] == "application/pdf"
    (page,) = pages(answer.content)
    for pupil in ("Иванов", "Особый", "Петрова", "Ушёл"):
        assert page.count(f". {pupil}") == 1
    line = next(line for line in page.splitlines() if ". Иванов" in line)
    assert line.split()[-3:] == ["5", "4", "4,50"]
    assert "Сводная ведомость, 5А класс" in page
    assert "2 четверть" in page
    year = login(world.deputy).get(path, {"period": "year"}).content
    assert "учебный год, год" in pages(year)[0]


def test_a_long_class_on_paper_repeats_its_heads(world, december, login):
    for number in range(60):
        worlds.pupil(f"more{number}", f"Многодетный{number}", "Александр", world.a5)
    path = reverse("class_summary_pdf", args=[world.a5.pk])
    found = pages(login(world.class_teacher).get(path).content)
    assert len(found) > 1
    assert all("Средний" in page for page in found[:-1])
    assert sum(page.count(". Многодетный") for page in found) == 60


# --- what is missing, and when ---


def test_a_grade_is_missing_from_when_it_may_be_entered(world, december, noon, login):
    url = reverse("class_summary", args=[world.a5.pk]) + f"?period={world.quarters[1].pk}"
    noon.move_to(datetime.datetime(2026, 12, 22, 9, tzinfo=datetime.UTC))
    early = table(world)
    assert (early.missing, early.opens_on) == (0, day(12, 23))
    html = login(world.deputy).get(url).content.decode()
    assert "можно ставить с 23 декабря" in html
    assert "Не хватает" not in html
    assert 'class="missing"' not in html
    sheet = load_workbook(BytesIO(login(world.deputy).get(f"{url}&format=xlsx").content)).active
    assert "нет оценки" not in {value for row in sheet.values for value in row}
    noon.move_to(datetime.datetime(2026, 12, 23, 9, tzinfo=datetime.UTC))
    assert (table(world).missing, table(world).opens_on) == (7, None)


def test_a_year_ends_with_its_last_period(world, december, noon):
    noon.move_to(datetime.datetime(2027, 5, 23, 9, tzinfo=datetime.UTC))
    assert (table(world, None).missing, table(world, None).opens_on) == (0, day(5, 24))
    noon.move_to(datetime.datetime(2027, 5, 24, 9, tzinfo=datetime.UTC))
    assert table(world, None).missing == 7


def test_who_set_the_grades_is_told_without_a_mouse(world, december, login):
    for student, who in (
        (world.ivanov, world.teacher),
        (world.petrova, world.teacher),
        (world.gone, world.class_teacher),
    ):
        entry = GradeEntry(f"p{world.quarters[1].pk}", student.pk, "", "5", True)
        save_grades(world.maths, who, [entry])
    html = login(world.class_teacher).get(reverse("class_summary", args=[world.a5.pk]))
    html = html.content.decode()
    most, other = world.teacher.short_name, world.class_teacher.short_name
    assert f"<dd>{most}; {other} (Ушёл Устин)</dd>" in html
    assert "Мате: Математика" in html


def test_two_journals_of_a_subject_that_a_pupil_learns_at_once_are_one_column(world, december):
    """One grade each, whichever of them it was given in."""
    group = TeachingGroup.objects.create(
        kind=TeachingGroup.Kind.SUBGROUP, year=world.year, name="5 мат. практикум"
    )
    GroupMembership.objects.create(group=group, student=world.ivanov, starts_on=day(9, 1))
    practicum = Journal.objects.create(group=group, subject=world.maths.subject, scale=world.five)
    worlds.lesson(practicum, day(12, 2), world.slots[4])
    grade(world, world.maths, world.ivanov, "5")
    grade(world, world.individual, world.special, "3")
    quarter = f"p{world.quarters[1].pk}"
    with pytest.raises(GradeErrors) as refused:
        grade(world, practicum, world.ivanov, "3")
    assert refused.value.errors[quarter, world.ivanov.pk].present == "5"
    save_grades(
        practicum, world.teacher, [GradeEntry(quarter, world.ivanov.pk, "5", "3", confirmed=True)]
    )
    found = table(world)
    assert [head.name for head in found.columns] == [
        "Английский язык",
        "Математика",
        "Русский язык",
    ]
    assert [cell.text for cell in found.rows[0].cells] == ["", "3", ""]
    assert found.columns[1].indicators.figures(found.scales[0]).mean == Decimal("3.00")


def test_teachers_of_one_short_name_are_told_apart(world, december):
    anna = worlds.user("anna", "Иванова", "Анна", "Петровна")
    alla = worlds.user("alla", "Иванова", "Алла", "Павловна")
    for student, who in ((world.ivanov, anna), (world.petrova, alla)):
        entry = GradeEntry(f"p{world.quarters[1].pk}", student.pk, "", "5", True)
        save_grades(world.maths, who, [entry])
    maths = table(world).columns[1]
    assert dict(maths.set_by) == {
        "Иванова Анна Петровна": ["Иванов Иван"],
        "Иванова Алла Павловна": ["Петрова Пелагея"],
    }
