"""The diary's week (2.11)."""

import datetime
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from diaries.queries import week as diaries_week
from journals.actions.entries import save_cell, save_field
from journals.averages import average_text
from journals.models import PeriodGrade
from journals.queries.elsewhere import average
from journals.queries.register import register
from school.actions.lessons import cancel_lesson
from school.actions.pupils import move_to_class
from school.models import GroupMembership, Journal, Parenthood, School, TeachingGroup
from school.rights import JournalRights
from tests import world as worlds
from tests.pdf import pages, words
from tests.world import TODAY, day, queries_of

MONDAY = day(11, 23)


def save(lesson, student, text):
    save_cell(lesson.journal, lesson.pk, student.pk, "", text)


def field(lesson, name, text):
    save_field(lesson.journal, lesson.pk, name, "", text)


def entries(student, date, monday=MONDAY):
    week = diaries_week.week(student, monday)
    return next(found.entries for found in week.days if found.date == date)


def page(client, student, week="2026-W48"):
    return client.get(f"/diary/{student.pk}/", {"week": week})


def test_it_works(world, login):
    field(world.lesson, "topic", "Сложение дробей")
    field(world.lesson, "homework", "§ 12, № 345")
    save(world.lesson, world.ivanov, "4/5")
    save(world.substituted, world.ivanov, "н")
    answer = page(login(world.parent), world.ivanov)
    html = answer.content.decode()
    for piece in (
        "Иванов Иван",
        "Понедельник, 23 ноября",
        "10:00",
        "Сложение дробей",
        "Ответ на уроке, Работа на уроке",
        "§ 12, № 345",
        "не был, причина неизвестна",
        "Замена: Заменова",
        "4,50",
    ):
        assert piece in html, piece
    entry = entries(world.ivanov, MONDAY)[0]
    assert [mark.text for mark in entry.marks] == ["4", "5"]
    assert entry.homework_for == day(11, 24)


def test_a_debt_is_told_by_the_name_of_its_work(world, login):
    """It is no mark: no bare dot, nothing in the averages."""
    save(world.lesson, world.ivanov, "4/.")
    save(world.russian_lesson, world.ivanov, "н/.")
    answer = page(login(world.parent), world.ivanov)
    html = answer.content.decode()
    assert re.findall(r"долг: [^<]*", html) == ["долг: работа на уроке", "долг: ответ на уроке"]
    assert html.count('class="mark"') == 1
    assert not re.search(r">\s*\.\s*<", html)
    averages = [
        (line.subject, line.average, line.count) for line in answer.context["week"].averages
    ]
    assert averages == [("Математика", "4,00", 1)]
    entry = entries(world.ivanov, MONDAY)[0]
    assert (entry.debts, entry.unmarked_works) == (["Работа на уроке"], [])
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "4/.", "4/5")
    assert entries(world.ivanov, MONDAY)[0].debts == []


def test_in_a_cancelled_lesson_nothing_is_owed(world):
    save(world.lesson, world.ivanov, ".")
    cancel_lesson(world.lesson, "карантин")
    assert entries(world.ivanov, MONDAY)[0].debts == []


def test_homework_is_shown_where_it_is_due(world):
    field(world.lesson, "homework", "§ 12")
    assert entries(world.ivanov, day(11, 24))[0].due == "§ 12"
    # over a cancelled lesson, and from week to week
    field(world.early_lesson, "homework", "§ 1")
    assert entries(world.ivanov, MONDAY)[0].due == "§ 1"
    assert entries(world.ivanov, day(11, 5), monday=day(11, 2))[0].homework_for == MONDAY


def test_nothing_is_set(world, login):
    field(world.lesson, "homework", "-")
    assert "На дом не задано" in page(login(world.parent), world.ivanov).content.decode()


def test_a_cancelled_lesson_says_why(world, login):
    html = page(login(world.parent), world.ivanov, "2026-W47").content.decode()
    assert "урока нет: карантин" in html


@pytest.mark.parametrize(
    ("monday", "date", "note"),
    [
        (day(11, 2), day(11, 4), "День народного единства"),
        (day(10, 26), day(10, 27), "Каникулы"),
        (MONDAY, day(11, 26), "Уроков нет"),
        (day(12, 28), day(12, 31), "Выходной (перенесено с 04.01.2026)"),
    ],
)
def test_a_day_without_lessons_says_why(world, monday, date, note):
    week = diaries_week.week(world.ivanov, monday)
    assert next(found.note for found in week.days if found.date == date) == note


