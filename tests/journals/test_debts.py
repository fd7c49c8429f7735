"""«Точка»: the pupil owes a work until a mark replaces it; what shows it and what does not count
it."""

import datetime
import re

import pytest
from django.urls import reverse

from attendance.refusals import Refused
from journals.actions.dues import set_dues_of_works
from journals.actions.entries import save_cell, save_field
from journals.cells import CellError
from journals.models import Certificate, LateEntry, LessonWork, Mark
from journals.queries import book as journals_book
from journals.queries.book import contents
from journals.queries.cell import cell_state
from journals.queries.certificates import differences
from journals.queries.debts import debts
from journals.queries.grade_book import grade_book
from journals.queries.grades_page import grades_page
from journals.queries.history import cell_history
from journals.queries.review import review
from school import access
from school.rights import JournalRights
from tests import world as worlds
from tests.world import day, queries_of


def save(w, text, was="", student=None, lesson=None):
    lesson = lesson or w.lesson
    return save_cell(lesson.journal, lesson.pk, (student or w.ivanov).pk, was, text)


def stands(w, student=None, lesson=None):
    lesson, student = lesson or w.lesson, student or w.ivanov
    return cell_state(lesson.pk, student.pk).cell.text


def post(client, w, text, was=""):
    data = {"lesson": w.lesson.pk, "student": w.ivanov.pk, "was": was, "text": text}
    return client.post(reverse("save_cell", args=[w.maths.pk]), data)


def owed(w, person, journal=None):
    journal, granted = access.journal(person, (journal or w.maths).pk)
    return [(debt.pupil, debt.work, debt.date) for debt in debts(journal, granted)]


def page(client, journal):
    return client.get(reverse("grid", args=[journal.pk])).content.decode()


# --- the cell ---


def test_it_works(world, noon):
    save(world, "5")
    noon.shift(60)
    assert save(world, ".", was="5").cell.text == "."
    assert stands(world) == "."
    debt = Mark.objects.get()
    assert (debt.value, debt.work.work_type) == (None, world.answer)
    noon.shift(60)
    save(world, "4", was=".")
    assert stands(world) == "4"
    assert Mark.objects.get().pk == debt.pk
    told = [(change.was, change.now) for change in cell_history(world.lesson, debt.student_id)]
    assert told == [
        ("точка (должен сдать)", "4"),
        ("5", "точка (должен сдать)"),
        ("", "5"),
    ]


@pytest.mark.parametrize("text", [".", "5/.", "./4", "./.", "-/.", "н/.", "оп/5/."])
def test_what_is_typed_stands_there(world, text):
    save(world, text)
    assert stands(world) == text
    before = Mark.history.count()
    assert save(world, text).cell.text == text  # a second time it changes nothing
    assert Mark.history.count() == before
    save(world, "", was=text)
    assert stands(world) == ""
    assert not Mark.objects.exists()


@pytest.mark.parametrize("text", ["/", "-", "//", "-/-", "|", "..", "5."])
def test_only_an_emptied_cell_clears(world, login, text):
    client = login(world.teacher)
    assert post(client, world, "5").status_code == 200
    answer = post(client, world, text, was="5")
    assert answer.status_code == 422
    assert f"«{text}»" in answer.json()["message"]
    assert stands(world) == "5"
    assert post(client, world, "\u200b", was="5\ufeff").json()["text"] == ""


def test_where_no_mark_is_given_none_is_owed(world):
    world.russian.scale = worlds.scale("Безотметочная", ("осв", None))
    world.russian.save()
    with pytest.raises(CellError):
        save(world, ".", lesson=world.russian_lesson)


def test_the_answer_and_the_grid_draw_it(world, login):
    client = login(world.teacher)
    answer = post(client, world, "5/.").json()
    assert (answer["text"], answer["html"]) == ("5/.", '<td class="d">5/.</td>')
    assert '<td class="d">5/.</td>' in page(client, world.maths)
    assert post(client, world, "н/.", was="5/.").json()["html"] == '<td class="a d">н/.</td>'
    lesson = client.get(reverse("lesson", args=[world.maths.pk, world.lesson.pk]))
    assert 'value="н/."' in lesson.content.decode()


# --- it is no mark … ---


def test_it_counts_in_no_average(world, login):
    client = login(world.teacher)
    save(world, "3", lesson=world.early_lesson)
    answer = post(client, world, "./5").json()
    assert answer["average"] == "4,00"
    assert '<td class="avg">4,00</td>' in page(client, world.maths)
    assert post(client, world, ".", was="./5").json()["average"] == "3,00"


def test_of_debts_alone_no_grade_is_suggested(world):
    for lesson in (world.lesson, world.early_lesson, world.substituted, world.today_lesson):
        save(world, ".", lesson=lesson)
    save(world, "5", student=world.petrova)
    book = grade_book(world.maths)
    column = next(one for one in book.columns if one.period == world.quarters[1])
    for pupil in (world.gone, world.ivanov):
        assert (column.key, pupil.pk) not in book.marks  # a debt is no mark of any scale
    assert book.suggestion(column, world.ivanov.pk) == book.suggestion(column, world.gone.pk)
    journal, granted = access.journal(world.teacher, world.maths.pk)
    row = grades_page(journal, granted, worlds.NOON).rows[0]
    cell = next(cell for one, cell in row.cells if one == column)
    assert (row.student_id, cell.average) == (world.ivanov.pk, "")


