"""What a pupil brings from his former school: grades of periods, marks of the running one (2.4)."""

import datetime

import pytest
from django.urls import reverse

from diaries.queries.grades import grades, year_grades
from diaries.queries.week import week
from journals.actions.entries import save_cell
from journals.actions.grades import GradeEntry, GradeErrors, save_grades
from journals.averages import average_text
from journals.models import BroughtMark, PeriodGrade, TransferDocument
from journals.queries.elsewhere import average
from journals.queries.grade_book import grade_book
from journals.queries.register import register
from school.models import PeriodLock
from school.rights import JournalRights
from tests.world import TODAY, day

WHOLE = JournalRights(sees_all=True, writes_all=True)


@pytest.fixture
def page(world, login):
    """(client, address, the form's data) for Новиков, who came to 5Б on 9 November."""
    url = reverse("brought", args=[world.newcomer.pk])
    q1, q2 = world.quarters[:2]
    maths = world.maths.subject_id
    data = {
        "school": "Школа № 7",
        "name": "Ведомость № 3",
        "signed_on": "2026-11-06",
        f"cell-{maths}-{q1.pk}": "4",
        f"cell-{maths}-{q2.pk}": "5, 4 4",
    }
    return login(world.deputy), url, data


def field(w, quarter):
    return f"cell-{w.maths.subject_id}-{w.quarters[quarter].pk}"


def test_grades_and_marks_are_entered_with_the_document(world, page):
    client, url, data = page
    html = client.get(url).content.decode()
    assert "1 четверть, оценка" in html
    assert "2 четверть, отметки" in html
    assert "3 четверть" not in html
    assert client.post(url, data).status_code == 302
    document = TransferDocument.objects.get()
    assert (document.student, document.recorded_by) == (world.newcomer, world.deputy)
    grade = PeriodGrade.objects.get()
    assert (grade.value.text, grade.document, grade.journal) == ("4", document, None)
    assert [one.value.text for one in document.marks.order_by("pk")] == ["5", "4", "4"]


def test_they_count_and_are_told_apart(world, page, noon):
    client, url, data = page
    client.post(url, data)
    save_cell(world.maths_b, world.lesson_b.pk, world.newcomer.pk, "", "2")
    book = grade_book(world.maths_b)
    marks = book.marks[f"p{world.quarters[1].pk}", world.newcomer.pk]
    assert (marks.count, marks.average) == (4, 3.75)
    assert average_text(average(world.maths_b, world.newcomer.pk, TODAY)) == "3,75"
    rows = {
        row.attendee.student_id: row
        for row in register(world.maths_b, world.quarters[1], WHOLE).rows
    }
    row = rows[world.newcomer.pk]
    assert (row.average, row.others) == ("3,75", ("Школа № 7: 5, 4, 4",))
    (line,) = grades(world.newcomer, world.quarters[1])
    assert (line.average, len(line.marks)) == ("3,75", 4)
    assert [(one.average, one.count) for one in week(world.newcomer, day(11, 23)).averages] == [
        ("3,75", 4)
    ]
    _, (years,) = year_grades(world.newcomer, world.quarters)
    assert years.texts[0] == "4"
    html = client.get(reverse("grades", args=[world.maths_b.pk])).content.decode()
    assert "Школа № 7: 5, 4, 4" in html


def test_the_years_grade_follows_from_them_too(world, page, noon):
    client, url, data = page
    client.post(url, data)
    noon.move_to(datetime.datetime(2027, 5, 27, 9, tzinfo=datetime.UTC))
    for quarter in world.quarters[1:]:
        entry = GradeEntry(f"p{quarter.pk}", world.newcomer.pk, "", "5", True)
        save_grades(world.maths_b, world.teacher, [entry])
    book = grade_book(world.maths_b)
    assert book.suggestion(book.column("year"), world.newcomer.pk) == "5"  # 4,75
    entry = GradeEntry(f"p{world.quarters[0].pk}", world.newcomer.pk, "4", "5", True)
    with pytest.raises(GradeErrors) as refused:
        save_grades(world.maths_b, world.teacher, [entry])
    assert "оценка поставлена по документу (Школа № 7)" in str(*refused.value.errors.values())