@pytest.mark.parametrize(
    ("week_days", "note"), [(5, "Праздник Весны и Труда (выходной)"), (6, "Уроков нет")]
)
def test_a_monday_off_for_a_saturday_is_none_of_six_days(world, week_days, note):
    """1 May 2027 is a Saturday: it is made up for where Saturday is a day off."""
    School.objects.update(week_days=week_days)
    week = diaries_week.week(world.ivanov, datetime.date(2027, 5, 3))
    assert week.days[0].note == note


def test_a_school_that_has_said_nothing_of_itself_has_a_diary(world):
    School.objects.all().delete()
    assert diaries_week.week(world.ivanov, MONDAY).days[3].note == "Уроков нет"


def test_saturdays_are_shown_when_they_are_taught(world):
    assert len(diaries_week.week(world.ivanov, MONDAY).days) == 5
    worlds.lesson(world.maths, day(11, 28), world.slots[0])
    assert len(diaries_week.week(world.ivanov, MONDAY).days) == 7


def test_week_after_week_over_the_new_year(world, login):
    client = login(world.parent)
    found = page(client, world.ivanov, "2026-W53").context["week"]
    assert (found.previous, found.next) == ("2026-W52", "2027-W01")
    assert found.monday == datetime.date(2026, 12, 28)
    assert page(client, world.ivanov, "").context["week"].key == "2026-W48"


@pytest.mark.parametrize("week", ["2026-W60", "x", "2026-48", "-1", "99999-W01", "0001-W01"])
def test_no_such_week(world, login, week):
    assert page(login(world.parent), world.ivanov, week).status_code == 404


def test_only_this_childs_marks(world, login):
    for student, text in ((world.ivanov, "5"), (world.petrova, "2")):
        save(world.lesson, student, text)
    save(world.english_lesson, world.sidorov, "3")
    html = page(login(world.parent), world.ivanov).content.decode()
    assert html.count('class="mark"') == 1
    assert "Петрова" not in html
    assert "2,00" not in html


def test_a_parent_switches_between_the_children(world, login):
    client = login(world.parent)
    html = page(client, world.ivanov).content.decode()
    assert "Иван, 5А" in html
    assert f'href="/diary/{world.sidorov.pk}/?week=2026-W48#today"' in html
    html = page(client, world.sidorov).content.decode()
    assert "Сидоров Семён" in html
    only_child = page(login(world.other_parent), world.petrova).content.decode()
    assert "Пелагея, 5А" not in only_child


def test_an_individual_plan_takes_the_place_of_the_class(world):
    """2.3"""
    subjects = [(e.number, e.subject) for e in entries(world.special, MONDAY)]
    assert subjects == [(2, "Математика")]
    entry = entries(world.special, MONDAY)[0]
    assert entry.homework_for is None  # the class's lesson tomorrow is not his


def test_a_moved_pupil_has_both_classes_each_in_its_time(world):
    move_to_class(world.petrova, world.b5, day(11, 24))
    worlds.lesson(world.maths_b, TODAY, world.slots[2])
    week = diaries_week.week(world.petrova, MONDAY)
    taught = [(found.date, entry.number) for found in week.days for entry in found.entries]
    assert taught == [(MONDAY, 2), (TODAY, 3)]


def test_averages_are_the_grids(world):
    september = worlds.lesson(world.maths, day(9, 7), world.slots[1])
    save(september, world.ivanov, "2")
    save(world.lesson, world.ivanov, "5")
    save(world.english_lesson, world.ivanov, "зч")
    found = diaries_week.week(world.ivanov, MONDAY)
    assert str(found.period) == "2 четверть"
    assert [(a.subject, a.average, a.count) for a in found.averages] == [
        ("Английский язык", "", 1),
        ("Математика", "5,00", 1),
    ]
    before = diaries_week.week(world.ivanov, day(9, 7))
    assert [(a.subject, a.average) for a in before.averages] == [("Математика", "2,00")]


@pytest.mark.parametrize("who", ["parent", "ivanov", "deputy", "class_teacher"])
def test_at_most_fifteen_queries_whatever_it_holds(world, login, who):
    person = getattr(world, who)
    client = login(getattr(person, "user", person))
    url = reverse("diary_week", args=[world.ivanov.pk])
    few = queries_of(client, url)
    for n in range(5):
        for slot in world.slots[3:]:
            lesson = worlds.lesson(world.maths, MONDAY + datetime.timedelta(days=n), slot)
            if lesson.date <= TODAY:
                save(lesson, world.ivanov, "4/5" if n % 2 else "н")
    assert queries_of(client, url) == few <= 15


# --- two lessons of a journal on a day ---


