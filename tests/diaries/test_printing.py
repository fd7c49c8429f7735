"""The printed week of a pupil, read back from its PDF (2.12)."""

import os
import statistics
import subprocess

import pytest

from diaries import fitting, printing
from diaries.queries import week as diaries_week
from diaries.queries.classes import classes_on
from journals.actions.entries import save_cell, save_field
from school.models import Lesson, School
from school.printing import pool
from tests import world as worlds
from tests.world import TODAY, day

pytestmark = pytest.mark.any_database

MONDAY = day(11, 23)
LONG = "Прочитать параграф и письменно ответить на вопросы в конце; выучить определения. "


def text_of(pdf):
    """What pdftotext reads on each page."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True)
    assert done.returncode == 0
    return done.stdout.decode().split("\f")[:-1]


def words_of(pdf):
    """The same without line breaks and hyphens, in the order of the text."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True)
    text = done.stdout.decode().replace("\u2010\n", "").replace("-\n", "").replace("\u00ad\n", "")
    return " ".join(text.split())


def draw(student, monday=MONDAY):
    classes = classes_on([student], TODAY)
    week = diaries_week.week(student, monday)
    return printing.draw(
        printing.sheet(School.objects.get(), student, classes.get(student.pk), week)
    )


def field(lesson, name, text):
    save_field(lesson.journal, lesson.pk, name, "", text)


def save(lesson, student, text):
    save_cell(lesson.journal, lesson.pk, student.pk, "", text)


def test_it_works(world, login):
    field(world.lesson, "topic", "Сложение дробей")
    field(world.lesson, "homework", "§ 12, № 345")
    field(world.english_lesson, "homework", "-")
    save(world.lesson, world.ivanov, "4/5")
    save(world.substituted, world.ivanov, "б")
    answer = login(world.parent).get(f"/diary/{world.ivanov.pk}/week.pdf?week=2026-W48")
    assert answer["Content-Type"] == "application/pdf"
    pages = text_of(answer.content)
    assert len(pages) == 1
    for piece in (
        "Школа-интернат № 1",
        "за неделю 23–29 ноября 2026",
        "Иванов Иван",
        "5А",
        "Понедельник, 23 ноября",
        "Сложение дробей",
        "§ 12, № 345",
        "не задано",
        "4,50",
        "2 четверть",
        "Руссова\xa0Р.\xa0Р.",
        "Классный руководитель",
        "Родитель (законный представитель)",
    ):
        assert pages[0].count(piece.replace("\xa0", " ")) == 1, piece
    words = words_of(answer.content)
    assert words.count("4 ответ на уроке") == 1
    assert words.count("5 работа на уроке") == 1
    assert words.count("Б болезнь") == 1


def test_only_this_childs(world):
    save(world.lesson, world.petrova, "2")
    words = words_of(draw(world.ivanov))
    assert "Петрова" not in words
    assert "2 ответ" not in words


def test_a_work_without_a_mark_is_named_once(world):
    save(world.lesson, world.petrova, "2")
    words = words_of(draw(world.ivanov))
    assert words.count("Ответ на уроке") == 1


def test_a_debt_is_named(world):
    save(world.lesson, world.ivanov, "н/5/.")
    words = words_of(draw(world.ivanov))
    assert words.count("долг работа на уроке") == 1
    assert words.count("5 ответ на уроке") == 1
    assert words.lower().count("работа на уроке") == 1  # not beside the topic once more


def fill(world, homework, topic="Умножение и деление смешанных чисел"):
    """Seven lessons a day for five days, one of them in the subgroup."""
    of_class = [world.maths, world.russian, world.english]
    for number in range(5):
        date = day(11, 23 + number)
        for slot in world.slots:
            if not Lesson.objects.filter(
                date=date, number=slot.number, journal__in=of_class
            ).exists():
                worlds.lesson(world.russian, date, slot)
    lessons = list(Lesson.objects.filter(date__gte=MONDAY, journal__in=of_class))
    for number, lesson in enumerate(lessons):
        Lesson.objects.filter(pk=lesson.pk).update(
            topic=f"{topic} (тема {number:02})",
            homework=f"{homework} (задание {number:02})",
            topic_entered_at=worlds.NOON,
            homework_entered_at=worlds.NOON,
        )
    return lessons


@pytest.mark.parametrize(
    ("homework", "pages"),
    [("§ 5", 1), (LONG, 1), (LONG * 2, 2), (LONG * 4, 4), ("Слово" * 60, 4)],
    ids=["short", "a line", "long", "too long", "one word of 300 letters"],
)
def test_everything_of_a_full_week_is_on_the_sheet_once(world, homework, pages):
    """On one page, if that does not make it smaller than 7 points."""
    lessons = fill(world, homework)
    pdf = draw(world.ivanov)
    assert len(text_of(pdf)) == pages
    words = words_of(pdf)
    assert len(lessons) == 35
    for number in range(len(lessons)):
        assert words.count(f"тема {number:02}") == 1
        assert words.count(f"задание {number:02}") == 1
    assert words.count("Родитель (законный представитель)") == 1


def test_what_flows_over_says_whose_it_is(world):
    fill(world, LONG * 4)
    first, second, *_ = text_of(draw(world.ivanov))
    assert "лист 2" not in first
    assert "Иванов Иван, лист 2" in second


def test_line_breaks_do_not_cost_a_page(world):
    field(world.lesson, "homework", "§ 12\n\n  № 345\nвыучить стихи")
    assert "§ 12 · № 345 · выучить стихи" in words_of(draw(world.ivanov))


