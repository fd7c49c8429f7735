"""The register as a book: the PDF holds what the journal says, each thing once (4.1)."""

import re

import pytest

from journals import rules
from journals.actions.entries import save_cell, save_field
from journals.actions.review import make_remark
from journals.models import PeriodGrade, Remark
from journals.queries import book as journals_book
from school.models import School
from school.rights import JournalRights
from tests import world as worlds
from tests.pdf import pages, words

pytestmark = pytest.mark.any_database


@pytest.fixture
def book(world, login):
    """book(journal, period) → the texts of the printed pages."""

    def printed(journal, period=None, **options):
        asked = {"period": period.pk} if period else {}
        answer = login(world.director).get(f"/journals/{journal.pk}/print.pdf", asked)
        assert answer["Content-Type"] == "application/pdf"
        return pages(answer.content, **options)

    return printed


def write(journal, lesson, cells, **fields):
    for student, text in cells.items():
        save_cell(journal, lesson.pk, student.pk, "", text)
    for field, text in fields.items():
        save_field(journal, lesson.pk, field, "", text)


def row(page, name):
    """What stands in a pupil's row of a marks page."""
    (line,) = [line for line in page.splitlines() if name in line]
    return line.split(name)[1].split()


def marks_pages(found):
    """The left pages: those that list pupils below a month, without the grades."""
    return [page for page in found if "Фамилия, имя" in page and not is_grades(page)]


def is_grades(page):
    return any("Фамилия, имя" in line and "четверть" in line for line in page.splitlines())


def test_it_is_a_book(world, book):
    w = world
    write(w.maths, w.lesson, {w.ivanov: "4/5", w.petrova: "н"}, topic="Сложение дробей")
    write(w.maths, w.today_lesson, {w.ivanov: "3", w.petrova: "оп/2"}, homework="§ 12, № 345")
    found = book(w.maths, w.quarters[1])
    title, marks, taught, grades, remarks = found
    for said in (
        "Школа-интернат № 1",
        "5А, Математика",
        "2 четверть, 2026/2027",
        "Матвеева Мария Михайловна",
        "Руссова Раиса Романовна",
        "25.11.2026",
        "М.П.",
        "Директор",
        f"Страниц: {len(found)}",
    ):
        assert said in title
    assert "Посторонняя" not in title  # who taught in the first quarter
    assert "Ноябрь 2026" in marks
    assert row(marks, "Иванов Иван") == ["4/5", "3"]
    assert row(marks, "Петрова Пелагея") == ["н", "оп/2"]
    assert "Ушёл Устин" in marks
    assert "Особый" not in marks  # learns by an individual plan
    everything = " ".join(found)
    for once in ("4/5", "оп/2", "Сложение дробей", "§ 12, № 345", "карантин"):
        assert everything.count(once) == 1, once
    assert re.search(r"замена:\s+Заменова\sЗ\.", taught)
    assert words(marks)[-1] == "2"  # the page's number
    assert "Оценки" in grades
    assert "Замечаний нет" in remarks


def test_days_and_marks_stand_under_each_other(world, book):
    write(world.maths, world.substituted, {world.ivanov: "5"})
    (page,) = marks_pages(book(world.maths, world.quarters[1]))
    head = next(line for line in page.splitlines() if "Фамилия, имя" in line)
    assert head.split()[3:] == ["5", "20", "23", "24", "25"]  # the 27th is yet to come
    line = next(line for line in page.splitlines() if "Иванов Иван" in line)
    assert abs(line.index(" 5") - head.index(" 24")) <= 2


def test_grades_and_remarks(world, book):
    w = world
    five = w.five.values.get(text="5")
    of_period, of_year = PeriodGrade.Kind.PERIOD, PeriodGrade.Kind.YEAR
    for student, kind, period, value in (
        (w.ivanov, of_period, w.quarters[0], five),
        (w.petrova, of_period, w.quarters[0], None),
        (w.ivanov, of_year, None, five),
    ):
        PeriodGrade.objects.create(
            journal=w.maths,
            student=student,
            kind=kind,
            period=period,
            value=value,
            set_by=w.teacher,
        )
    make_remark(w.maths, w.lesson, w.deputy, "Тема не по плану")
    found = book(w.maths)
    (grades,) = [page for page in found if is_grades(page)]
    assert "балл" not in grades  # nobody has a mark
    assert [head in grades for head in ("1 четверть", "4 четверть", "Год")] == [True] * 3
    assert "Экзамен" not in grades
    assert "Итог" not in grades
    assert row(grades, "Иванов Иван") == ["5", "5"]
    assert row(grades, "Петрова Пелагея") == ["н/а"]
    assert "Тема не по плану" in found[-1]
    assert "Урок 23.11" in found[-1]
    assert "Завучева" in found[-1]
    # The first quarter's book knows its own grade, and no remark of the second.
    found = book(w.maths, w.quarters[0])
    assert row(found[-2], "Иванов Иван") == ["5"]
    assert "Год" not in found[-2]
    assert "Замечаний нет" in found[-1]
    assert Remark.objects.count() == 1