def test_the_number_says_for_which_of_both_the_homework_is(world, login):
    second = worlds.lesson(world.maths, MONDAY, world.slots[5])
    field(world.early_lesson, "homework", "§ 1")
    field(world.lesson, "homework", "§ 12")
    field(second, "homework", "§ 13")
    before = entries(world.ivanov, day(11, 5), monday=day(11, 2))[0]
    assert (before.homework_for, before.homework_for_number) == (MONDAY, 2)
    first, other = entries(world.ivanov, MONDAY)
    assert (first.homework_for, first.homework_for_number) == (MONDAY, 6)
    assert (other.homework_for, other.homework_for_number) == (day(11, 24), None)
    html = page(login(world.parent), world.ivanov).content.decode()
    assert "Домашнее задание на пн, 23 ноября, 6-й урок:" in html
    assert "Домашнее задание на вт, 24 ноября:" in html


def test_the_number_says_in_which_of_both_a_mark_was_given(world, login):
    second = worlds.lesson(world.maths, MONDAY, world.slots[5])
    worlds.lesson(world.maths_b, day(11, 24), world.slots[5])  # of another class on another day
    for lesson in (world.lesson, second, world.substituted):
        save(lesson, world.ivanov, "4")
    marks = [
        mark.number
        for found in diaries_week.week(world.ivanov, MONDAY).days
        for entry in found.entries
        for mark in entry.marks
    ]
    assert marks == [2, 6, None]
    html = page(login(world.parent), world.ivanov).content.decode()
    assert "понедельник, 23 ноября, 6-й урок" in html


# --- where it opens ---


@pytest.mark.parametrize(
    ("now", "opens_on", "button"),
    [
        (day(11, 23), day(11, 23), "Сегодня"),  # Monday
        (TODAY, TODAY, "Сегодня"),
        (day(11, 26), day(11, 27), "Пятница, 27 ноября"),  # without lessons: the next one with any
        (day(11, 28), day(11, 27), "Пятница, 27 ноября"),  # the weekend: the last one
        (day(11, 4), day(11, 5), "Четверг, 5 ноября"),  # a holiday
    ],
)
def test_it_opens_at_the_present_day(world, login, noon, now, opens_on, button):
    noon.move_to(datetime.datetime.combine(now, datetime.time(12), worlds.NOON.tzinfo))
    html = login(world.parent).get(f"/diary/{world.ivanov.pk}/").content.decode()
    (opened,) = re.findall(r'id="today">\s*<h2[^>]*autofocus>\s*(.*?)\s*<small', html)
    assert opened.endswith(f"{opens_on.day} ноября")
    assert f'<a class="button" href="#today">{button}</a>' in html


def test_a_week_of_vacation_opens_at_its_day_or_nowhere(world, login, noon):
    for now, place in ((day(10, 28), day(10, 28)), (day(11, 1), None)):
        noon.move_to(datetime.datetime.combine(now, datetime.time(12), worlds.NOON.tzinfo))
        landing = page(login(world.parent), world.ivanov, "").context["week"].landing
        assert (landing and landing.date) == place


def test_another_week_opens_at_its_beginning(world, login):
    html = page(login(world.parent), world.ivanov, "2026-W47").content.decode()
    assert 'id="today"' not in html
    assert "autofocus" not in html
    assert f'href="/diary/{world.ivanov.pk}/#today">Эта неделя</a>' in html


def test_every_way_to_a_diary_leads_to_the_present_day(world, login):
    parent, leader = login(world.parent), login(world.class_teacher)
    today = f"/diary/{world.ivanov.pk}/#today"
    assert parent.get("/", follow=True).redirect_chain[-1] == (today, 302)
    for client, path in (
        (parent, f"/diary/{world.ivanov.pk}/grades/"),
        (leader, "/diary/"),
        (leader, f"/classes/{world.a5.pk}/pupils/"),
        (leader, f"/students/{world.ivanov.pk}/card/"),
    ):
        html = client.get(path).content.decode()
        assert f'href="{today}"' in html, path
        assert f'href="/diary/{world.ivanov.pk}/"' not in html, path


# --- what a mark is for ---


