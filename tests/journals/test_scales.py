"""Own scales: what a value means is said by itself, and nothing is added up over two scales."""

import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from diaries.queries import week as diary
from diaries.queries.grades import grades
from journals.actions.entries import save_cell
from journals.actions.grades import GradeEntry, save_grades
from journals.indicators import GOOD, ONE_THREE
from journals.queries import elsewhere
from journals.queries.grade_book import grade_book
from journals.queries.register import register
from journals.queries.summary import class_summary
from school.models import GradeValue, GroupMembership, Meaning
from school.rights import JournalRights
from tests import world as worlds
from tests.pdf import pages
from tests.site.test_versions import scale_page
from tests.world import day

EVERYTHING = JournalRights(sees_all=True, writes_all=True)
E, G, S, N = Meaning.EXCELLENT, Meaning.GOOD, Meaning.SATISFACTORY, Meaning.INSUFFICIENT


@pytest.fixture
def ten(world):
    """Особый's individual plan is marked by ten points."""
    means = {10: E, 9: E, 8: G, 7: G, 6: S, 5: S, 4: S, 3: N, 2: N, 1: N}
    values = [(str(one), one, meaning) for one, meaning in means.items()]
    world.ten = worlds.scale("Десятибалльная", *values, ("осв", None, ""))
    world.individual.scale = world.ten
    world.individual.save()
    return world


@pytest.fixture
def levels(world):
    """Russian is told in three levels."""
    world.levels = worlds.scale("Три уровня", ("выс", 3, E), ("баз", 2, S), ("ниже", 1, N))
    world.russian.scale = world.levels
    world.russian.save()
    return world


def mark(lesson, student, text):
    save_cell(lesson.journal, lesson.pk, student.pk, "", text)


def both(w):
    """Особый has also marks of the class's journal, of before his plan."""
    GroupMembership.objects.filter(student=w.special).update(starts_on=day(11, 16))
    mark(worlds.lesson(w.maths, day(11, 9), w.slots[3]), w.special, "4")
    mark(w.individual_lesson, w.special, "9")


def test_a_weeks_averages_are_of_one_scale_each(ten, login):
    both(ten)
    week = diary.week(ten.special, day(11, 23))
    assert [(line.subject, line.average, line.count) for line in week.averages] == [
        ("Математика (Десятибалльная)", "9,00", 1),
        ("Математика (Пятибалльная)", "4,00", 1),
    ]
    client = login(ten.deputy)
    html = client.get(f"/diary/{ten.special.pk}/?week=2026-W48").content.decode()
    pdf = client.get(f"/diary/{ten.special.pk}/week.pdf?week=2026-W48").content
    assert "6,50" not in html + pages(pdf)[0]


def test_a_periods_averages_are_of_one_scale_each(ten):
    both(ten)
    rows = grades(ten.special, ten.quarters[1])
    averages = {row.subject: row.average for row in rows}
    assert averages["Математика"] == "9,00 (Десятибалльная), 4,00 (Пятибалльная)"


def test_of_a_journal_that_got_another_scale_each_is_averaged_by_itself(ten):
    mark(worlds.lesson(ten.maths, day(11, 10), ten.slots[4]), ten.ivanov, "4")
    ten.maths.scale = ten.ten
    ten.maths.save()
    mark(ten.lesson, ten.ivanov, "8")
    week = diary.week(ten.ivanov, day(11, 23))
    assert [(line.subject, line.average) for line in week.averages] == [
        ("Математика (Десятибалльная)", "8,00"),
        ("Математика (Пятибалльная)", "4,00"),
    ]
    (row,) = [row for row in grades(ten.ivanov, ten.quarters[1]) if row.average]
    assert row.average == "8,00 (Десятибалльная), 4,00 (Пятибалльная)"


def test_a_scale_alone_is_not_named(ten):
    mark(ten.individual_lesson, ten.special, "9")
    mark(ten.lesson, ten.ivanov, "5")
    for student, average in ((ten.special, "9,00"), (ten.ivanov, "5,00")):
        (line,) = diary.week(student, day(11, 23)).averages
        assert (line.subject, line.average) == ("Математика", average)