def test_a_long_class_breaks_between_pupils_under_repeated_heads(world, book):
    names = [f"Длинно-Фамильная{n:02} Александра" for n in range(1, 61)]
    for n, name in enumerate(names):
        worlds.pupil(f"many{n}", *name.split(), world.a5)
    found = marks_pages(book(world.maths, world.quarters[1]))
    assert len(found) == 2
    text = "\n".join(found)
    for n in range(1, 61):
        assert len(re.findall(rf"Фамильная{n:02}\b", text)) == 1


def test_long_texts_wrap_and_lose_nothing(world, book):
    School.objects.update(name="Государственное бюджетное общеобразовательное учреждение " * 4)
    long_topic = " ".join(f"тема{n}" for n in range(70))
    long_task = "\n".join(f"задача{n}," + " решить" * 3 for n in range(60))
    unbreakable = "я" * 400
    write(world.maths, world.lesson, {}, topic=long_topic, homework=long_task)
    write(world.maths, world.today_lesson, {}, topic=unbreakable)
    worlds.pupil("longest", "Римский-Корсаков-Задунайский", "Аполлинарий-Максимилиан", world.a5)
    found = book(world.maths, world.quarters[1], order="-raw")
    seen = words("\n".join(found))
    for n in range(70):
        assert seen.count(f"тема{n}") == 1
    for n in range(60):
        assert seen.count(f"задача{n},") == 1
    letters = "".join(seen)
    assert sum(len(run) for run in re.findall("я{8,}", letters)) == 400
    name = "".join(words(marks_pages(found)[0]))
    for part in ("Корсаков", "Задунайский", "Максимилиан"):
        assert part in name


def test_a_debt_stands_there_as_a_dot(world, book):
    write(world.maths, world.lesson, {world.ivanov: "5/.", world.petrova: "."})
    found = book(world.maths, world.quarters[1])
    (marks,) = marks_pages(found)
    assert row(marks, "Иванов Иван") == ["5/."]
    assert row(marks, "Петрова Пелагея") == ["."]
    assert "Точка: должен сдать" in found[-1]
    (grades,) = [page for page in found if is_grades(page)]
    assert row(grades, "Иванов Иван")[0] == "5,00"


def test_a_month_with_many_lessons_is_parted_evenly(world, book):
    for n in range(3, 31):
        if n not in (5, 20, 23, 24, 25, 27):
            lesson = worlds.lesson(world.maths_b, worlds.day(10, n), world.slots[0])
            save_field(world.maths_b, lesson.pk, "topic", "", f"Тема-номер{n}")
    for n in range(3, 9):
        worlds.lesson(world.maths_b, worlds.day(10, n), world.slots[4])
    found = book(world.maths_b)
    october = [page for page in marks_pages(found) if "Октябрь 2026" in page]
    assert ["часть 1 из 2" in october[0], "часть 2 из 2" in october[1]] == [True, True]
    days = [
        len(next(line for line in page.splitlines() if "Фамилия, имя" in line).split()) - 3
        for page in october
    ]
    assert days == [14, 14]
    # Marks lie on the left, at even pages, what was taught opposite.
    for place, page in enumerate(found, start=1):
        if page in marks_pages(found):
            assert place % 2 == 0
            assert "Что пройдено и что задано" in found[place]


@pytest.mark.parametrize(
    ("count", "most", "sizes"),
    [(0, 24, []), (1, 24, [1]), (24, 24, [24]), (25, 24, [12, 13]), (49, 24, [16, 16, 17])],
)
def test_even_parts(count, most, sizes):
    parts = rules.even_parts(list(range(count)), most)
    assert [len(part) for part in parts] == sizes
    assert [thing for part in parts for thing in part] == list(range(count))


def test_queries_do_not_grow(world, login, django_assert_num_queries):
    granted = JournalRights(sees_all=True, writes_all=False)
    journals_book.book(world.maths, None, granted)  # what is compiled once
    with django_assert_num_queries(15):
        journals_book.book(world.maths, None, granted)
    for n in range(10, 20):
        write(world.maths, worlds.lesson(world.maths, worlds.day(11, n), world.slots[5]), {})
        worlds.pupil(f"more{n}", "Новый", f"Номер{n}", world.a5)
        make_remark(world.maths, None, world.deputy, "Замечание")
    with django_assert_num_queries(15):
        journals_book.book(world.maths, None, granted)


def test_a_period_of_another_kind_is_missing(world, login):
    client = login(world.director)
    for period in ("999999", "all", "²"):
        path = f"/journals/{world.maths.pk}/print.pdf?period={period}"
        assert client.get(path).status_code == 404
