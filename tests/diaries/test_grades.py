"""All marks of a period, by subject."""

import re

import pytest

from diaries.queries.grades import year_grades
from journals.actions.entries import save_cell, save_field
from journals.models import PeriodGrade
from school.models import Period
from tests import world as worlds
from tests.world import day


def save(lesson, student, text):
    save_cell(lesson.journal, lesson.pk, student.pk, "", text)


def rows(client, student, **asked):
    found = client.get(f"/diary/{student.pk}/grades/", asked).context["rows"]
    return {row.subject: row for row in found}


def test_it_works(world, login):
    save(world.lesson, world.ivanov, "4/5")
    save(world.substituted, world.ivanov, "н")
    save(world.today_lesson, world.ivanov, "оп/3")
    found = rows(login(world.parent), world.ivanov)
    row = found["Математика"]
    assert [mark.text for mark in row.marks] == ["4", "5", "3"]
    assert (row.average, row.absences, row.lates) == ("4,00", 1, 1)
    assert list(found) == ["Английский язык", "Математика", "Русский язык"]
    assert found["Русский язык"].average == ""


def test_a_subject_tells_its_debts(world, login):
    save(world.lesson, world.ivanov, "5/.")
    save(world.russian_lesson, world.ivanov, ".")
    save(world.today_lesson, world.ivanov, ".")
    world.today_lesson.cancelled = "карантин"  # nothing is owed there any more
    world.today_lesson.save()
    found = rows(login(world.parent), world.ivanov)
    maths, russian = found["Математика"], found["Русский язык"]
    assert [mark.text for mark in maths.marks] == ["5"]
    assert [(debt.work, debt.date) for debt in maths.debts] == [("Работа на уроке", day(11, 23))]
    assert (maths.average, russian.average, russian.marks) == ("5,00", "", [])
    html = login(world.parent).get(f"/diary/{world.ivanov.pk}/grades/").content.decode()
    assert "долг: работа на уроке, 23 ноября" in html
    assert html.count("долг: ") == 2
    assert not re.search(r">\s*\.\s*<", html)


def test_another_period(world, login):
    save(worlds.lesson(world.maths, day(9, 7), world.slots[1]), world.ivanov, "2")
    client = login(world.parent)
    assert rows(client, world.ivanov)["Математика"].marks == []
    first = rows(client, world.ivanov, period=world.quarters[0].pk)
    assert first["Математика"].average == "2,00"


def test_who_is_graded_by_half_years_has_half_years(world, login):
    Period.objects.create(
        year=world.year,
        kind=Period.Kind.HALF_YEAR,
        number=1,
        starts_on=day(9, 1),
        ends_on=day(12, 30),
    )
    for journal in (world.maths, world.russian):
        journal.period_kind = Period.Kind.HALF_YEAR
        journal.save()
    page = login(world.parent).get(f"/diary/{world.ivanov.pk}/grades/")
    assert [str(one["period"]) for one in page.context["periods"]] == ["1 полугодие"]


def test_a_subject_of_half_years_beside_those_of_quarters(world):
    half = Period.objects.create(
        year=world.year, kind="half_year", number=1, starts_on=day(9, 1), ends_on=day(12, 30)
    )
    for journal, period in ((world.maths, world.quarters[0]), (world.russian, half)):
        PeriodGrade.objects.create(
            journal=journal,
            student=world.ivanov,
            kind=PeriodGrade.Kind.PERIOD,
            period=period,
            value=world.five.values.get(text="5"),
            set_by=world.teacher,
        )
    titles, lines = year_grades(world.ivanov, world.quarters)
    shown = {line.subject: dict(zip(titles, line.texts, strict=True)) for line in lines}
    assert shown["Русский язык"]["1 полугодие"] == "5"
    assert shown["Математика"]["1 четверть"] == "5"


def test_only_this_childs(world, login):
    save(world.lesson, world.petrova, "2")
    assert rows(login(world.parent), world.ivanov)["Математика"].marks == []


def page(client, student):
    return client.get(f"/diary/{student.pk}/grades/").content.decode()


def test_a_mark_explains_itself_when_it_is_touched(world, login):
    second = worlds.lesson(
        world.maths, day(11, 23), world.slots[5], topic="Дроби", topic_entered_at=worlds.NOON
    )
    save_field(world.maths, second.pk, "works", "", str(world.test.pk))
    for lesson, text in ((world.lesson, "3"), (second, "4"), (world.today_lesson, "5")):
        save(lesson, world.ivanov, text)
    html = page(login(world.parent), world.ivanov)
    (told,) = re.findall(r'<details class="marks">(.*?)</details>', html, re.DOTALL)
    summary, lines = told.split("</summary>")
    assert re.findall(r'<span class="mark">(.*?)</span>', summary) == ["3", "4", "5"]
    found = [" ".join(re.sub("<.*?>", "", one).split()) for one in lines.split("<li>")[1:]]
    assert found == [
        "3 Ответ на уроке понедельник, 23 ноября, 2-й урок",
        "4 Контрольная работа, вес 3 понедельник, 23 ноября, 6-й урок: Дроби",
        "5 Ответ на уроке среда, 25 ноября",
    ]
    assert "title=" not in html


@pytest.mark.parametrize(
    ("number", "absent", "late"),
    [
        (1, "1 пропуск", "1 опоздание"),
        (2, "2 пропуска", "2 опоздания"),
        (5, "5 пропусков", "5 опозданий"),
    ],
)
def test_numbers_have_their_words(world, login, number, absent, late):
    for n in range(number):
        missed = worlds.lesson(world.maths, day(11, 9 + n), world.slots[0])
        delayed = worlds.lesson(world.maths, day(11, 9 + n), world.slots[4])
        save(missed, world.ivanov, "б")
        save(delayed, world.ivanov, "оп")
    told = " ".join(re.sub("<.*?>", "", page(login(world.parent), world.ivanov)).split())
    assert absent in told
    assert late in told