@pytest.fixture
def layouts(monkeypatch):
    """The number of pages of each layout that was tried."""
    from weasyprint import HTML

    render, tried = HTML.render, []

    def counted(*args, **kwargs):
        laid_out = render(*args, **kwargs)
        tried.append(len(laid_out.pages))
        return laid_out

    monkeypatch.setattr(HTML, "render", counted)
    return tried


@pytest.mark.parametrize("homework", ["§ 5", LONG * 2, "а\n" * 900, "я" * 1900])
def test_no_sheet_is_tried_without_end(world, layouts, homework):
    fill(world, LONG)
    Lesson.objects.filter(pk=world.lesson.pk).update(homework=homework)
    html, _ = printing.sheet(School.objects.get(), world.ivanov, world.a5, _week(world))
    fitting.draw([(html, fitting.LARGEST)])  # the worst of guesses
    assert 1 <= len(layouts) <= 8


def test_a_miss_of_the_guess_makes_the_type_no_smaller_than_it_must_be(world, layouts):
    fill(world, LONG, topic="Дроби")
    html, _ = printing.sheet(School.objects.get(), world.ivanov, world.a5, _week(world))
    largest = _largest_that_fits(html)
    found = _type_of(fitting.draw([(html, fitting.LARGEST)]))
    assert found == pytest.approx(largest, rel=0.06)


def test_the_first_guess_of_the_type_is_seldom_wrong(world):
    """A guess that is too large costs a second layout, one that is too small the reader's eyes."""
    fill(world, "§ 12, № 345, 346, выучить правило", topic="Дроби")
    html, size = printing.sheet(School.objects.get(), world.ivanov, world.a5, _week(world))
    assert fitting.SMALLEST < size < fitting.LARGEST
    assert len(text_of(fitting.draw([(html, size)]))) == 1
    assert size == pytest.approx(_largest_that_fits(html), rel=0.12)


def _week(world):
    return diaries_week.week(world.ivanov, MONDAY)


def _type_of(pdf):
    """The size of the type of the sheet's table, in points."""
    from io import BytesIO

    from pypdf import PdfReader

    sizes = []
    PdfReader(BytesIO(pdf)).pages[0].extract_text(
        visitor_text=lambda text, matrix, place, font, size: sizes.append(size * abs(matrix[0]))
    )
    return statistics.mode(sizes)


def _largest_that_fits(html):
    from weasyprint import CSS

    from school.printing.draw import document

    size = fitting.LARGEST
    while True:
        sheets = [CSS(string=f"html {{ font-size: {size:.2f}pt !important }}")]
        if len(document(html).render(stylesheets=sheets).pages) == 1:
            return size
        size *= fitting.STEP


def test_names_that_are_long_wrap(world):
    user = world.ivanov.user
    user.last_name, user.first_name = "Тер-" * 20 + "Погосян", "Александр" * 6
    user.save()
    pages = text_of(draw(world.ivanov))
    assert len(pages) == 1
    assert "".join(pages[0].split()).count("Погосян") == 1


def test_what_is_typed_is_text(world):
    field(world.lesson, "topic", "<b>a < b & c</b><img src='http://x'>")
    words = words_of(draw(world.ivanov)).replace(" ", "")
    assert "<b>a<b&c</b><imgsrc='http://x'>" in words


def test_a_vacation_week_says_so(world):
    page = text_of(draw(world.ivanov, day(10, 26)))[0]
    assert page.count("каникулы") == 5


def test_many_sheets_keep_their_order(world):
    weeks = diaries_week.weeks([world.ivanov, world.petrova], MONDAY)
    sheets = [
        printing.sheet(School.objects.get(), one, world.a5, weeks[one.pk])
        for one in (world.ivanov, world.petrova)
    ]
    lists = [sheets, sheets[:1], sheets[1:], sheets[::-1]]
    names = [
        ["Иванов" if "Иванов" in page else "Петрова" for page in text_of(pdf)]
        for pdf in printing.draw_all(lists)
    ]
    assert names == [["Иванов", "Петрова"], ["Иванов"], ["Петрова"], ["Петрова", "Иванов"]]


def test_a_worker_that_takes_too_long_is_ended(world, monkeypatch):
    monkeypatch.setattr(pool, "LIMIT", 0)
    sheet = printing.sheet(School.objects.get(), world.ivanov, world.a5, _week(world))
    (error,) = printing.draw_all([[sheet]])
    assert isinstance(error, pool.TookTooLong)


def test_half_a_pdf_is_none():
    (error,) = pool.draw_all(["<p>"], "tests.diaries.torn_worker")
    assert "A drawing worker died" in str(error)


def test_what_cannot_be_drawn_does_not_hold_up_the_others(monkeypatch):
    monkeypatch.setattr(pool, "cores", lambda: 1)
    failed = ValueError("no HTML at all")
    drawn = list(pool.draw_all(["<p>1", {"not": "HTML"}, "<p>2", failed, "<p>3"]))
    assert [pdf[:4] for pdf in drawn[0:5:2]] == [b"%PDF"] * 3
    assert isinstance(drawn[1], RuntimeError)
    assert drawn[3] is failed


def test_workers_where_nobody_tells_the_cores_of_a_process(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)  # as on macOS
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert pool.cores() == 8
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert pool.cores() == 1


def test_a_worker_that_dies_is_told(world):
    (error,) = printing.draw_all([["no sheet at all"]])
    assert "A drawing worker died" in str(error)