def test_a_mark_explains_itself_when_it_is_touched(world, login):
    field(world.lesson, "topic", "Сложение дробей")
    field(world.lesson, "works", f"{world.answer.pk} {world.test.pk}")
    world.five.values.filter(text="5").update(title="Отлично")
    save(world.lesson, world.ivanov, "5/зч")
    html = page(login(world.parent), world.ivanov).content.decode()
    (told,) = re.findall(r'<details class="marks">.*?</details>', html, re.DOTALL)
    summary, lines = told.split("</summary>")
    assert re.findall(r'<span class="mark">(.*?)</span>', summary) == ["5", "зч"]
    first, second = (" ".join(one.split()) for one in lines.split("<li>")[1:])
    when = "<small>понедельник, 23 ноября: Сложение дробей</small>"
    assert "<b>5</b> <span>Ответ на уроке, отлично</span>" in first
    assert "<b>зч</b> <span>Контрольная работа</span>" in second  # it counts in no average
    assert when in first
    assert when in second
    assert "title=" not in html


def test_its_weight_is_told_where_it_counts(world):
    field(world.lesson, "works", f"{world.answer.pk} {world.test.pk}")
    save(world.lesson, world.ivanov, "5/4")
    (entry,) = entries(world.ivanov, MONDAY)
    assert [mark.weight for mark in entry.marks] == [None, 3]


# --- two journals of one subject ---


@pytest.fixture
def practicum(world):
    """A second journal of mathematics, of Иванов alone, with marks in both: 4,09 and 3,20, which is
    3,81 of all."""
    group = TeachingGroup.objects.create(
        kind=TeachingGroup.Kind.SUBGROUP, year=world.year, name="5 мат. практикум"
    )
    GroupMembership.objects.create(group=group, student=world.ivanov, starts_on=day(9, 1))
    journal = Journal.objects.create(group=group, subject=world.maths.subject, scale=world.five)
    marks = {world.maths: "44444444445", journal: "33334"}
    for its_journal, texts in marks.items():
        for n, text in enumerate(texts):
            lesson = worlds.lesson(its_journal, day(11, 3 + n), world.slots[6])
            save(lesson, world.ivanov, text)
    worlds.lesson(journal, MONDAY, world.slots[5])
    return journal


def test_two_journals_of_a_subject_have_one_average(world, practicum, login):
    """The same in both registers and wherever the diary tells it."""
    client = login(world.parent)
    found = page(client, world.ivanov).context["week"]
    lines = [(one.subject, one.average, one.count) for one in found.averages]
    assert lines == [("Математика", "3,81", 16)]
    for journal in (world.maths, practicum):
        granted = JournalRights(sees_all=True, writes_all=False)
        (row, *_) = register(journal, world.quarters[1], granted).rows
        assert row.average == "3,81"
        assert average_text(average(journal, world.ivanov.pk, TODAY)) == "3,81"
    assert [one.subject for one in entries(world.ivanov, MONDAY)] == ["Математика", "Математика"]
    rows = client.get(f"/diary/{world.ivanov.pk}/grades/").context["rows"]
    assert ("Математика", "3,81", 16) in [
        (one.subject, one.average, len(one.marks)) for one in rows
    ]


@pytest.mark.any_database
def test_one_average_stands_in_the_printed_week(world, practicum, login):
    answer = login(world.parent).get(f"/diary/{world.ivanov.pk}/week.pdf", {"week": "2026-W48"})
    text = " ".join(words("".join(pages(answer.content, "-raw"))))
    assert "3,81" in text
    assert "4,09" not in text
    assert "3,20" not in text


def test_a_subject_has_one_line_among_the_grades_of_the_year(world, practicum, login):
    given = {
        "student": world.ivanov,
        "kind": "period",
        "period": world.quarters[0],
        "set_by": world.teacher,
    }
    five = world.five.values
    PeriodGrade.objects.create(journal=world.maths, value=five.get(text="4"), **given)
    with transaction.atomic(), pytest.raises(IntegrityError):
        PeriodGrade.objects.create(journal=practicum, value=five.get(text="3"), **given)
    found = login(world.parent).get(f"/diary/{world.ivanov.pk}/grades/").context["year_grades"]
    assert [(one.subject, one.texts[0]) for one in found] == [("Математика", "4")]


def test_children_of_one_name_have_tabs_of_their_own(world, login):
    again = worlds.pupil("again", "Сидоров", "Иван", world.a5)
    Parenthood.objects.create(parent=world.parent.parent, student=again)
    children = page(login(world.parent), world.ivanov).context["children"]
    assert [title for _, title in children] == ["Иванов Иван, 5А", "Сидоров Иван, 5А", "Семён, 5Б"]


def test_who_has_one_word_for_a_name(world, login):
    world.ivanov.user.last_name, world.ivanov.user.first_name = "Зухра", ""
    world.ivanov.user.save()
    html = page(login(world.parent), world.ivanov).content.decode()
    assert "<h1>Зухра, " in html
    assert "Зухра, 5А</a>" in re.sub(r"\s*\n\s*", "", html)