def register_average(w, journal=None):
    rows = register(journal or w.maths, w.quarters[1], EVERYTHING).rows
    return next(row.average for row in rows if row.attendee.student_id == w.ivanov.pk)


def test_a_journal_that_gets_another_scale_averages_what_is_of_it(ten, noon):
    """2.4: four fives and an eight are no 5,6."""
    w, days = ten, (10, 11, 12, 13)
    for number in days:
        mark(worlds.lesson(w.maths, day(11, number), w.slots[4]), w.ivanov, "5")
    w.maths.scale = w.ten
    w.maths.save()
    # Nothing is of the new scale yet: what stood there stands.
    assert register_average(w) == "5,00"
    assert elsewhere.average(w.maths, w.ivanov.pk, day(11, 23)) == Decimal("5.00")
    book = grade_book(w.maths)
    key = f"p{w.quarters[1].pk}"
    assert book.marks[key, w.ivanov.pk].average == 5
    assert book.suggestion(book.column(key), w.ivanov.pk) is None
    mark(w.lesson, w.ivanov, "8")
    assert register_average(w) == "8,00"
    assert elsewhere.average(w.maths, w.ivanov.pk, day(11, 23)) == Decimal("8.00")
    book = grade_book(w.maths)
    assert (book.marks[key, w.ivanov.pk].average, book.marks[key, w.ivanov.pk].count) == (8, 1)
    (line, other) = diary.week(w.ivanov, day(11, 23)).averages
    assert (line.average, other.average) == ("8,00", "5,00")


def test_the_year_follows_from_no_two_scales(ten, noon):
    noon.move_to(datetime.datetime(2027, 5, 27, 9, tzinfo=datetime.UTC))
    w = ten
    keys = [f"p{quarter.pk}" for quarter in w.quarters]
    for key in keys[:2]:
        save_grades(w.maths, w.teacher, [GradeEntry(key, w.ivanov.pk, "", "5")])
    w.maths.scale = w.ten
    w.maths.save()
    for key in keys[2:]:
        save_grades(w.maths, w.teacher, [GradeEntry(key, w.ivanov.pk, "", "9")])
    book = grade_book(w.maths)
    assert book.suggestion(book.column("year"), w.ivanov.pk) is None


# --- the class summary ---


@pytest.fixture
def december(world, noon):
    noon.move_to(datetime.datetime(2026, 12, 28, 9, tzinfo=datetime.UTC))
    for journal in (world.maths, world.russian, world.english, world.individual):
        worlds.lesson(journal, day(12, 2), world.slots[0])


def grade(w, journal, student, text):
    journal.refresh_from_db()
    entry = GradeEntry(f"p{w.quarters[1].pk}", student.pk, "", text, True)
    save_grades(journal, w.class_teacher, [entry])


@pytest.fixture
def graded(ten, levels, december):
    w = ten
    for journal, student, text in (
        (w.maths, w.ivanov, "5"),
        (w.maths, w.petrova, "4"),
        (w.individual, w.special, "4"),  # satisfactory
        (w.russian, w.ivanov, "выс"),
        (w.russian, w.petrova, "баз"),
        (w.russian, w.special, "выс"),
        (w.english, w.ivanov, "4"),
    ):
        grade(w, journal, student, text)
    return w


def test_a_class_with_several_scales(graded):
    w = graded
    found = class_summary(w.a5, w.quarters[1])
    assert [scale.name for scale in found.scales] == [
        "Пятибалльная",
        "Три уровня",
        "Десятибалльная",  # three grades, three, one
    ]
    named = {key: [r.student.user.last_name for r in rows] for key, rows in found.named.items()}
    assert named == {GOOD: ["Иванов"], ONE_THREE: ["Особый", "Петрова"]}
    assert (found.indicators.success, found.indicators.quality) == (100, Decimal("33.3"))
    means = {scale.name: found.indicators.figures(scale).mean for scale in found.scales}
    assert means == {
        "Десятибалльная": Decimal("4.00"),
        "Пятибалльная": Decimal("4.33"),
        "Три уровня": Decimal("2.67"),
    }
    learnt = {scale.name: found.indicators.figures(scale).learnt for scale in found.scales}
    assert learnt == {
        "Десятибалльная": Decimal("36.0"),
        "Пятибалльная": Decimal("76.0"),
        "Три уровня": None,
    }
    maths = found.columns[1].indicators
    assert (maths.success, maths.quality) == (100, Decimal("66.7"))
    assert {scale.name: maths.figures(scale).mean for scale in found.scales} == {
        "Десятибалльная": Decimal("4.00"),
        "Пятибалльная": Decimal("4.50"),
        "Три уровня": None,
    }