def test_the_review_counts_marks_alone(world):
    save(world, "5")
    save(world, "./.", student=world.petrova)
    journals = access.journals(world.deputy).filter(pk=world.maths.pk)
    (line,) = review(journals, day(11, 2), day(12, 30), worlds.NOON)
    assert (line.marks, line.marks_per_pupil) == (1, 0.5)


# --- … but its teacher has not forgotten it ---


def test_it_meets_the_duty_of_a_mark(world):
    """2.6"""
    late = LateEntry.objects.filter(kind="marks", lesson=world.lesson, settled_at=None)
    work = LessonWork.objects.create(lesson=world.lesson, work_type=world.answer, position=1)
    set_dues_of_works(world.lesson.works.all())
    assert late.exists()
    save(world, ".")
    work.refresh_from_db()
    assert work.marked_at == worlds.NOON
    assert not late.exists()
    save(world, "", was=".")
    work.refresh_from_db()
    assert work.marked_at is None
    assert late.exists()


def test_a_work_that_somebody_owes_is_not_taken_away(world):
    save(world, ".")
    with pytest.raises(Refused, match="уже стоят отметки"):
        save_field(world.maths, world.lesson.pk, "works", str(world.answer.pk), "")


# --- the list of a journal ---


def test_who_owes_what(world, login):
    september = worlds.lesson(world.maths, day(9, 7), world.slots[1])
    save(world, ".", student=world.petrova)
    save(world, "5/.", lesson=september)
    save(world, ".")
    client = login(world.teacher)
    html = page(client, world.maths)
    assert "Должны сдать: <b>3</b>" in html
    listed = re.findall(r'<li><a href="(.*?)">(.*?)</a></li>', html.split('class="debts"')[1])[:3]
    assert listed == [
        (
            f"/journals/{world.maths.pk}/?lesson={lesson.pk}#cell-{lesson.pk}-{student.pk}",
            text,
        )
        for lesson, student, text in (
            (september, world.ivanov, "Иванов Иван: работа на уроке, 7 сентября, 2-й урок"),
            (world.lesson, world.ivanov, "Иванов Иван: ответ на уроке, 23 ноября, 2-й урок"),
            (world.lesson, world.petrova, "Петрова Пелагея: ответ на уроке, 23 ноября, 2-й урок"),
        )
    ]
    save(world, "4", was=".")
    assert "Должны сдать: <b>2</b>" in page(client, world.maths)


def test_nothing_is_seen_of_no_debts(world, login):
    save(world, "5")
    assert '<details class="debts" hidden>' in page(login(world.teacher), world.maths)


def test_in_a_period_without_lessons_the_debts_are_told_too(world, login):
    save(world, ".")
    address = f"{reverse('grid', args=[world.maths.pk])}?period={world.quarters[3].pk}"
    assert "Должны сдать: <b>1</b>" in login(world.teacher).get(address).content.decode()


def test_of_a_cancelled_lesson_nothing_is_owed(world):
    save(world, ".")
    world.lesson.cancelled = "карантин"
    world.lesson.save()
    assert owed(world, world.teacher) == []


def test_each_sees_what_he_sees_in_the_journal(world):
    for student in (world.ivanov, world.petrova):
        for lesson in (world.lesson, world.substituted):
            save(world, ".", student=student, lesson=lesson)
    assert len(owed(world, world.teacher)) == len(owed(world, world.deputy)) == 4
    assert {date for _, _, date in owed(world, world.substitute)} == {day(11, 24)}
    for student in (world.ivanov, world.sidorov):  # of two classes
        save(world, ".", student=student, lesson=world.english_lesson)
    assert [name for name, *_ in owed(world, world.class_teacher, world.english)] == ["Иванов Иван"]
    assert len(owed(world, world.english_teacher, world.english)) == 2


def test_the_list_takes_one_query(world, login):
    client, url = login(world.teacher), reverse("grid", args=[world.maths.pk])
    save(world, ".")
    few = queries_of(client, url)
    for student in (world.ivanov, world.petrova):
        for lesson in (world.early_lesson, world.substituted, world.today_lesson):
            save(world, "./.", student=student, lesson=lesson)
    assert queries_of(client, url) == few


# --- histories and prints ---


def test_the_search_of_changes_tells_it(world, login, noon):
    client = login(world.teacher)
    for minute, (was, text) in enumerate((("", "."), (".", "4"), ("4", "."), (".", ""))):
        noon.move_to(worlds.NOON + datetime.timedelta(minutes=minute))
        post(client, world, text, was=was)
    asked = {"student": "Иванов", "journal": world.maths.pk}
    lines = login(world.deputy).get("/review/history/", asked).context["lines"]
    told = [(change.was, change.now) for line in lines for change in line.changes]
    debt = "точка (должен сдать)"
    assert told == [(debt, ""), ("4", debt), (debt, "4"), ("", debt)]


def test_a_certified_journal_that_gets_one_was_changed(world, noon):
    """4.1: the register says something else than what was certified."""
    quarter = world.quarters[1]
    granted = JournalRights(sees_all=True, writes_all=False)
    before = contents(journals_book.book(world.maths, quarter, granted))
    save(world, ".")
    certificate = Certificate(contents=before)
    now = contents(journals_book.book(world.maths, quarter, granted))
    assert "." in [one.now for one in differences(certificate, now)]
