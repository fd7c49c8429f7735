"""Grades of periods and of the year in the diary (2.11)."""

import re

from django.urls import reverse

from journals.models import PeriodGrade
from tests.world import queries_of


def give(w, journal, student, text, period=None, kind="period"):
    value = journal.scale.values.filter(text=text).first()
    PeriodGrade.objects.create(
        journal=journal,
        student=student,
        kind=kind,
        period=period and w.quarters[period - 1],
        value=value,
        set_by=w.teacher,
    )


def table(page):
    """[[text of each cell]] of the year's grades."""
    html = page.content.decode()
    if 'id="year"' not in html:
        return []
    rows = re.findall(r"<tr>(.*?)</tr>", html.split('id="year"')[1], re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in rows]


def test_the_parent_sees_them(world, login):
    give(world, world.maths, world.ivanov, "4", period=1)
    give(world, world.maths, world.ivanov, "5", kind="year")
    give(world, world.english, world.ivanov, "н/а", period=1)
    give(world, world.maths, world.petrova, "2", period=1)
    page = login(world.parent).get(reverse("diary_grades", args=[world.ivanov.pk]))
    assert table(page) == [
        ["Предмет", "1 четверть", "2 четверть", "3 четверть", "4 четверть", "Год"],
        ["Английский язык", "н/а", "", "", "", ""],
        ["Математика", "4", "", "", "", "5"],
    ]


def test_exam_and_final_grade_have_columns_once_there_are_any(world, login):
    give(world, world.maths, world.ivanov, "5", kind="exam")
    page = login(world.ivanov.user).get(reverse("diary_grades", args=[world.ivanov.pk]))
    assert table(page)[0][-2:] == ["Год", "Экзамен"]


def test_without_grades_there_is_no_table(world, login):
    page = login(world.parent).get(reverse("diary_grades", args=[world.ivanov.pk]))
    assert table(page) == []


def test_as_many_queries_whatever_there_is(world, login):
    client, url = login(world.parent), reverse("diary_grades", args=[world.ivanov.pk])
    few = queries_of(client, url)
    for period in (1, 2):
        give(world, world.maths, world.ivanov, "4", period=period)
    assert queries_of(client, url) == few