def test_each_scale_is_named_on_the_page(graded, login):
    url = reverse("class_summary", args=[graded.a5.pk])
    html = login(graded.deputy).get(url).content.decode()
    for told in (
        "Средний балл (Десятибалльная): <b>4,00</b>",
        "Средний балл (Пятибалльная): <b>4,33</b>",
        "СОУ, % (Три уровня): <b>—</b>",
        "Средний <small>Три уровня</small>",
    ):
        assert told in html
    assert 'class="failing"' not in html


def test_in_the_table_to_take_away(graded, login):
    url = reverse("class_summary", args=[graded.a5.pk])
    answer = login(graded.deputy).get(f"{url}?format=xlsx")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    means = [f"Средний балл ({name})" for name in ("Пятибалльная", "Три уровня", "Десятибалльная")]
    assert list(rows[0][5:8]) == means
    assert rows[1][5:9] == (4.5, 3, None, "Хорошисты")
    assert rows[2][5:9] == (None, 3, 4, "С одной тройкой")
    lines = {row[1]: row[2:8] for row in rows[5:]}
    assert lines["Средний балл (Пятибалльная)"] == (4, 4.5, None, 4.33, None, None)
    assert lines["Успеваемость, %"][3:] == (100, None, None)


def test_on_paper(graded, login):
    path = reverse("class_summary_pdf", args=[graded.a5.pk])
    (page,) = pages(login(graded.deputy).get(path).content)
    lines = [" ".join(line.split()) for line in page.splitlines()]
    assert any(
        line.startswith("1. Иванов") and line.endswith("4 5 выс 4,50 3,00") for line in lines
    )
    assert "Средний балл (Десятибалльная) — 4,00 — 4,00" in lines


def test_what_means_nothing_says_nothing(world, december, login):
    """A school's signs that judge nobody."""
    w = world
    w.russian.scale = worlds.scale("Знаки", ("а", None, ""), ("я", None, ""))
    w.russian.save()
    grade(w, w.russian, w.ivanov, "а")
    grade(w, w.russian, w.petrova, "н/а")
    found = class_summary(w.a5, w.quarters[1])
    russian = found.columns[2].indicators
    assert (russian.success, russian.quality) == (None, None)
    assert (found.indicators.success, found.named.keys()) == (None, {""})


def test_the_least_of_three_levels_is_red(levels, december, login):
    grade(levels, levels.russian, levels.ivanov, "ниже")
    url = reverse("class_summary", args=[levels.a5.pk])
    html = login(levels.deputy).get(url).content.decode()
    assert '<td class="failing">ниже</td>' in html
    assert "Неуспевающие: <b>1</b>" in html


# --- what the administrator says of them ---


def test_a_meaning_in_use_is_frozen(world, login):
    mark(world.lesson, world.ivanov, "4")
    page = scale_page(login, world)
    row = page.row("text", "4")
    told = page.send(**{f"{row}-meaning": "excellent"}).content.decode()
    assert "Этим уже пользуются" in told
    sent = {f"{row}-meaning": "excellent", f"{row}-changes_from": "26.11.2026"}
    assert page.send(**sent).status_code == 302
    old, new = GradeValue.objects.filter(scale=world.five, text="4").order_by("pk")
    assert (old.meaning, new.meaning, new.starts_on) == (G, E, day(11, 26))
    history = login(world.deputy).get(reverse("review_history"), {"person": "Админов"})
    assert "что значит" in history.content.decode()


def test_the_form_explains_itself(world, login):
    html = scale_page(login, world).client.get(
        reverse("admin:school_gradescale_change", args=[world.five.pk])
    )
    html = html.content.decode()
    assert "из этого, а не из баллов, следуют успеваемость" in html
    assert "зачтено, без уровня" in html