@pytest.mark.parametrize(
    ("quarter", "text", "told"),
    [
        (0, "6", "Нет такой оценки: «6»"),
        (1, "5 6", "Нет такой оценки: «6»"),
        (1, "5 н/а", "«н/а» бывает только оценкой за период"),
    ],
)
def test_bad_input_is_told_beside_and_nothing_is_written(world, page, quarter, text, told):
    client, url, data = page
    html = client.post(url, data | {field(world, quarter): text}).content.decode()
    assert told in html
    assert f'value="{text}"' in html
    assert not TransferDocument.objects.exists()
    assert not PeriodGrade.objects.exists()
    assert not BroughtMark.objects.exists()


def test_what_nobody_sees_is_no_mark(world, page):
    client, url, data = page
    assert client.post(url, data | {field(world, 1): "5 \u200b, 4"}).status_code == 302
    assert [one.value.text for one in BroughtMark.objects.order_by("pk")] == ["5", "4"]


def test_marks_of_a_closed_period_stay_as_they_are(world, page):
    """4.2: a grade of a period before he came changes nothing that was closed with him."""
    client, url, data = page
    PeriodLock.objects.create(period=world.quarters[1], locked_by=world.deputy)
    html = client.post(url, data).content.decode()
    assert "2 четверть закрыта: сначала откройте журнал 5Б, Математика." in html
    assert not TransferDocument.objects.exists()
    assert client.post(url, data | {field(world, 1): ""}).status_code == 302


def test_what_turns_out_to_be_given_here_is_the_journals(world, page):
    """An enrolment is put right: he was here in the first quarter."""
    client, url, data = page
    client.post(url, data)
    world.newcomer.enrolments.update(starts_on=day(10, 5))
    entry = GradeEntry(f"p{world.quarters[0].pk}", world.newcomer.pk, "4", "5", True)
    save_grades(world.maths_b, world.teacher, [entry])
    grade = PeriodGrade.objects.get()
    assert (grade.value.text, grade.journal, grade.document) == ("5", world.maths_b, None)


def test_the_same_document_twice(world, page):
    client, url, data = page
    client.post(url, data)
    html = client.post(url, data).content.decode()
    assert "Такой документ уже внесён." in html
    assert TransferDocument.objects.count() == 1


def test_a_correction_and_two_tabs(world, page):
    client, url, data = page
    client.post(url, data)
    document = TransferDocument.objects.get()
    url = reverse("brought_document", args=[world.newcomer.pk, document.pk])
    form = client.get(url).context["form"]
    assert form[field(world, 1)].value() == "5 4 4"
    version = {"version": form["version"].value()}
    changed = data | version | {field(world, 0): "5", field(world, 1): "5"}
    assert client.post(url, changed).status_code == 302
    assert PeriodGrade.objects.get().value.text == "5"
    assert [one.value.text for one in document.marks.all()] == ["5"]
    html = client.post(url, changed | {field(world, 0): "3"}).content.decode()  # the other tab
    assert "Документ тем временем изменили" in html
    assert PeriodGrade.objects.get().value.text == "5"
    version = {"version": client.get(url).context["form"]["version"].value()}
    assert client.post(url, changed | version | {field(world, 0): ""}).status_code == 302
    assert not PeriodGrade.objects.exists()


def test_of_another_documents_grade_nothing_is_asked(world, page):
    client, url, data = page
    client.post(url, data)
    html = client.get(url).content.decode()
    assert f'name="{field(world, 0)}"' not in html
    assert "Ведомость № 3, Школа № 7, 06.11.2026" in html
    client.post(url, data | {"name": "Справка", field(world, 0): "2", field(world, 1): ""})
    assert PeriodGrade.objects.get().value.text == "4"


def test_who_was_here_from_the_first_day_brings_nothing(world, login):
    html = login(world.deputy).get(reverse("brought", args=[world.ivanov.pk])).content.decode()
    assert "вносить нечего" in html
